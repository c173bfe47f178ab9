#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may do what: another user has the rights that the mode gives him, not
# those of the daemon, in lowers and uppers alike.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	local d
	for d in lower1 upper; do
		mkdir -p $d/$d/{closed,noexec,readonly,sticky,mine,group}
		for n in closed noexec readonly sticky mine group; do
			echo $n >$d/$d/$n/f
			chmod 666 $d/$d/$n/f
			mkdir $d/$d/$n/sub
		done
		echo private >$d/$d/private
		echo public >$d/$d/public
		echo write >$d/$d/write
		chmod 600 $d/$d/private
		chmod 644 $d/$d/public
		chmod 666 $d/$d/write
		echo z >$d/$d/zero
		chmod 0 $d/$d/zero
		chown 1000 $d/$d/zero
		chmod 700 $d/$d/closed
		chmod 666 $d/$d/noexec
		chmod 755 $d/$d/readonly
		chmod 1777 $d/$d/sticky
		chown -R 1000:1000 $d/$d/mine
		chgrp 50 $d/$d/group
		chmod 770 $d/$d/group
		echo mine >$d/$d/sticky/own
		chown 1000 $d/$d/sticky/own
		cp /bin/true $d/$d/suid
		chmod 4755 $d/$d/suid
		cp /bin/true $d/$d/noexecfile
		chmod 644 $d/$d/noexecfile
	done
}
user_steps() {
	local n
	for n in closed noexec readonly sticky mine group; do
		cat <<-END
			lstat $1/$n/f
			open 0 $1/$n/f r
			open 0 $1/$n/f rw
			readdir $1/$n
			put $1/$n/new x
			mkdir $1/$n/newdir
			rmdir $1/$n/sub
			rename $1/$n/f $1/$n/f2
			unlink $1/$n/f
			link $1/public $1/$n/hard
			symlink x $1/$n/link
			access $1/$n rwx
			open 0 $1/$n rw,tmpfile
			chmod $1/$n 777
		END
	done
	for n in private public write zero suid noexecfile; do
		cat <<-END
			open 0 $1/$n r
			open 0 $1/$n w
			open 0 $1/$n w,trunc
			truncate $1/$n 1
			access $1/$n r
			access $1/$n w
			access $1/$n x
			chmod $1/$n 640
			chown $1/$n 1000 1000
			setxattr $1/$n user.x y
			getxattr $1/$n user.x
			utimens $1/$n now now
			utimens $1/$n 1.0 1.0
		END
	done
	echo "unlink $1/sticky/own"
	echo "mknod $1/sticky/dev c 666 1:3"
	echo "mknod $1/sticky/fifo p 666"
	echo "rename $1/sticky/f $1/mine/f3"
}
steps() {
	local d
	for d in lower1 upper; do
		(echo "as 1000 1000" && user_steps $d) | sys
		(echo "as 1001 50" && user_steps $d) | sys
		(echo "as 0 0" && user_steps $d) | sys
	done
}
in_both permissions layers steps
said permissions "^open 0 lower1/private r => EACCES" "a private file is private"
said permissions "^put lower1/mine/new x => 0" "one's own directory is writable"
said permissions "^unlink upper/sticky/f => (EPERM|EACCES|ENOENT)" \
	"a sticky directory protects"

# Programs: setuid works as the mount says, noexec files do not run.
mkdir "$T/l"
cp /usr/bin/id "$T/l/id"
chmod 4755 "$T/l/id"
cp /bin/true "$T/l/plain"
chmod 644 "$T/l/plain"
chmod 755 "$T"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
as_user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
is "$(as_user "$MNT/id" -u)" 0 "setuid programs of the mount are setuid"
as_user "$MNT/plain" 2>/dev/null
is $? 126 "a file without x does not run"
not_ok "not even for root" "$MNT/plain"
umount_overlay
if is_oracle; then
	mount_overlay "$T/l" "$T/u" "$T/w" && mount -o remount,nosuid "$MNT"
	skip "nosuid" "mount(8) has flags of its own"
else
	ok "mount nosuid" mount_overlay "$T/l" "$T/u" "$T/w" nosuid
	is "$(as_user "$MNT/id" -u)" 1000 "with nosuid they are not"
fi
done_testing
