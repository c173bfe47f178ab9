#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ids that are shown otherwise than they are stored: id maps, squashing, and
# owners in attributes. Never is a layer changed for it.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_real_root

fill() {
	mkdir -p "$1/d"
	for id in 0 1 5 1000 65536 70000; do
		echo "$id" >"$1/f$id"
		chown $id:$id "$1/f$id"
	done
	chown 5:1 "$1/d"
	ln -s f0 "$1/link"
	chown -h 1:5 "$1/link"
	cp /bin/true "$1/cap"
	setcap cap_net_raw+ep "$1/cap"
	echo acl >"$1/acl"
	setfacl -m u:5:rw,g:1:r "$1/acl"
	chmod 4755 "$1/f5"
}
owners() { (cd "$MNT" && stat -c '%n %u:%g' "$@" | tr '\n' ' '); }
as() {
	local id=$1
	shift
	setpriv --reuid "$id" --regid "$id" --clear-groups "$@"
}
fill "$T/l"
before=$(tree_of "$T/l" raw)
mkdir "$T/u"
chmod 777 "$T/u" "$T/l/d"

map=0:1000:1:1:110000:65536
ok "mount with maps" mount_overlay "$T/l" "$T/u" "$T/w" \
	"uidmapping=$map,gidmapping=$map"
is "$(owners f0 f1 f5 f1000 f65536)" \
	"f0 1000:1000 f1 110000:110000 f5 110004:110004 f1000 110999:110999 f65536 175535:175535 " \
	"stored ids are shown by the maps"
is "$(owners f70000)" "f70000 65534:65534 " "an id that has none is nobody"
is "$(owners d link)" "d 110004:110000 link 110000:110004 " \
	"directories and links too"
like "$(getfacl -np "$MNT/acl")" "user:110004:rw-" "and those in ACLs"
ok "one who is shown as the owner may write" as 110004 sh -c \
	"echo more >>'$MNT/f5'"
not_ok "another may not" as 5 sh -c "echo more >>'$MNT/f5'"
as 1000 touch "$MNT/by1000"
as 110004 mkdir "$MNT/by110004"
as 99 sh -c ": >'$MNT/by99'"
is "$(owners by1000 by110004)" "by1000 1000:1000 by110004 110004:110004 " \
	"what is created belongs to its creator"
is "$(stat -c %u:%g "$T/u/by1000" "$T/u/by110004" | tr '\n' ' ')" \
	"0:0 5:5 " "and is stored by the maps"
is "$(stat -c %u "$T/u/by99")" 65534 "one without a mapping is stored as nobody"
chown 110000:1000 "$MNT/f1000"
is "$(owners f1000)" "f1000 110000:1000 " "chown takes shown ids"
is "$(stat -c %u:%g "$T/u/f1000")" 1:0 "and stores the others"
setfacl -m u:110009:r "$MNT/acl"
like "$(getfacl -np "$T/u/acl")" "user:10:r--" "an ACL is stored mapped"
like "$(getfacl -np "$MNT/acl")" "user:110009:r--" "and shown mapped back"
mv "$MNT/d" "$MNT/d2"
is "$(stat -c %u:%g "$T/u/d2")" 5:1 "a copy keeps what is stored"
like "$(getcap "$MNT/cap")" "cap_net_raw" "capabilities are seen"
umount_overlay
chmod 755 "$T/l/d"

# Several ranges that touch nothing of each other.
rm -rf "$T/u" "$T/w"
ok "mount with ranges apart" mount_overlay "$T/l" "$T/u" "$T/w" \
	"uidmapping=0:500:2:5:2000:1:1000:1000:1,gidmapping=0:500:100000"
is "$(owners f0 f1 f5 f1000 f65536)" \
	"f0 500:500 f1 501:501 f5 2000:505 f1000 1000:1500 f65536 65534:66036 " \
	"each has its range"
umount_overlay

for bad in 0:1 a:b:c 0:0:0 0:1000:-1 0:0:10:5:5:10 0:0:10:20:5:10 \
	0:4294967290:100 ::: ; do
	said=$(mount_overlay "$T/l" "$T/u" "$T/w" "uidmapping=$bad" 2>&1)
	ok "uidmapping='$bad' is refused" test $? -ne 0 ||
		umount_overlay
	is "$(wc -l <<<"$said")" 1 "with one line" || diag "$said"
done

