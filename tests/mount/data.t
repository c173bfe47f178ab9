#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fallocate, SEEK_DATA and SEEK_HOLE, copy_file_range, O_DIRECT, O_APPEND.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	for d in lower1 upper; do
		mkdir $d/$d
		head -c 100000 "$T/bytes" >$d/$d/f
		head -c 100000 "$T/bytes" >$d/$d/g
		head -c 65536 "$T/bytes" >$d/$d/direct
		truncate -s 1000000 $d/$d/sparse
		printf data | dd of=$d/$d/sparse bs=1 seek=500000 conv=notrunc \
			status=none
	done
}
head -c 100000 /dev/urandom >"$T/bytes"
data_steps() {
	cat <<-END
		open 0 $1/f rw
		fallocate 0 alloc 0 200000
		fstat 0
		fallocate 0 keep 0 400000
		fstat 0
		fallocate 0 punch 4096 8192
		pread 0 4000 9000
		fallocate 0 zero 30000 1000
		fallocate 0 zerokeep 199000 50000
		fstat 0
		fallocate 0 alloc -1 5
		fallocate 0 alloc 0 0
		cat $1/f
		open 1 $1/sparse r
		seek 1 data 0
		seek 1 hole 500000
		seek 1 data 700000
		seek 1 hole 2000000
		seek 1 end 0
		open 1 $1/sparse rw
		seek 1 hole 0
		pwrite 1 800000 more
		fsync 1
		open 2 $1/g r
		open 3 $1/copy rw,creat
		copyrange 2 0 3 0 100000
		fstat 3
		copyrange 2 5000 3 200000 1000
		cat $1/copy
		copyrange 3 0 3 50000 1000
		copyrange 3 0 3 500 1000
		copyrange 2 100000 3 0 10
		copyrange 3 0 2 0 10
		copyrange 2 0 0 100 50000
		cat $1/f
		open 4 $1/g rw
		copyrange 1 499990 4 0 100
		cat $1/g
		open 5 $1/direct rw,append
		write 5 more
		pwrite 5 0 x
		fstat 5
		open 6 $1/direct w,append
		write 6 again
		write 5 end
		fstat 6
		cat $1/direct
		open 7 $1/direct r
		pwrite 7 0 x
		ftruncate 7 0
		fallocate 7 alloc 0 10
		open 8 $1/direct w
		pread 8 0 10
		open 9 $1/direct path
		pread 9 0 10
		fstat 9
		fchmod 9 600
		open 10 $1 r,dir
		pread 10 0 10
		fsync 10
		fsync 10 fs
		fsync 0 data
		fsync 7
		lstat $1/direct
	END
}
steps() {
	data_steps lower1 | sys
	data_steps upper | sys
	printf '%s\n' "copyrange 0 0 0 0 10" "open 0 lower1/g r" \
		"open 1 upper/new rw,creat" "copyrange 0 0 1 5 100000" \
		"cat upper/new" | sys
}
in_both data layers steps
said data "^seek 1 data 0 => 0 4[0-9]*" "SEEK_DATA finds the data"
said data "^copyrange 2 0 3 0 100000 => 0 100000" "copy_file_range copies"

# The kernel's FUSE passes on neither of these: an error, and no change.
mkdir "$T/c"
cp "$T/bytes" "$T/c/f"
ok "mount" mount_overlay "$T/c" "$T/cu" "$T/cw"
said=$(printf '%s\n' "open 0 f rw" "fallocate 0 collapse 0 4096" \
	"fallocate 0 insert 4096 4096" | sys "$MNT")
is_oracle || is "$(grep -c EOPNOTSUPP <<<"$said")" 2 \
	"collapsing and inserting are EOPNOTSUPP"
is_oracle || ok "and change nothing" cmp "$MNT/f" "$T/bytes"
umount_overlay

# O_DIRECT with dd, on what was a lower and on the upper.
mkdir "$T/l"
head -c 1048576 /dev/urandom >"$T/l/low"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
ok "a direct read" dd if="$MNT/low" of="$T/read" bs=64k iflag=direct status=none
ok "reads the bytes" cmp "$T/read" "$T/l/low"
ok "a direct write" dd if="$T/read" of="$MNT/up" bs=64k oflag=direct status=none
ok "writes them" cmp "$MNT/up" "$T/l/low"
ok "in the middle of a lower" dd if=/dev/zero of="$MNT/low" bs=4k seek=3 \
	count=1 oflag=direct conv=notrunc status=none
ok "which copies it up" cmp -n 12288 "$MNT/low" "$T/l/low"
is "$(dd if="$MNT/low" bs=4k skip=3 count=1 status=none | tr -d '\0' | wc -c)" \
	0 "and changes that place alone"
ok "the rest is the same" cmp -i 16384 "$MNT/low" "$T/l/low"
umount_overlay
done_testing
