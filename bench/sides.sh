# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For bench/run: the sides that are compared, the trees they work on, and
# mounting one. Uses and sets variables of bench/run.
# shellcheck disable=SC2154,SC2034

declare -A side_binary side_options
sides=()

# --- The sides ---------------------------------------------------------

add_side() {
	wanted "$only_sides" "$1" || return
	sides+=("$1")
	side_binary[$1]=$2
	side_options[$1]=$3
}

find_sides() {
	local name path options ours=$build/fuse-overlay entry
	add_side native "" ""
	add_side overlayfs "" ""
	path=$(command -v fuse-overlayfs || true)
	if [ -n "$path" ] && [[ $(readlink -f "$path") == */fuse-overlayfs ]]; then
		add_side fuse-overlayfs "$path" ""
	else
		say "no fuse-overlayfs in PATH: left out"
	fi
	if [ -x "$ours" ]; then
		add_side plain "$ours" engine=plain
		add_side passthrough "$ours" engine=passthrough
	else
		say "no $ours: our engines are left out"
	fi
	for entry in ${extra[@]+"${extra[@]}"}; do
		path=${entry#*=}
		[[ $entry == *=/* ]] || path=$entry
		options=
		[[ $path == *,* ]] && options=${path#*,}
		path=${path%%,*}
		name=$(basename "$path")
		[[ $entry == *=/* ]] && name=${entry%%=*}
		[ -x "$path" ] || die "--binary: no program $path"
		[[ -z ${side_binary[$name]+set} ]] || die "two sides called $name"
		add_side "$name" "$(readlink -f "$path")" "$options"
	done
	[ ${#sides[@]} -gt 0 ] || die "no side to measure"
}

is_fuse() { [ -n "${side_binary[$1]}" ]; }

side_version() {
	if is_fuse "$1"; then
		"${side_binary[$1]}" --version 2>&1 </dev/null |
			grep -v fusermount | grep -m1 '[0-9]\.[0-9]'
	else
		uname -r
	fi
}

find_tracing() {
	local at=/sys/kernel/tracing
	[ -d $at/events/fuse ] || mount -t tracefs tracefs $at 2>/dev/null
	if [ -d $at/events/fuse ] && [ -d $at/instances ]; then
		tracing=$at/instances/fo-bench.$$
	else
		say "no fuse tracepoints in $at: messages are not counted"
	fi
}

# --- The trees ---------------------------------------------------------

# make_trees PART...: the flat tree, the archive, the layers, the loop device
make_trees() {
	local part n
	mkdir "$T/flat" "$T/mnt" "$T/m" "$T/empty" "$T/layers-1"
	ln -s ../flat "$T/layers-1/1"
	for part in "$@"; do
		[ "$part" = - ] && continue
		say "making $part"
		if [ "$part" = archive ]; then
			make_archive
		else
			"$fo_bench" make "$T/flat" "$part" "$scale" || exit
		fi
		[ "$part" = repo ] && make_repository "$T/flat/repo"
	done
	for n in ${layer_counts//,/ }; do
		[ "$n" = 1 ] || split_tree "$n"
	done
	for ((n = 1; n <= 500; n++)); do
		mkdir "$T/m/$n" && echo "$n" >"$T/m/$n/file$n"
	done
	wanted "$workloads" copyup-1g-reflink && make_reflink
}

split_tree() {
	local layers=() i
	say "dealing the tree out to $1 layers"
	for ((i = 1; i <= $1; i++)); do
		layers+=("$T/layers-$1/$i")
	done
	mkdir -p "${layers[@]}"
	"$fo_bench" split "$T/flat" "${layers[@]}" || exit
}

make_archive() {
	mkdir "$T/archive"
	"$fo_bench" make "$T/archive" untarred "$scale" &&
		tar -C "$T/archive" -cf "$T/archive.tar" untarred || exit
	rm -rf "$T/archive"
}

# The index must hold for copies: it compares size and time alone, and no
# file is as young as the index.
make_repository() {
	export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
	find "$1" -type f -exec touch -d 2020-01-01 {} +
	(
		cd "$1" && git init -q . &&
			git config core.checkStat minimal &&
			git config core.trustctime false &&
			git config gc.auto 0 &&
			git add -A &&
			git -c user.name=bench -c user.email=bench@localhost \
				commit -q -m 'the tree'
	) || exit
}

# A filesystem with reflinks, its layers and its upper.
make_reflink() {
	local n i
	reflink=
	truncate -s 6G "$T/xfs.img" && mkdir "$T/xfs"
	if ! { mkfs.xfs -q -m reflink=1 "$T/xfs.img" &&
		mount -o loop "$T/xfs.img" "$T/xfs"; } 2>/dev/null; then
		say "no xfs to mount: copyup-1g-reflink is left out"
		return
	fi
	for n in ${layer_counts//,/ }; do
		for ((i = 1; i <= n; i++)); do
			mkdir -p "$T/xfs/$n/$i/big"
		done
		cp "$T/flat/big/file" "$T/xfs/$n/$n/big/" || exit
	done
	reflink=1
}

# lowers KIND N: the layers, topmost first, with colons between
lowers() {
	local i all='' top=$T/layers-$2
	[ "$1" = reflink ] && top=$T/xfs/$2
	for ((i = 1; i <= $2; i++)); do
		all=$all:$top/$i
	done
	# overlayfs takes no single layer without an upper.
	[ "$1,$2" = ro,1 ] && all=$all:$T/empty
	echo "${all#:}"
}

# --- Mounting ----------------------------------------------------------

fresh_upper() {
	rm -rf "$1"
	mkdir -p "$1/upper" "$1/work"
}

# side_command SIDE LOWERS UPPER WORK: sets command; no UPPER: read-only
side_command() {
	local over=() o=lowerdir=$2 up=${3:-}
	if is_fuse "$1"; then
		[ -n "$up" ] && o=$o,upperdir=$3,workdir=$4
		o=$o${side_options[$1]:+,${side_options[$1]}}
		command=("${side_binary[$1]}" -o "$o" "$T/mnt")
	else
		[ -n "$up" ] && over=("upperdir=$3" "workdir=$4" index=on
			redirect_dir=on metacopy=off)
		command=("$fo_bench" overlay "$T/mnt" "$o"
			${over[@]+"${over[@]}"} xino=on)
	fi
}

# side_upper SIDE KIND LAYERS: sets upper, which is empty or has io/file
side_upper() {
	case $2 in
	ro) upper= ;;
	upper)
		upper=$T/io-$1-$3
		[ -e "$upper/upper/io/file" ] && return
		fresh_upper "$upper"
		mkdir "$upper/upper/io"
		cp "$T/flat/io/file" "$upper/upper/io/"
		;;
	reflink)
		[ -n "$reflink" ] || { echo "no reflinks here" >&2 && return 1; }
		upper=$T/xfs/up
		fresh_upper "$upper"
		;;
	*)
		upper=$T/up
		fresh_upper "$upper"
		;;
	esac
}

# side_mount SIDE KIND LAYERS: sets MNT
side_mount() {
	local upper=
	side_upper "$1" "$2" "$3" || return
	MNT=$T/mnt
	if [ "$1" = native ]; then
		native_directory "$2" "$upper"
		return
	fi
	side_command "$1" "$(lowers "$2" "$3")" ${upper:+"$upper/upper"} \
		${upper:+"$upper/work"}
	timeout --foreground 60 "${command[@]}" </dev/null || return
	daemon=
	is_fuse "$1" && daemon=$(pgrep -nf -- "$T/mnt")
	return 0
}

native_directory() {
	case $1 in
	read | ro) MNT=$T/flat ;;
	change) MNT=$2/upper && cp -a "$T/flat/small" "$MNT/" ;;
	*) MNT=$2/upper ;;
	esac
}

daemon_rss() { awk '/^VmRSS:/ {print $2}' "/proc/$daemon/status"; }

# The daemon must be gone before the next side is measured.
side_unmount() {
	local i
	[ "$1" = native ] && return
	for ((i = 0; i < 50; i++)); do
		umount "$T/mnt" 2>/dev/null && break
		mountpoint -q "$T/mnt" || break
		sleep 0.1
	done
	! mountpoint -q "$T/mnt" || umount -f -l "$T/mnt"
	for ((i = 0; i < 500; i++)); do
		pgrep -f -- "$T/mnt" >/dev/null || break
		sleep 0.01
	done
}

# shellcheck disable=SC2317 # called by the trap
abandon_mounts() {
	awk -v t="$T/" 'index($5, t) == 1 {print $5}' /proc/self/mountinfo |
		tac | while read -r mnt; do
		umount "$mnt" 2>/dev/null || umount -f -l "$mnt"
	done
}
