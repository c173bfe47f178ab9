#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Daemons that answer wrongly, die at the worst moment, or do not know us.
. "$FO_TOP/tests/vm/lib.sh"
load

# Each layer is a filesystem of its own: a reference that is left behind
# keeps it from being unmounted.
make_layers() {
	local dir
	for dir in up low1 low2; do
		mkdir -p $dir
		mount -t tmpfs tmpfs $dir
		mkdir $dir/root
	done
	mkdir low1/root/dir low2/root/dir low2/root/sub
	echo one >low1/root/linked
	ln low1/root/linked low1/root/linked2
	echo text >low1/root/file
	echo other >low1/root/other
	echo two >low2/root/file
	echo three >low2/root/sub/three
}
free_layers() {
	echo 2 >/proc/sys/vm/drop_caches
	ok "no reference to a layer is left: $1" umount up low1 low2
}

make_layers
mkdir mnt
while read -r line; do
	case $line in
	"ok - "*) ok "${line#ok - }" true ;;
	"not ok - "*) ok "${line#not ok - }" false ;;
	*) echo "# $line" ;;
	esac
done < <("$FO_OUT/vm/daemon-malformed" mnt up/root low1/root low2/root 2>&1)
ok "unmount" umount mnt
free_layers "malformed replies"

start() {
	local i
	: >said
	FO_DIE_AT=$1 "$FO_OUT/vm/daemon" log mnt "" up/root low1/root low2/root \
		>said 2>&1 &
	daemon=$!
	for ((i = 0; i < 100; i++)); do
		grep -q ready said && break
		sleep 0.05
	done
}
# dies OPCODE COMMAND...
dies() {
	local opcode=$1
	shift
	make_layers
	mknod up/root/gone c 0 0
	start "$opcode"
	is "$("$@" 2>&1 | sed 's/.*: //')" \
		"Transport endpoint is not connected" \
		"the daemon dies when asked for $opcode"
	wait $daemon
	is $? 3 "it did"
	is "$(cat mnt/file)" text "reading goes on"
	ok "unmount" umount mnt
	free_layers "$opcode"
}
cd "$T" || exit
dies lookup chmod 600 mnt/file
dies copy-up chmod 600 mnt/file
dies unlink rm mnt/file
dies rmdir rmdir mnt/dir
dies rename mv mnt/other mnt/another
dies link ln mnt/other mnt/another
dies mkdir mkdir mnt/gone
dies symlink ln -s target mnt/gone
dies mknod mkfifo mnt/gone
done_testing
