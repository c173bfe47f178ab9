# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What every mount test stands on: TAP, a scratch directory that goes away,
# mounts of the engine under test, and the comparison with the kernel's own
# overlayfs, which is the oracle.
#
#   ENGINE        plain, passthrough, auto, or overlayfs: the kernel's own,
#                 to check the tests themselves
#   FUSE_OVERLAY  the binary under test
#   FO_OPTIONS    more options for every mount of ours
#   FO_CI         set: what a test requires is required, not skipped
#   FO_KEEP       set: the scratch directory stays

ENGINE=${ENGINE:-plain}
FUSE_OVERLAY=${FUSE_OVERLAY:-$PWD/fuse-overlay}
FO_SYS=${FO_SYS:-$PWD/tests/fo-sys}
lib_count=0
lib_failed=0
lib_cleanups=()
LC_ALL=C
export LC_ALL
umask 022

# Each test has mounts of its own: none of its is held by another test, and
# all of them end with it. Copies that we got of others' are let go.
if [ -z "${FO_MOUNTS_OWN:-}" ] && [ "$(id -u)" = 0 ] &&
	unshare -m --propagation private true 2>/dev/null; then
	export FO_MOUNTS_OWN=1
	exec unshare -m --propagation private bash "$0" "$@"
fi
if [ "${FO_MOUNTS_OWN:-}" = 1 ]; then
	export FO_MOUNTS_OWN=2
	awk -v tmp="${TMPDIR:-/tmp}/" '$3 ~ /^(fuse|overlay)/ &&
		index($2, tmp) == 1 {print $2}' /proc/mounts |
		tac | while read -r lib_mount; do umount -l "$lib_mount"; done 2>/dev/null
fi

# --- TAP ---------------------------------------------------------------

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

pass() {
	lib_count=$((lib_count + 1))
	echo "ok $lib_count - $1"
}

fail() {
	lib_count=$((lib_count + 1))
	lib_failed=$((lib_failed + 1))
	echo "not ok $lib_count - $1"
}

# ok DESCRIPTION COMMAND...: passes when the command succeeds.
ok() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		pass "$what"
	else
		fail "$what"
		diag "exit $? of: $*" "$said"
	fi
}

# not_ok DESCRIPTION COMMAND...: passes when the command fails.
not_ok() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		fail "$what"
		diag "this should have failed: $*" "$said"
	else
		pass "$what"
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
	fi
}

# like GOT PATTERN DESCRIPTION, the pattern one of grep -E
like() {
	if printf '%s\n' "$1" | grep -Eq -- "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $(printf '%s\n' "$1" | head -40)"
		diag "wanted: /$2/"
	fi
}

skip() {
	lib_count=$((lib_count + 1))
	echo "ok $lib_count - $1 # SKIP $2"
}

skip_all() {
	if [ "$lib_count" -eq 0 ]; then
		echo "1..0 # SKIP $*"
	else
		skip "the rest" "$*"
		echo "1..$lib_count"
	fi
	exit 0
}

# requires REASON COMMAND...: goes on when the command succeeds.
requires() {
	local why=$1
	shift
	"$@" >/dev/null 2>&1 && return
	if [ -n "${FO_CI:-}" ]; then
		fail "CI is meant to have this: $why"
		done_testing
	fi
	skip_all "$why"
}

is_root() { [ "$(id -u)" = 0 ]; }
is_real_root() {
	is_root && read -r _ first count </proc/self/uid_map &&
		[ "$first" = 0 ] && [ "$count" = 4294967295 ]
}
is_oracle() { [ "$ENGINE" = overlayfs ]; }
requires_root() { requires "needs root" is_root; }
requires_real_root() { requires "needs root of the machine" is_real_root; }
# What the kernel's overlayfs does otherwise, or has no notion of.
ours_only() { is_oracle && skip_all "is about fuse-overlay alone"; }

done_testing() {
	lib_no_daemon_left
	lib_no_sanitizer_report
	echo "1..$lib_count"
	[ "$lib_failed" -eq 0 ]
	exit
}

# --- Scratch and cleaning up -------------------------------------------

# cleanup_fn COMMAND...: runs at exit, the last one first.
cleanup_fn() { lib_cleanups+=("$(printf '%q ' "$@")"); }

