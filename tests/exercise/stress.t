#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many threads at once on one mount, each knowing what it must find; and the
# same tree afterwards, remounted, by ours and by overlayfs.
#   FO_SECONDS   how long; longer by hand
. "$(dirname "$0")/../lib.sh"
requires_root
FO_EXERCISE=${FO_EXERCISE:-$PWD/tests/fo-exercise}
requires "needs fo-exercise" test -x "$FO_EXERCISE"
threads=8
seconds=${FO_SECONDS:-4}

mkdir -p "$T/l"
ok "prepare a layer" "$FO_EXERCISE" prepare "$T/l" $threads
before=$(tree_of "$T/l")
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
said=$(timeout $((seconds + 40)) "$FO_EXERCISE" run "$MNT" $threads \
	"$seconds" "${FO_SEED:-$$}" 2>&1)
is $? 0 "$threads threads find what they must"
diag "$said"
tree_of "$MNT" >"$T/tree"
not_ok "numbers and types of the lists are right" grep "d_ino is\|d_type is" \
	"$T/tree"
ok "remount" remount "$T/l" "$T/u" "$T/w"
tree_of "$MNT" >"$T/tree.again"
lib_compare "$T/tree" "$T/tree.again" "the same tree after a remount"
ok "umount" umount_overlay
mount_engine overlayfs "$T/k" "$T/l" "$T/u" "$T/w" || fail "overlayfs mounts it"
tree_of "$T/k" >"$T/tree.kernel"
umount "$T/k"
lib_compare "$T/tree" "$T/tree.kernel" "and the same by overlayfs"
is "$(work_left "$T/w")" "" "work is clean"
is "$(tree_of "$T/l")" "$before" "the lower is untouched"
done_testing
