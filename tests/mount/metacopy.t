#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Metacopy (attributes in the upper, data still below) and data-only layers.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower1/d upper
	head -c 50000 "$T/bytes" >lower1/f
	head -c 50000 "$T/bytes" >lower1/g
	head -c 50000 "$T/bytes" >lower1/d/h
	echo small >lower1/s
	: >lower1/empty
	echo l >lower1/l1
	ln lower1/l1 lower1/l2
	setfattr -n user.x -v y lower1/f
}
head -c 50000 /dev/urandom >"$T/bytes"
steps() {
	sys <<-'END'
		chmod f 600
		chown g 5 6
		utimens d/h 1000.5 2000.25
		setxattr s user.a b
		cat f
		cat g
		lstat d/h
		cat d/h
		listxattr f
		getxattr f trusted.overlay.metacopy
		rename f d/moved
		cat d/moved
		rename d dd
		cat dd/h
		link g hard
		cat hard
		open 0 dd/moved r
		pread 0 0 10
		open 1 dd/moved rw
		pwrite 1 0 changed
		pread 0 0 10
		cat dd/moved
		chmod empty 600
		chown l1 7 7
		cat l2
		open 2 l2 rw
		pwrite 2 0 L
		cat l1
		truncate g 10
		cat hard
		chmod s 640
		truncate s 0
		lstat s
		unlink dd/h
		END
}
in_both metacopy layers steps metacopy=on
said metacopy "^cat d/moved => 0 50000:" "data is found after a rename"

# What overlayfs left with metacopy=on is read, with metacopy off too.
mkdir -p "$T/k/l/d" "$T/k/u" "$T/k/w" "$T/k/m"
cp "$T/bytes" "$T/k/l/d/f"
cp "$T/bytes" "$T/k/l/g"
mount -t overlay -o "lowerdir=$T/k/l,upperdir=$T/k/u,workdir=$T/k/w,metacopy=on,redirect_dir=on" \
	overlay "$T/k/m" || skip_all "the kernel has no metacopy"
chmod 600 "$T/k/m/d/f"
mv "$T/k/m/d/f" "$T/k/m/renamed"
chmod 611 "$T/k/m/g"
umount "$T/k/m"
ok "mount an upper with metacopies" mount_overlay "$T/k/l" "$T/k/u" "$T/k/w" \
	metacopy=on
ok "renamed data" cmp "$MNT/renamed" "$T/bytes"
ok "data of the same name" cmp "$MNT/g" "$T/bytes"
is "$(stat -c '%a %s' "$MNT/renamed" "$MNT/g" | tr '\n' ' ')" \
	"600 50000 611 50000 " "attributes of the upper, size of the data"
umount_overlay
mkdir -p "$T/k/u2" "$T/k/w2"
ok "mount it as a lower" mount_overlay "$T/k/u:$T/k/l" "$T/k/u2" "$T/k/w2" \
	metacopy=on
ok "data two layers down" cmp "$MNT/renamed" "$T/bytes"
echo x >>"$MNT/renamed"
is "$(stat -c %s "$MNT/renamed")" 50002 "it is copied up whole"
ok "with its data" cmp -n 50000 "$MNT/renamed" "$T/bytes"
umount_overlay

# Data-only layers: never listed, found by redirect alone.
mkdir -p "$T/d/meta" "$T/d/data/sha/ab" "$T/d/data2"
cp "$T/bytes" "$T/d/data/sha/ab/cdef"
echo two >"$T/d/data2/other"
: >"$T/d/meta/file"
truncate -s 50000 "$T/d/meta/file"
setfattr -n trusted.overlay.metacopy -v "" "$T/d/meta/file"
setfattr -n trusted.overlay.redirect -v /sha/ab/cdef "$T/d/meta/file"
truncate -s 4 "$T/d/meta/file2"
setfattr -n trusted.overlay.metacopy -v "" "$T/d/meta/file2"
setfattr -n trusted.overlay.redirect -v /other "$T/d/meta/file2"
truncate -s 4 "$T/d/meta/lost"
setfattr -n trusted.overlay.metacopy -v "" "$T/d/meta/lost"
setfattr -n trusted.overlay.redirect -v /nowhere "$T/d/meta/lost"
said_by() {
	rm -rf "$T/d/u" "$T/d/w"
	mount_engine "$1" "$T/d/m" "$T/d/meta::$T/d/data::$T/d/data2" \
		"$T/d/u" "$T/d/w" metacopy=on || return
	sys "$T/d/m" <<-'END'
		readdir .
		cat file
		cat file2
		lstat file
		cat lost
		lstat lost
		lstat sha
		lstat other
		open 0 file rw
		pwrite 0 0 changed
		cat file
		lstat file
		END
	umount_overlay "$T/d/m"
}
wanted=$(said_by overlayfs)
is "$(said_by "$ENGINE")" "$wanted" "data-only layers as the kernel has them"
like "$wanted" "^cat file => 0 50000:" "the data is found"
done_testing