# shellcheck disable=SC2317 # called by the trap
lib_cleanup() {
	local i
	cd /
	for ((i = ${#lib_cleanups[@]} - 1; i >= 0; i--)); do
		eval "${lib_cleanups[i]}" >/dev/null 2>&1
	done
}
trap lib_cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

lib_mounts() { awk -v t="$T" 'index($5, t) == 1 {print $5}' \
	/proc/self/mountinfo | tac; }

# A connection that hangs is aborted by force, a busy one goes lazily.
# shellcheck disable=SC2317
lib_unmount_all() {
	local mnt
	lib_mounts | while read -r mnt; do
		umount "$mnt" || umount -f "$mnt" || umount -l "$mnt"
		fusermount3 -uz "$mnt"
	done
}

# shellcheck disable=SC2317
lib_remove_scratch() {
	[ -n "${FO_KEEP:-}" ] && return
	[ -n "$(lib_mounts)" ] && return
	rm -rf --one-file-system "$T" && return
	chattr -R -i -a "$T"
	rm -rf --one-file-system "$T"
}

T=$(mktemp -d "${TMPDIR:-/tmp}/fo-test.XXXXXX") || exit 99
T=$(readlink -f "$T")
chmod 755 "$T"
MNT=$T/mnt
mkdir "$MNT"
cleanup_fn lib_remove_scratch
cleanup_fn lib_unmount_all
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:log_path=$T/sanitizer
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-}:print_stacktrace=1:log_path=$T/sanitizer

# A test that hangs is ended by force: the connection is aborted, so that
# those who wait for an answer get one, and the next test can run.
lib_watchdog() {
	sleep "${FO_TIMEOUT:-180}"
	lib_mounts | while read -r mnt; do umount -f "$mnt"; done
	kill -TERM $$
}
lib_watchdog </dev/null >/dev/null 2>&1 &
lib_watchdog_pid=$!
cleanup_fn pkill -P "$lib_watchdog_pid"
cleanup_fn kill "$lib_watchdog_pid"

# scratch_fs TYPE SIZE DIR: a new filesystem of this type, mounted on DIR.
scratch_fs() {
	local opts=loop
	mkdir -p "$3"
	case $1 in
	tmpfs) mount -t tmpfs -o "size=$2,mode=755" tmpfs "$3" && return ;;
	ramfs) mount -t ramfs -o mode=755 ramfs "$3" && return ;;
	esac
	truncate -s "$2" "$3.img"
	case $1 in
	ext4) mkfs.ext4 -q -F "$3.img" ;;
	xfs) mkfs.xfs -q -m reflink=1 "$3.img" ;;
	btrfs) mkfs.btrfs -q "$3.img" ;;
	esac && mount -t "$1" -o "$opts" "$3.img" "$3"
}

# requires_fs TYPE SIZE DIR
requires_fs() { requires "no $1 to mount here" scratch_fs "$@"; }

# --- Mounting ----------------------------------------------------------

# The oracle keeps hard links and follows renamed directories, as we do.
kernel_options() {
	if is_real_root; then
		echo "index=on,redirect_dir=on,metacopy=off,xino=on"
	else
		echo "userxattr,xino=on"
	fi
}

# mount_engine ENGINE MOUNTPOINT LOWERS UPPER WORK [OPTIONS]
# UPPER is empty for a read-only mount. Later options win.
mount_engine() {
	local o="lowerdir=$3"
	[ -n "$4" ] && o="$o,upperdir=$4,workdir=$5"
	[ -n "$4" ] && mkdir -p "$4" "$5"
	mkdir -p "$2"
	if [ "$1" = overlayfs ]; then
		lib_mount_kernel "$2" "$o" "$4" "${6:-}"
	else
		"$FUSE_OVERLAY" -o "$o,engine=$1${FO_OPTIONS:+,$FO_OPTIONS}${6:+,$6}" "$2"
	fi
}

lib_mount_kernel() {
	local k
	k=$(kernel_options)
	# Options of the oracle that the caller gives himself, or that need an
	# upper, are not given twice: the kernel calls that a conflict.
	[ -n "$3" ] || k=xino=on
	case $4 in *redirect_dir=*) k=${k/redirect_dir=on,/} ;; esac
	case $4 in *metacopy=*) k=${k/metacopy=off,/} ;; esac
	case $4 in *index=*) k=${k/index=on,/} ;; esac
	mount -t overlay -o "$2,$k${4:+,$4}" overlay "$1"
}

# mount_overlay LOWERS UPPER WORK [OPTIONS]: the engine under test, on $MNT
mount_overlay() { mount_engine "$ENGINE" "$MNT" "$@"; }

umount_overlay() {
	local mnt=${1:-$MNT}
	if is_root; then
		umount "$mnt"
	else
		fusermount3 -u "$mnt"
	fi
}

remount() { umount_overlay && mount_overlay "$@"; }

lib_daemons() { pgrep -f -- "fuse-overlay.*$T" || true; }

# After the last unmount every daemon goes by itself.
lib_no_daemon_left() {
	local i
	is_oracle && return
	lib_unmount_all >/dev/null 2>&1
	for ((i = 0; i < 50; i++)); do
		[ -z "$(lib_daemons)" ] && break
		sleep 0.1
	done
	is "$(lib_daemons)" "" "no daemon is left"
}

