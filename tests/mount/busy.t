#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Clients that die, mounts that are in use, and a daemon that is killed:
# nobody hangs, and what is left can be removed.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/l/d"
head -c 3000000 /dev/urandom >"$T/l/big"
echo f >"$T/l/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"

# Busy: umount refuses, the lazy one waits for the last user.
sleep 100 <"$MNT/f" &
holder=$!
sleep 0.1
not_ok "a busy mount is not unmounted" umount "$MNT"
ok "and goes on working" cat "$MNT/big"
ok "a lazy unmount works" umount -l "$MNT"
is "$(lib_daemons | wc -l)" 1 "the daemon stays for the last user"
ok "who can still read" cmp "/proc/$holder/fd/0" "$T/l/f"
kill "$holder"
wait "$holder" 2>/dev/null
for ((i = 0; i < 50; i++)); do [ -z "$(lib_daemons)" ] && break; sleep 0.1; done
is "$(lib_daemons)" "" "and goes with him"

# Clients killed at any moment.
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
for i in 1 2 3 4 5 6 7 8; do
	(
		while :; do
			cp "$MNT/big" "$MNT/copy$i"
			cat "$MNT/copy$i" >/dev/null
			mv "$MNT/copy$i" "$MNT/d/copy$i"
			rm "$MNT/d/copy$i"
		done
	) >/dev/null 2>&1 &
	pids[i]=$!
done
sleep 1
for i in 1 2 3 4 5 6 7 8; do
	pkill -9 -P "${pids[i]}"
	kill -9 "${pids[i]}"
	wait "${pids[i]}" 2>/dev/null
done
ok "killed clients leave a working mount" touch "$MNT/alive"
is "$(cmp "$MNT/big" "$T/l/big" 2>&1)" "" "with its data"
ok "umount" umount_overlay

# The daemon dies: errors, no hanging process, and fusermount3 removes it.
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
exec 5<"$MNT/f"
sleep 100 <"$MNT/big" &
holder=$!
(
	while :; do
		ls -lR "$MNT" || break
		cat "$MNT/big" || break
		: >"$MNT/x" || break
	done
) >/dev/null 2>&1 &
client=$!
sleep 0.3
kill -9 "$(lib_daemons)"
for ((i = 0; i < 50; i++)); do
	kill -0 "$client" 2>/dev/null || break
	sleep 0.1
done
not_ok "a client does not hang" kill -0 "$client"
like "$(ls "$MNT/not-there" 2>&1)" "not connected|abort" "a call says so"
timeout 5 cat "$MNT/never-seen" >/dev/null 2>&1
ok "no call waits" test $? -ne 124
timeout 5 cat <&5 >/dev/null 2>&1
ok "nor one on an old descriptor" test $? -ne 124
exec 5<&-
kill "$holder"
wait "$holder" "$client" 2>/dev/null
is "$(ps -eo stat=,args= | grep "^D.*$T" | grep -v grep)" "" \
	"no process is stuck"
requires "fusermount3" command -v fusermount3
ok "fusermount3 -u removes the mount" fusermount3 -u "$MNT"
is "$(ls -A "$MNT")" "" "the mount point is an empty directory"
ok "the next start works" mount_overlay "$T/l" "$T/u" "$T/w"
ok "and has the tree" cmp "$MNT/big" "$T/l/big"

# Signals: TERM and INT unmount by themselves.
for sig in TERM INT; do
	kill -$sig "$(lib_daemons)"
	for ((i = 0; i < 50; i++)); do
		[ -z "$(lib_daemons)" ] && break
		sleep 0.1
	done
	is "$(lib_daemons)" "" "SIG$sig ends the daemon"
	not_ok "and the mount" mountpoint -q "$MNT"
	ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
done
ok "umount" umount_overlay
done_testing
