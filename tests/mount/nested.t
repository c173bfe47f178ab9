#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Overlays of overlays: ours as the lower of ours and of the kernel's, the
# kernel's as a lower of ours, ours as an upper.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/l/d/sub" "$T/base"
for n in a b c d/e d/sub/f; do echo "$n" >"$T/l/$n"; done
ln -s a "$T/l/link"
change() {
	echo more >>"$1/a" && rm "$1/b" && mv "$1/d/sub" "$1/moved" &&
		rm -r "$1/d" && mkdir "$1/d" && echo new >"$1/d/new" &&
		mkfifo "$1/pipe" && setfattr -n user.x -v "$2" "$1/c"
}
said() { (cd "$1" && find . | sort && cat a c d/new moved/f &&
	getfattr -d -m - c && ls -l pipe link | wc -l); }

nest() {
	local name=$1 inner=$2 outer=$3
	mkdir -p "$T/$name"
	ok "$name: the inner mount" mount_engine "$inner" "$T/$name/inner" \
		"$T/l" "$T/$name/iu" "$T/$name/iw"
	change "$T/$name/inner" inner
	before=$(said "$T/$name/inner" 2>&1)
	ok "$name: the outer mount" mount_engine "$outer" "$T/$name/outer" \
		"$T/$name/inner:$T/base" "$T/$name/ou" "$T/$name/ow" \
		"$4"
	is "$(said "$T/$name/outer" 2>&1)" "$before" "$name: it shows the inner"
	echo outer >>"$T/$name/outer/a"
	rm "$T/$name/outer/d/new"
	rm -r "$T/$name/outer/moved"
	is "$(tail -1 "$T/$name/outer/a")" outer "$name: the outer changes"
	is "$(said "$T/$name/inner" 2>&1)" "$before" \
		"$name: the inner has not changed"
	is "$(ls "$T/$name/outer" | tr '\n' ' ')" "a c d link pipe " \
		"$name: what is removed is gone"
	ok "$name: umount the outer" umount_overlay "$T/$name/outer"
	ok "$name: umount the inner" umount_overlay "$T/$name/inner"
}
nest ours-on-ours "$ENGINE" "$ENGINE" ""
nest ours-on-kernel overlayfs "$ENGINE" stack_depth=2
nest kernel-on-ours "$ENGINE" overlayfs index=off,nfs_export=off

# Ours as the upper of ours: the marks of the outer are escaped in the inner.
ok "inner" mount_overlay "$T/l" "$T/u" "$T/w"
mkdir "$MNT/u" "$MNT/w"
ok "an upper in the inner" mount_engine "$ENGINE" "$T/outer" "$T/l" \
	"$MNT/u" "$MNT/w"
ok "changes of every kind" change "$T/outer" outer
is "$(said "$T/outer" 2>&1 | sed -n '/^\.\/d/p' | tr '\n' ' ')" "./d ./d/new " \
	"directories are opaque in a nested upper"
before=$(tree_of "$T/outer" nomtime)
ok "umount the outer" umount_overlay "$T/outer"
ok "mount it again" mount_engine "$ENGINE" "$T/outer" "$T/l" "$MNT/u" "$MNT/w"
is "$(tree_of "$T/outer" nomtime)" "$before" "the same tree after a remount"
umount_overlay "$T/outer"

# Three deep, each with a change of its own.
below=$T/l
for i in 1 2 3; do
	ok "level $i" mount_engine "$ENGINE" "$T/deep/m$i" "$below" \
		"$T/deep/u$i" "$T/deep/w$i"
	echo "$i" >"$T/deep/m$i/level$i"
	echo "$i" >>"$T/deep/m$i/a"
	below=$T/deep/m$i
done
is "$(cat "$T/deep/m3/a" | tr '\n' ' ')" "a 1 2 3 " "three levels of changes"
is "$(cat "$T/deep/m1/a" | tr '\n' ' ')" "a 1 " "each sees its own"
umount_overlay "$T/deep/m3" && umount_overlay "$T/deep/m2" &&
	umount_overlay "$T/deep/m1"
done_testing
