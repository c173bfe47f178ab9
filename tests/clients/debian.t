#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# serial
# The main job on real input: a Debian system as the lower layer, and apt,
# dpkg, git, make and sqlite3 at work in a chroot on the mount; as root, and
# as root of a user namespace. The same tree after a remount and under
# overlayfs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/clients.sh"

run_job() {
	local where=$1 lowers lower
	lowers=$(clients_layers) ||
		{ diag "$(tail -5 "$FO_CACHE"/*.log)"; fail "$where: layers"; return; }
	lower=${lowers#*:}
	(cd "$lower" && find . -printf '%p %y %m %U:%G %s %T@\n' | sort) \
		>"$T/lower.before"
	ok "$where: mount" mount_overlay "$lowers" "$T/u" "$T/w"
	cp "$(dirname "$0")/job.sh" "$MNT/root/job.sh"
	SECONDS=0
	clients_chroot "$MNT" /bin/sh /root/job.sh >"$T/said" 2>&1
	is $? 0 "$where: the job ends well" || diag "$(tail -20 "$T/said")"
	diag "the job took $SECONDS s"
	while read -r line; do
		like "$(grep '^job: ' "$T/said")" "^job: $line$" \
			"$where: $line"
	done <<-'END'
		crontab 2755 crontab
		vi /usr/bin/vim.tiny
		man man
		rsync equal
		purged tzdata man
		verify 0
		git 0 changes, 2 commits
		restored 0
		built 210
		again [12]
		sqlite ok 13334 ?
		links 2
		done
	END
	not_ok "$where: make is content" grep -q "not content" "$T/said"
	tree_of "$MNT" >"$T/tree"
	ok "$where: remount" remount "$lowers" "$T/u" "$T/w"
	tree_of "$MNT" >"$T/tree.again"
	lib_compare "$T/tree" "$T/tree.again" "$where: the same after a remount"
	ok "$where: umount" umount_overlay
	mount_engine overlayfs "$T/k" "$lowers" "$T/u" "$T/w" ||
		fail "$where: overlayfs mounts it"
	tree_of "$T/k" >"$T/tree.kernel"
	umount "$T/k"
	lib_compare "$T/tree" "$T/tree.kernel" "$where: the same by overlayfs"
	(cd "$lower" && find . -printf '%p %y %m %U:%G %s %T@\n' | sort) \
		>"$T/lower.after"
	lib_compare "$T/lower.before" "$T/lower.after" \
		"$where: the layers are untouched"
	not_ok "$where: numbers in lists are right" grep "d_ino is not" "$T/tree"
}

if [ -n "${FO_INSIDE:-}" ]; then
	# overlayfs follows no redirects under user xattrs: mv(1) copies.
	FO_OPTIONS=${FO_OPTIONS:+$FO_OPTIONS,}redirect_dir=off
	run_job namespace
	done_testing
fi
requires_real_root
requires "mmdebstrap" command -v mmdebstrap
run_job root
# Passing through is for root of the machine alone.
[ "$ENGINE" != passthrough ] || done_testing

# Root of a namespace with ids of its own. Its copy of the layers is made
# outside, where apt can fetch, and given to it by a change of owners.
umask 022
layers=$(clients_layers)
shifted=$FO_CACHE/layers-100000
if [ ! -e "$shifted" ]; then
	cp -a "${layers%/debs:*}" "$shifted.new"
	"$FO_SYS" shift "$shifted.new" 100000 && mv "$shifted.new" "$shifted"
fi
# By a path that strangers may walk, wherever the cache lies.
mkdir "$T/layers"
mount --bind "$shifted" "$T/layers" || fail "bind the layers"
cp -L "$FUSE_OVERLAY" "$T/fuse-overlay" 2>/dev/null
cp "$FO_SYS" "$T/fo-sys"
mkdir -p "$T/tests/clients" "$T/in"
cp "$(dirname "$0")"/../*.sh "$T/tests"
cp "$(dirname "$0")"/* "$T/tests/clients"
chmod -R a+rX "$T"
chmod 666 /dev/fuse
chown 100000:100000 "$T/in"
unshare -U sleep 600 &
holder=$!
cleanup_fn kill $holder
sleep 0.3
echo "0 100000 65536" >/proc/$holder/uid_map
echo "0 100000 65536" >/proc/$holder/gid_map
nsenter -t $holder -U -S 0 -G 0 unshare -m env FO_INSIDE=1 TMPDIR="$T/in" \
	CLIENTS_LAYERS="$T/layers" FO_CACHE="$T/in" \
	FO_SYS="$T/fo-sys" FUSE_OVERLAY="$T/fuse-overlay" \
	bash "$T/tests/clients/debian.t" >"$T/inside" 2>&1
is $? 0 "namespace: the test inside came to its end"
while read -r line; do
	case $line in
	"ok "*) pass "${line#*- }" ;;
	"not ok "*) fail "${line#*- }" ;;
	1..*) ;;
	*) diag "${line#\# }" ;;
	esac
done <"$T/inside"
done_testing
