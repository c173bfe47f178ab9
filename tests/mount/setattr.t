#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mode, owner, size and times: what each change takes with it.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	local d n
	for d in lower1 upper; do
		mkdir -p $d/$d/dir
		for n in a b c d e f; do
			echo $n >$d/$d/$n
			chmod 6777 $d/$d/$n
			chown 1000:1000 $d/$d/$n
		done
		chown 1000:50 $d/$d/c
		cp /bin/true $d/$d/cap
		chmod 755 $d/$d/cap
		setcap cap_net_raw+ep $d/$d/cap
		ln -s a $d/$d/link
		chown 1000:1000 $d/$d
		chmod 777 $d/$d
		mkdir $d/$d/sgid
		chown 1000:60 $d/$d/sgid
		chmod 2777 $d/$d/sgid
	done
}
owner_steps() {
	cat <<-END
		chown $1/a 5 6
		lstat $1/a
		chown $1/b -1 -1
		lstat $1/b
		as 1000 1000
		chown $1/d 1000 1000
		lstat $1/d
		chown $1/d 5 -1
		chown $1/d -1 5
		chmod $1/d 4755
		lstat $1/d
		chmod $1/c 2755
		lstat $1/c
		chmod $1/sgid 2700
		lstat $1/sgid
		open 0 $1/e rw
		pwrite 0 0 x
		fstat 0
		open 0 $1/f rw,trunc
		fstat 0
		as 2000 2000
		chmod $1/a 777
		utimens $1/e now now
		utimens $1/e 5.0 5.0
		truncate $1/e 3
		open 0 $1/b w,append
		write 0 more
		fstat 0
		as 0 0
		chmod $1/c 6711
		truncate $1/c 1
		lstat $1/c
		chmod $1/c 6711
		open 0 $1/c rw
		pwrite 0 1 zz
		fstat 0
		chown $1/dir 7 8
		chmod $1/dir 7755
		chown $1/dir 9 9
		lstat $1/dir
		chown $1/link 3 4
		lstat $1/link
		lstat $1/a
		chmod $1/link 640
		lstat $1/a
		getxattr $1/cap security.capability
		chown $1/cap 5 5
		getxattr $1/cap security.capability
		utimens $1/a 1.000000001 2.999999999
		lstat $1/a
		atime $1/a
		utimens $1/a omit 77.5
		lstat $1/a
		atime $1/a
		utimens $1/a now omit
		lstat $1/a
		atime $1/a
		utimens $1/link 5.5 6.5
		lstat $1/link
		atime $1/link
		utimens $1/a -5.25 -1.0
		lstat $1/a
		truncate $1/a 100000
		lstat $1/a
		cat $1/a
		truncate $1/a 5
		cat $1/a
		truncate $1/a -1
		truncate $1/dir 0
		fchmod 0 600
		fchown 0 1 1
		fstat 0
		btime $1/a
	END
}
steps() {
	owner_steps lower1 | sys
	owner_steps upper | sys
}
in_both setattr layers steps
said setattr "^chown lower1/d 5 -1 => EPERM" "nobody gives files away"
said setattr "^lstat lower1/d => 0 f 4755" "an owner may set setuid"

# A change of times of what is read is seen at once by those who look.
mkdir "$T/l"
echo f >"$T/l/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
before=$(stat -c %Z "$MNT/f")
sleep 1.1
chmod 640 "$MNT/f"
ok "chmod changes ctime" test "$(stat -c %Z "$MNT/f")" -gt "$before"
before=$(stat -c %Y "$MNT/f")
sleep 1.1
echo more >>"$MNT/f"
ok "write changes mtime" test "$(stat -c %Y "$MNT/f")" -gt "$before"
is "$(stat -c %Y "$MNT")" "$(stat -c %Y "$T/u")" "the root's times are the upper's"
before=$(stat -c %Y "$MNT")
sleep 1.1
: >"$MNT/new"
ok "a new name changes the directory's" test "$(stat -c %Y "$MNT")" -gt "$before"
done_testing
