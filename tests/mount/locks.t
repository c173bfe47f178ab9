#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Locks exclude each other, whoever opened first: before a copy-up, after it,
# and by whatever name.
. "$(dirname "$0")/../lib.sh"
requires_root

mkdir "$T/l"
for n in f g h; do echo $n >"$T/l/$n"; done
ln "$T/l/h" "$T/l/h2"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
said=$(sys "$MNT" <<-'END'
	open 0 f r
	open 1 f r
	flock 0 ex
	flock 1 ex
	flock 1 sh
	flock 0 un
	flock 1 sh
	flock 0 sh
	flock 0 ex
	END
)
is "$(sed -n 's/^flock.*=> //p' <<<"$said" | tr '\n' ' ')" \
	"0 EAGAIN EAGAIN 0 0 0 EAGAIN " "flock of two readers"

if is_oracle; then
	skip "a lock over a copy-up" "overlayfs locks the lower's inode then"
else
	said=$(sys "$MNT" <<-'END'
		open 0 g r
		flock 0 ex
		open 1 g rw
		pwrite 1 0 G
		flock 1 ex
		open 2 g r
		flock 2 sh
		lock 0 r 0 10
		lock 1 w 5 10
		lock 1 w 10 10
		lock 0 r 15 1
		flock 0 un
		flock 1 ex
		END
	)
	is "$(sed -n 's/^f*lock.*=> //p' <<<"$said" | tr '\n' ' ')" \
		"0 EAGAIN EAGAIN 0 EAGAIN 0 EAGAIN 0 0 " \
		"a lock taken before the copy-up holds after it"
	said=$(sys "$MNT" <<-'END'
		open 0 h r
		open 1 h2 r
		flock 0 ex
		flock 1 ex
		unlink h
		flock 1 ex
		END
	)
	is "$(sed -n 's/^flock.*=> //p' <<<"$said" | tr '\n' ' ')" \
		"0 EAGAIN EAGAIN " "two names of one inode share their locks"
fi

# Between processes, with waiting, and given back at the end of one.
( exec 9<"$MNT/f"; flock -x 9; echo locked; sleep 30 ) >"$T/said" &
pid=$!
for ((i = 0; i < 50; i++)); do grep -q locked "$T/said" && break; sleep 0.1; done
not_ok "another process has to wait" flock -n "$MNT/f" true
pkill -9 -P "$pid"
kill -9 "$pid"
wait "$pid" 2>/dev/null
ok "until the one is gone" flock -w 5 "$MNT/f" true

# Waiting that is interrupted.
( exec 9<"$MNT/f"; flock -x 9; echo locked; sleep 30 ) >"$T/said" &
pid=$!
for ((i = 0; i < 50; i++)); do grep -q locked "$T/said" && break; sleep 0.1; done
is "$(timeout 1 flock "$MNT/f" true; echo $?)" 124 "one who waits can be ended"
pkill -P "$pid"
kill "$pid"
wait "$pid" 2>/dev/null

# 8 writers count under flock; every increment is there.
echo 0 >"$MNT/counter"
for i in 1 2 3 4 5 6 7 8; do
	(
		for ((j = 0; j < 40; j++)); do
			exec 9<>"$MNT/counter"
			flock 9
			read -r n <"$MNT/counter"
			echo $((n + 1)) >"$MNT/counter"
			exec 9>&-
		done
	) &
	pids="${pids:-} $!"
done
# shellcheck disable=SC2086 # a list
wait $pids
is "$(cat "$MNT/counter")" 320 "no increment is lost"
said=$(sys "$MNT" <<-'END'
	open 0 f r
	lease 0 r
	lease 0 un
	END
)
like "$said" "^lease 0 r => (0|EINVAL|EAGAIN)" "leases work or are refused"
done_testing
