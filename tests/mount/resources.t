#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a mount costs: no descriptor for each inode, little memory, and
# nothing that grows with what comes and goes.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root
[ -z "${FO_SANITIZED:-}" ] || skip_all "sanitizers have memory of their own"

mkdir -p "$T/l1" "$T/l2"
for d in $(seq 40); do
	mkdir "$T/l1/d$d" "$T/l2/d$d"
	"$FO_SYS" fill "$T/l1/d$d" f 0 100
	"$FO_SYS" fill "$T/l2/d$d" g 0 100
done
ok "mount" mount_overlay "$T/l1:$T/l2" "$T/u" "$T/w"
pid=$(lib_daemons)
descriptors() { find "/proc/$pid/fd" -mindepth 1 -maxdepth 1 | wc -l; }
resident() { awk '/^VmRSS/ {print $2}' "/proc/$pid/status"; }
first=$(resident)
start=$(descriptors)
find "$MNT" -type f -newermt 1980-01-01 | wc -l >"$T/count"
is "$(cat "$T/count")" 8000 "8,000 files are walked"
grown=$((($(resident) - first) * 1024 / 8000))
ok "for less than 250 bytes each ($grown)" test "$grown" -lt 250
ok "and no descriptor each ($(descriptors))" test "$(descriptors)" -lt \
	$((start + 600))
find "$MNT" -type f -exec cat {} + >/dev/null
ok "nor when they are read ($(descriptors))" test "$(descriptors)" -lt 6000

# What comes and goes leaves nothing behind.
churn() {
	local i
	for i in $(seq 150); do
		echo "$i" >"$MNT/d1/new$i"
		mv "$MNT/d1/new$i" "$MNT/d2/moved$i"
		rm "$MNT/d2/moved$i"
		mkdir "$MNT/dir$i"
		rmdir "$MNT/dir$i"
	done
}
churn
once=$(resident)
churn
churn
ok "300 files and directories more cost nothing ($once to $(resident) KiB)" \
	test "$(resident)" -lt $((once + 600))
ok "nor descriptors ($(descriptors))" test "$(descriptors)" -lt 6000

# What the kernel forgets, we forget.
echo 2 >/proc/sys/vm/drop_caches
sleep 0.5
ok "the mount lives on" test -e "$MNT/d40/g99"
before=$(resident)
for i in 1 2 3; do
	find "$MNT" -type f -newermt 1980-01-01 >/dev/null
	echo 2 >/proc/sys/vm/drop_caches
	sleep 0.2
done
ok "walks after forgetting do not add up ($before to $(resident) KiB)" \
	test "$(resident)" -lt $((before + 4000))
ok "umount" umount_overlay

# Few descriptors allowed: it still works.
(
	ulimit -n 256
	mount_overlay "$T/l1:$T/l2" "$T/u" "$T/w"
)
is "$(find "$MNT" -type f -exec cat {} + 2>&1 | head -3)" "" \
	"8,000 files are read with 256 descriptors"
for i in $(seq 100); do echo "$i" >"$MNT/d3/f$i"; done
is "$(cat "$MNT/d3/f77")" 77 "and written"
done_testing
