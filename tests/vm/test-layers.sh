#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Merged layers, read and changed in the upper, beside the kernel's overlayfs.
. "$FO_TOP/tests/vm/lib.sh"
load

build_layers() {
	mkdir -p l1/dir/a l2/dir/a l2/dir/b l3/dir/c up/dir work
	echo 1 >l1/dir/one
	echo 2 >l2/dir/one
	echo 2 >l2/dir/two
	echo 3 >l3/dir/three
	echo u >up/dir/up
	echo u >up/dir/two
	mkdir l2/file-over-dir l1/dir-over-file l3/file-over-dir
	echo x >l2/file-over-dir/lost
	echo f >l1/file-over-dir
	echo f >l2/dir-over-file
	mkdir l3/dir-over-file
	echo deep >l3/dir-over-file/not-seen
	ln -s dir l1/link-to-dir
	mkdir -p l2/link-to-dir l3/only-low/deep/er
	chmod 700 l3/only-low
	chown 5:6 l3/only-low/deep
	mkfifo l2/pipe
	ln l1/dir/one l1/dir/one-link
	# Whiteouts, opaque directories, in the middle and on top.
	echo hidden >l3/gone
	mknod l2/gone c 0 0
	mkdir l3/opaque l2/opaque l1/opaque
	echo low >l3/opaque/below
	echo mid >l2/opaque/beside
	setfattr -n trusted.overlay.opaque -v y l2/opaque
	echo top >l1/opaque/top
	echo gone-too >l2/gone-too
	mknod up/gone-too c 0 0
	mknod up/nothing-below c 0 0
	mkdir l3/again l1/again
	mknod l2/again c 0 0
	echo old >l3/again/old
	echo new >l1/again/new
	mkdir l1/many
	for i in {1..40}; do echo "$i" >"l1/many/$i"; done
	mkdir l2/many
	for i in {30..60}; do echo "low $i" >"l2/many/$i"; done
	mknod l1/many/45 c 0 0
}
tree() {
	(cd "$1" && find . -printf '%P %y %m %U:%G %l\n' | sort &&
		find . -type f -exec cksum {} + | sort -k3)
}
lowers() { echo "$1/l1:$1/l2:$1/l3"; }

build_layers
mount -t overlay -o "lowerdir=$(lowers .)" overlay work && tree work >want &&
	umount work
must "three lower layers" mount_layers mnt no_daemon "" l1 l2 l3
tree mnt >got
is "$(diff want got)" "" "the same tree as overlayfs'"
is "$(tree mnt | diff got -)" "" "and again, from the caches"
is "$(stat -c %i mnt/dir/one)" "$(stat -c %i mnt/dir/one-link)" \
	"hard links of a lower are one inode"
is "$(ls -i mnt/many | awk '{print $1, $2}' | sort | cksum)" \
	"$(cd mnt/many && stat -c '%i %n' * | sort | cksum)" \
	"d_ino is st_ino"
not_ok "it is read-only" touch mnt/new
is "$(mount | grep -c 'mnt type fusebpf (ro,')" 1 "and says so"
not_ok "and stays so" mount -i -o remount,rw mnt
ok "unmount" umount mnt

mount -t overlay -o "lowerdir=$(lowers .),upperdir=up,workdir=work" \
	overlay mnt && tree mnt >want && umount mnt
must "with an upper" mount_layers mnt no_daemon up l1 l2 l3
tree mnt >got
is "$(diff want got)" "" "the same tree as overlayfs'"
not_ok "an upper has one mount" mount_layers mnt2 no_daemon up l1
not_ok "overlayfs' too" mount -t overlay \
	-o "lowerdir=l1,upperdir=up,workdir=work,index=on" overlay mnt2
not_ok "a lower inside of the upper" mount_layers mnt2 no_daemon l3 l3/dir

# What the upper does alone.
ok "a file is made in a directory of the upper" touch mnt/dir/new
is "$(ls mnt/dir)" "$(printf 'a\nb\nc\nnew\none\none-link\nthree\ntwo\nup')" \
	"and listed"
