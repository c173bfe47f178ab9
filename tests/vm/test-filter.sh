#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Filters in the kernel: what they hide, refuse, and how they come and go.
. "$FO_TOP/tests/vm/lib.sh"
load

attach() { "$FO_OUT/vm/filter" "$FO_OUT/vm/$1.bpf.o" "${2:-/sys/fs/bpf/$1}"; }
detach() { rm "/sys/fs/bpf/$1"; }
as_user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
errno_of() { "$@" 2>&1 >/dev/null | sed 's/.*: //'; }

mkdir -p back/dir low
chmod 755 "$T" back low back/dir
echo open >back/shown
echo hidden >back/a.secret
echo hidden >back/dir/b.secret
echo no >back/forbidden
echo no >back/locked
chmod 0 back/locked
for i in 1 2 3 4; do echo odd >back/odd-$i; done
cp -a back/. low/

must "a filter is registered" attach hide
not_ok "its name is taken" attach hide /sys/fs/bpf/other
mkdir -p mnt
not_ok "a filter of another name is not there" \
	mount -i -t fusebpf -o root_dir=9,no_daemon,filter=none fusebpf mnt 9<back
filtered_raw() {
	mount -i -t fusebpf -o "root_dir=9,no_daemon,filter=$1" fusebpf mnt 9<back
}

# both KIND: the same of one directory and of layers.
both() {
	is "$(cat mnt/shown)" open "$1: other names are shown"
	is "$(cat mnt/a.secret)" hidden "$1: root sees everything"
	is "$(as_user ls mnt | tr '\n' ' ')" \
		"dir forbidden locked odd-1 odd-2 odd-3 odd-4 shown " \
		"$1: a listing of a user has no hidden name"
	is "$(find mnt -maxdepth 1 -name "*.secret" | wc -l)" 1 "$1: one of root has"
	is "$(errno_of as_user cat mnt/a.secret)" "No such file or directory" \
		"$1: a hidden name is not found, although cached"
	is "$(errno_of as_user cat mnt/dir/b.secret)" \
		"No such file or directory" "$1: nor deeper"
	is "$(cat mnt/a.secret)" hidden "$1: and root still sees it"
	is "$(errno_of cat mnt/forbidden)" "Operation not permitted" \
		"$1: a name is refused with the filter's errno"
	is "$(errno_of cat mnt/locked)" "Permission denied" \
		"$1: opening is refused to root too"
	is "$(errno_of as_user mkdir mnt/a.secret)" \
		"No such file or directory" "$1: nothing is made over it"
}
must "one directory with a filter" filtered_raw hide
both raw
is "$(awk '/fusebpf/ {print $4}' /proc/mounts | grep -o 'filter=[a-z]*')" \
	filter=hide "the mount says which"
not_ok "the module stays while it is used" rmmod fusebpf
ok "unmount" umount mnt
must "layers with a filter" mount_layers mnt no_daemon,filter=hide "" low
both layers
ok "unmount" umount mnt

# Several, in order.
must "a second filter" attach odd
must "both on one mount" filtered_raw odd:hide
is "$(errno_of cat mnt/forbidden)" "No such file or directory" \
	"the first that decides has decided"
for i in 1 2 3; do
	is "$(errno_of cat mnt/odd-$i)" "Input/output error" \
		"nonsense number $i is an error"
done
is "$(errno_of cat mnt/odd-4)" "Transport endpoint is not connected" \
	"what a daemon should answer fails without one"
ok "unmount" umount mnt
must "the other way around" filtered_raw hide:odd
is "$(errno_of cat mnt/forbidden)" "Operation not permitted" \
	"now the other decides"

# Detached under load, and back again.
ls -R mnt >/dev/null
(for _ in {1..150}; do
	cat mnt/shown mnt/a.secret
	ls mnt
done >/dev/null 2>&1) &
load=$!
for _ in {1..6}; do
	detach hide
	attach hide
	attach hide # replaces
done
wait $load
ok "a filter can be detached while the mount lives" detach hide
is "$(errno_of cat mnt/shown)" "Transport endpoint is not connected" \
	"then nothing passes unfiltered"
ok "and attached again" attach hide
is "$(cat mnt/shown)" open "names are seen again"
ok "unmount" umount mnt

# With a daemon: who is asked where a filter does not know, or is gone.
mkdir up
"$FO_OUT/vm/daemon" log mnt filter=odd:hide up low >said 2>&1 &
daemon=$!
for _ in {1..100}; do
	grep -q ready said && break
	sleep 0.05
done
must "filters and a daemon" grep -q ready said
is "$(cat mnt/shown)" open "a name that passes is shown"
is "$(grep -c lookup log)" 0 "and nobody was asked"
is "$(cat mnt/odd-4)" odd "a name for the daemon is shown by it"
is "$(grep -c lookup log)" 1 "it was asked"
is "$(errno_of as_user cat mnt/a.secret)" "No such file or directory" \
	"a hidden name is hidden"
detach hide
is "$(as_user stat -c %s mnt/dir/b.secret)" 7 \
	"the daemon decides on names where the filter is gone"
ok "it was asked" test "$(grep -c lookup log)" -gt 1
ok "a directory is made under it" mkdir mnt/dir/made
ok "and seen" test -d mnt/dir/made
is "$(errno_of cat mnt/shown)" "Transport endpoint is not connected" \
	"opening is nobody's to decide"
ok "unmount" umount mnt
wait $daemon
is $? 0 "the daemon ends"
detach odd
done_testing
