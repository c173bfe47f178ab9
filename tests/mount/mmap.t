#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mappings: shared and private, of lowers and uppers, against read and write.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	printf 'lower contents' >lower1/low
	printf 'upper contents' >upper/up
	head -c 20000 "$T/bytes" >lower1/big
	head -c 20000 "$T/bytes" >upper/bigup
	cp /bin/true lower1/true
}
head -c 20000 /dev/urandom >"$T/bytes"
map_steps() {
	cat <<-END
		open 0 $1 rw
		map 0 0 shared 8192
		mread 0 0 5
		mwrite 0 0 MAPPED
		pread 0 0 14
		pwrite 0 6 WRITE
		mread 0 0 14
		msync 0
		close 0
		mwrite 0 2 xx
		mread 0 0 14
		cat $1
		open 1 $1 rw
		map 1 1 private 8192
		mread 1 0 14
		mwrite 1 0 PRIVATE
		mread 1 0 14
		pread 1 0 14
		cat $1
		unmap 1
		ftruncate 1 4
		mread 0 0 4
		mread 0 5000 4
		pwrite 1 5000 beyond
		mread 0 5000 6
		mread 0 0 10
		unlink $1
		mwrite 0 0 GONE
		pread 1 0 6
		fstat 1
		unmap 0
		open 2 $2 rw
		map 2 2 shared 20000
		mread 2 19990 10
		mwrite 2 10000 @100:7
		msync 2
		pread 2 9990 120
		close 2
		unmap 2
		cat $2
		lstat $2
	END
}
steps() {
	map_steps low big | sys
	map_steps up bigup | sys
	# A private mapping and a read-only one need no right to write.
	sys <<-'END'
		open 0 true r
		map 0 0 ro 4096
		mread 0 1 3
		map 1 0 private 4096
		mread 1 1 3
		map 2 0 shared 4096
		END
	./true && echo executed
	chmod 755 true && ./true && echo executed again
}
in_both mmap layers steps
said mmap "^pread 0 0 14 => 0 'MAPPEDcontents'|^pread 0 0 14 => 0 'MAPPED" \
	"a read sees what a mapping wrote"
said mmap "^mread 0 0 14 => 0 'MAPPEDWRITE" "a mapping sees what write wrote"
said mmap "^map 2 0 shared 4096 => EACCES" "and needs the right to"
is "$(cat "$T/mmap/ours/lower1/low")" "lower contents" "the lower is as it was"

# What a mapping wrote is there after the mount is gone.
mkdir "$T/l"
truncate -s 1M "$T/l/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
printf '%s\n' "open 0 f rw" "map 0 0 shared 1048576" "close 0" \
	"mwrite 0 1048000 @100:3" "mwrite 0 5 hello" | sys "$MNT" >/dev/null
umount_overlay
is "$(head -c 10 "$T/u/f" | tr -d '\0')" "hello" "what was mapped is stored"
is "$(stat -c %s "$T/u/f")" 1048576 "at its size"
is "$(md5sum <"$T/l/f")" "$(head -c 1M /dev/zero | md5sum)" \
	"the lower has none of it"

# A program that runs cannot be written, one that was run can.
mkdir "$T/l2"
cp /bin/sleep "$T/l2/sleep"
ok "mount" mount_overlay "$T/l2" "$T/u2" "$T/w2"
"$MNT/sleep" 1000 &
pid=$!
sleep 0.2
said=$(printf '%s\n' "open 0 sleep rw" "rename sleep other" \
	"unlink other" | sys "$MNT")
like "$said" "^open 0 sleep rw => (ETXTBSY|0)" "writing a running program"
ok "it can be renamed and removed" test ! -e "$MNT/sleep" -a ! -e "$MNT/other"
ok "it still runs" kill -0 "$pid"
kill "$pid"
wait "$pid" 2>/dev/null
ok "the lower has it" cmp "$T/l2/sleep" /bin/sleep
done_testing
