#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whiteouts and opaque marks of other programs: OCI and AUFS files, and the
# xattrs that fuse-overlayfs and unprivileged overlayfs leave.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/low/dir/sub" "$T/low/opq" "$T/mid/dir" "$T/mid/opq" "$T/top"
for f in a b c; do echo "low $f" >"$T/low/dir/$f"; done
echo low >"$T/low/opq/low"
echo low >"$T/low/file"
: >"$T/mid/dir/.wh.a"
: >"$T/mid/dir/.wh.sub"
: >"$T/mid/.wh.file"
: >"$T/mid/opq/.wh..wh..opq"
echo mid >"$T/mid/opq/mid"
# It hides lower layers, never a sibling of the same layer.
: >"$T/mid/dir/.wh.b"
echo "mid b" >"$T/mid/dir/b"
: >"$T/mid/.wh.nothing"

ok "mount" mount_overlay "$T/mid:$T/low" "$T/u" "$T/w"
is "$(ls "$MNT" | tr '\n' ' ')" "dir opq " "a hidden name is not listed"
is "$(ls -A "$MNT/dir" | tr '\n' ' ')" "b c " "nor the marks themselves"
is "$(cat "$MNT/dir/b")" "mid b" "a sibling of the same layer stays"
is "$(ls -A "$MNT/opq")" "mid" ".wh..wh..opq makes opaque"
not_ok "a mark is not found by name" stat "$MNT/dir/.wh.a"
not_ok "nor the opaque one" stat "$MNT/opq/.wh..wh..opq"
not_ok "a hidden directory is not found" stat "$MNT/dir/sub"
echo new >"$MNT/dir/a"
is "$(cat "$MNT/dir/a")" "new" "a hidden name can come back"
mkdir "$MNT/dir/sub"
is "$(ls -A "$MNT/dir/sub")" "" "a hidden directory comes back empty"
before=$(tree_of "$MNT")
ok "remount" remount "$T/mid:$T/low" "$T/u" "$T/w"
is "$(tree_of "$MNT")" "$before" "the same tree after a remount"
ok "umount" umount_overlay

# Opaque by every xattr that is in the field.
for attr in trusted.overlay.opaque user.overlay.opaque \
	user.fuseoverlayfs.opaque; do
	rm -rf "$T/x1" "$T/x2"
	mkdir -p "$T/x1/d" "$T/x2/d"
	echo 1 >"$T/x1/d/one"
	echo 2 >"$T/x2/d/two"
	setfattr -n "$attr" -v y "$T/x1/d"
	rm -rf "$T/ux" "$T/wx"
	ok "mount" mount_overlay "$T/x1:$T/x2" "$T/ux" "$T/wx"
	is "$(ls "$MNT/d")" "one" "$attr is honoured"
	# Another mount's attributes are a user's: overlayfs shows them too.
	[ "$attr" = user.overlay.opaque ] ||
		is "$(getfattr -m - -d "$MNT/d" 2>&1)" "" "and not shown"
	umount_overlay
done

# Whiteouts of unprivileged overlayfs.
rm -rf "$T/x1" "$T/x2" "$T/ux" "$T/wx"
mkdir -p "$T/x1/d" "$T/x2/d"
echo 2 >"$T/x2/d/gone"
echo 2 >"$T/x2/d/kept"
setfattr -n user.overlay.opaque -v x "$T/x1/d"
: >"$T/x1/d/gone"
setfattr -n user.overlay.whiteout -v y "$T/x1/d/gone"
ok "mount" mount_overlay "$T/x1:$T/x2" "$T/ux" "$T/wx"
is "$(ls "$MNT/d")" "kept" "user.overlay.whiteout hides a name"
umount_overlay

# whiteout=oci writes what image tools read.
rm -rf "$T/uo" "$T/wo"
ok "mount with whiteout=oci" mount_overlay "$T/low" "$T/uo" "$T/wo" whiteout=oci
rm "$MNT/dir/a"
rm -r "$MNT/opq"
mkdir "$MNT/opq"
ok "a removed file is .wh.NAME" test -f "$T/uo/dir/.wh.a"
is "$(stat -c %s "$T/uo/dir/.wh.a" 2>&1)" 0 "which is empty"
ok "a replaced directory has .wh..wh..opq" test -e "$T/uo/opq/.wh..wh..opq"
not_ok "the name is gone" test -e "$MNT/dir/a"
is "$(ls -A "$MNT/opq")" "" "the directory is empty"
before=$(tree_of "$MNT")
ok "remount" remount "$T/low" "$T/uo" "$T/wo" whiteout=oci
is "$(tree_of "$MNT")" "$before" "the same tree after a remount"
echo back >"$MNT/dir/a"
is "$(ls -A "$T/uo/dir")" "a" "its mark goes when the name comes back"
# A directory replaces one that only .wh. files are left in.
mkdir -p "$MNT/fresh/in"
rm -r "$MNT/dir"/*
said=$(printf '%s\n' "rename fresh dir" "readdir dir" | sys "$MNT")
like "$said" "^rename fresh dir => 0" "a directory replaces an emptied one"
like "$said" "^readdir dir => 0 ..:d .:d in:d$" "and shows what it had"
before=$(tree_of "$MNT")
ok "remount" remount "$T/low" "$T/uo" "$T/wo" whiteout=oci
is "$(tree_of "$MNT")" "$before" "the same tree after a remount"
is "$(getfattr --absolute-names -d -m opaque "$T/uo/dir" 2>/dev/null)" "" \
	"no attribute is left that image tools do not read"
# Nobody can make a mark by hand.
not_ok "creating .wh.x is refused" touch "$MNT/.wh.x"
umount_overlay
done_testing
