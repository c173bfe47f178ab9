#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain
# timeout: 400
# Storage made by fuse-overlayfs is used by us, and the reverse: a container
# that one has written is started, changed and committed by the other.
. "$(dirname "$0")/lib.sh"
requires "no podman" command -v podman
requires "no fuse-overlayfs" command -v fuse-overlayfs

ct_setup
ct_program "$CT/theirs" fuse-overlayfs ""
ct_program "$CT/ours" "$FUSE_OVERLAY"
use() { ct_storage "$CT/$1" >"$CT/storage.conf"; }

change='
	rm /usr/bin/git
	rm -r /usr/share/doc/make && mkdir /usr/share/doc/make
	echo in >/usr/share/doc/make/again
	mkdir -p /new/dir && echo text >/new/dir/file
	ln /new/dir/file /new/link
	chmod 2750 /new/dir && chown 7:8 /new/dir/file
	echo more >>/etc/profile
	chown 9:9 /etc/shells'
look='
	test ! -e /usr/bin/git && echo removed
	ls /usr/share/doc/make
	stat -c "%a %h" /new/dir /new/link | tr "\n" " "
	stat -c %u:%g /new/dir/file /etc/shells
	tail -1 /etc/profile
	cat /new/link'
seen="removed again 2750 2 644 2 7:8 9:9 more text "

# FIRST SECOND: what FIRST made, SECOND opens.
handed() {
	local first=$1 second=$2 said
	use "$first"
	ok "$first: make a container" \
		podman run --name "c$first" base:1 sh -ec "$change"
	use "$second"
	# What was written is read before anything is written again.
	ok "$second: commit it" podman commit --quiet "c$first" "i$first:1"
	said=$(run_in "i$first:1" "$look")
	is "$(echo "$said" | tr '\n' ' ')" "$seen" \
		"$second: its image has what $first wrote"
	podman rm -f -t 0 "c$first" >/dev/null
	use "$first"
	ok "$first: a container that runs" \
		podman run --name "d$first" -d base:1 sleep 1000
	ok "$first: write to it" podman exec "d$first" sh -ec "$change"
	ok "$first: stop it" podman stop -t 0 "d$first"
	use "$second"
	ok "$second: start it" podman start "d$first"
	said=$(podman exec "d$first" sh -ec "$look")
	is "$(echo "$said" | tr '\n' ' ')" "$seen" \
		"$second: the container has what $first wrote"
	ok "$second: write to it" podman exec "d$first" sh -ec '
		rm /usr/share/doc/make/again && rmdir /usr/share/doc/make
		echo 2 >>/new/link && mkdir /usr/bin/git
		rm -r /usr/share/common-licenses'
	ok "$second: stop it" podman stop -t 0 "d$first"
	use "$first"
	ok "$first: start it" podman start "d$first"
	said=$(podman exec "d$first" sh -c 'cat /new/dir/file
		ls -d /usr/bin/git; ls /usr/share/doc/make 2>/dev/null
		ls /usr/share/common-licenses 2>/dev/null; ls /usr/bin/git')
	is "$(echo "$said" | tr '\n' ' ')" "text 2 /usr/bin/git " \
		"$first: sees what $second wrote"
	podman rm -f -t 0 -a >/dev/null
}

use theirs
ct_import
handed theirs ours
handed ours theirs
ct_nothing_left
done_testing
