#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The very calls of Podman, Buildah, CRI-O, Docker, containerd and mount(8):
# how they name layers, what they capture, what they expect afterwards.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir "$T/bin"
FUSE_OVERLAY=$(readlink -f "$FUSE_OVERLAY")
for name in fuse-overlayfs fuse-overlay mount.fuse.fuse-overlay; do
	ln -s "$FUSE_OVERLAY" "$T/bin/$name"
done
export PATH=$T/bin:$PATH

# A storage as containers/storage lays it out: ids, and short links to them.
storage=$T/storage/overlay
mkdir -p "$storage/l"
layer() {
	mkdir -p "$storage/$1/diff" "$storage/$1/work" "$storage/$1/merged"
	ln -s "../$1/diff" "$storage/l/LINK$1"
}
for i in 1 2 3 4 container; do layer $i; done
echo base >"$storage/1/diff/base"
echo old >"$storage/1/diff/gone"
mkdir "$storage/1/diff/dir" "$storage/2/diff/dir"
echo low >"$storage/1/diff/dir/low"
: >"$storage/2/diff/.wh.gone"
: >"$storage/2/diff/dir/.wh..wh..opq"
echo two >"$storage/2/diff/dir/two"
echo four >"$storage/4/diff/four"
lowers=$storage/l/LINK4:$storage/l/LINK3:$storage/l/LINK2:$storage/l/LINK1

# engine_call ARGS...: as an engine calls: cwd is the storage, stdin and
# stdout are /dev/null, stderr is a pipe that is read to its end.
engine_call() {
	(cd "$storage" && "$@" 2>&1 >/dev/null </dev/null) |
		timeout 20 cat >"$T/stderr"
	return "${PIPESTATUS[0]}"
}
merged=$storage/container/merged
fuse_magic() { is "$(stat -fc %t "$merged")" 65735546 "$1: statfs says FUSE"; }
mounted() {
	fuse_magic "$1"
	is "$(cat "$merged/base" "$merged/four" | tr '\n' ' ')" "base four " \
		"$1: the layers are there"
	not_ok "$1: OCI whiteouts hide" stat "$merged/gone"
	is "$(ls -A "$merged/dir")" two "$1: OCI opaque directories too"
}
gone() {
	ok "$1: unmount" fusermount3 -u "$merged"
	is "$(ls -A "$merged")" "" "$1: an empty directory is left"
}
upper=upperdir=$storage/container/diff,workdir=$storage/container/work

start=$(date +%s%N)
ok "podman: rootful" engine_call fuse-overlayfs \
	-o "lowerdir=$lowers,$upper,engine=$ENGINE" "$merged"
ms=$((($(date +%s%N) - start) / 1000000))
is "$(cat "$T/stderr")" "" "podman: silent on success"
ok "podman: back at once ($ms ms)" test "$ms" -lt 5000
mounted podman
echo new >"$merged/new"
gone podman
is "$(ls "$storage/container/diff")" new "podman: the diff has the change"

ok "podman: with a context and unknown options" engine_call fuse-overlayfs -o \
	"lowerdir=$lowers,$upper,engine=$ENGINE,index=off,private,nfs_export=off,context=\"system_u:object_r:container_file_t:s0:c1,c2\"" \
	"$merged"
mounted "context"
gone "context"

rm -rf "$storage/container/work/work/incompat/volatile"
ok "podman: volatile" engine_call fuse-overlayfs -o \
	"lowerdir=$lowers,$upper,engine=$ENGINE,volatile" "$merged"
mounted volatile
gone volatile

ok "podman: read-only" engine_call fuse-overlayfs \
	-o "lowerdir=$lowers,engine=$ENGINE" "$merged"
mounted read-only
not_ok "read-only: is so" touch "$merged/x"
gone read-only

ok "podman: id maps with a leading colon" engine_call fuse-overlayfs -o \
	"lowerdir=$lowers,$upper,engine=$ENGINE,uidmapping=:0:1000:1:1:110000:65536,gidmapping=:0:1000:1:1:110000:65536" \
	"$merged"
is "$(stat -c %u:%g "$merged/base")" 1000:1000 "id maps: 0 is shown as 1000"
gone "id maps"
ok "podman: squash" engine_call fuse-overlayfs -o \
	"lowerdir=$lowers,$upper,engine=$ENGINE,squash_to_uid=77,squash_to_gid=78" "$merged"
is "$(stat -c %u:%g "$merged/base")" 77:78 "squash: all files are one's"
gone squash

# Docker: the same under another layout; upper first, more lowers than one.
ok "docker" engine_call fuse-overlayfs \
	-o "$upper,lowerdir=$lowers,engine=$ENGINE" "$merged"
mounted docker
gone docker

# containerd's snapshotter tries two read-only lowers, through mount.fuse3.
if command -v mount.fuse3 >/dev/null; then
	ok "containerd: the self-test" engine_call mount.fuse3 overlay \
		"$merged" -o "lowerdir=$storage/2/diff:$storage/1/diff" \
		-o "engine=$ENGINE" -t fuse-overlayfs
	is "$(cat "$merged/base")" base "containerd: reads"
	gone "containerd"
	ok "containerd: many -o" engine_call mount.fuse3 overlay "$merged" \
		-o "workdir=$storage/container/work" -o "engine=$ENGINE" \
		-o "upperdir=$storage/container/diff" -o "lowerdir=$lowers" \
		-t fuse-overlayfs
	mounted "containerd -o"
	gone "containerd -o"
else
	skip "containerd" "no mount.fuse3"
fi

# mount(8) and fstab, by type and by the link in /sbin's place.
ok "source before the target, several -o" engine_call fuse-overlay overlay \
	"$merged" -o "lowerdir=$lowers" -o "$upper" -o "engine=$ENGINE"
mounted "source"
gone source
ok "as mount.fuse.fuse-overlay" engine_call mount.fuse.fuse-overlay overlay \
	"$merged" -o "rw,noatime,lowerdir=$lowers,$upper,engine=$ENGINE"
mounted "mount.fuse.fuse-overlay"
like "$(findmnt -no FSTYPE "$merged")" "fuse" "its type is FUSE's"
gone "mount.fuse.fuse-overlay"

# 500 layers by short links: the name list is longer than a page.
many=
for i in $(seq 500); do
	mkdir -p "$storage/m$i/diff"
	ln -s "../m$i/diff" "$storage/l/M$i"
	[ $((i % 100)) = 0 ] && echo "$i" >"$storage/m$i/diff/f$i"
	many=$many:$storage/l/M$i
done
ok "500 layers" engine_call fuse-overlayfs \
	-o "lowerdir=${many#:},$upper,engine=$ENGINE" "$merged"
is "$(cat "$merged"/f*00 | tr '\n' ' ')" "100 200 300 400 500 " \
	"500 layers: all are seen"
gone "500 layers"

# Failures: not zero, one line on stderr, nothing mounted.
engine_call fuse-overlayfs -o "lowerdir=$storage/none,$upper" "$merged"
ok "a missing layer fails" test $? -ne 0
is "$(wc -l <"$T/stderr")" 1 "with one line"
like "$(cat "$T/stderr")" "none" "that names it"
not_ok "and mounts nothing" mountpoint -q "$merged"
like "$(fuse-overlayfs --version)" "fuse-overlay" "--version"
done_testing
