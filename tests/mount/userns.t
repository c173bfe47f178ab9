#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain
# Without privileges: in the user namespace of a plain user, in one with a
# range of ids as container engines make it, and as a plain user with
# fusermount3. The first two are compared with overlayfs in the same place.
#
# The test runs itself again inside of each, with copies that any user reads.
. "$(dirname "$0")/../lib.sh"

outside() {
	requires_real_root
	[ "$ENGINE" != passthrough ] || skip_all "passthrough is root's alone"
	chmod 755 "$T"
	mkdir -p "$T/pub/tests/mount" "$T/inner"
	cp "$(dirname "$0")/../lib.sh" "$T/pub/tests"
	cp "$0" "$T/pub/tests/mount/userns.t"
	cp "$FO_SYS" "$T/pub/fo-sys"
	is_oracle || cp -L "$FUSE_OVERLAY" "$T/pub/fuse-overlay"
	chmod -R a+rX "$T/pub"
	chmod 777 "$T/inner"
	# As udev has it, where there is udev.
	chmod 666 /dev/fuse
	requires "no user namespaces" setpriv --reuid 1000 --regid 1000 \
		--clear-groups unshare -Urm true
	inside alone setpriv --reuid 1000 --regid 1000 --clear-groups \
		unshare -Urm
	inside range in_range
	inside user setpriv --reuid 1000 --regid 1000 --clear-groups
	done_testing
}

# The lines of the test inside become lines of this one.
inside() {
	local where=$1 line failed=0
	shift
	"$@" env FO_WHERE="$where" TMPDIR="$T/inner" ENGINE="$ENGINE" \
		FO_SYS="$T/pub/fo-sys" FUSE_OVERLAY="$T/pub/fuse-overlay" \
		FO_OPTIONS="${FO_OPTIONS:-}" FO_CI="${FO_CI:-}" \
		ASAN_OPTIONS="$ASAN_OPTIONS" \
		bash "$T/pub/tests/mount/userns.t" >"$T/lines" 2>&1 ||
		failed=1
	while read -r line; do
		case $line in
		"ok "*"# SKIP"*) skip "$where: ${line%%# SKIP*}" "${line#*# SKIP }" ;;
		"ok "*) pass "$where: ${line#*- }" ;;
		"not ok "*) fail "$where: ${line#*- }" ;;
		1..*) ;;
		*) diag "${line#\# }" ;;
		esac
	done <"$T/lines"
	is "$failed" 0 "$where: the test inside came to its end"
}

# Root of a namespace with 65,536 ids, none of them a user of the machine.
in_range() {
	local pid i
	unshare -U sleep 100 &
	pid=$!
	cleanup_fn kill "$pid"
	for ((i = 0; i < 50; i++)); do
		[ "$(readlink /proc/$pid/ns/user)" != \
			"$(readlink /proc/self/ns/user)" ] && break
		sleep 0.05
	done
	echo "0 100000 65536" >/proc/$pid/uid_map
	echo "0 100000 65536" >/proc/$pid/gid_map
	chown 100000:100000 "$T/inner"
	nsenter -t $pid -U -S 0 -G 0 unshare -m "$@"
}

layers() {
	mkdir -p lower1/d/sub lower2/d/sub lower2/gone upper/ud
	for n in a b c e; do echo $n >lower2/d/$n; done
	echo 1 >lower1/d/one
	echo s >lower2/d/sub/s
	echo g >lower2/gone/g
	ln -s a lower2/d/link
	mkfifo lower2/d/pipe
	ln lower2/d/c lower2/d/c2
	chmod 6755 lower2/d/e
	setfattr -n user.x -v y lower2/d/a
	setfacl -m u:0:rw lower2/d/b
	chmod 700 lower1/d/sub
	mkdir lower1/opq lower2/opq
	echo 2 >lower2/opq/2
	setfattr -n user.overlay.opaque -v y lower1/opq
	if [ "$FO_WHERE" = range ]; then
		chown 5:6 lower2/d/a
		chown -R 1000:1000 lower2/gone
	fi
}
steps() {
	ls -R .
	sys <<-'END'
		put d/a changed
		lstat d/a
		getxattr d/a user.x
		unlink d/b
		readdir d
		put d/b again 600
		lstat d/b
		chmod d/e 755
		open 0 d/e rw
		pwrite 0 0 more
		fstat 0
		rename d/link d/link2
		rename d/pipe ud/pipe
		mknod d/dev c 600 1:3
		mknod d/pipe2 p 644
		rmtree gone
		mkdir gone
		readdir gone
		put gone/new x
		mkdir d/newdir 2755
		lstat d/newdir
		setxattr d/one user.new value
		setxattr d/one trusted.new value
		getxattr d/one user.new
		setxattr opq user.overlay.opaque n
		readdir opq
		open 1 d/one r
		unlink d/one
		fstat 1
		pread 1 0 10
		open 2 . rw,tmpfile
		pwrite 2 0 t
		flink 2 named
		cat named
		rename ud ud2
		rmtree ud2
		chown named 0 0
		chown named 70000 0
		symlink x newlink
		utimens newlink 5.5 6.5
		truncate d/sub/s 0
		rmtree d
		readdir .
		END
}
steps_range() {
	sys <<-'END'
		lstat d/a
		chown d/a 7 8
		lstat d/a
		chown gone 2000 2000
		lstat gone
		as 1000 1000
		put gone/x y
		put d/a no
		unlink gone/g
		as 2000 2000
		put gone/x y
		lstat gone/x
		unlink gone/g
		as 0 0
		readdir gone
		END
}

# A plain user's own mount: his files, no one else's business.
as_user() {
	mkdir -p "$T/l/d"
	echo f >"$T/l/d/f"
	echo g >"$T/l/g"
	requires "fusermount3" command -v fusermount3
	ok "a plain user mounts" mount_overlay "$T/l" "$T/u" "$T/w"
	is "$(cat "$MNT/d/f")" f "and reads"
	ok "writes" sh -c "echo more >>'$MNT/d/f'"
	is "$(tr '\n' ' ' <"$T/u/d/f")" "f more " "into his upper"
	ok "removes" rm "$MNT/g"
	ok "replaces" sh -c "rm -r '$MNT/d' && mkdir '$MNT/d'"
	is "$(ls -A "$MNT/d")" "" "a replaced directory is empty"
	not_ok "what was removed is gone" stat "$MNT/g"
	ok "remount" remount "$T/l" "$T/u" "$T/w"
	is "$(ls -RA "$MNT" | grep -v :)" "d" "the same after a remount" ||
		diag "$(ls -RA "$MNT")"
	ok "unmount" umount_overlay
	mount_overlay "$T/l" "$T/u" "$T/w" engine=passthrough 2>"$T/said"
	ok "passthrough says that it cannot" test $? -ne 0
	is "$(wc -l <"$T/said")" 1 "in one line" || diag "$(cat "$T/said")"
}

case ${FO_WHERE:-} in
"") outside ;;
user)
	is_oracle && skip_all "overlayfs mounts for root alone"
	as_user
	done_testing
	;;
*)
	# overlayfs follows no redirects under user xattrs.
	FO_OPTIONS=${FO_OPTIONS:+$FO_OPTIONS,}redirect_dir=off
	in_both "$FO_WHERE" layers steps
	said "$FO_WHERE" "^put d/a changed => 0" "a lower is written"
	said "$FO_WHERE" "^readdir gone => 0 ..:d .:d$" "and replaced"
	[ "$FO_WHERE" = range ] && in_both owners layers steps_range
	done_testing
	;;
esac
