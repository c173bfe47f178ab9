#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Copy-up where the filesystem below makes a difference: reflinks, and the
# immutable and append-only flags.
. "$(dirname "$0")/../lib.sh"
requires_root

# Shared extents: the copy costs no space.
shared_copy() {
	requires_fs "$1" 300M "$T/$1"
	mkdir "$T/$1/l"
	head -c 40000000 /dev/urandom >"$T/$1/l/big"
	sync -f "$T/$1"
	local before after
	ok "mount on $1" mount_overlay "$T/$1/l" "$T/$1/u" "$T/$1/w"
	before=$(df -k --output=used "$T/$1" | tail -1)
	printf '%s\n' "open 0 big rw" "pwrite 0 5 x" "fsync 0" | sys "$MNT" \
		>/dev/null
	after=$(df -k --output=used "$T/$1" | tail -1)
	ok "a copy on $1 shares what it does not change" \
		test $((after - before)) -lt 8000
	diag "$((after - before)) KiB more for 40 MB"
	is "$(head -c 6 "$MNT/big" | tail -c 1)" x "the change is seen"
	ok "the rest is what it was" cmp -i 6 "$MNT/big" "$T/$1/l/big"
	ok "umount" umount_overlay
}
shared_copy xfs
shared_copy btrfs

# FICLONE through the mount, as far as the engine can: an error is
# EOPNOTSUPP and the like, what works is right.
rm -rf "$T/xfs/u" "$T/xfs/w"
ok "mount on xfs" mount_overlay "$T/xfs/l" "$T/xfs/u" "$T/xfs/w"
ok "cp --reflink=auto works" cp --reflink=auto "$MNT/big" "$MNT/copy"
ok "and copies the bytes" cmp "$MNT/copy" "$T/xfs/l/big"
said=$(sys "$MNT" <<-'END'
	open 0 copy r
	open 1 clone rw,creat
	clone 0 1
	END
)
like "$said" "^clone 0 1 => (0|EOPNOTSUPP|ENOTTY|EINVAL|EXDEV)$" \
	"FICLONE works or says that it is not there"
if grep -q 'clone 0 1 => 0' <<<"$said"; then
	ok "the clone has the bytes" cmp "$MNT/clone" "$T/xfs/l/big"
else
	is "$(stat -c %s "$MNT/clone")" 0 "a refused clone leaves nothing"
fi
umount_overlay

# chattr on a file of a lower layer, and what it then forbids.
layers() {
	echo a >lower1/appendonly
	echo i >lower1/immutable
	echo n >lower1/nodump
	mkdir lower1/idir lower1/plain
	echo f >lower1/plain/f
	echo u >upper/u
}
steps() {
	sys <<-'END'
		open 0 appendonly r
		setflags 0 a
		getflags 0
		put appendonly x
		open 1 appendonly w,append
		write 1 more
		unlink appendonly
		rename appendonly x
		truncate appendonly 0
		setflags 0 -
		open 0 immutable r
		setflags 0 i
		getflags 0
		put immutable x
		chmod immutable 600
		unlink immutable
		link immutable y
		setflags 0 -
		chmod immutable 600
		open 0 nodump r
		setflags 0 dA
		getflags 0
		open 0 idir r,dir
		setflags 0 i
		mkdir idir/x
		chmod idir 700
		rmdir idir
		setflags 0 -
		mkdir idir/x
		open 0 u r
		setflags 0 i
		unlink u
		setflags 0 -
		open 0 plain r,dir
		getflags 0
		fsxattr 0
		END
}
in_both flags layers steps
said flags "^unlink immutable => EPERM" "an immutable file stays"

if ! is_oracle; then
	# Where opening asks nobody (plain), the write itself is what is refused.
	mkdir "$T/wl"
	echo i >"$T/wl/i"
	echo a >"$T/wl/a"
	ok "mount" mount_overlay "$T/wl" "$T/wu" "$T/ww"
	said=$(sys "$MNT" <<-'END'
		open 0 i r
		setflags 0 i
		open 0 a r
		setflags 0 a
		open 1 i rw
		pwrite 1 0 x
		fallocate 1 alloc 0 100
		open 2 a rw
		pwrite 2 0 x
		ftruncate 2 0
		open 3 a w,append
		write 3 more
		cat a
		cat i
		END
	)
	# EBADF: where opening was refused already.
	not_ok "no write reaches a protected file" \
		grep -E "^(pwrite|fallocate|ftruncate) .*=> 0" <<<"$said"
	is "$(cat "$MNT/i" "$MNT/a" | tr '\n' ' ')" "i a more" \
		"appending reaches an append-only one"
	chattr -ia "$MNT/i" "$MNT/a"
	umount_overlay
fi

# A lower with the flag: copied up without losing it.
mkdir -p "$T/fl/l"
echo a >"$T/fl/l/log"
echo i >"$T/fl/l/fixed"
chattr +a "$T/fl/l/log"
chattr +i "$T/fl/l/fixed"
cleanup_fn chattr -ai "$T/fl/l/log" "$T/fl/l/fixed"
said_by() {
	rm -rf "$T/fl/u" "$T/fl/w"
	mount_engine "$1" "$T/fl/m" "$T/fl/l" "$T/fl/u" "$T/fl/w" || return
	sys "$T/fl/m" <<-'END'
		open 0 log r
		getflags 0
		put log x
		open 0 log w,append
		write 0 more
		cat log
		unlink log
		truncate log 0
		open 0 fixed r
		getflags 0
		put fixed x
		unlink fixed
		rename fixed other
		chmod fixed 600
		cat fixed
		END
	umount_overlay "$T/fl/m"
	chattr -ai "$T/fl/u"/* 2>/dev/null
}
wanted=$(said_by overlayfs)
is "$(said_by "$ENGINE")" "$wanted" "flags of a lower file hold as they should"
like "$wanted" "^put fixed x => EPERM" "the oracle agrees that it is fixed"
done_testing
