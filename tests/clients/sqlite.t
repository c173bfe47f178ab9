#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SQLite on a database of a lower layer, in WAL and in rollback mode: readers
# that opened it first stay beside a writer, and nothing is lost or torn.
. "$(dirname "$0")/../lib.sh"
requires_root
requires "sqlite3" command -v sqlite3

rows=20000
mkdir -p "$T/l"
for mode in wal delete truncate; do
	sqlite3 "$T/l/$mode.db" "PRAGMA journal_mode=$mode;
		CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER,
			note TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
			WHERE i < $rows)
		INSERT INTO account SELECT i, 100, hex(randomblob(50)) FROM n;
		CREATE INDEX note ON account(note);" >/dev/null
done
before=$(tree_of "$T/l" nomtime)
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"

ask() { sqlite3 -cmd '.timeout 10000' "$1" "$2"; }
# Takes from one, gives to another: the sum never changes.
write_some() {
	local i
	for ((i = 0; i < $2; i++)); do
		echo "BEGIN IMMEDIATE;
			UPDATE account SET amount = amount - 7,
				note = hex(randomblob(60)) WHERE id = $((1 + RANDOM % rows));
			UPDATE account SET amount = amount + 7
				WHERE id = $((1 + RANDOM % rows));
			COMMIT;"
	done | sqlite3 -cmd '.timeout 20000' "$1"
}
read_some() {
	while [ ! -e "$T/done" ]; do
		ask "$1" "SELECT sum(amount) FROM account"
	done
}

try_mode() {
	local mode=$1 db=$MNT/$1.db pids='' i
	rm -f "$T/done"
	# Who opened first, and holds it: one with a snapshot, one without.
	mkfifo "$T/$mode.in"
	sqlite3 -cmd '.timeout 10000' "$db" <"$T/$mode.in" >"$T/$mode.held" 2>&1 &
	local held=$!
	exec 7>"$T/$mode.in"
	echo "SELECT 'first', sum(amount) FROM account;" >&7
	[ "$mode" != wal ] ||
		echo "BEGIN; SELECT 'snapshot', sum(amount), max(id) FROM account;" >&7
	for ((i = 0; i < 50; i++)); do
		grep -q first "$T/$mode.held" && break
		sleep 0.1
	done
	for i in 1 2 3; do
		read_some "$db" >"$T/$mode.read$i" 2>&1 &
		pids="$pids $!"
	done
	write_some "$db" 60 >"$T/$mode.write1" 2>&1 &
	local one=$!
	write_some "$db" 60 >"$T/$mode.write2" 2>&1
	wait $one
	touch "$T/done"
	# shellcheck disable=SC2086 # a list
	wait $pids
	[ "$mode" != wal ] || echo "SELECT 'still', sum(amount) FROM account; COMMIT;" >&7
	echo "SELECT 'last', sum(amount), count(*) FROM account;" >&7
	exec 7>&-
	wait $held
	is "$(cat "$T/$mode".write?)" "" "$mode: the writers write"
	is "$(sort -u "$T/$mode".read?)" $((rows * 100)) \
		"$mode: every reader finds the sum"
	like "$(tail -1 "$T/$mode.held")" "^last.$((rows * 100)).$rows$" \
		"$mode: one who opened the lower sees what was written"
	not_ok "$mode: and had no error" grep -i error "$T/$mode.held"
	is "$(ask "$db" 'PRAGMA integrity_check')" ok "$mode: integrity_check"
	is "$(ask "$db" 'SELECT count(*) > 60 FROM account WHERE amount <> 100')" \
		1 "$mode: it was changed"
}
for mode in wal delete truncate; do try_mode $mode; done
ok "remount" remount "$T/l" "$T/u" "$T/w"
for mode in wal delete truncate; do
	is "$(ask "$MNT/$mode.db" 'PRAGMA integrity_check;
		SELECT sum(amount) FROM account' | tr '\n' ' ')" \
		"ok $((rows * 100)) " "$mode: whole after a remount"
	is "$(ask "$T/l/$mode.db" \
		'SELECT count(*) FROM account WHERE amount <> 100')" 0 \
		"$mode: the lower has no change"
done
umount_overlay
rm -f "$T"/l/*-wal "$T"/l/*-shm # of our own look at the lower
is "$(tree_of "$T/l" nomtime)" "$before" "the lower is untouched"
done_testing
