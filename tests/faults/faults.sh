# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The operations whose every step can be the last one. One line of the step
# language each; all work on the same small layers.
#
# Sets: OPERATIONS, an array of "NAME|STEP;STEP"

FO_FAULT=${FO_FAULT:-$PWD/tests/fo-fault}

# shellcheck disable=SC2034 # read by the tests
OPERATIONS=(
	"copy-up by chmod|chmod d/f 600"
	"copy-up by a write|open 0 d/f w,append;write 0 x"
	"copy-up by a truncation|truncate d/big 100000"
	"copy-up without data|truncate d/big 0"
	"copy-up of a hard link|chown d/h1 5 6"
	"copy-up of parents|chmod deep/er/file 600"
	"copy-up of a link|chown d/link 5 6"
	"copy-up by an attribute|setxattr d/f user.new value"
	"unlink of a lower|unlink d/f"
	"unlink of a changed lower|unlink d/changed"
	"unlink of an upper|unlink own"
	"unlink of a hard link|unlink d/h1"
	"rmdir of a whited out directory|rmdir empty"
	"rename of a lower|rename d/f d/new"
	"rename over a lower|rename own d/f"
	"rename over a whiteout|rename d/f gone"
	"rename of a lower directory|rename deep other"
	"rename of a merged directory over an empty one|rename d empty"
	"exchange|rename d/f own exchange"
	"exchange of directories|rename d deep exchange"
	"create|mknod d/new f 640"
	"create over a whiteout|mknod gone f 640"
	"mkdir over a whiteout|mkdir gone-dir 2750"
	"symlink over a whiteout|symlink target gone"
	"link of a lower|link d/f d/new"
	"link over a whiteout|link own gone"
)

fault_base() {
	cd "$1" || return
	mkdir -p l/d l/deep/er l2/d l2/empty \
		l2/gone-dir/below u/d u/empty w
	echo f >l/d/f
	setfattr -n user.a -v b l/d/f
	head -c 300000 "$T/bytes" >l/d/big
	echo h >l/d/h1
	ln l/d/h1 l/d/h2
	ln -s f l/d/link
	echo low >l2/d/changed
	echo up >u/d/changed
	echo deep >l/deep/er/file
	echo gone >l2/gone
	echo below >l2/gone-dir/below/f
	echo x >l2/empty/x
	mknod u/empty/x c 0 0
	mknod u/gone c 0 0
	mknod u/gone-dir c 0 0
	echo own >u/own
}

head -c 300000 /dev/urandom >"$T/bytes"
mkdir "$T/base"
(fault_base "$T/base")
# A copy is made by one process: there are hundreds of them.
fault_layers() {
	rm -rf "$T/l" "$T/l2" "$T/u" "$T/w"
	cp -a "$T/base/." "$T"
}

fault_mount() { mount_overlay "$T/l:$T/l2" "$T/u" "$T/w"; }
# The newest: that of the mount before may not be gone yet.
fault_daemon() { pgrep -n -f -- "fuse-overlay.*$T"; }
# A directory that was copied up counts its links otherwise, as it does under
# overlayfs: no difference that anybody asked for.
fault_tree() {
	tree_of "$MNT" nomtime | sed -E 's/^(.* d [0-7]+ [0-9]+:[0-9]+) n[0-9]+/\1/'
}
fault_left() { work_left "$T/w" 2>/dev/null; }

# fault_run WHAT POINT STEPS: the answers of the steps, then fo-fault's line
fault_run() {
	printf '%s\n' "${3//;/$'\n'}" >"$T/steps"
	timeout 20 "$FO_FAULT" "$1" "$(fault_daemon)" "$2" \
		"$FO_SYS" run "$MNT" <"$T/steps" 2>&1
}
