#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once: a long copy-up stops nobody else, the same file is copied up
# once, and parallel creators, listers and removers see one tree.
. "$(dirname "$0")/../lib.sh"
requires_root

mkdir -p "$T/l/d"
head -c 100000000 /dev/zero | tr '\0' z >"$T/l/huge"
for i in $(seq 200); do echo "$i" >"$T/l/d/f$i"; done
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"

# While 100 MB are copied, others read, create and copy up small ones.
chmod 600 "$MNT/d/f1"
printf 'open 0 huge rw\npwrite 0 5 x\n' | sys "$MNT" >"$T/said" &
copier=$!
count=0
while kill -0 $copier 2>/dev/null; do
	for i in 1 2 3 4 5; do
		cat "$MNT/d/f$((1 + count % 200))" >/dev/null &&
			echo x >"$MNT/new$count" &&
			chmod 600 "$MNT/d/f$((1 + count % 200))" &&
			count=$((count + 1))
	done
done
wait $copier
like "$(cat "$T/said")" "^pwrite 0 5 x => 0" "a large file is written"
ok "and others went on meanwhile ($count times)" test "$count" -ge 5
is "$(stat -c %s "$T/u/huge")" 100000000 "the copy is whole"
rm "$MNT/huge" "$MNT"/new*

# Eight change one file at the same time: one copy, all changes.
for round in 1 2 3 4 5; do
	f=d/f$((100 + round))
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		echo "$i" >>"$MNT/$f" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # a list
	wait $pids
	[ "$(wc -l <"$MNT/$f")" = 9 ] || fail "round $round lost a change"
done
pass "eight writers of a lower file each"
is "$(work_left "$T/w")" "" "no copy is left over"

# Each makes, lists and removes in the same directory.
pids=
for i in 1 2 3 4 5 6 7 8; do
	(
		for j in $(seq 25); do
			: >"$MNT/d/$i-$j" || echo "create $i-$j"
			ls "$MNT/d" >"$T/list$i" || echo "list"
			grep -qx "$i-$j" "$T/list$i" || echo "lost $i-$j"
			[ "$(sort "$T/list$i" | uniq -d)" = "" ] || echo twice
			rm "$MNT/d/$i-$j" || echo "rm $i-$j"
			rm -f "$MNT/d/f$((j + 20))"
			mkdir "$MNT/d/dir$i" && rmdir "$MNT/d/dir$i" ||
				echo "dir"
		done
	) >"$T/errors$i" 2>&1 &
	pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
is "$(cat "$T"/errors?)" "" "eight who make, list and remove agree"
is "$(find "$MNT/d" -name 'f*' | wc -l)" 175 "what they removed is gone"
tree_of "$MNT" >"$T/before"
ok "remount" remount "$T/l" "$T/u" "$T/w"
tree_of "$MNT" >"$T/after"
lib_compare "$T/before" "$T/after" "the same tree after a remount"
done_testing
