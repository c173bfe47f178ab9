#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Files that are open and have no name any more, or never had one.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower1/dir/sub upper/udir
	for n in a b c d e x over; do echo "lower $n" >lower1/$n; done
	echo upper >upper/u
	echo upper >upper/over-u
	echo in >lower1/dir/sub/in
	echo 1 >lower1/h1 && ln lower1/h1 lower1/h2
}
steps() {
	sys <<-'END'
		open 0 a r
		unlink a
		pread 0 0 20
		open 1 b rw
		unlink b
		fstat 1
		pwrite 1 0 LOWER
		pread 1 0 20
		fsync 1
		ftruncate 1 3
		fstat 1
		open 2 u rw
		pwrite 2 0 before
		unlink u
		pwrite 2 3 after
		pread 2 0 20
		fstat 2
		fchmod 2 600
		fchown 2 5 6
		futimens 2 1000.5 2000.25
		fsetxattr 2 user.x y
		fstat 2
		put u another
		pread 2 0 20
		cat u
		open 3 c r
		rename x c
		pread 3 0 20
		cat c
		open 4 over-u r
		rename over over-u
		pread 4 0 20
		fstat 4
		open 5 h1 rw
		unlink h1
		fstat 5
		pwrite 5 0 one
		cat h2
		unlink h2
		pread 5 0 10
		fstat 5
		open 6 dir r,dir
		rmtree dir
		freaddir 6
		mkdir dir
		put dir/new n
		freaddir 6
		open 7 d r
		unlink d
		mkdir d
		pread 7 0 10
		readdir d
		open 8 . rw,tmpfile 640
		fstat 8
		pwrite 8 0 temporary
		flink 8 named
		fstat 8
		cat named
		lstat named
		pwrite 8 0 TEMP
		cat named
		open 9 udir rw,tmpfile
		pwrite 9 0 gone
		pread 9 0 10
		close 9
		readdir udir
		open 10 . rw,tmpfile,excl
		flink 10 refused
		open 11 dir rw,tmpfile 4711
		fchown 11 9 9
		flink 11 dir/suid
		lstat dir/suid
		open 12 . rw,tmpfile
		fallocate 12 alloc 0 100000
		map 0 12 shared 4096
		mwrite 0 0 mapped
		msync 0
		pread 12 0 6
		flink 12 e
		flink 12 mapped
		cat mapped
		open 13 e rw
		unlink e
		flink 13 e2
		END
}
in_both unlink-open layers steps
said unlink-open "^pread 0 0 20 => 0 'lower a" "a removed lower is readable"
said unlink-open "^cat named => 0 'temporary'" "O_TMPFILE gets a name"
said unlink-open "^fstat 2 => 0 f 0600 5:6 nlink=0" "its attributes can be set"

# overlayfs shows the lower's link count for ever; we say how it is.
if ! is_oracle; then
	mkdir "$T/n"
	echo n >"$T/n/f"
	ok "mount" mount_overlay "$T/n" "$T/nu" "$T/nw"
	said=$(printf '%s\n' "open 0 f r" "fstat 0" "unlink f" "fstat 0" |
		sys "$MNT")
	like "$said" "nlink=0" "a removed lower has no link"
	umount_overlay
fi

# Nothing of it is left when the last user is gone.
mkdir -p "$T/l"
head -c 1000000 /dev/zero >"$T/l/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
printf '%s\n' "open 0 f rw" "pwrite 0 0 x" "unlink f" "pwrite 0 900000 y" \
	"pread 0 900000 1" "open 1 . rw,tmpfile" "pwrite 1 0 @1000000" | sys "$MNT" >/dev/null
umount_overlay
is "$(find "$T/u" "$T/w" -type f -size +0 | head)" "" \
	"no file stays behind in upper or work"
done_testing
