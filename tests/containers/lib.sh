# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Container engines on our mounts: a storage and a configuration of their own
# under the scratch directory, so that the machine's own are untouched; as
# root, or as a user made for the test.
#
#   CT_USER   empty: as root; else the user who runs the engine

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../debian.sh"

ours_only
requires_real_root
CT_USER=${CT_USER:-}
# Sockets of the engines lie below, whose paths may have 108 bytes.
CT=$(mktemp -d /tmp/foct.XXXXXX) || exit 99
chmod 755 "$CT"
cleanup_fn ct_remove_scratch

ct_remove_scratch() {
	awk -v t="$CT/" 'index($5, t) == 1 {print $5}' /proc/self/mountinfo |
		tac | while read -r mnt; do umount -l "$mnt"; done
	rm -rf --one-file-system "$CT"
}

# A user with a range of subordinate ids, removed afterwards.
ct_user() {
	CT_USER=foct$$
	requires "no newuidmap" command -v newuidmap
	ok "a user for the test" useradd --create-home --home-dir "$CT/home" \
		--add-subids-for-system --system "$CT_USER"
	cleanup_fn userdel "$CT_USER"
	cleanup_fn pkill -KILL -u "$CT_USER"
	grep -q "^$CT_USER:" /etc/subuid || {
		usermod --add-subuids 700000-765535 \
			--add-subgids 700000-765535 "$CT_USER"
	}
	chmod a+rw /dev/fuse
}

# ct_setup: the files that the engines read.
ct_setup() {
	mkdir -p "$CT/storage" "$CT/run" "$CT/tmp" "$CT/xdg"
	ct_program "$CT/program" "$FUSE_OVERLAY"
	ct_storage "$CT/program" >"$CT/storage.conf"
	cat >"$CT/containers.conf" <<-END
		[containers]
		netns = "none"
		log_driver = "k8s-file"
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		[engine]
		runtime = "runc"
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		tmp_dir = "$CT/tmp"
	END
	mkdir -p "$CT/home/.config/containers"
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' \
		>"$CT/home/.config/containers/policy.json"
	echo 'unqualified-search-registries = []' >"$CT/registries.conf"
	chmod 644 "$CT"/*.conf
	[ -z "$CT_USER" ] || chown -R "$CT_USER" "$CT"
	chmod 700 "$CT/xdg"
	cleanup_fn ct_remove_all
}

# ct_program FILE BINARY: what the engine calls; it says what was mounted.
ct_program() {
	cat >"$1" <<-END
		#!/bin/sh
		echo "\$*" >>$CT/tmp/calls
		export ASAN_OPTIONS=$ASAN_OPTIONS
		case \$* in --version) exec $2 --version ;; esac
		exec $2 ${3-"-o engine=$ENGINE"} "\$@"
	END
	chmod 755 "$1"
}

ct_storage() {
	cat <<-END
		[storage]
		driver = "overlay"
		graphroot = "$CT/storage"
		runroot = "$CT/run"
		rootless_storage_path = "$CT/storage"
		[storage.options.overlay]
		mount_program = "$1"
	END
}

# ct COMMAND...: run it as whoever runs the engine, with its configuration.
ct() {
	local run=(env HOME="$CT/home" XDG_RUNTIME_DIR="$CT/xdg"
		TMPDIR="$CT/tmp" CONTAINERS_CONF="$CT/containers.conf"
		CONTAINERS_STORAGE_CONF="$CT/storage.conf"
		CONTAINERS_REGISTRIES_CONF="$CT/registries.conf"
		BUILDAH_ISOLATION=chroot)
	if [ -n "$CT_USER" ]; then
		(cd "$CT" && setpriv --reuid "$CT_USER" --regid "$CT_USER" \
			--init-groups "${run[@]}" timeout 120 "$@" </dev/null)
	else
		(cd "$CT" && "${run[@]}" timeout 120 "$@" </dev/null)
	fi
}

podman() { ct podman "$@"; }
buildah() { ct buildah "$@"; }

# run_in IMAGE SCRIPT [OPTION...]: in a new container, which is removed.
run_in() {
	local image=$1 script=$2
	shift 2
	podman run --rm "$@" "$image" sh -ec "$script"
}

# Daemons of ours for this storage, in whichever mount namespace.
ct_daemons() {
	pgrep -a -f -- "lowerdir=$CT/storage" |
		grep -cF "$FUSE_OVERLAY " || true
}

ct_remove_all() {
	podman rm -fa -t 0
	podman rmi -fa
	[ -z "$CT_USER" ] || ct podman system migrate
	[ -z "$CT_USER" ] || ct podman unshare rm -rf "$CT/storage"
}

# The image that all tests begin with.
ct_import() {
	local tar
	requires "no mmdebstrap" command -v mmdebstrap
	tar=$(debian_tar) || {
		fail "a Debian root for the image"
		diag "$(tail -3 "$FO_CACHE/debian.log")"
		done_testing
	}
	ok "import a root filesystem" podman import --quiet "$tar" base:1
}

# Nothing is left of what has run: no daemon, no mount.
ct_nothing_left() {
	local i
	for ((i = 0; i < 50; i++)); do
		[ "$(ct_daemons)" = 0 ] && break
		sleep 0.1
	done
	is "$(ct_daemons)" 0 "no daemon is left"
	is "$(grep -c "$CT/storage/overlay/.*/merged" /proc/self/mountinfo)" \
		0 "no mount is left"
}
