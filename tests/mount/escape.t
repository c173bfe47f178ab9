#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No walk leaves a layer: symlinks, "..", bind mounts, rename races; and a
# hostile layer gives errors, never a crash or a way out.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_real_root

echo "host secret" >"$T/secret"
mkdir -p "$T/outside"
echo "outside" >"$T/outside/f"
outside_before=$(tree_of "$T/outside")

# Symlinks inside layers are data for the client, never paths of ours.
mkdir -p "$T/l/dir" "$T/l2/link" "$T/l2/dir"
ln -s "$T/outside" "$T/l/link"
ln -s ../../outside "$T/l/dir/up"
ln -s /etc/passwd "$T/l/passwd"
ln -s /proc/self/root "$T/l/magic"
echo low >"$T/l2/link/low"
ok "mount" mount_overlay "$T/l:$T/l2" "$T/u" "$T/w"
is "$(readlink "$MNT/link")" "$T/outside" "a link is a link"
chown -h 7 "$MNT/link" "$MNT/passwd"
setfattr -h -n trusted.x -v y "$MNT/link"
touch -h "$MNT/dir/up"
mv "$MNT/link" "$MNT/link2"
ln "$MNT/passwd" "$MNT/passwd2"
rm "$MNT/dir/up"
is "$(tree_of "$T/outside")" "$outside_before" "what links name is untouched"
is "$(stat -c %u /etc/passwd)" 0 "so is the host"
umount_overlay

# A bind mount inside a lower: the layer is what its filesystem holds.
mkdir -p "$T/b/mp"
echo under >"$T/b/mp/under"
mount --bind "$T/outside" "$T/b/mp"
ok "mount over a bind mount" mount_overlay "$T/b" "$T/ub" "$T/wb"
is "$(ls "$MNT/mp")" "under" "a mount inside a lower is not entered"
echo x >"$MNT/mp/new"
rm -f "$MNT/mp/f"
is "$(tree_of "$T/outside")" "$outside_before" "nor written"
umount_overlay
umount "$T/b/mp"

# A directory of a layer is swapped for a symlink while it is walked.
mkdir -p "$T/r/d/sub" "$T/r/x"
echo inside >"$T/r/d/sub/f"
ln -s "$T/outside" "$T/r/x/sub"
ln -s "$T/outside" "$T/r/evil"
ok "mount" mount_overlay "$T/r" "$T/ur" "$T/wr" timeout=0
(
	end=$((SECONDS + 3))
	while [ $SECONDS -lt $end ]; do
		for i in 1 2 3 4 5 6 7 8 9 10; do
			printf 'rename d/sub evil exchange\n'
			printf 'rename evil d/sub exchange\n'
		done | sys "$T/r" >/dev/null
	done
) &
racer=$!
while kill -0 "$racer" 2>/dev/null; do
	for i in 1 2 3 4 5 6 7 8 9 10; do
		printf '%s\n' "cat d/sub/f" "open 0 d/sub/f rw" "pwrite 0 0 X" \
			"put d/sub/new x" "chmod d/sub/f 600" "unlink d/sub/new"
	done | sys "$MNT" >>"$T/race"
done
wait "$racer"
not_ok "a race shows nothing from outside" grep -q outside "$T/race"
is "$(tree_of "$T/outside")" "$outside_before" "nor changes it"
umount_overlay

# Redirects that want out, or have no end.
mkdir -p "$T/h1" "$T/h2/a/b" "$T/h2/etc" "$T/top"
echo a >"$T/h2/a/b/f"
i=0
for to in ../../outside /../../outside .. . / "" a/b ./a "$T/outside" \
	/a/../../outside /a/./b a/.. /a//b //a "$(printf '%0300d' 1)" \
	"$(printf '/%.0s' $(seq 200))" \
	/evil-0 /evil-1 "$(printf 'a/%.0s' $(seq 1000))" /passwd/x; do
	mkdir -p "$T/h1/evil-$i"
	setfattr -n trusted.overlay.redirect -v "$to" "$T/h1/evil-$i" ||
		diag "cannot set $to"
	: >"$T/h1/meta-$i"
	truncate -s 100 "$T/h1/meta-$i"
	setfattr -n trusted.overlay.metacopy -v "" "$T/h1/meta-$i"
	setfattr -n trusted.overlay.redirect -v "$to" "$T/h1/meta-$i"
	i=$((i + 1))
