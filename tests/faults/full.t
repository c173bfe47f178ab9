#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Full uppers: no bytes, no inodes, no quota. The errno says so, the tree is
# what it was, and what a failed copy took is given back.
. "$(dirname "$0")/../lib.sh"
requires_root

requires_fs tmpfs 2M "$T/small"
mkdir -p "$T/l/d" "$T/small/u" "$T/small/w"
head -c 5000000 /dev/urandom >"$T/l/d/big"
echo f >"$T/l/d/f"
echo g >"$T/l/d/g"
ok "mount" mount_overlay "$T/l" "$T/small/u" "$T/small/w"
used() { df -k --output=used "$T/small" | tail -1; }
# What is open when a copy fails is let go a moment later.
settled() {
	local i
	for ((i = 0; i < 30; i++)); do
		[ "$(used)" -le "$1" ] && return
		sleep 0.1
	done
	return 1
}
mkdir "$MNT/keep" && : >"$MNT/keep/f" && chmod 700 "$MNT/d"
before=$(tree_of "$MNT")
space=$(used)
said=$(sys "$MNT" <<-'END'
	chmod d/big 600
	open 0 d/big rw
	pwrite 0 0 x
	truncate d/big 4000000
	setxattr d/big user.x y
	rename d/big d/moved
	link d/big d/hard
	END
)
like "$said" "=> ENOSPC" "a copy-up that does not fit is ENOSPC"
not_ok "no other error" grep -E "=> E(IO|NOENT|STALE|INVAL)" <<<"$said"
is "$(tree_of "$MNT")" "$before" "the tree is unchanged"
ok "the space is given back" settled "$((space + 8))" || diag "$space $(used)"
is "$(find "$T/small/w/work" -type f)" "" "work is empty"
ok "the lower file is readable" cmp "$MNT/d/big" "$T/l/d/big"
ok "a truncation to nothing fits" sh -c ": >'$MNT/d/big'"
ok "small changes fit" chmod 600 "$MNT/d/f"
ok "removing fits" rm "$MNT/d/big"

# Writing until it is full, and what was written before stays.
said=$(printf '%s\n' "open 0 fill rw,creat" "pwrite 0 0 @1000000" \
	"pwrite 0 1000000 @1000000:2" "pwrite 0 2000000 @1000000:3" "fsync 0" |
	sys "$MNT")
like "$said" "ENOSPC|=> 0 [0-9]{3,6}$" "a full upper is ENOSPC, or a short write"
is "$(cmp <(head -c 1000000 "$MNT/fill") <(head -c 1000000 "$T/small/u/fill"))" \
	"" "what was written is there"
ok "it can be removed" rm "$MNT/fill"
ok "its space is given back" settled "$((space + 8))"
ok "and used again" dd if=/dev/zero of="$MNT/again" bs=1M count=1 \
	status=none
umount_overlay
umount "$T/small"

# No inodes left: whiteouts and directories need one.
mkdir -p "$T/few"
mount -t tmpfs -o size=2M,nr_inodes=14,mode=755 tmpfs "$T/few"
mkdir -p "$T/few/u" "$T/few/w"
ok "mount" mount_overlay "$T/l" "$T/few/u" "$T/few/w"
chmod 711 "$MNT/d"
i=0
while [ $i -lt 20 ] && : 2>/dev/null >"$MNT/n$i"; do i=$((i + 1)); done
ok "the inodes end" test "$i" -lt 20
before=$(tree_of "$MNT")
said=$(sys "$MNT" <<-'END'
	chmod d/f 600
	unlink d/f
	unlink d/g
	mkdir x
	rename d/f d/new
	mknod p p
	symlink a b
	END
)
not_ok "each failure is ENOSPC" grep -E "=> E(IO|NOENT|STALE|INVAL|PERM)" \
	<<<"$said"
like "$said" "^mkdir x => ENOSPC" "a directory needs an inode"
if grep -q "^unlink d/f => 0" <<<"$said"; then
	not_ok "what was said to be removed is" stat "$MNT/d/f"
else
	is "$(tree_of "$MNT")" "$before" "the tree is unchanged"
fi
rm "$MNT/n0" "$MNT/n1" "$MNT/n2"
ok "it works again when some are free" chmod 600 "$MNT/d/g"
umount_overlay
umount "$T/few"

# A quota of a directory, where ext4 can.
if truncate -s 40M "$T/q.img" &&
	mkfs.ext4 -q -F -O project,quota -E quotatype=prjquota "$T/q.img" &&
	mkdir "$T/q" && mount -o loop,prjquota "$T/q.img" "$T/q" 2>/dev/null &&
	command -v setquota >/dev/null; then
	mkdir "$T/q/u" "$T/q/w"
	chattr +P -p 7 "$T/q/u" "$T/q/w"
	setquota -P 7 0 1000 0 0 "$T/q"
	ok "mount" mount_overlay "$T/l" "$T/q/u" "$T/q/w"
	before=$(tree_of "$MNT")
	said=$(printf 'chmod d/big 600\n' | sys "$MNT")
	like "$said" "=> (EDQUOT|ENOSPC)" "a quota is EDQUOT"
	is "$(tree_of "$MNT")" "$before" "the tree is unchanged"
	ok "small changes fit" chmod 600 "$MNT/d/f"
	umount_overlay
else
	skip "a quota" "no project quotas here"
fi
done_testing
