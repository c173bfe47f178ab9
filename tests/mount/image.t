#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An executable image of a lower layer, passed through so that mounts share
# its pages, and then written: the writer gets the upper under the same
# number, who holds the old image keeps it, and the lower is never touched.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	local image
	mkdir -p "$T/$1/lower"
	for image in lib mode cut moved; do
		{ printf '\177ELF%s' "$image"; head -c 20000 /dev/zero |
			tr '\0' "${image:0:1}"; } >"$T/$1/lower/$image"
	done
	cp /bin/sleep "$T/$1/lower/sleep"
	tree_of "$T/$1/lower" raw >"$T/$1/before"
}

untouched() {
	tree_of "$T/$1/lower" raw >"$T/$1/after"
	ok "$1: the lower is untouched" cmp "$T/$1/before" "$T/$1/after"
}

held() {
	sys "$MNT" <<-'END'
		open 0 lib r
		map 0 0 ro 4096
		pread 0 0 7
		open 1 lib rw
		pwrite 1 0 WRITTEN
		fsync 1
		open 2 lib r
		pread 2 0 7
		fstat 2
		fstat 0
		open 3 mode r
		pread 3 0 8
		chmod mode 711
		open 4 mode rw
		pwrite 4 0 CHANGED!
		open 5 mode r
		pread 5 0 8
		open 6 cut r
		pread 6 0 7
		open 7 cut w,trunc
		pwrite 7 0 short
		open 8 cut r
		pread 8 0 100
		open 9 moved r
		chmod moved 711
		rename moved moved2
		open 10 moved2 rw
		pwrite 10 0 elsewhere
		open 11 moved2 r
		pread 11 0 9
	END
}

for options in passthrough=safe passthrough=all,metacopy=on; do
	is_oracle && [ "$options" != passthrough=safe ] && continue
	is_oracle && given='' || given=$options
	name=${options//[=,]/-}
	layers "$name"
	ok "$name: mount" mount_overlay "$T/$name/lower" "$T/$name/upper" \
		"$T/$name/work" "$given"
	ino=$(stat -c %i "$MNT/lib")
	said=$(held)
	like "$said" "^open 1 lib rw => 0" "$name: a held image is opened"
	like "$said" "^pread 2 0 7 => 0 'WRITTEN'" "$name: and written"
	like "$said" "^pread 5 0 8 => 0 'CHANGED!'" \
		"$name: also after a change of mode"
	like "$said" "^pread 8 0 100 => 0 'short'" "$name: also cut"
	like "$said" "^pread 11 0 9 => 0 'elsewhere'" "$name: also renamed"
	is "$(stat -c %i "$MNT/lib")" "$ino" "$name: the number stays"
	is "$(head -c 7 "$T/$name/upper/lib")" WRITTEN \
		"$name: the upper has it"
	# One that runs is busy, for whoever wants to write it.
	"$MNT/sleep" 100 &
	pid=$!
	sleep 0.2
	like "$(printf 'open 0 sleep rw\n' | sys "$MNT")" ETXTBSY \
		"$name: one that runs is not written"
	kill $pid
	wait $pid 2>/dev/null
	for ((i = 0; i < 20; i++)); do
		said=$(printf 'open 0 sleep rw\npwrite 0 0 x\n' | sys "$MNT")
		grep -q ETXTBSY <<<"$said" || break
		sleep 0.1
	done
	like "$said" "pwrite 0 0 x => 0 1" "$name: later it is"
	untouched "$name"
	ok "$name: umount" umount_overlay
done
done_testing
