# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the tests in the guest stand on. Everything is done by few processes:
# the guest is emulated, and a fork is dear.

lib_count=0
lib_failed=0
T=$(mktemp -d "${TMPDIR:-/tmp}/vm.XXXXXX")
cd "$T" || exit 99
LC_ALL=C
export LC_ALL
umask 022

# ok DESCRIPTION COMMAND...
ok() {
	local what=$1 said
	shift
	lib_count=$((lib_count + 1))
	if said=$("$@" 2>&1); then
		echo "ok $lib_count - $what"
	else
		lib_failed=$((lib_failed + 1))
		echo "not ok $lib_count - $what"
		echo "# of $*: $said" | sed 's/^/# /'
	fi
}

not_ok() {
	local what=$1
	shift
	ok "$what" lib_fails "$@"
}

# shellcheck disable=SC2317
lib_fails() { ! "$@"; }

# is GOT WANTED DESCRIPTION
is() {
	lib_count=$((lib_count + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $lib_count - $3"
	else
		lib_failed=$((lib_failed + 1))
		echo "not ok $lib_count - $3"
		printf 'got:    %s\nwanted: %s\n' "$1" "$2" | sed 's/^/# /'
	fi
}

# must DESCRIPTION COMMAND...: without it the rest would test nothing.
must() {
	local failed=$lib_failed
	ok "$@"
	[ "$failed" -eq "$lib_failed" ] || done_testing
}

# Modules are loaded and gone between tests: nothing is left behind.
insmod() { "$FO_BUSYBOX" insmod "$@"; }
rmmod() { "$FO_BUSYBOX" rmmod "$@"; }
load() { must "the module loads" insmod "$FO_MODULE"; }
unload() { ok "the module can be unloaded" lib_unload; }
# A filter's program holds the module until the kernel has freed it, which is
# a while after its link is gone.
lib_unload() {
	local i
	for ((i = 0; i < 100; i++)); do
		rmmod fusebpf 2>/dev/null && return
		sleep 0.2
	done
	rmmod fusebpf
}

# mount_raw DIR MOUNTPOINT
mount_raw() {
	mkdir -p "$2"
	mount -i -t fusebpf -o root_dir=9,no_daemon fusebpf "$2" 9<"$1"
}

# mount_layers MOUNTPOINT OPTIONS UPPER LOWER...: "" for no upper. The
# descriptors are 10 and up.
mount_layers() {
	local mnt=$1 options=$2 upper=$3 fd first=lower_dir dir
	local -a fds=()
	shift 3
	mkdir -p "$mnt"
	[ -n "$upper" ] && set -- "$upper" "$@" && first=upper_dir
	for dir in "$@"; do
		exec {fd}<"$dir" || return
		fds+=("$fd")
		options=$options,$first=$fd
		first=lower_dir
	done
	mount -i -t fusebpf -o "${options#,}" fusebpf "$mnt"
	local code=$?
	for fd in "${fds[@]}"; do exec {fd}<&-; done
	return $code
}

done_testing() {
	cd /
	awk -v t="$T" 'index($2, t) == 1 {print $2}' /proc/mounts | tac |
		while read -r mnt; do umount "$mnt"; done
	unload
	rm -rf "$T"
	echo "# $lib_count tests, $lib_failed failed"
	[ "$lib_failed" -eq 0 ]
	exit
}
