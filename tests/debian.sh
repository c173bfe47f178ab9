# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A Debian root filesystem for the tests that work in one, made once by
# mmdebstrap and kept: real input, the same for all.
#
#   FO_CACHE   where it is kept between tests; a directory of the build

FO_CACHE=${FO_CACHE:-${TMPDIR:-/tmp}/fuse-overlay-cache}

# debian_tar: prints the path of a tar of the root, which it makes if need be.
debian_tar() {
	local tar=$FO_CACHE/debian.tar
	mkdir -p "$FO_CACHE"
	(
		flock 9
		[ -e "$tar" ] || lib_make_debian "$tar"
	) 9>"$FO_CACHE/debian.lock" || return
	echo "$tar"
}

lib_make_debian() {
	mmdebstrap --quiet --format=tar --variant=minbase \
		--include=make,gcc,libc6-dev,sqlite3,git,procps,hello,libcap2-bin \
		--aptopt='Acquire::Languages "none"' \
		"$(debian_suite)" "$1.new" </dev/null >"$FO_CACHE/debian.log" \
		2>&1 && mv "$1.new" "$1"
}

# The machine's own release, or Debian's stable one elsewhere.
debian_suite() {
	local id='' codename=''
	# shellcheck disable=SC1091
	id=$(. /etc/os-release && echo "$ID")
	# shellcheck disable=SC1091
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	if [ "$id" = debian ]; then echo "$codename"; else echo stable; fi
}

# debian_unpack DIRECTORY: the root in a new directory, times and all.
debian_unpack() {
	local tar
	tar=$(debian_tar) || return
	mkdir -p "$1"
	tar -C "$1" --numeric-owner --xattrs --xattrs-include='*' -xpf "$tar"
}
