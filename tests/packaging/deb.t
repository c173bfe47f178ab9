#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: none
# timeout: 500
# The Debian package: built from the tarball, clean for lintian, installed on
# a fresh system, where podman runs on it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../clients/clients.sh"
PACKAGES=(podman runc fuse3)
ours_only
requires_real_root
requires "no debhelper" command -v dh
requires "no lintian" command -v lintian
requires "no mmdebstrap" command -v mmdebstrap
BUILD=${FO_BUILD:-$PWD}

build() {
	make -C "$BUILD" deb >"$T/build.log" 2>&1 ||
		{ tail -20 "$T/build.log"; return 1; }
}
ok "make deb" build
debs=("$BUILD"/deb/fuse-overlay_*.deb)
ok "there is a package" test -e "${debs[0]}"
is "$(lintian --tag-display-limit 0 "${debs[0]}" 2>&1 |
	grep -E '^[EW]:')" "" "lintian has no error and no warning"
like "$(dpkg -c "${debs[0]}")" '\./usr/bin/fuse-overlay$' "it has the program"

# A fresh system, and what podman and the package need there, fetched by the
# machine's apt.
read -r -d '' -a depends < <(dpkg-deb -f "${debs[0]}" Depends |
	tr ',' '\n' | awk '{print $1}')
PACKAGES+=("${depends[@]}")
root=$T/root
ok "a fresh system" debian_unpack "$root"
fetched=$FO_CACHE/debs-podman
fetch() {
	mkdir -p "$FO_CACHE"
	(
		flock 9
		[ -e "$fetched" ] && exit
		rm -rf "$fetched.new" && mkdir -p "$fetched.new/debs" &&
			clients_download "$root" "$fetched.new/debs" \
				>"$FO_CACHE/debs-podman.log" 2>&1 &&
			mv "$fetched.new" "$fetched"
	) 9>"$FO_CACHE/debs-podman.lock"
}
ok "packages for it" fetch
mkdir "$root/debs"
cp "$fetched"/debs/*.deb "${debs[0]}" "$root/debs"

# A mount of its own, so that a container can take it for its old root.
mount --bind "$root" "$root"
mount -t tmpfs tmpfs "$root/run"
mount --rbind /sys "$root/sys" && mount --make-rslave "$root/sys"
: >"$root/dev/fuse" && mount --bind /dev/fuse "$root/dev/fuse"
inside() { clients_chroot "$root" "$@" >"$T/said" 2>&1 ||
	{ tail -15 "$T/said"; return 1; }; }
ok "it installs there" inside sh -c 'dpkg -i /debs/*.deb'
ok "with all that it depends on" inside dpkg --audit
is "$(cat "$T/said")" "" "which says nothing is wrong"
ok "and answers" inside fuse-overlay --version
like "$(cat "$T/said")" '^fuse-overlay [0-9]' "with its version"
ok "it provides the name fuse-overlayfs" \
	inside sh -c 'readlink -f "$(command -v fuse-overlayfs)" | grep -x /usr/bin/fuse-overlay'

# One line in storage.conf, as doc/containers.md says.
mkdir -p "$root/etc/containers"
cat >"$root/etc/containers/storage.conf" <<-'END'
	[storage]
	driver = "overlay"
	graphroot = "/var/lib/containers/storage"
	runroot = "/run/containers/storage"
	[storage.options.overlay]
	mount_program = "/usr/bin/fuse-overlay"
END
cat >"$root/etc/containers/containers.conf" <<-'END'
	[containers]
	netns = "none"
	log_driver = "k8s-file"
	default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
	[engine]
	runtime = "runc"
	cgroup_manager = "cgroupfs"
	events_logger = "file"
END
cat >"$root/try" <<-'END'
	set -e
	mkdir /image && cd /image
	for program in sh cat grep rm touch; do
		cp --parents -L "$(command -v $program)" .
		for library in $(ldd "$(command -v $program)" | grep -o '/[^ ]*'); do
			cp --parents -Lu "$library" .
		done
	done
	ln -sf usr/bin bin
	[ -e lib64 ] || ln -s usr/lib64 lib64
	mkdir -p proc dev sys etc run tmp
	tar -cf /image.tar . && podman import --quiet /image.tar tiny:1
	podman run --rm tiny:1 sh -c 'grep " / " /proc/mounts; touch /made; rm /image-none 2>/dev/null || echo ran'
	podman rm -fa
END
ok "podman runs there" inside sh /try
like "$(cat "$T/said")" '^fuse-overlay / fuse.fuse-overlay ' \
	"on a mount of ours"
like "$(cat "$T/said")" '^ran$' "and works in it"
ok "it is removed" inside sh -c 'dpkg --purge fuse-overlay && ! command -v fuse-overlay'
done_testing
