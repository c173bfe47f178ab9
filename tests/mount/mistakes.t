#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mistakes: each gets one clear line and a failing exit, mounts nothing, and
# hangs nobody.
# shellcheck disable=SC2317 # functions are called by ok
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/l1" "$T/l2" "$T/u" "$T/w" "$T/elsewhere"
echo one >"$T/l1/one"
lower="lowerdir=$T/l1:$T/l2"
upper="upperdir=$T/u,workdir=$T/w"
e="engine=$ENGINE"

call() { timeout 20 "$@" </dev/null 2>&1; }

# refused DESCRIPTION PATTERN OPTIONS [TARGET [WRAPPER...]]
refused() {
	local what=$1 pattern=$2 options=$3 target=${4:-$MNT} said status
	shift $(($# < 4 ? $# : 4))
	said=$(call "$@" "$FUSE_OVERLAY" -o "$options" "$target")
	status=$?
	if [ "$status" = 1 ] && [ "$(printf '%s\n' "$said" | wc -l)" = 1 ] &&
		printf '%s\n' "$said" | grep -Eq -- "$pattern" &&
		! findmnt -n "$MNT" >/dev/null; then
		pass "$what"
	else
		fail "$what"
		diag "exit $status, said: $said"
		umount "$MNT" 2>/dev/null
	fi
}

# The daemon of the mount, once those of earlier mounts have gone.
the_daemon() {
	local i pids
	for ((i = 0; i < 100; i++)); do
		mapfile -t pids < <(lib_daemons)
		[ "${#pids[@]}" -le 1 ] && break
		sleep 0.1
	done
	echo "${pids[0]:-}"
}

mount_it() { call "$FUSE_OVERLAY" -o "$1" "${2:-$MNT}"; }

# --- Layers ---------------------------------------------------------------

refused "a layer is missing" "no_such_layer.*No such file" \
	"lowerdir=$T/l1:$T/no_such_layer,$upper,$e"
refused "a layer is a file" "l1/one.*Not a directory" \
	"lowerdir=$T/l1/one,$upper,$e"
refused "the upper is missing" "upperdir.*nowhere.*No such file" \
	"$lower,upperdir=$T/nowhere,workdir=$T/w,$e"
refused "the work directory is missing" "workdir.*nowhere.*No such file" \
	"$lower,upperdir=$T/u,workdir=$T/nowhere,$e"
refused "no lower" "lowerdir= is missing" "$upper,$e"
refused "no work directory" "upperdir= needs workdir=" \
	"$lower,upperdir=$T/u,$e"
refused "an empty layer" "lowerdir" "lowerdir=$T/l1:,$e"
refused "data-only layers alone" "lowerdir" "lowerdir=::$T/l1,$e"
refused "the upper is a lower too" "both a lower and the upper" \
	"lowerdir=$T/l1:$T/u,$upper,$e"

mkdir -p "$T/u/w" "$T/w/u"
refused "work lies in upper" "one inside the other" \
	"$lower,upperdir=$T/u,workdir=$T/u/w,$e"
refused "upper lies in work" "one inside the other" \
	"$lower,upperdir=$T/w/u,workdir=$T/w,$e"
refused "upper is work" "one inside the other" \
	"$lower,upperdir=$T/u,workdir=$T/u,$e"
rm -r "$T/u/w" "$T/w/u"
if scratch_fs tmpfs 1M "$T/elsewhere"; then
	mkdir "$T/elsewhere/w"
	refused "upper and work on two filesystems" "different *filesystems" \
		"$lower,upperdir=$T/u,workdir=$T/elsewhere/w,$e"
else
	skip "upper and work on two filesystems" "no tmpfs to mount here"
fi

mkdir -p "$MNT/inside" "$MNT/u" "$MNT/w"
refused "a lower under the mount point" "below the mount point" \
	"lowerdir=$T/l1:$MNT/inside,$upper,$e"
refused "an upper under the mount point" "below the mount point" \
	"$lower,upperdir=$MNT/u,workdir=$MNT/w,$e"
rmdir "$MNT/inside" "$MNT/u" "$MNT/w"

# --- Mount point ----------------------------------------------------------

refused "no mount point" "nowhere.*No such file.*create" "$lower,$e" \
	"$T/nowhere"
refused "the mount point is a file" "l1/one.*Not a directory" "$lower,$e" \
	"$T/l1/one"
exec {fd}</dev/null
refused "a descriptor that is no FUSE device" "/dev/fd/$fd.*open /dev/fuse" \
	"$lower,$e" "/dev/fd/$fd"
exec {fd}<&-
is "$(call "$FUSE_OVERLAY" -o "$lower" | wc -l)" 1 "no word for it: one line"
like "$(call "$FUSE_OVERLAY" -o "$lower")" "no mount point" "that says so"
like "$(call "$FUSE_OVERLAY" a b c)" "too many" "too many words"

# --- Values ---------------------------------------------------------------

refused "an engine that is none" "auto, plain or passthrough" \
	"$lower,engine=warp"
refused "a bad map" "STORED:SHOWN:COUNT" "$lower,$e,uidmapping=0:1000"
refused "a map that overlaps" "overlap" \
	"$lower,$e,gidmapping=0:0:10:5:100:1"
refused "a bad timeout" "seconds" "$lower,$e,timeout=soon"
refused "a stack too deep" "1 or 2" "$lower,$e,stack_depth=7"
refused "metacopy without redirects" "redirect_dir" \
	"$lower,$upper,$e,metacopy=on,redirect_dir=off"
refused "a filter that is not there" "nowhere.bpf.o" \
	"$lower,$e,filter=$T/nowhere.bpf.o"

# --- In use ---------------------------------------------------------------

mkdir "$T/mnt2" "$T/u2" "$T/w2"
is "$(mount_it "$lower,$upper,$e")" "" "one mount"
out=$(mount_it "$lower,upperdir=$T/u,workdir=$T/w2,$e" "$T/mnt2")
is "$?" 1 "another of the same upper"
like "$out" "upperdir.*in use" "is told so"
out=$(mount_it "$lower,upperdir=$T/u2,workdir=$T/w,$e" "$T/mnt2")
is "$?" 1 "another of the same work directory"
like "$out" "workdir.*in use" "is told so"
is "$(mount_it "$lower,$e" "$T/mnt2")" "" "the same lowers are no obstacle"
umount_overlay "$T/mnt2"
pid=$(the_daemon)
kill -9 "$pid"
umount -l "$MNT"
is "$(mount_it "$lower,$upper,$e")" "" "nor is what a dead daemon had"
umount_overlay

# A dead daemon's mount is still there.
mount_it "$lower,$upper,$e"
kill -9 "$(the_daemon)"
sleep 0.2
out=$(mount_it "$lower,$e")
is "$?" 1 "a dead mount on the mount point"
like "$out" "daemon has died.*fusermount3 -u" "is named with its remedy"
umount "$MNT"

# --- Volatile -------------------------------------------------------------

is "$(mount_it "$lower,$upper,$e,volatile")" "" "a volatile mount"
umount_overlay
is "$(mount_it "$lower,$upper,$e")" "" "unmounted cleanly, mounts again"
umount_overlay
mount_it "$lower,$upper,$e,volatile"
ok "it is marked as overlayfs does" test -d "$T/w/work/incompat/volatile"
kill -9 "$(the_daemon)"
umount -l "$MNT"
refused "a volatile upper that was not unmounted cleanly" "volatile" \
	"$lower,$upper,$e"
rm -r "$T/w/work/incompat"
is "$(mount_it "$lower,$upper,$e")" "" "as engines do: the mark removed"
umount_overlay
is "$(mount_it "$lower,$upper,$e,fsync=0")" "" "fsync=0"
not_ok "leaves no mark" test -e "$T/w/work/incompat"
umount_overlay

# --- What the machine does not have --------------------------------------

in_mounts=(unshare -m --propagation private)

if "${in_mounts[@]}" true 2>/dev/null; then
	# shellcheck disable=SC2016 # for the inner shell
	refused "no /dev/fuse" "/dev/fuse.*modprobe fuse" \
		"$lower,$upper,$e" "$MNT" "${in_mounts[@]}" sh -c \
		'mount -t tmpfs t /dev && mknod -m 666 /dev/null c 1 3 &&
		exec "$@"' sh
	mkdir "$T/rofs"
	if scratch_fs tmpfs 1M "$T/rofs"; then
		mkdir "$T/rofs/u" "$T/rofs/w"
		echo up >"$T/rofs/u/up"
		mount -o remount,ro "$T/rofs"
		out=$(mount_it \
			"$lower,upperdir=$T/rofs/u,workdir=$T/rofs/w,$e")
		is "$?" 0 "a read-only upper mounts"
		is "$(printf '%s\n' "$out" | wc -l)" 1 "with one line"
		like "$out" "warning.*read-only" "a warning"
		like "$(touch "$MNT/new" 2>&1)" "Read-only" "read-only"
		is "$(cat "$MNT/up")" up "and with what the upper has"
		umount_overlay
	fi
else
	skip "no /dev/fuse" "needs a mount namespace"
fi

if is_real_root && unshare -Urm true 2>/dev/null; then
	refused "passthrough in a user namespace" "passthrough" \
		"$lower,engine=passthrough" "$MNT" \
		unshare -U -r -m --propagation private
	refused "a filter in a user namespace" "." \
		"$lower,engine=plain,filter=$T/l1/one" "$MNT" \
		unshare -U -r -m --propagation private
else
	skip "passthrough in a user namespace" "no user namespaces"
fi

is "$(mount_it "$lower,$upper,$e")" "" "after all of this: it mounts"
umount_overlay
done_testing
