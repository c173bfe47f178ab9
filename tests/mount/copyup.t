#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Copy-up: every type, by every change that causes one, with all that the
# file has, and with its parents.
. "$(dirname "$0")/../lib.sh"
requires_root

causes="chmod chown utimens setxattr link rename append trunc rewrite"
layers() {
	local d
	mkdir -p lower2/deep/er/than lower1/deep
	chmod 2750 lower2/deep/er
	chown 3:4 lower2/deep/er/than
	setfattr -n user.dir -v d lower2/deep/er
	for d in $causes; do
		mkdir lower2/$d
		(
			cd lower2/$d || exit
			printf 'some bytes\n' >file
			head -c 300000 /dev/urandom >big
			: >empty
			printf x >owned && chown 12:34 owned
			printf x >suid && chmod 6755 suid
			printf x >attrs
			setfattr -n user.one -v 1 attrs
			setfattr -n trusted.two -v 2 attrs
			setfattr -n security.three -v 3 attrs
			mkdir dir && chmod 1777 dir && echo in >dir/in
			ln -s file link && chown -h 7:8 link
			ln -s /nowhere/at/all dangling
			mkfifo pipe && chmod 606 pipe
			mknod chr c 1 5
			mknod blk b 7 99
			"$FO_SYS" run . <<<"mknod sock s 640" >/dev/null
		)
		# Random bytes are the same on both sides.
		cp "$T/big" lower2/$d/big
	done
	echo deep >lower2/deep/er/than/file
}
head -c 300000 /dev/urandom >"$T/big"
names="file big empty owned suid attrs dir link dangling pipe chr blk sock"
steps() {
	local n
	for n in $names; do
		echo "chmod chmod/$n 640"
		echo "chown chown/$n 21 22"
		echo "utimens utimens/$n 1111.222222222 3333.444444444"
		echo "atime utimens/$n"
		echo "setxattr setxattr/$n user.new value"
		echo "setxattr setxattr/$n trusted.new value"
		echo "link link/$n link/$n.hard"
		echo "same link/$n link/$n.hard"
		echo "rename rename/$n rename/$n.new"
		echo "lstat rename/$n.new"
		echo "btime rename/$n.new"
	done | sys
	for n in file big empty owned suid attrs; do
		printf '%s\n' "open 0 append/$n w,append" "write 0 more" \
			"open 0 trunc/$n rw,trunc" "pwrite 0 3 x" "fstat 0" \
			"open 0 rewrite/$n rw" "pread 0 0 20" \
			"pwrite 0 2 zz" "fsync 0" "pread 0 0 20" "fstat 0"
	done | sys
	printf '%s\n' "open 0 deep/er/than/file rw" "pwrite 0 0 D" | sys
	truncate -s 10 deep/er/than/../than/file
	stat -c '%n %a %u:%g %Y' deep deep/er deep/er/than
	getfattr -d -m - deep/er 2>&1
}
in_both copyup layers steps
said copyup "^rename rename/sock rename/sock.new => 0" "a socket moves"
said copyup "^same link/link link/link.hard => 0 same" "a link of a symlink"

# Data that is not there, at the sizes where errors hide.
layers_sparse() {
	truncate -s 20M lower1/hole
	truncate -s 10M lower1/middle
	printf x | dd of=lower1/middle bs=1 seek=5000000 conv=notrunc status=none
	printf start >lower1/start
	truncate -s 20M lower1/start
	for n in 1 4095 4096 4097 131071 131072 131073 1048577; do
		head -c $n "$T/bytes" >lower1/size-$n
	done
}
head -c 2000000 /dev/urandom >"$T/bytes"
steps_sparse() {
	local f
	for f in *; do
		chmod 600 "$f"
		md5sum "$f"
	done
	"$FO_SYS" extents hole
	stat -c '%n %s' ./*
}
in_both sparse layers_sparse steps_sparse
for f in hole middle start; do
	ok "the copy of $f has holes as the file has" test \
		"$(du -k "$T/sparse/ours/upper/$f" | cut -f1)" -le 1024
done

# Capabilities, ACLs and odd modes stay.
layers_rights() {
	cp /bin/true lower1/cap && setcap cap_net_raw+ep lower1/cap
	echo a >lower1/acl && setfacl -m u:1000:rw,g:5:r lower1/acl
	mkdir lower1/dacl && setfacl -d -m u:1000:rwx lower1/dacl
	echo z >lower1/zero && chmod 0 lower1/zero
	echo t >lower1/all && chmod 7777 lower1/all
}
steps_rights() {
	touch cap acl dacl zero all
	chgrp 9 dacl
	getcap cap
	getfacl -pn acl dacl 2>&1
	setfattr -n user.x -v y cap
	getcap cap
	stat -c '%n %a' ./*
	echo new >dacl/new && getfacl -pn dacl/new
	echo "a capability goes with the contents" && echo x >>cap
	getcap cap
}
in_both rights layers_rights steps_rights
said rights "cap_net_raw" "a capability is seen"

# A removed name is not copied up, a directory never by what is below.
mkdir -p "$T/l/a/b"
echo f >"$T/l/a/b/f"
echo g >"$T/l/a/b/g"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
cat "$MNT/a/b/f" >/dev/null
ls -lR "$MNT" >/dev/null
is "$(ls -A "$T/u")" "" "reading copies nothing"
sys "$MNT" <<-'END' >/dev/null
	open 0 a/b/f r
	open 1 a/b/g r
	pread 0 0 10
	fsync 0
	flock 1 sh
	chmod a/b/none 600
	END
is "$(ls -A "$T/u")" "" "nor does opening for reading"
touch "$MNT/a/b/f"
is "$(cd "$T/u" && find . | sort | tr '\n' ' ')" ". ./a ./a/b ./a/b/f " \
	"the parents come along, the siblings do not"
is "$(work_left "$T/w")" "" "nothing is left in work"
done_testing
