#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A lower that changes under a live mount: nothing breaks, and a refresh or
# the timeout shows what is new.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/l/d"
echo old >"$T/l/f"
echo gone >"$T/l/d/gone"
echo type >"$T/l/type"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
is "$(cat "$MNT/f")" old "the old content"
ls -lR "$MNT" >/dev/null
not_ok "a name that is not there" stat "$MNT/late"

change() {
	echo late >"$T/l/late"
	echo "new and longer" >"$T/l/f.new"
	mv "$T/l/f.new" "$T/l/f"
	rm "$T/l/d/gone"
	rm "$T/l/type"
	mkdir "$T/l/type"
	echo in >"$T/l/type/in"
	mkdir "$T/l/newdir"
}
change
# Old or new are both right now; errors of other kinds are not.
said=$( (cat "$MNT/f"; ls -R "$MNT"; cat "$MNT/d/gone"; cat "$MNT/type") 2>&1)
not_ok "no I/O error before a refresh" grep -E "Input/output|Transport|Stale" \
	<<<"$said"
ok "the mount works meanwhile" touch "$MNT/mine"

kill -HUP "$(lib_daemons)"
for ((i = 0; i < 50; i++)); do
	[ -e "$MNT/late" ] && break
	sleep 0.1
done
is "$(cat "$MNT/late" 2>&1)" late "a new name is seen after SIGHUP"
is "$(cat "$MNT/f")" "new and longer" "new content too"
is "$(stat -c %s "$MNT/f")" 15 "and its size"
not_ok "what was removed is gone" stat "$MNT/d/gone"
is "$(ls "$MNT/d")" "" "also from the listing"
is "$(cat "$MNT/type/in" 2>&1)" in "a file became a directory"
is "$(ls "$MNT" | tr '\n' ' ')" "d f late mine newdir type " "the list is new"
is "$(ls "$T/u")" mine "and the upper has only what was written"
ok "a changed lower can be written" sh -c "echo more >>'$MNT/f'"
is "$(cat "$T/u/f" | tr '\n' ' ')" "new and longer more " "over its new content"
umount_overlay

# timeout=: seen by itself.
rm -rf "$T/u" "$T/w"
ok "mount with timeout=0" mount_overlay "$T/l" "$T/u" "$T/w" timeout=0
not_ok "not there" stat "$MNT/soon"
cat "$MNT/late" >/dev/null
echo soon >"$T/l/soon"
echo later >"$T/l/late.new" && mv "$T/l/late.new" "$T/l/late"
rm "$T/l/f"
is "$(cat "$MNT/soon" 2>&1)" soon "a new name is seen at once"
not_ok "a removed one is gone at once" stat "$MNT/f"
is "$(cat "$MNT/late")" later "replaced content is seen"
umount_overlay

# A whole directory that goes while somebody is in it.
rm -rf "$T/u" "$T/w"
mkdir -p "$T/l/in/side"
echo x >"$T/l/in/side/x"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
(
	cd "$MNT/in/side" || exit
	exec 3<x
	ls >/dev/null
	rm -r "$T/l/in"
	ls -la . .. 2>&1
	cat <&3 2>&1
	echo new >y 2>&1
	cat "$MNT/in/side/x" 2>&1
) >"$T/said" 2>&1
ok "the mount lives when a lower directory goes" ls -l "$MNT"
ok "and takes changes" mkdir "$MNT/in2"
done_testing
