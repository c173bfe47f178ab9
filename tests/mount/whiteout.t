#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whiteouts as overlayfs knows them: what they hide, and what may come after.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower2/dir lower1/dir lower3/dir upper/dir lower3/gone/deep
	for f in a b c d e; do echo "$f" >lower3/dir/$f; done
	mknod lower1/dir/a c 0 0
	mknod lower2/dir/b c 0 0
	echo "b again" >lower1/dir/b
	mknod upper/dir/c c 0 0
	mknod lower2/gone c 0 0
	mknod lower1/nothing-below c 0 0
	# A whiteout ends the merge of a directory, what lies above it stays.
	mkdir -p lower1/cut lower3/cut
	echo top >lower1/cut/top
	echo low >lower3/cut/low
	mknod lower2/cut c 0 0
	# The other form: zero-size files in a directory marked x.
	mkdir -p lower2/xdir lower3/xdir
	setfattr -n trusted.overlay.opaque -v x lower2/xdir
	: >lower2/xdir/hidden
	setfattr -n trusted.overlay.whiteout -v y lower2/xdir/hidden
	: >lower2/xdir/empty
	echo h >lower3/xdir/hidden
	echo s >lower3/xdir/seen
	mknod lower1/real-device c 0 1
}
steps() {
	ls -R .
	cat dir/a dir/b dir/c dir/d xdir/hidden gone/deep
	rm dir/d
	ls dir
	echo new >dir/a
	mkdir dir/c && ls -la dir/c | wc -l
	echo in >dir/c/in
	rm -r dir/e gone
	# overlayfs itself finds such a directory full for ever: see below.
	rm xdir/empty xdir/seen && ls xdir
	ls
	mkdir gone && ls gone
	rm -r cut dir
	mkdir dir && ls dir
	mknod refused c 0 0 && ls refused
	rm -r real-device
	ln -s x real-device
	readlink real-device
}
in_both whiteout layers steps
said whiteout "^b again$" "a name above its whiteout is seen"
said whiteout "dir/a: No such file" "a name below a whiteout is not"

# What we write, as the kernel wants it.
umask 022
mkdir -p "$T/l/dir/sub" "$T/l/old"
echo x >"$T/l/dir/f"
echo x >"$T/l/dir/sub/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
rm "$MNT/dir/f"
rm -r "$MNT/old"
is "$(stat -c '%F %t:%T' "$T/u/dir/f")" "character special file 0:0" \
	"a removed name of a lower is a 0:0 device" ||
	diag "$(stat "$T/u/dir/f")"
is "$(stat -c '%F %t:%T' "$T/u/old")" "character special file 0:0" \
	"and a removed directory"
rm -r "$MNT/dir/sub"
mkdir "$MNT/dir/sub"
: >"$MNT/dir/sub/new"
rm "$MNT/dir/sub/new"
is "$(ls "$T/u/dir/sub")" "" "no whiteout in an opaque directory"
echo own >"$MNT/own"
rm "$MNT/own"
not_ok "no whiteout for what no lower has" test -e "$T/u/own"

# A directory of nothing but whiteouts of the xattr form is empty.
if ! is_oracle; then
	umount_overlay
	mkdir -p "$T/x1/d" "$T/x2/d"
	echo hidden >"$T/x2/d/hidden"
	setfattr -n trusted.overlay.opaque -v x "$T/x1/d"
	: >"$T/x1/d/hidden"
	setfattr -n trusted.overlay.whiteout -v y "$T/x1/d/hidden"
	ok "mount" mount_overlay "$T/x1:$T/x2" "$T/xu" "$T/xw"
	is "$(ls -A "$MNT/d")" "" "whiteouts by xattr hide"
	ok "and leave an empty directory" rmdir "$MNT/d"
	is "$(mkdir "$MNT/d" && ls -A "$MNT/d")" "" "whose name is free"
fi
done_testing
