#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain passthrough
# timeout: 400
# What dies under a container engine: the daemon, the engine, the machine.
# The next start works, and what was written and synced is there.
. "$(dirname "$0")/lib.sh"
requires "no podman" command -v podman

ct_setup
ct_import
# shellcheck disable=SC2317 # called by ok
begin() {
	podman run -d --name "$1" base:1 sleep 4711 &&
		podman exec "$1" sh -c \
			'rm /usr/bin/git; echo kept >/kept; sync /kept'
}
look() {
	podman exec "$1" sh -c 'cat /kept; test -e /usr/bin/git || echo gone'
}

# The daemon is killed under a running container.
ok "a container" begin one
pkill -KILL -f -- "lowerdir=$CT/storage.*merged"
not_ok "its root is dead" podman exec one cat /kept
podman stop -t 0 one >/dev/null 2>&1
ok "it starts again" podman start one
is "$(look one | tr '\n' ' ')" "kept gone " "with what it had"
ok "a new one runs beside it" run_in base:1 'test -e /usr/bin/git'

# The engine is killed: its monitor, and what runs. podman calls that state
# improper; what was there can be removed, and the image is as it was.
pkill -KILL -f "conmon.*$CT"
pkill -KILL -f '^sleep 4711'
sleep 0.5
# shellcheck disable=SC2317
removed() {
	local i
	# It learns from its first attempt that nothing runs.
	for i in 1 2 3; do podman rm -f -t 0 "$1" && return; done
	return "$i"
}
ok "it can be removed after its monitor was killed" removed one
ok "and another be made of its image" begin two
is "$(look two | tr '\n' ' ')" "kept gone " "which works"

# The machine stops: all is killed, no mount and nothing of /run is left,
# work directories are as they were.
id=$(podman inspect --format '{{.Id}}' two)
pkill -KILL -f "conmon.*$CT"
pkill -KILL -f '^sleep 4711'
pkill -KILL -f -- "lowerdir=$CT/storage.*merged"
awk -v t="$CT/" 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | tac |
	while read -r mnt; do umount -l "$mnt"; done
rm -rf "${CT:?}/run" "${CT:?}/tmp" "/run/runc/${id:?}"
mkdir "$CT/run" "$CT/tmp"
ok "it starts after a restart of the machine" podman start two
is "$(look two | tr '\n' ' ')" "kept gone " "with what it had"
ok "all is removed" podman rm -f -t 0 -a
ct_nothing_left
done_testing
