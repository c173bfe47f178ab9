#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# st_ino: one number for one file, over copy-up, rename and remount, with all
# layers on one filesystem and on several.
. "$(dirname "$0")/../lib.sh"
requires_root

numbers() { (cd "$MNT" && find . -exec stat -c '%n %i %d' {} +) | sort; }
# Without the device, which is the mount's own.
plain_numbers() { numbers | cut -d' ' -f1,2; }
fill_layers() {
	local dir
	for dir; do
		mkdir -p "$dir/d/sub"
		echo "$dir" >"$dir/${dir##*/}"
		echo "$dir" >"$dir/d/in-${dir##*/}"
		ln -s x "$dir/d/link-${dir##*/}"
		mkfifo "$dir/d/pipe-${dir##*/}"
	done
}
check() {
	local what=$1 lowers=$2 upper=$3 work=$4
	ok "$what: mount" mount_overlay "$lowers" "$upper" "$work"
	plain_numbers >"$T/before"
	is "$(cut -d' ' -f2 "$T/before" | sort | uniq -d)" "" \
		"$what: no two files have one number"
	is "$(numbers | cut -d' ' -f3 | sort -u | wc -l)" 1 "$what: one device"
	(
		cd "$MNT" || exit
		for f in d/in-*; do echo more >>"$f"; done
		chown -h 5 d/link-*
		chmod 600 d/pipe-*
	)
	plain_numbers >"$T/after"
	ok "$what: the same after copy-up" cmp "$T/before" "$T/after" ||
		diag "$(diff "$T/before" "$T/after")"
	"$FO_SYS" tree "$MNT" >"$T/tree"
	not_ok "$what: d_ino is st_ino" grep "d_ino is not" "$T/tree"
	echo 2 | tee /proc/sys/vm/drop_caches >/dev/null
	plain_numbers >"$T/after"
	ok "$what: the same with cold caches" cmp "$T/before" "$T/after" ||
		diag "$(diff "$T/before" "$T/after")"
	ok "$what: remount" remount "$lowers" "$upper" "$work"
	plain_numbers >"$T/after"
	ok "$what: the same after a remount" cmp "$T/before" "$T/after" ||
		diag "$(diff "$T/before" "$T/after")"
	mv "$MNT/d" "$MNT/moved"
	plain_numbers | sed 's,\./moved,./d,' | sort >"$T/after"
	ok "$what: the same after a rename" cmp "$T/before" "$T/after" ||
		diag "$(diff "$T/before" "$T/after")"
	ok "$what: umount" umount_overlay
}

mkdir -p "$T/one"
fill_layers "$T/one/a" "$T/one/b"
check "one filesystem" "$T/one/a:$T/one/b" "$T/one/u" "$T/one/w"

requires_fs tmpfs 20M "$T/fs1"
requires_fs ext4 20M "$T/fs2"
fill_layers "$T/fs1/a" "$T/fs2/b" "$T/fs1/c"
# Fresh filesystems: their numbers are the same small ones.
check "several filesystems" "$T/fs1/a:$T/fs2/b:$T/fs1/c" "$T/fs2/u" "$T/fs2/w"
done_testing