done
# A circle of two, and one to itself.
mkdir "$T/h1/c1" "$T/h1/c2" "$T/h1/self" "$T/h2/c1" "$T/h2/c2"
setfattr -n trusted.overlay.redirect -v /c2 "$T/h1/c1"
setfattr -n trusted.overlay.redirect -v /c1 "$T/h1/c2"
setfattr -n trusted.overlay.redirect -v self "$T/h1/self"
setfattr -n trusted.overlay.redirect -v /c2 "$T/h2/c1"
# Attributes of no sense.
for value in y x n "" yy "$(printf '%0200d' 1)"; do
	d=$T/h1/opq-${#value}-$value
	mkdir -p "${d:0:200}"
	setfattr -n trusted.overlay.opaque -v "$value" "${d:0:200}"
	setfattr -n trusted.overlay.origin -v "$value" "${d:0:200}"
	setfattr -n trusted.overlay.impure -v "$value" "${d:0:200}"
	setfattr -n trusted.overlay.nlink -v "$value" "${d:0:200}"
done
for value in 0x00 0x00fb 0x00fbff00 0x00fb1d0001 \
	0x00fb1d000100000000000000000000000000000000ffffffffffffffff; do
	: >"$T/h1/origin-$value"
	setfattr -n trusted.overlay.origin -v "$value" "$T/h1/origin-$value"
	setfattr -n trusted.overlay.metacopy -v "$value" "$T/h1/origin-$value"
	: >"$T/h1/override-$value"
	setfattr -n user.containers.override_stat -v "$value" \
		"$T/h1/override-$value"
done
for value in :::: 0:0 -1:-1:99999999:file 0:0:0755:block-x-y \
	4294967296:0:0777:dir 0:0:0755:char-99999-99999999; do
	: >"$T/h1/ov-$value"
	setfattr -n user.containers.override_stat -v "$value" "$T/h1/ov-$value"
done
: >"$T/h1/.wh."
: >"$T/h1/.wh..wh."
mkdir "$T/h1/.wh.dir" "$T/h1/.wh..wh.plnk"
: >"$T/h1/.wh.$(printf 'n%.0s' $(seq 251))"
for opts in "" metacopy=on xattr_permissions=2; do
	rm -rf "$T/uh" "$T/wh"
	ok "mount of hostile layers ($opts)" mount_overlay "$T/h1:$T/h2" \
		"$T/uh" "$T/wh" "$opts"
	timeout 20 find "$MNT" -exec stat {} + >"$T/found" 2>&1
	isnt_timeout=$?
	ok "a walk of it ends" test $isnt_timeout -ne 124
	timeout 20 "$FO_SYS" tree "$MNT" >>"$T/found" 2>&1
	timeout 20 cat "$MNT"/meta-* >>"$T/found" 2>&1
	timeout 20 chmod -R u+w "$MNT" >>"$T/found" 2>&1
	(cd "$MNT" && for d in *; do
		echo x >"$d/new"
		mv "$d" "moved-$d"
		rm -rf "moved-$d"
	done) >>"$T/found" 2>&1
	not_ok "nothing from outside in it" grep -E "outside$|root:" "$T/found"
	ok "the daemon lives" stat "$MNT"
	is "$(lib_daemons | wc -l)" 1 "as one process"
	ok "umount" umount_overlay
	is "$(tree_of "$T/outside")" "$outside_before" "outside is untouched"
done

# An upper that was written by an enemy, and marks made through the mount.
mkdir -p "$T/fu" "$T/fl/secretdir"
echo "low" >"$T/fl/secretdir/f"
ok "mount" mount_overlay "$T/fl" "$T/fu" "$T/fw"
setpriv --reuid 1000 --regid 1000 --clear-groups true
chmod 777 "$MNT" "$MNT/secretdir"
setpriv --reuid 1000 --regid 1000 --clear-groups sh -c "
	mkdir '$MNT/forged'
	setfattr -n user.overlay.redirect -v /secretdir '$MNT/forged'
	setfattr -n user.overlay.opaque -v y '$MNT/secretdir'
	setfattr -n user.fuseoverlayfs.opaque -v y '$MNT/forged'" 2>/dev/null
ok "remount" remount "$T/fl" "$T/fu" "$T/fw"
is "$(ls "$MNT/forged")" "" "a user cannot forge a redirect"
umount_overlay
done_testing
