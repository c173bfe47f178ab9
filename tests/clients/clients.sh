# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A Debian system as layers, made once and kept: "root" is the base system,
# "debs" lies above it with packages to install. Both are only read.
#
# In a user namespace they must belong to its ids: a copy is kept for those.

. "$(dirname "$0")/../debian.sh"
PACKAGES=(cron vim-tiny rsync man-db)

# clients_layers: prints "lower:lower", made if need be.
clients_layers() {
	local dir
	dir=$FO_CACHE/layers-$(awk 'NR == 1 {print $2}' /proc/self/uid_map)
	[ -n "${CLIENTS_LAYERS:-}" ] && dir=$CLIENTS_LAYERS
	mkdir -p "$FO_CACHE"
	(
		flock 9
		[ -e "$dir" ] || clients_make_layers "$dir"
	) 9>"$FO_CACHE/layers.lock" || return
	echo "$dir/debs:$dir/root"
}

clients_make_layers() {
	rm -rf "$1.new"
	mkdir -p "$1.new/debs/root/debs"
	debian_unpack "$1.new/root" &&
		clients_download "$1.new/root" "$1.new/debs/root/debs" \
			>"$FO_CACHE/debs.log" 2>&1 &&
		mv "$1.new" "$1"
}

# The machine's apt fetches for the new system, which may not know how to.
clients_download() {
	local conf=$FO_CACHE/apt.conf
	cat >"$conf" <<-END
		Dir "$1";
		Dir::Cache::Archives "$2";
		Dir::Etc::Trusted "/etc/apt/trusted.gpg";
		Dir::Etc::TrustedParts "/etc/apt/trusted.gpg.d";
		Dir::Log "$FO_CACHE";
		APT::Sandbox::User "root";
	END
	mkdir -p "$2/partial"
	APT_CONFIG=$conf apt-get -q update &&
		APT_CONFIG=$conf apt-get -qy --download-only \
			--no-install-recommends install "${PACKAGES[@]}" &&
		rm -rf "$2/partial" "$2/lock" &&
		find "$1/var/lib/apt/lists" -type f -delete
}

# clients_chroot DIR COMMAND...: with what a system has around itself.
clients_chroot() {
	local root=$1 node
	shift
	for node in null zero random urandom tty; do
		[ -e "$root/dev/$node" ] || : >"$root/dev/$node"
		mount --bind "/dev/$node" "$root/dev/$node" || return
	done
	mount -t proc proc "$root/proc" || mount --rbind /proc "$root/proc"
	timeout 400 chroot "$root" /usr/bin/env -i HOME=/root LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive TERM=dumb \
		PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
	local code=$?
	umount -R "$root/proc" || umount -l "$root/proc"
	for node in null zero random urandom tty; do
		umount "$root/dev/$node"
	done
	return $code
}