ok "it is in the upper" test -f up/dir/new
ok "and goes again" rm mnt/dir/new
is "$(ls up/dir)" "$(printf 'two\nup')" "without a whiteout"
ok "a file of the upper is written" bash -c 'echo more >>mnt/dir/up'
is "$(cat up/dir/up)" "$(printf 'u\nmore')" "in the upper"
ok "renamed" mv mnt/dir/up mnt/dir/three
is "$(cat mnt/dir/three)" "$(printf 'u\nmore')" "over a name of a lower"
is "$(cat l3/dir/three)" 3 "which stays what it was"
not_ok "what hides a lower is not removed" rm mnt/dir/two
not_ok "what a lower has is not removed" rm mnt/dir/one
not_ok "nor written" bash -c 'echo x >>mnt/dir/one'
not_ok "nor changed" chmod 777 mnt/dir/one
not_ok "nor is a file made in its directory" touch mnt/many/new
not_ok "nor where a whiteout is" touch mnt/gone-too
not_ok "a whiteout cannot be made" mknod mnt/dir/wh c 0 0
not_ok "in no form" touch mnt/dir/.wh.one
is "$(cat l1/dir/one)" 1 "the lower is untouched"
ok "overlay attributes are stored escaped" \
	setfattr -n trusted.overlay.opaque -v y mnt/dir/two
is "$(getfattr -dm- --only-values mnt/dir/two)" y "shown as they were set"
is "$(getfattr --absolute-names -dm- up/dir/two | sed -n 's/=.*//p')" \
	trusted.overlay.overlay.opaque "and escaped in the layer"
mkdir mnt/operations
for operation in $("$FO_OUT/vm/operations" list); do
	[ "$operation" = rename-directory ] && continue
	ok "$operation" "$FO_OUT/vm/operations" "$operation" mnt/operations
done
ok "it becomes read-only" mount -i -o remount,ro mnt
not_ok "and is" touch mnt/dir/new
ok "and writable again" mount -i -o remount,rw mnt
ok "and is" touch mnt/dir/new
ok "unmount" umount mnt
ok "then it may be mounted again" mount_layers mnt no_daemon up l1 l2 l3
ok "unmount" umount mnt

# The forms that container engines leave in lower layers.
mkdir -p o1/d o2/d o2/closed o1/closed o1/x
echo 1 >o1/keep
echo 2 >o2/keep
echo 2 >o2/hide
: >o1/.wh.hide
echo 2 >o2/closed/below
: >o1/closed/.wh..wh..opq
echo 1 >o1/closed/beside
mkdir o2/x
echo 2 >o2/x/hidden
: >o1/x/hidden
setfattr -n user.overlay.whiteout -v y o1/x/hidden
setfattr -n user.overlay.opaque -v x o1/x
must "OCI whiteouts" mount_layers mnt no_daemon "" o1 o2
is "$(cd mnt && find . | sort | tr '\n' ' ')" \
	". ./closed ./closed/beside ./d ./keep ./x " "hide in every form"
not_ok "and by name" cat mnt/hide
not_ok "in every form" cat mnt/x/hidden
not_ok "and cannot be seen themselves" stat mnt/.wh.hide
ok "unmount" umount mnt

# What overlayfs copied up: numbers and links go on.
mkdir -p g/low/dir g/up g/work
echo data >g/low/dir/file
echo hard >g/low/hard
ln g/low/hard g/low/hard2
ln g/low/hard g/low/hard3
mount -t overlay -o lowerdir=g/low,upperdir=g/up,workdir=g/work,index=on \
	overlay mnt
chmod 600 mnt/dir/file
chmod 600 mnt/hard
rm mnt/hard3
after=$(cd mnt && stat -c '%n %h' dir/file hard)
umount mnt
number=$(stat -c %i g/low/dir/file g/low/hard g/low/dir)
must "an upper of overlayfs with origins" mount_layers mnt no_daemon g/up g/low
is "$(stat -c %i mnt/dir/file mnt/hard mnt/dir)" "$number" \
	"the numbers are those of the lowers"
is "$(ls -i mnt/dir | awk '{print $1}')" "$(stat -c %i g/low/dir/file)" \
	"in a listing too"
is "$(ls -ia mnt | awk '$2 == "hard" || $2 == "dir" {print $1}' | sort)" \
	"$(stat -c %i g/low/hard g/low/dir | sort)" "and of the root"
is "$(cd mnt && stat -c '%n %h' dir/file hard)" "$after" \
	"the index does not count as a link"
ok "unmount" umount mnt
done_testing
