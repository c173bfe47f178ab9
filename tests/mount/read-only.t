#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Uppers that cannot be written, and "ro": a mount that reads, and says
# EROFS to the rest.
. "$(dirname "$0")/../lib.sh"
requires_root

requires_fs ext4 20M "$T/fs"
mkdir -p "$T/l/d" "$T/fs/u" "$T/fs/w"
echo f >"$T/l/f"
mount_engine overlayfs "$T/k" "$T/l" "$T/fs/u" "$T/fs/w"
echo up >"$T/k/up"
rm "$T/k/f"
umount "$T/k"
check_refusals() {
	local said
	said=$(sys "$MNT" <<-'END'
		put new x
		mkdir x
		unlink up
		rename up y
		chmod up 600
		chmod d 700
		truncate up 0
		setxattr up user.x y
		utimens up 1.0 1.0
		symlink a b
		link up hard
		mknod p p
		open 0 up rw
		open 0 d rw,tmpfile
		open 0 up w,append
		rmdir d
		access up w
		END
	)
	is "$(grep -c '=> EROFS$' <<<"$said")" 17 "$1: every change is EROFS"
	[ "$(grep -c '=> EROFS$' <<<"$said")" = 17 ] || diag "$said"
	is "$(cat "$MNT/up")" up "$1: files are read"
	not_ok "$1: a whiteout hides" stat "$MNT/f"
	like "$(findmnt -no OPTIONS "$MNT")" "(^|,)ro(,|$)" "$1: it says ro"
}
before=$(tree_of "$T/fs/u")
if is_oracle; then
	mount -t overlay -o "ro,lowerdir=$T/l,upperdir=$T/fs/u,workdir=$T/fs/w" \
		overlay "$MNT"
else
	ok "mount ro" mount_overlay "$T/l" "$T/fs/u" "$T/fs/w" ro
fi
check_refusals "ro"
ok "umount" umount_overlay

if is_oracle; then
	skip "a read-only upper" "overlayfs refuses it"
else
	mount -o remount,ro "$T/fs"
	mount_overlay "$T/l" "$T/fs/u" "$T/fs/w" >"$T/said" 2>&1
	is $? 0 "a read-only upper mounts"
	like "$(cat "$T/said")" "read-only" "with a warning"
	check_refusals "read-only upper"
	ok "umount" umount_overlay
	mount -o remount,rw "$T/fs"
fi
is "$(tree_of "$T/fs/u")" "$before" "nothing of the upper has changed"

# A filesystem that becomes read-only while it is in use.
ok "mount read-write" mount_overlay "$T/l" "$T/fs/u" "$T/fs/w"
echo one >"$MNT/one"
sync -f "$MNT"
if mount -o remount,ro "$T/fs" 2>/dev/null; then
	not_ok "writing fails then" sh -c "echo two >'$MNT/two' && sync '$MNT/two'"
	ok "reading does not" cat "$MNT/one"
	mount -o remount,rw "$T/fs"
	ok "and all is well afterwards" sh -c "echo three >'$MNT/three'"
else
	skip "an upper that turns read-only" "this kernel finds it busy"
fi
done_testing
