#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Loading and unloading, again and again, with work and dropped caches in
# between; and many processes at once.
. "$FO_TOP/tests/vm/lib.sh"

mkdir -p mnt low/dir
for i in {1..20}; do echo "$i" >"low/dir/$i"; done

cycle() {
	insmod "$FO_MODULE" || return
	rm -rf up && mkdir up
	"$FO_OUT/vm/daemon" log mnt "" up low >/dev/null 2>&1 &
	local daemon=$! i
	for ((i = 0; i < 100; i++)); do
		mountpoint -q mnt && break
		sleep 0.05
	done
	ls -l mnt/dir >/dev/null
	rm mnt/dir/1
	echo x >>mnt/dir/2
	mv mnt/dir/3 mnt/dir/33
	[ "$(ls mnt/dir | wc -l)" = 19 ] || return
	echo 2 >/proc/sys/vm/drop_caches
	[ "$(cat mnt/dir/33)" = 3 ] || return
	umount mnt && wait $daemon && lib_unload
}
for n in {1..10}; do ok "cycle $n" cycle; done

load
rm -rf up && mkdir up
"$FO_OUT/vm/daemon" log mnt "" up low >/dev/null 2>&1 &
daemon=$!
sleep 1
must "mount for many" mountpoint -q mnt
worker() {
	local n=$1 i
	for i in {1..12}; do
		mkdir "mnt/w$n" && echo "$n" >"mnt/w$n/f" &&
			mv "mnt/w$n/f" "mnt/w$n/g" &&
			ln "mnt/w$n/g" "mnt/w$n/h" &&
			[ "$(cat "mnt/w$n/h")" = "$n" ] &&
			chmod 600 "mnt/dir/$n" && echo more >>"mnt/dir/$n" &&
			ls -R mnt >/dev/null 2>&1
		rm -r "mnt/w$n" || return
	done
}
pids=()
for n in 4 5 6 7; do
	worker $n &
	pids+=($!)
done
for _ in {1..10}; do
	sleep 0.3
	echo 2 >/proc/sys/vm/drop_caches
done
for pid in "${pids[@]}"; do
	wait "$pid"
	is $? 0 "a worker did all it should"
done
is "$(sed -n '$=' mnt/dir/4)" 13 "what it wrote is there"
ok "unmount" umount mnt
wait $daemon
is $? 0 "the daemon ends"
done_testing
