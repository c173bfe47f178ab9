#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# statfs, fsync and syncfs, file handles, inotify: what programs ask of a
# filesystem beside names and bytes.
. "$(dirname "$0")/../lib.sh"
requires_root

requires_fs tmpfs 64M "$T/small"
mkdir -p "$T/l/dir" "$T/small/u" "$T/small/w"
echo f >"$T/l/f"
echo g >"$T/l/dir/g"
ok "mount" mount_overlay "$T/l" "$T/small/u" "$T/small/w"
is "$(stat -fc '%b %S' "$MNT")" "$(stat -fc '%b %S' "$T/small")" \
	"statfs is that of the upper"
is "$(stat -fc '%l' "$MNT")" 255 "names may have 255 bytes"
used=$(stat -fc '%f' "$MNT")
head -c 5000000 /dev/zero >"$MNT/five"
ok "and follows what is written" test "$(stat -fc %f "$MNT")" -lt "$used"
ok "sync of a file" sync "$MNT/five"
ok "of a lower file" sync "$MNT/f"
ok "of a directory" sync "$MNT/dir"
ok "of the filesystem" sync -f "$MNT/f"

said=$(sys "$MNT" <<-'END'
	handle 0 f
	pread 0 0 10
	handle 1 dir
	freaddir 1
	open 2 f rw
	pwrite 2 0 F
	pread 0 0 10
	handle 3 f
	pread 3 0 10
	put new n
	handle 4 new
	pread 4 0 10
	END
)
if grep -q '^handle 0 f => EOPNOTSUPP' <<<"$said"; then
	is_oracle || fail "file handles can be had"
	skip "file handles" "not exported"
else
	like "$said" "^handle 0 f => 0" "a file opens by its handle"
	is "$(grep -c "^pread . 0 10 => 0 '[fF]" <<<"$said")" 3 \
		"and reads the file, before and after copy-up" || diag "$said"
	like "$said" "^freaddir 1 => 0 .* g:f" "a directory too"
	like "$said" "^pread 4 0 10 => 0 'n'" "and a new file"
fi
umount_overlay
is "$(stat -c %s "$T/small/u/five")" 5000000 "the bytes are in the upper"

# A read-only mount has the numbers of its lowers.
mkdir -p "$T/l2"
ok "mount without upper" mount_overlay "$T/l:$T/l2" "" ""
is "$(stat -fc '%S %l' "$MNT")" "$(stat -fc '%S %l' "$T/l")" \
	"statfs of a read-only mount"
umount_overlay

# inotify sees what is done through the mount.
mkdir -p "$T/n/d"
echo f >"$T/n/d/f"
echo g >"$T/n/d/g"
ok "mount" mount_overlay "$T/n" "$T/nu" "$T/nw"
said=$("$FO_SYS" inotify "$MNT/d" "cd '$MNT/d' && : >new && rm g && mv f f2 &&
	mkdir sub && chmod 700 sub && echo x >>f2 && rmdir sub")
for event in "create new" "delete g" "from f" "to f2" "create sub" \
	"attrib sub" "modify f2" "delete sub"; do
	like "$said" "^$event$" "inotify: $event"
done
said=$("$FO_SYS" inotify "$MNT/d/new" "echo x >>'$MNT/d/new'; rm '$MNT/d/new'")
like "$said" "^modify" "inotify of a file"
done_testing
