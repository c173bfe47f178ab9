#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# One directory, no daemon: everything that a user can do to files.
. "$FO_TOP/tests/vm/lib.sh"
load
ok "the module has BTF" test -e /sys/kernel/btf/fusebpf

mkdir back
echo old >back/file
ln -s file back/link
mkdir -p back/dir/sub
must "mount a directory" mount_raw back mnt
is "$(cat mnt/file)" old "a file is read"
is "$(readlink mnt/link)" file "a symbolic link is read"
is "$(ls mnt)" "$(ls back)" "the listing is the same"
is "$(stat -c %i mnt/file)" "$(stat -c %i back/file)" "the inode number too"
is "$(ls -i mnt | awk '/file/ {print $1; exit}')" "$(stat -c %i mnt/file)" \
	"a listing has the number of stat"
mkdir mnt/operations
for operation in $("$FO_OUT/vm/operations" list); do
	ok "$operation" "$FO_OUT/vm/operations" "$operation" mnt/operations
done
not_ok "rmmod is refused while mounted" rmmod fusebpf
ok "unmount" umount mnt
not_ok "a descriptor of a file is no directory" \
	mount -i -t fusebpf -o root_dir=9,no_daemon fusebpf mnt 9<back/file
not_ok "a descriptor that is not open" \
	mount -i -t fusebpf -o root_dir=99,no_daemon fusebpf mnt
not_ok "no layer at all" mount -i -t fusebpf -o no_daemon fusebpf mnt

# A stack on a stack, and one too many.
must "mount again" mount_raw back mnt
must "a mount on a mount" mount_raw mnt mnt2
is "$(cat mnt2/file)" old "a file is read through both"
ok "a write goes through both" bash -c 'echo new >mnt2/file'
is "$(cat back/file)" new "and arrives"
not_ok "the third is refused" mount_raw mnt2 mnt3
ok "unmount the upper one" umount mnt2

# Beside overlayfs, in both orders.
mkdir -p o/up o/work o/mnt
ok "overlayfs on it" mount -t overlay \
	-o lowerdir=mnt,upperdir=o/up,workdir=o/work overlay o/mnt
is "$(cat o/mnt/file)" new "reads a file through it"
ok "and copies it up" bash -c 'echo copied >o/mnt/file'
is "$(cat o/mnt/file mnt/file)" "$(printf 'copied\nnew')" "to its own upper"
umount o/mnt
mount -t overlay -o lowerdir=back,upperdir=o/up,workdir=o/work overlay o/mnt
must "it on overlayfs" mount_raw o/mnt mnt2
is "$(cat mnt2/file)" copied "reads a file of it"
ok "and writes" bash -c 'echo again >mnt2/file && mkdir mnt2/made'
is "$(cat o/up/file)" again "where overlayfs writes"
ok "unmount" umount mnt2
umount o/mnt
done_testing
