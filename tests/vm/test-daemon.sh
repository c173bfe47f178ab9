#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A writable mount with a daemon: what it is asked, what it is not, and the
# same changes beside the kernel's overlayfs.
. "$FO_TOP/tests/vm/lib.sh"
load

build_layers() {
	mkdir -p l1/dir/sub l2/dir/sub2 l2/low/deep/er up work
	echo 1 >l1/dir/one
	echo 2 >l2/dir/two
	echo 2 >l2/dir/one
	echo text >l2/low/deep/er/file
	chown 5:6 l2/low/deep
	chmod 2750 l2/low/deep
	setfattr -n user.note -v kept l2/low/deep/er/file
	ln -s one l1/dir/link
	mkfifo l2/pipe
	echo a >l1/hard
	ln l1/hard l1/hard2
	mkdir l2/move l2/empty
	for i in 1 2 3; do echo "$i" >l2/move/$i; done
	echo x >l1/over
	echo y >l2/under
}
# What a user does, said the same way on both sides.
steps() {
	echo more >>dir/one
	cat dir/one
	chmod 600 dir/two
	rm dir/two
	ls -A dir
	echo again >dir/two
	cat dir/two
	rm -r dir/sub2
	mkdir dir/sub2
	ls -A dir/sub2
	echo new >low/deep/er/new
	cat low/deep/er/file low/deep/er/new
	truncate -s 2 low/deep/er/file
	stat -c '%s %a %u:%g' low/deep/er/file low/deep
	mv move moved
	ls moved
	echo in >moved/four
	rm moved/2
	mv moved low/moved-again
	ls -A low/moved-again
	cat low/moved-again/*
	mkdir move
	ls -A move
	mv over under
	cat under
	ln dir/link dir/link2
	readlink dir/link2
	rm pipe
	mkfifo pipe
	mv dir/link pipe
	readlink pipe
	rmdir empty
	ln -s target empty
	ln under linked
	stat -c %h under linked
	rm under
	cat linked
	touch plain
	mv plain renamed
	rm renamed
	mv hard hard3
	cat hard3
}
tree() {
	(cd "$1" && find . -printf '%P %y %m %U:%G %l\n' | sort &&
		find . -type f -exec cksum {} + | sort -k3)
}
start() {
	local options=$1 i
	shift
	: >said
	"$FO_OUT/vm/daemon" "$T/log" mnt "$options" "$@" >said 2>&1 &
	daemon=$!
	for ((i = 0; i < 100; i++)); do
		grep -q ready said && break
		sleep 0.05
	done
}
asked() { grep -cx "$1" log; }

mkdir mnt kernel ours
(cd kernel && build_layers && mkdir mnt &&
	mount -t overlay -o lowerdir=l1:l2,upperdir=up,workdir=work,redirect_dir=on \
		overlay mnt && (cd mnt && steps) >../want 2>&1 && tree mnt >../want.tree)
umount kernel/mnt
(cd ours && build_layers)
start "" ours/up ours/l1 ours/l2
must "mount with a daemon" grep -q ready said
tree mnt >/dev/null
ls -lR mnt >/dev/null
cat mnt/low/deep/er/file >/dev/null
is "$(cat log | tr '\n' ' ')" "init lookup lookup " \
	"a walk asks for nothing but the linked names"
: >log
touch mnt/a && echo text >mnt/a && rm mnt/a && mkdir mnt/b && rmdir mnt/b
is "$(cat log)" "" "nor does making and removing in the upper"
(cd mnt && steps) >got 2>&1
is "$(diff want got)" "" "the same answers as overlayfs"
tree mnt >got.tree
is "$(diff want.tree got.tree)" "" "the same tree"
is "$(asked unknown)" 0 "no request is a strange one"
for what in lookup copy-up unlink rmdir rename link mknod mkdir symlink; do
	ok "the daemon was asked for $what" test "$(asked $what)" -gt 0
done
ok "the lowers are what they were" \
	diff -r --no-dereference -x pipe kernel/l1 ours/l1
echo 3 >/proc/sys/vm/drop_caches
sleep 0.3
ok "unused nodes are forgotten" test "$(asked forget)" -gt 0
ok "unmount" umount mnt
wait $daemon
is $? 0 "then the daemon ends by itself"

start "" ours/up ours/l1 ours/l2
must "mount again" grep -q ready said
is "$(tree mnt | diff want.tree -)" "" "the same tree after a remount"
umount mnt
wait $daemon
mkdir -p ours/w2
mount -t overlay -o lowerdir=ours/l1:ours/l2,upperdir=ours/up,workdir=ours/w2,redirect_dir=on \
	overlay mnt
is "$(tree mnt | diff want.tree -)" "" "and under overlayfs"
umount mnt

# An old descriptor sees the copied-up file.
mkdir -p fresh/up
start "" fresh/up ours/l1 ours/l2
must "mount a fresh upper" grep -q ready said
exec 5<mnt/low/deep/er/file
before=$(stat -c %i mnt/low/deep/er/file)
echo longer than before >mnt/low/deep/er/file
is "$(cat <&5)" "longer than before" "an old descriptor reads what was written"
is "$(stat -c %i mnt/low/deep/er/file)" "$before" \
	"the inode number stays across the copy-up"
is "$(ls -i mnt/low/deep/er | awk '{print $1}')" "$before" \
	"in the listing too"
exec 5<&-
is "$(cat ours/l2/low/deep/er/file)" text "the lower is untouched"
mkdir mnt/operations
for operation in $("$FO_OUT/vm/operations" list); do
	ok "$operation" "$FO_OUT/vm/operations" "$operation" mnt/operations
done
is "$(getfattr --only-values -n user.note mnt/low/deep/er/file 2>&1 | tail -1)" \
	"mnt/low/deep/er/file: user.note: No such attribute" \
	"xattrs are the daemon's to copy"

# Its end: reading goes on, what needs it fails, nothing hangs.
echo warm >mnt/warm
kill -9 $daemon
wait $daemon 2>/dev/null
is "$(cat mnt/dir/two mnt/warm)" "$(printf '2\nwarm')" \
	"without the daemon files are read"
ok "and the upper is written" bash -c 'echo new >mnt/warm && touch mnt/fresh'
is "$(rm mnt/dir/two 2>&1 | sed 's/.*: //')" \
	"Transport endpoint is not connected" "a whiteout has nobody to make it"
is "$(chmod 700 mnt/dir/two 2>&1 | sed 's/.*: //')" \
	"Transport endpoint is not connected" "nor a copy"
ok "unmount" umount mnt

# A daemon that does not answer: a caller can be killed, umount -f frees.
start "" fresh/up ours/l1 ours/l2
must "mount for a silent daemon" grep -q ready said
kill -STOP $daemon
rm mnt/dir/two &
stuck=$!
sleep 0.3
kill -9 $stuck
wait $stuck 2>/dev/null
is $? 137 "who waits can be killed"
ls mnt >/dev/null
(rm mnt/dir/one 2>err; sed 's/.*: //' err >said2) &
stuck=$!
sleep 0.5
umount -f mnt 2>/dev/null
wait $stuck
is "$(cat said2)" "Transport endpoint is not connected" \
	"umount -f lets go of who waits"
kill -CONT $daemon
wait $daemon
is $? 0 "the daemon sees the end"
umount mnt 2>/dev/null
done_testing
