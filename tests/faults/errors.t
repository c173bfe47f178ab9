#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 400
# engines: plain
# An upper that fails: each call that changes a file is the one that says
# EIO. The operation fails with that errno and the tree is as before, or it
# succeeds and the tree is as after; the mount goes on working.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root
. "$(dirname "$0")/faults.sh"
requires "needs fo-fault" test -x "$FO_FAULT"
requires "fo-fault knows the registers of x86-64" test "$(uname -m)" = x86_64

# shellcheck disable=SC2154 # before and after are try_all's
check() {
	local now
	now=$(fault_tree)
	if grep -q "=> 0" "$T/last" && [ "$now" != "$after" ]; then
		# What could not be removed from work is one link more, until
		# the next mount empties it.
		umount_overlay
		fault_mount || return
		now=$(fault_tree)
	fi
	if grep -q "=> 0" "$T/last" && [ "$now" = "$after" ]; then
		return 0
	fi
	if ! grep -q "=> E" "$T/last" || [ "$now" != "$before" ]; then
		diag "$1: $(cat "$T/last")" "is not what the tree is:" \
			"$(diff <(echo "$before") <(echo "$now"))"
		return 1
	fi
	grep -q "=> EIO" "$T/last" && return
	# A redirect that cannot be written: rename by hand, as overlayfs says.
	[[ $1 == rename*directory*setxattr || $1 == exchange*setxattr ]] &&
		grep -q "=> EXDEV" "$T/last" && return
	diag "$1: another errno: $(cat "$T/last")"
	return 1
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
		fault_layers
		fault_mount || bad=1
		said=$(fault_run EIO "$point" "$steps")
		# The answer that counts: the first error, or that of the last.
		printf '%s\n' "$said" | grep "=>" >"$T/answers"
		{ grep "=> E" "$T/answers" || tail -1 "$T/answers"; } |
			head -1 >"$T/last"
		said=${said##*$'\n'}
		case $said in
		"at "*) ;;
		*) umount_overlay; break ;;
		esac
		points=$((points + 1))
		check "$name, EIO of call $point, ${said#at }" || bad=1
		echo x >"$MNT/works" || bad=1
		umount_overlay
		# What could not be removed then is removed by the next mount.
		[ -n "$(fault_left)" ] || continue
		fault_mount || bad=1
		if [ -n "$(fault_left)" ]; then
			diag "$name, call $point: left: $(fault_left)"
			bad=1
		fi
		umount_overlay
	done
	if [ "$points" -gt 0 ] && [ "$bad" = 0 ]; then
		pass "$name: EIO of each of $points calls"
	else
		fail "$name: EIO of each of $points calls"
		diag "$(cat "$T/said")"
	fi
}
for operation in "${OPERATIONS[@]}"; do
	try_all "${operation%%|*}" "${operation#*|}"
done
done_testing
