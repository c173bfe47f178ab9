#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rename with its flags, over all pairs of what can be there.
. "$(dirname "$0")/../lib.sh"
requires_root

kinds="lfile ldir lmerged llink ufile udir ulink none lempty"
layers() {
	local side
	for side in from to; do
		mkdir -p lower1/$side/lmerged lower2/$side/lmerged \
			lower1/$side/ldir lower2/$side/lempty upper/$side/udir
		echo "$side l" >lower1/$side/lfile
		echo "$side d" >lower1/$side/ldir/f
		echo "$side 1" >lower1/$side/lmerged/one
		echo "$side 2" >lower2/$side/lmerged/two
		ln -s "$side" lower1/$side/llink
		echo "$side u" >upper/$side/ufile
		ln -s "$side-u" upper/$side/ulink
	done
}
# Each pair on names of its own would need copies: order does it as well,
# since both sides have the same history.
steps_plain() {
	local a b
	for a in $kinds; do
		for b in $kinds; do
			echo "rename from/$a to/$b $1"
			echo "lstat to/$b"
			# Put one back under the first name, if it moved.
			echo "rename to/$b from/$a noreplace"
		done
	done | sys
}
steps_none() { steps_plain ""; }
steps_noreplace() { steps_plain noreplace; }
steps_exchange() { steps_plain exchange; }
in_both plain layers steps_none
said plain "^rename from/lfile to/ufile  => 0" "a file replaces a file"
said plain "^rename from/ldir to/lmerged  => ENOTEMPTY" "full directories stay"
in_both noreplace layers steps_noreplace
said noreplace "^rename from/lfile to/lfile noreplace => EEXIST" "NOREPLACE holds"
in_both exchange layers steps_exchange
said exchange "^rename from/ldir to/lfile exchange => 0" "EXCHANGE exchanges"

steps_odd() {
	sys <<-'END'
		rename from/ldir from/ldir/f
		rename from/ldir from/ldir/x/y
		rename from/ldir from/ldir/sub
		rename from/lfile from/lfile
		rename . x
		rename from/. x
		rename from to/lempty
		rename from/lfile to/none/x
		rename from/lfile from/lfile exchange
		rename from/lfile to/lfile noreplace,exchange
		link from/lfile from/hard
		rename from/lfile from/hard
		readdir from
		rename from/udir/.. to
		END
}
in_both odd layers steps_odd

# RENAME_WHITEOUT, which overlayfs itself refuses and overlays on us need.
if is_oracle; then
	skip "RENAME_WHITEOUT" "overlayfs has none"
else
	mkdir -p "$T/l/d"
	echo f >"$T/l/d/f"
	ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
	said=$(sys "$MNT" <<-'END'
		rename d/f d/g whiteout
		lstat d/g
		lstat d/f
		END
	)
	like "$said" "rename d/f d/g whiteout => 0" "RENAME_WHITEOUT works"
	like "$said" "lstat d/g => 0 f" "the file moved"
	umount_overlay
	is "$(stat -c '%F %t:%T' "$T/u/d/f")" "character special file 0:0" \
		"a whiteout is in its place"
fi
done_testing
