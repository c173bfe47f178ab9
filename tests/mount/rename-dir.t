#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Renaming directories that hold open files, old descriptors and merged
# names: whoever was inside stays inside.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower2/d/sub/low lower1/d/sub upper/u/in lower1/other
	echo f >lower2/d/sub/low/f
	echo g >lower1/d/sub/g
	echo h >upper/u/in/h
	mkdir -p lower2/m1/x lower1/m1 lower2/m2 lower1/m2/y
	echo 1 >lower2/m1/x/1
	echo 2 >lower2/m2/2
}
steps() {
	sys <<-'END'
		open 0 d r,dir
		open 1 d/sub/low/f rw
		open 2 d/sub/g r
		rename d other/moved
		freaddir 0
		pwrite 1 0 F
		pread 2 0 10
		cat other/moved/sub/low/f
		lstat d
		mkdir d
		readdir d
		rename other/moved/sub d/sub
		cat d/sub/low/f
		put d/sub/new n
		rename d other/moved/back
		readdir other/moved/back/sub
		rename other/moved/back/sub/low top
		cat top/f
		pread 1 0 10
		rename u/in top/in
		rename top u/top
		cat u/top/in/h
		rename u other/u
		rename other last
		cat last/u/top/f
		readdir last/moved
		rename m1 m2/m1
		rename m2 m1
		readdir m1
		readdir m1/m1/x
		rename m1/m1 m1/y
		rename m1/y m1/m1
		rename m1/m1/x m1/x
		readdir m1/x
		rename m1 m1/m1/loop
		rename last last/moved/loop
		put last/moved/back/f x
		rmtree last/moved/back
		rename last/moved last/gone
		rmtree last/gone
		readdir last
		mkdir last/gone
		readdir last/gone
		END
}
in_both rename-dir layers steps
said rename-dir "^cat last/u/top/f => 0" "a file is followed over five renames"
said rename-dir "^rename m1 m1/m1/loop => EINVAL" "no directory goes into itself"

# A process whose working directory is renamed goes with it.
mkdir -p "$T/l/a/b/c" "$T/l/z"
echo here >"$T/l/a/b/c/f"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
(
	cd "$MNT/a/b/c" || exit
	mv "$MNT/a" "$MNT/z/q"
	cat f
	echo new >g
	pwd -P
	ls -A ..
	cat ../../b/c/f
) >"$T/said" 2>&1
is "$(sed "s,$MNT,," "$T/said" | tr '\n' ' ')" \
	"here /z/q/b/c c here " "a working directory goes along"
is "$(cat "$MNT/z/q/b/c/g")" "new" "what it made is there"
is "$(find "$MNT" -name f -o -name g | wc -l)" 2 "nothing is there twice"
umount_overlay

# 200 nested renames: redirects, not chains of them.
mkdir -p "$T/l2/d/x"
echo f >"$T/l2/d/x/f"
ok "mount" mount_overlay "$T/l2" "$T/u2" "$T/w2"
(
	cd "$MNT" || exit
	last=d
	for i in $(seq 200); do
		mkdir p$((i % 7)).$i
		mv $last p$((i % 7)).$i/d$i
		last=p$((i % 7)).$i/d$i
		[ $((i % 3)) = 0 ] && mv $last d$i && last=d$i
	done
	echo "$last" >"$T/last"
)
ok "a file after 200 renames" test -e "$MNT/$(cat "$T/last")/x/f"
ok "remount" remount "$T/l2" "$T/u2" "$T/w2"
is "$(cat "$MNT/$(cat "$T/last")/x/f")" f "and after a remount"
umount_overlay
done_testing
