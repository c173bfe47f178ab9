#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# xattr_permissions=2 and fuse-overlayfs: each reads what the other keeps of
# owners and modes in an upper.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_real_root
requires "no fuse-overlayfs" command -v fuse-overlayfs
requires "no setfattr" command -v setfattr

mkdir "$T/l"
echo low >"$T/l/low"
theirs() {
	mkdir -p "$T/$1" "$T/$1.work"
	fuse-overlayfs -o "lowerdir=$T/l,upperdir=$T/$1,workdir=$T/$1.work,xattr_permissions=2" \
		"$MNT" 2>/dev/null
}
ours() { mount_overlay "$T/l" "$T/$1" "$T/$1.work" xattr_permissions=2; }
change() {
	(
		cd "$MNT" || exit
		echo a >a && chmod 2750 a && mkdir d && chmod 1777 d
		chmod 700 low && ln a d/b
	)
}
look() { (cd "$MNT" && stat -c '%n %a %u %g' a d d/b low && cat a low); }

ok "ours: mount" ours u1
ok "ours: change" change
(cd "$MNT" && chown 5:6 low && chown 7 d)
seen=$(look)
is "$(echo "$seen" | tr '\n' ' ')" \
	"a 2750 0 0 d 1777 7 0 d/b 2750 0 0 low 700 5 6 a low " \
	"ours: what was changed"
ok "ours: umount" umount_overlay
ok "theirs: mount of our upper" theirs u1
is "$(look)" "$seen" "theirs: the same is seen"
ok "theirs: change it" chmod 640 "$MNT/a"
ok "theirs: umount" umount "$MNT"
ok "ours: mount again" ours u1
is "$(stat -c %a "$MNT/a" "$MNT/d/b" | tr '\n' ' ')" "640 640 " \
	"ours: the last word counts"
ok "ours: and ours thereafter" chmod 600 "$MNT/a"
ok "ours: umount" umount_overlay
ok "theirs: mount again" theirs u1
is "$(stat -c %a "$MNT/a")" 600 "theirs: sees it"
ok "theirs: umount" umount "$MNT"

ok "theirs: mount" theirs u2
ok "theirs: change" change
seen=$(look)
ok "theirs: umount" umount "$MNT"
ok "ours: mount of their upper" ours u2
is "$(look)" "$seen" "ours: the same is seen"
ok "ours: umount" umount_overlay
for pair in a:0600 low:0700; do
	is "$(getfattr --only-values -n user.containers.override_stat \
		"$T/u1/${pair%:*}" 2>/dev/null | cut -d: -f3)" "${pair#*:}" \
		"container engines read ${pair%:*} without either"
done
done_testing