# Squashing.
rm -rf "$T/u" "$T/w"
ok "mount squash_to_root" mount_overlay "$T/l" "$T/u" "$T/w" squash_to_root
is "$(owners f0 f5 f70000 link)" "f0 0:0 f5 0:0 f70000 0:0 link 0:0 " \
	"all are root's"
umount_overlay
ok "mount squash_to_uid" mount_overlay "$T/l" "$T/u" "$T/w" \
	squash_to_uid=1000,squash_to_gid=1001
is "$(owners f0 f70000)" "f0 1000:1001 f70000 1000:1001 " "all are one user's"
ok "who may write them" as 1000 sh -c "echo x >>'$MNT/f70000'"
umount_overlay

# Owner and mode in attributes.
owner_in_attr() {
	local opt=$1 attr=$2
	rm -rf "$T/x" "$T/xu" "$T/xw"
	mkdir -p "$T/x/dir" "$T/xu" "$T/xw"
	echo x >"$T/x/f"
	chmod 666 "$T/x/f"
	setfattr -n "$attr" -v 12:34:0640:file "$T/x/f"
	: >"$T/x/chr"
	setfattr -n "$attr" -v 0:0:0620:char-1-3 "$T/x/chr"
	setfattr -n "$attr" -v 9:9:1711:dir "$T/x/dir"
	echo old >"$T/x/three"
	setfattr -n "$attr" -v 7:8:0604 "$T/x/three"
	echo plain >"$T/x/plain"
	chmod 600 "$T/x/plain"
	ok "mount $opt" mount_overlay "$T/x" "$T/xu" "$T/xw" "$opt"
	is "$(cd "$MNT" && stat -c '%n %a %u:%g' f dir three plain |
		tr '\n' ' ')" \
		"f 640 12:34 dir 1711 9:9 three 604 7:8 plain 600 0:0 " \
		"$opt: the true owner and mode are shown"
	is "$(stat -c '%F %t:%T' "$MNT/chr")" "character special file 1:3" \
		"$opt: and the type"
	is "$(getfattr -d -m override_stat "$MNT/f" 2>/dev/null)" "" \
		"$opt: the attribute is not shown"
	chown 5:6 "$MNT/f"
	chmod 4711 "$MNT/plain"
	is "$(getfattr --absolute-names --only-values -n "$attr" "$T/xu/f" 2>&1)" \
		"5:6:0640:file" "$opt: a change is kept in the attribute"
	as 1000 true
	chmod 777 "$MNT"
	(umask 022 && as 1000 sh -c "mkdir '$MNT/made'; : >'$MNT/new';
		ln -s t '$MNT/link'; mkfifo '$MNT/pipe'")
	is "$(getfattr --absolute-names --only-values -n "$attr" "$T/xu/made" 2>&1)" \
		"1000:1000:0755:dir" "$opt: a directory that is made"
	is "$(getfattr --absolute-names --only-values -n "$attr" "$T/xu/new" 2>&1)" \
		"1000:1000:0644:file" "$opt: a file"
	wanted=$(cd "$MNT" && stat -c '%n %F %a %u:%g' ./*)
	ok "$opt: remount" remount "$T/x" "$T/xu" "$T/xw" "$opt"
	is "$(cd "$MNT" && stat -c '%n %F %a %u:%g' ./*)" "$wanted" \
		"$opt: the same after a remount"
	umount_overlay
}
owner_in_attr xattr_permissions=2 user.containers.override_stat
owner_in_attr xattr_permissions=1 security.fuseoverlayfs.override_stat

# An idmapped mount of ours, where the kernel can.
if is_real_root && unshare -Ur true 2>/dev/null &&
	mount --help 2>&1 | grep -q map-users; then
	rm -rf "$T/u" "$T/w"
	mount_overlay "$T/l" "$T/u" "$T/w"
	mkdir "$T/bind"
	if mount --bind -o X-mount.idmap=0:3000:100 "$MNT" "$T/bind" \
		2>"$T/said"; then
		is "$(stat -c %u "$T/bind/f5" "$MNT/f5" | tr '\n' ' ')" \
			"3005 5 " "an id-mapped bind mount shows other ids"
		umount "$T/bind"
	else
		skip "id-mapped bind mounts" "$(head -1 "$T/said")"
	fi
	umount_overlay
fi
is "$(tree_of "$T/l" raw)" "$before" \
	"the layers are what they were"
done_testing
