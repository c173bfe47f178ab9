#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 400
# engines: plain
# The daemon is killed before its first, second, ... call that changes a
# file. What the next mount shows is the tree before or the tree after, and
# nothing is left in work.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root
. "$(dirname "$0")/faults.sh"
requires "needs fo-fault" test -x "$FO_FAULT"

killed_at() {
	local said
	fault_layers
	fault_mount || return
	said=$(fault_run kill "$2" "$1")
	umount -l "$MNT"
	printf '%s\n' "${said##*$'\n'}"
}

try_all() {
	local name=$1 steps=$2 before after point said points=0 bad=0
	fault_layers
	fault_mount || return
	before=$(fault_tree)
	fault_run kill 0 "$steps" >"$T/said"
	after=$(fault_tree)
	umount_overlay
	for ((point = 1; point < 100; point++)); do
		said=$(killed_at "$steps" "$point")
		case $said in
		"at "*) points=$((points + 1)) ;;
		*) break ;;
		esac
		check "$name, before call $point, ${said#at }" || bad=1
	done
	[ "$before" = "$after" ] && case $name in
	copy-up\ by\ chmod | unlink* | rename* | create*) bad=1 ;;
	esac
	if [ "$points" -gt 0 ] && [ "$bad" = 0 ]; then
		pass "$name: killed at each of $points calls"
	else
		fail "$name: killed at each of $points calls"
		diag "$(cat "$T/said")"
	fi
}

# shellcheck disable=SC2154 # before and after are try_all's
check() {
	local now
	if ! fault_mount; then
		diag "$1: the next mount fails"
		return 1
	fi
	now=$(fault_tree)
	if [ "$now" != "$before" ] && [ "$now" != "$after" ]; then
		diag "$1: neither before nor after:" \
			"$(diff <(echo "$before") <(echo "$now"))"
		umount_overlay
		return 1
	fi
	if [ -n "$(fault_left)" ]; then
		diag "$1: left in work: $(fault_left)"
		umount_overlay
		return 1
	fi
	umount_overlay
}

for operation in "${OPERATIONS[@]}"; do
	try_all "${operation%%|*}" "${operation#*|}"
done
done_testing
