#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# POSIX ACLs: kept, inherited, enforced, and layers that know none.
. "$(dirname "$0")/../lib.sh"
requires_root
requires "setfacl" setfacl --version

layers() {
	mkdir -p lower1/d lower1/plain upper/ud
	echo f >lower1/f
	echo g >lower1/g
	chmod 640 lower1/f
	chmod 600 lower1/g
	setfacl -m u:1000:rw,g:50:r lower1/f
	setfacl -m u:1000:- lower1/g
	setfacl -d -m u:1000:rwx,g:50:rx,o::- lower1/d
	setfacl -m u:1000:rwx lower1/d
	setfacl -d -m u::rw,u:7:rwx,g::r,m::rwx,o::- upper/ud
	chmod 777 lower1/plain upper/ud
}
steps() {
	getfacl -n f g d ud
	sys <<-'END'
		as 1000 1000
		access f rw
		access g r
		open 0 f rw
		pwrite 0 0 F
		open 1 g r
		put d/by-1000 x 666
		mkdir d/dir 777
		as 1001 50
		access f r
		access f w
		open 0 f r
		open 0 f rw
		open 0 d r,dir
		put d/by-1001 x
		readdir d
		as 1002 1002
		open 0 f r
		readdir d
		umask 77
		put ud/masked x 666
		mkdir ud/dir 777
		mkdir ud/dir/deeper 777
		mknod ud/pipe p 666
		symlink t ud/link
		open 0 ud rw,tmpfile 666
		flink 0 ud/tmp
		as 0 0
		END
	getfacl -n d/by-1000 d/dir ud/masked ud/dir ud/dir/deeper ud/pipe ud/tmp
	chmod 600 f && getfacl -n f
	chmod 770 d && getfacl -n d
	setfacl -m u:12:x plain && getfacl -n plain
	setfacl -b f && getfacl -n f
	setfacl -k d && getfacl -n d && mkdir d/no-default && getfacl -n d/no-default
	setfacl -m u:99:r ud/link 2>&1
	sys <<-'END'
		setxattr plain system.posix_acl_default 0x0200
		setxattr f system.posix_acl_default 0x02000000
		setxattr f system.posix_acl_access @4
		as 1000 1000
		setxattr plain system.posix_acl_access 0x0200000001000600ffffffff04000400ffffffff20000400ffffffff
		removexattr f system.posix_acl_access
		END
	cp -a f copied && getfacl -n copied
	mv ud ud2 && getfacl -n ud2/dir
}
in_both acl layers steps
said acl "^open 1 g r => EACCES" "an ACL denies"
said acl "^pwrite 0 0 F => 0" "an ACL allows, and survives copy-up"

# Layers without ACLs (nor any attributes) beside those with: no error, and no ACL lost.
requires_fs ramfs 20M "$T/noacl"
mkdir -p "$T/noacl/l/d" "$T/with"
echo n >"$T/noacl/l/n"
echo w >"$T/with/w"
setfacl -m u:1000:rw "$T/with/w"
ok "mount" mount_overlay "$T/noacl/l:$T/with" "$T/u" "$T/w"
ok "a name of the layer without ACLs" cat "$MNT/n"
ok "ls -l of both" ls -l "$MNT"
ok "copy-up from it" chmod 640 "$MNT/n"
like "$(getfacl -np "$MNT/w")" "user:1000:rw-" "the other layer's ACL is there"
ok "a file made in its directory" touch "$MNT/d/x"
umount_overlay
mkdir -p "$T/noacl/u"
ok "an upper without ACLs" mount_overlay "$T/with" "$T/noacl/u" "$T/noacl/w"
ok "ls -l" ls -l "$MNT"
ok "create" touch "$MNT/x"
ok "mkdir" mkdir "$MNT/dd"
umount_overlay
done_testing
