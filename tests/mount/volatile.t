#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# volatile: marked while it is mounted, refused when it was not unmounted
# cleanly, never waiting for a disk.
. "$(dirname "$0")/../lib.sh"
requires_root

mkdir "$T/l"
echo f >"$T/l/f"
marker=$T/w/work/incompat/volatile
ok "mount volatile" mount_overlay "$T/l" "$T/u" "$T/w" volatile
ok "the mark is there" test -d "$marker"
echo more >>"$MNT/f"
ok "fsync works" sync "$MNT/f"
ok "umount" umount_overlay
if ! is_oracle; then
	# Both refuse to begin with the mark; overlayfs leaves it for people
	# to remove, a clean unmount of ours has synced and takes it away.
	for ((i = 0; i < 50; i++)); do
		[ -e "$marker" ] || break
		sleep 0.1
	done
	not_ok "a clean unmount takes it away" test -e "$marker"
	ok "mount again" mount_overlay "$T/l" "$T/u" "$T/w" volatile
	is "$(tail -1 "$MNT/f")" more "what was written is there"
	kill -9 "$(lib_daemons)"
	umount -l "$MNT"
	ok "after a crash the mark is there" test -d "$marker"
fi
said=$(mount_overlay "$T/l" "$T/u" "$T/w" volatile 2>&1)
is "$([ $? -ne 0 ] && echo refused)" refused "a mount with the mark is refused"
not_ok "also one that is not volatile" mount_overlay "$T/l" "$T/u" "$T/w"
if ! is_oracle; then
	like "$said" "volatile" "the message says why"
	like "$said" "$marker|incompat" "and what to do"
	is "$(wc -l <<<"$said")" 1 "in one line"
fi
# What container engines do before the next start.
rm -rf "$T/w/work/incompat/volatile"
ok "without the mark it mounts" mount_overlay "$T/l" "$T/u" "$T/w"
is "$(tail -1 "$MNT/f")" more "what was written is there"
done_testing
