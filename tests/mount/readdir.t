#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Reading directories: numbers and types as stat says, positions that hold
# while the directory changes, and large ones over many layers.
. "$(dirname "$0")/../lib.sh"
requires_root

# fo-sys tree says where d_ino or d_type is not what stat says.
layers() {
	for l in 1 2 3; do
		mkdir -p lower$l/d/sub$l
		for i in 1 2 3 4 5; do echo $l >lower$l/d/f$l-$i; done
		ln -s x lower$l/d/link
		mkfifo lower$l/d/pipe$l
		ln lower$l/d/f$l-1 lower$l/d/hard$l
	done
	echo x >upper/up
}
steps() {
	sys <<-'END'
		readdir d
		readdir .
		open 0 d r,dir
		freaddir 0
		unlink d/f1-1
		put d/new n
		freaddir 0
		rename d/f2-1 d/renamed
		freaddir 0
		mkdir d/f1-1
		freaddir 0
		unlink d/new
		rmdir d/f1-1
		freaddir 0
		END
	"$FO_SYS" tree . | grep -c "d_ino is not" || true
}
in_both readdir layers steps

mkdir -p "$T/b"
lowers=
for l in 1 2 3 4 5 6 7 8; do
	mkdir -p "$T/b/l$l/big"
	lowers=$lowers:$T/b/l$l
	# Each layer has 2,500 names of its own and 500 that all have.
	"$FO_SYS" fill "$T/b/l$l/big" "n$l-" 0 2437
	"$FO_SYS" fill "$T/b/l$l/big" "all-" 0 500
done
lowers=${lowers#:}
ok "mount of eight layers" mount_overlay "$lowers" "$T/b/u" "$T/b/w"
start=$(date +%s%N)
is "$("$FO_SYS" count "$MNT/big" 2>/dev/null)" "$((8 * 2437 + 500))" \
	"each name of 20,000 is listed once"
ms=$((($(date +%s%N) - start) / 1000000))
diag "20,000 names over 8 layers in $ms ms"
ok "and that is no matter of squares" test "$ms" -lt 5000
is "$("$FO_SYS" seekdir "$MNT/big" 2>&1 | tail -1)" \
	"$((8 * 2437 + 500 + 2)) positions, 0 wrong" "seekdir finds each again"
is "$(find "$MNT/big" -type f -newermt 1970-01-02 | wc -l)" \
	"$((8 * 2437 + 500))" "find sees them all"
umount_overlay

# What stays while others come and go is listed exactly once.
mkdir -p "$T/c/l1/d" "$T/c/l2/d"
"$FO_SYS" fill "$T/c/l1/d" old- 0 900
"$FO_SYS" fill "$T/c/l2/d" old- 600 1500
ok "mount" mount_overlay "$T/c/l1:$T/c/l2" "$T/c/u" "$T/c/w"
ok "changes while reading" "$FO_SYS" readdir-change "$MNT/d" 1500
is "$(find "$MNT/d" -name 'old-*' | wc -l)" 1000 "what was removed is gone"
mkdir "$MNT/own"
"$FO_SYS" fill "$MNT/own" old- 0 1500
ok "in a directory of the upper too" "$FO_SYS" readdir-change "$MNT/own" 1500
ok "rm -r of both" rm -r "$MNT/d" "$MNT/own"
is "$(ls -A "$MNT")" "" "they are gone"
umount_overlay

# "." and ".." are numbers that a walk up finds.
mkdir -p "$T/e/l1/a/b" "$T/e/l2/a"
ok "mount" mount_overlay "$T/e/l1:$T/e/l2" "$T/e/u" "$T/e/w"
is "$(ls -aid "$MNT/a/b/.." | awk '{print $1}')" "$(stat -c %i "$MNT/a")" \
	".. of a directory is its parent"
is "$(cd "$MNT/a/b" && ls -ai . | awk '$2 == "." {print $1}')" \
	"$(stat -c %i "$MNT/a/b")" ". is the directory"
umount_overlay
done_testing
