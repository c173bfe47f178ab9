#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Extended attributes: of every type of file, their sizes and errors, and
# overlay's own, which nobody sees and which nest by escaping.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	for d in lower1 upper; do
		mkdir $d/$d
		echo f >$d/$d/f
		mkdir $d/$d/d
		ln -s f $d/$d/l
		mkfifo $d/$d/p
		for n in f d; do
			setfattr -n user.low -v "$d" $d/$d/$n
			setfattr -n trusted.low -v t $d/$d/$n
			setfattr -n security.low -v s $d/$d/$n
		done
		setfattr -h -n trusted.link -v l $d/$d/l
	done
}
xattr_steps() {
	local n
	for n in f d l p; do
		cat <<-END
			listxattr $1/$n
			setxattr $1/$n user.a value
			getxattr $1/$n user.a
			setxattr $1/$n trusted.a value
			getxattr $1/$n trusted.a
			setxattr $1/$n security.a value
			getxattr $1/$n trusted.a 0
			getxattr $1/$n trusted.a 2
			getxattr $1/$n trusted.a 5
			listxattr $1/$n 3
			setxattr $1/$n trusted.a other create
			setxattr $1/$n trusted.b other create
			setxattr $1/$n trusted.c other replace
			setxattr $1/$n trusted.b more replace
			setxattr $1/$n trusted.empty @0
			getxattr $1/$n trusted.empty
			removexattr $1/$n trusted.a
			removexattr $1/$n trusted.a
			removexattr $1/$n trusted.low
			getxattr $1/$n trusted.low
			getxattr $1/$n user.none
			setxattr $1/$n nonsense value
			setxattr $1/$n other.name value
			setxattr $1/$n user. value
			setxattr $1/$n user.big @70000
			setxattr $1/$n user.binary 0x00ff00
			getxattr $1/$n user.binary
			setxattr $1/$n trusted.nine @900:3
			getxattr $1/$n trusted.nine
			listxattr $1/$n
			as 1000 1000
			listxattr $1/$n
			setxattr $1/$n user.stranger x
			setxattr $1/$n trusted.stranger x
			getxattr $1/$n trusted.b
			removexattr $1/$n user.low
			as 0 0
		END
	done
}
steps() {
	xattr_steps lower1 | sys
	xattr_steps upper | sys
}
in_both xattr layers steps
said xattr "^setxattr lower1/f user.big @70000 => E2BIG" "too big is E2BIG"
said xattr "^getxattr lower1/f trusted.a 2 => ERANGE" "too small is ERANGE"
said xattr "^listxattr lower1/l => 0 trusted.link" "a link has its own"

# overlay's own attributes: escaped on the way in and out.
layers_own() {
	mkdir -p lower1/opq lower2/opq lower2/m
	echo 2 >lower2/opq/hidden
	setfattr -n trusted.overlay.opaque -v y lower1/opq
	echo f >lower1/f
	setfattr -n trusted.overlay.overlay.redirect -v /x lower1/f
	setfattr -n user.overlay.opaque -v y lower1/f
}
steps_own() {
	sys <<-'END'
		listxattr opq
		getxattr opq trusted.overlay.opaque
		removexattr opq trusted.overlay.opaque
		setxattr opq trusted.overlay.opaque n
		getxattr opq trusted.overlay.opaque
		listxattr opq
		readdir opq
		setxattr m trusted.overlay.opaque y
		readdir m
		getxattr m trusted.overlay.opaque
		removexattr m trusted.overlay.opaque
		getxattr m trusted.overlay.opaque
		setxattr m trusted.overlay.overlay.opaque y
		listxattr m
		getxattr m trusted.overlay.overlay.opaque
		listxattr f
		getxattr f trusted.overlay.redirect
		getxattr f trusted.overlay.overlay.redirect
		setxattr f trusted.overlay.metacopy y
		cat f
		listxattr f
		END
}
in_both own layers_own steps_own

# The size that a list needs is that of the list; overlayfs counts its own.
if ! is_oracle; then
	mkdir "$T/s"
	echo f >"$T/s/f"
	setfattr -n user.abc -v 1 "$T/s/f"
	setfattr -n trusted.overlay.origin -v 1 "$T/s/f"
	ok "mount" mount_overlay "$T/s" "$T/su" "$T/sw"
	said=$(printf '%s\n' "listxattr f 0" "listxattr f 9" "listxattr f 8" |
		sys "$MNT")
	like "$said" "^listxattr f 0 => 0 size=9" "the size of a list"
	like "$said" "^listxattr f 9 => 0 user.abc" "which then fits"
	like "$said" "^listxattr f 8 => ERANGE" "exactly"
	umount_overlay
fi

# A link's attribute is the link's, and no path of the host is followed.
mkdir "$T/l"
echo host >"$T/secret"
ln -s "$T/secret" "$T/l/link"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
ok "set on the link" setfattr -h -n trusted.x -v y "$MNT/link"
is "$(getfattr --absolute-names -h --only-values -n trusted.x "$MNT/link")" y "it is there"
is "$(getfattr -d -m - "$T/secret")" "" "and not on what it names"
chown -h 5:5 "$MNT/link"
is "$(stat -c %u "$T/secret")" 0 "nor does chown follow"
umount_overlay

# Many at once, near what a list may hold.
mkdir "$T/m"
echo f >"$T/m/f"
for i in $(seq 60); do
	setfattr -n "user.a-rather-long-name-of-an-attribute-$i" -v "$i" "$T/m/f"
done
count=$(getfattr -d -m - "$T/m/f" 2>/dev/null | grep -c user)
ok "mount" mount_overlay "$T/m" "$T/um" "$T/wm"
is "$(getfattr --absolute-names -d -m - "$MNT/f" | grep -c user)" "$count" "all are listed"
chmod 600 "$MNT/f"
is "$(getfattr --absolute-names -d -m - "$MNT/f" | grep -c user)" "$count" \
	"all are there after copy-up"
is "$(getfattr --absolute-names --only-values -n user.a-rather-long-name-of-an-attribute-7 \
	"$MNT/f")" 7 "with their values"
done_testing