lib_no_sanitizer_report() {
	local report
	for report in "$T"/sanitizer.*; do
		[ -e "$report" ] || continue
		fail "a sanitizer reported"
		diag "$(head -60 "$report")"
	done
}

# work_left WORKDIR: what is half-made there. The whiteout that others are
# links of stays, as in overlayfs.
work_left() {
	find "$1/work" -mindepth 1 ! -name '#whiteout' ! -path '*/incompat*'
}

tree_of() { "$FO_SYS" tree "$@"; }
sys() { "$FO_SYS" run "${1:-.}"; }

# --- The same steps on both --------------------------------------------
#
# in_both NAME LAYERS STEPS [OPTIONS]
#
# LAYERS is a function that fills lower1 (the top one), lower2, ... and
# perhaps upper in the directory it is called in; STEPS one that is called in
# the mount point. What it says is compared, and so are the trees: before and
# after a remount, of our upper under overlayfs, of its upper under us.
in_both() {
	local name=$1 layers=$2 steps=$3 opts=${4:-} side
	for side in kernel ours; do
		lib_side_build "$T/$name/$side" "$layers"
	done
	lib_side_run overlayfs "$T/$name/kernel" "$steps" "$opts"
	lib_side_run "$ENGINE" "$T/$name/ours" "$steps" "$opts"
	lib_side_cross "$ENGINE" "$T/$name/kernel" "$opts"
	lib_side_cross overlayfs "$T/$name/ours" "$opts"
	lib_same "$name" said "the same answers"
	lib_same "$name" tree "the same tree"
	lib_same "$name" tree.again "the same tree after a remount"
	lib_same "$name" layers.after "the lower layers are untouched" \
		layers.before
	lib_same_cross "$name"
}

# said NAME PATTERN DESCRIPTION: a line of what the steps said on ours, so
# that two sides that both did nothing are no success.
said() { like "$(cat "$T/$1/ours/said")" "$2" "$1: $3"; }

lib_lowers() {
	local dir all=
	for dir in "$1"/lower*; do all=$all:$dir; done
	echo "${all#:}"
}

lib_side_build() {
	mkdir -p "$1/lower1" "$1/upper" "$1/work" "$1/mnt"
	(cd "$1" && "$2") || diag "building the layers failed"
	for dir in "$1"/lower* "$1"/upper; do "$FO_SYS" age "$dir"; done
	lib_list_lowers "$1" >"$1/layers.before"
}

lib_list_lowers() {
	for dir in "$1"/lower*; do tree_of "$dir" raw; done
}

# lib_mounted ENGINE SIDE OPTIONS LISTING
lib_mount_side() {
	mount_engine "$1" "$2/mnt" "$(lib_lowers "$2")" "$2/upper" "$2/work" \
		"$3" >"$2/mount.said" 2>&1 && return
	echo "mount by $1 failed: $(cat "$2/mount.said")" >"$2/$4"
	return 1
}

lib_side_run() {
	local engine=$1 side=$2 steps=$3 opts=$4
	lib_mount_side "$engine" "$side" "$opts" said || return
	(cd "$side/mnt" && "$steps") </dev/null >"$side/said" 2>&1
	tree_of "$side/mnt" >"$side/tree"
	umount_overlay "$side/mnt" || echo "umount failed" >>"$side/tree"
	lib_mount_side "$engine" "$side" "$opts" tree.again || return
	tree_of "$side/mnt" >"$side/tree.again"
	umount_overlay "$side/mnt" || echo "umount failed" >>"$side/tree.again"
	lib_list_lowers "$side" >"$side/layers.after"
}

# The upper of one, mounted by the other.
lib_side_cross() {
	lib_mount_side "$1" "$2" "$3" tree.cross || return
	tree_of "$2/mnt" >"$2/tree.cross"
	umount_overlay "$2/mnt" || echo "umount failed" >>"$2/tree.cross"
}

# lib_compare FILE FILE DESCRIPTION
lib_compare() {
	if cmp -s "$1" "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "$(diff -U1 "$1" "$2" | head -n "${FO_DIFF_LINES:-20}")"
	fi
}

lib_same() {
	lib_compare "$T/$1/kernel/${4:-$2}" "$T/$1/ours/$2" "$1: $3"
}

lib_same_cross() {
	local dir=$T/$1
	lib_compare "$dir/ours/tree.again" "$dir/ours/tree.cross" \
		"$1: overlayfs sees in our upper what we see"
	lib_compare "$dir/kernel/tree.again" "$dir/kernel/tree.cross" \
		"$1: we see in overlayfs' upper what it sees"
}
