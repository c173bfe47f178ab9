#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Creating every type, over nothing and over whiteouts, as who and with what
# mode: umask, setgid directories, default ACLs.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	local d
	mkdir -p lower2/d lower2/gone/deep lower1 upper/updir
	for n in f d l p c s e; do
		echo $n >lower2/d/$n
		mknod lower1/white-$n c 0 0
		mkdir lower2/white-$n
		echo old >lower2/white-$n/old
	done
	echo x >lower2/gone/deep/x
	for d in lower2 upper; do
		mkdir $d/sgid-$d $d/acl-$d $d/world-$d
		chgrp 77 $d/sgid-$d && chmod 2777 $d/sgid-$d
		chmod 1777 $d/world-$d
		chmod 777 $d/acl-$d
		setfacl -d -m u::rwx,u:1000:rwx,g::r-x,o::r-x $d/acl-$d
	done
	chmod 777 upper
}
make_all() {
	echo "put $1/f hello 666"
	echo "open 0 $1/excl rw,creat,excl 4755"
	echo "mkdir $1/d 2777"
	echo "mkdir $1/d/in 777"
	echo "symlink target $1/l"
	echo "mknod $1/p p 666"
	echo "mknod $1/c c 666 1:3"
	echo "mknod $1/s s 666"
	echo "mknod $1/m f 6666"
	echo "open 1 $1 rw,tmpfile 640"
	echo "flink 1 $1/t"
	for n in f excl d d/in l p c s m t; do
		echo "lstat $1/$n"
		echo "listxattr $1/$n"
		echo "getxattr $1/$n system.posix_acl_access"
		echo "getxattr $1/$n system.posix_acl_default"
	done
	for n in f excl d/in l p c s m t; do
		echo "unlink $1/$n"
		echo "put $1/$n again 640"
	done
}
steps() {
	local n u
	for n in f d l p c s e; do
		echo "unlink d/$n"
	done | sys
	sys <<-'END'
		put d/f file
		mkdir d/d
		symlink t d/l
		mknod d/p p
		mknod d/c c 600 1:5
		mknod d/s s
		open 0 d/e rw,tmpfile
		flink 0 d/e
		readdir d
		put white-f file
		mkdir white-d
		symlink t white-l
		mknod white-p p
		mknod white-c c 600 1:5
		mknod white-s s
		link white-f white-e
		readdir white-d
		readdir .
		rmtree gone
		mkdir gone
		mkdir gone/deep
		readdir gone/deep
		END
	for u in 0 22 77 777; do
		printf 'umask %s\nmkdir u%s 777\nput u%s/f x 666\n' $u $u $u
		printf 'lstat u%s\nlstat u%s/f\n' $u $u
		printf 'mknod u%s/p p 666\nlstat u%s/p\n' $u $u
	done | sys
	for n in lower2 upper; do
		for d in sgid-$n acl-$n world-$n; do
			(umask 027 && mkdir $d/root && make_all $d/root | sys)
			printf 'as 1000 1000\numask 7\nmkdir %s/user 777\n' $d |
				sys
			(printf 'as 1000 1000\numask 7\n' &&
				make_all $d/user) | sys
		done
	done
}
in_both create layers steps
said create "^lstat sgid-lower2/root => 0 d 2750 0:77|lstat sgid-lower2/user/d => 0 d 27.. 1000:77" \
	"a setgid directory gives its group"

# The umask and the groups are the caller's, never the daemon's.
mkdir "$T/l"
chmod 777 "$T/l"
(umask 077 && mount_overlay "$T/l" "$T/u" "$T/w") || fail "mount"
(umask 000 && mkdir "$MNT/open" && : >"$MNT/open/f")
is "$(stat -c %a "$MNT/open" "$MNT/open/f" | tr '\n' ' ')" "777 666 " \
	"a daemon started with umask 077 does not narrow"
(umask 077 && : >"$MNT/open/narrow")
is "$(stat -c %a "$MNT/open/narrow")" "600" "the caller's umask does"
done_testing
