#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A user's filter: hides and refuses names in lookups and listings, changes
# its mind while the mount is in use, and fails the mount where it cannot run.
#
# In a mount namespace of its own, with a bpf file system of its own.
if [ -z "${FO_FILTER_NAMESPACE:-}" ] && [ "$(id -u)" = 0 ]; then
	FO_FILTER_NAMESPACE=1 exec unshare -m bash "$0" "$@"
fi
# Mounts of tests that run beside this one would be kept from ending.
if [ -n "${FO_FILTER_NAMESPACE:-}" ]; then
	awk '/ - fuse/ {print $5}' /proc/self/mountinfo |
		while read -r mnt; do umount -l "$mnt"; done
fi
. "$(dirname "$0")/../lib.sh"
ours_only
requires_real_root
PATH=$PATH:/usr/sbin:/sbin
EXAMPLES=${FO_FILTERS:-$PWD/bpf}
BROKEN=$PWD/tests/bpf
cd "$T" || exit

mkdir -p l1/dir/sub l2/dir "upper/only.o" work
for file in l1/main.c l1/main.o l2/old.c.orig l2/keep l1/dir/x.pyc \
	l2/dir/y.o l2/dir/z l1/private.key l1/dir/private l1/.env upper/u.bak; do
	echo "$file" >"$file"
done
chmod -R a+rX l1 l2 upper

# filtered FILTER [OPTIONS]: mounted with it, or what the command said.
filtered() { mount_overlay l1:l2 upper work "filter=$1${2:+,$2}"; }
as() {
	local uid=$1
	shift
	setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"
}
said_of() { "$@" 2>&1; }
# refused FILTER: the mount fails, and this is what is said.
refused() {
	local said
	if said=$(filtered "$1" 2>&1); then
		echo "it was mounted: $said"
		umount_overlay
	else
		echo "$said"
	fi
}
lines() { printf '%s\n' "$1" | wc -l; }

if ! [ -e "$EXAMPLES/hide_suffix.bpf.o" ]; then
	said=$(refused "$EXAMPLES/hide_suffix.bpf.o")
	like "$said" "built without BPF" "a build without BPF says so"
	is "$(lines "$said")" 1 "in one line"
	done_testing
fi
said=$(refused "$EXAMPLES/hide_suffix.bpf.o")
case $said in *"no right to load BPF"*) skip_all "BPF is not permitted" ;; esac

# --- Hiding ------------------------------------------------------------

ok "a mount with a filter" filtered "$EXAMPLES/hide_suffix.bpf.o"
is "$(ls -A "$MNT" | paste -sd' ')" \
	".env dir keep main.c only.o private.key" "hidden names are not listed"
is "$(find "$MNT/dir" -printf '%P %y\n' | sort | paste -sd' ')" \
	" d private f sub d z f" "nor with their types, nor in directories that merge"
not_ok "nor can be looked up" stat "$MNT/main.o"
not_ok "in the upper either" cat "$MNT/u.bak"
not_ok "or in a directory" cat "$MNT/dir/x.pyc"
like "$(said_of cat "$MNT/main.o")" "No such file" "as if they were not there"
like "$(said_of rm "$MNT/main.o")" "No such file" "they cannot be removed"
ok "what is not hidden is read" grep -q l1/main.c "$MNT/main.c"
ok "and written" sh -c "echo more >>'$MNT/keep'"
is "$(cat "$MNT/keep")" "$(printf 'l2/keep\nmore')" "with its content"
ok "a name that will be hidden can be made" sh -c "echo o >'$MNT/new.o'"
not_ok "and is hidden from then on" stat "$MNT/new.o"
ok "and is in the upper" test -s upper/new.o
like "$(said_of sh -c "echo x >'$MNT/old.c.orig'")" "File exists" \
	"a hidden name is taken: no file is made of it"
like "$(said_of mkdir "$MNT/old.c.orig")" "File exists" "nor a directory"
like "$(said_of ln -s x "$MNT/old.c.orig")" "File exists" "nor a symlink"
like "$(said_of ln "$MNT/keep" "$MNT/old.c.orig")" "File exists" "nor a link"
like "$(said_of mv -T "$MNT/main.c" "$MNT/main.o")" "File exists" \
	"nor is anything renamed to it"
ok "a rename to a name that is shown replaces it" \
	mv -T "$MNT/main.c" "$MNT/keep"
is "$(cat l2/old.c.orig)$(ls -A upper | grep orig)" "l2/old.c.orig" \
	"and what it hides is as it was"
mkdir "$MNT/full" && echo f >"$MNT/full/f.o"
is "$(ls -A "$MNT/full")" "" "a directory can look empty"
like "$(said_of rmdir "$MNT/full")" "not empty" "and is not"
umount_overlay

# --- Refusing ----------------------------------------------------------

ok "a mount that refuses by uid" filtered "$EXAMPLES/deny_uid.bpf.o"
ok "root reads all" cat "$MNT/private.key" "$MNT/.env"
like "$(said_of as 1000 cat "$MNT/private.key")" "Permission denied" \
	"uid 1000 is refused what root has just read"
like "$(said_of as 1000 stat "$MNT/dir/private")" "Permission denied" \
	"or a stat of it"
like "$(said_of as 1000 cat "$MNT/.env")" "Permission denied" "by each rule"
ok "it reads what no rule names" as 1000 cat "$MNT/keep"
ok "uid 999 falls under no rule of private" as 999 cat "$MNT/private.key"
like "$(as 1000 ls -A "$MNT")" "^private.key$" "a refused name is listed"
like "$(said_of as 1000 ls -l "$MNT")" "\?.* private.key$" \
	"without what it has no right to"
chmod 777 "$MNT"
like "$(said_of as 1000 sh -c "echo x >'$MNT/private.key'")" \
	"Permission denied" "nor may a refused name be written"
like "$(said_of as 1000 rm -f "$MNT/private.key")" "Permission denied" \
	"or removed"
as 1000 sh -c "echo mine >'$MNT/mine'"
like "$(said_of as 1000 mv -f "$MNT/mine" "$MNT/private.key")" \
	"Permission denied" "or replaced"
is "$(cat "$MNT/private.key")" l1/private.key "it is as it was"
ok "root reads it still" cat "$MNT/private.key"
like "$(said_of as 65534 cat "$MNT/keep")" "Permission denied" \
	"nobody gets nothing"
umount_overlay

# --- A list that changes -----------------------------------------------

PIN=/sys/fs/bpf/fuse-overlay/allow_list/allowed
key_of() {
	{ printf %s "$1" && cat /dev/zero; } | head -c 256 | od -An -v -tx1
}
# shellcheck disable=SC2046 # one word a byte
allow() { bpftool map update pinned $PIN key hex $(key_of "$1") value hex 01; }
# shellcheck disable=SC2046
disallow() { bpftool map delete pinned $PIN key hex $(key_of "$1"); }
names() { (cd "$MNT" && find . ! -type d -printf '%P\n' | sort | paste -sd' '); }

if ! command -v bpftool >/dev/null; then
	skip "no bpftool here"
elif ! mount -t bpf bpf /sys/fs/bpf; then
	skip "no bpf file system can be mounted"
else
	ok "a mount with a list" filtered "$EXAMPLES/allow_list.bpf.o"
	ok "its map is pinned" test -e $PIN
	is "$(names)" "" "an empty list shows nothing"
	not_ok "nothing can be read" cat "$MNT/keep"
	ok "a name is put on it" allow keep
	is "$(names)" "keep" "and is listed"
	ok "and can be read" cat "$MNT/keep"
	ok "another is put on it" allow z
	is "$(names)" "dir/z keep" "then both are listed"
	ok "the first is taken off" disallow keep
	is "$(names)" "dir/z" "and listed no more"
	not_ok "nor can it be read" cat "$MNT/keep"
	umount_overlay
	ok "a second mount" filtered "$EXAMPLES/allow_list.bpf.o"
	is "$(names)" "dir/z" "has the list of the first"
	umount_overlay
	cp "$EXAMPLES/allow_list.bpf.o" other.bpf.o
	ok "another file of it" filtered "$T/other.bpf.o"
	is "$(names)" "" "has a list of its own"
	umount_overlay
	umount /sys/fs/bpf
fi
mount -t tmpfs none /sys/fs/bpf
like "$(said_of filtered "$EXAMPLES/allow_list.bpf.o")" \
	"^fuse-overlay: warning: .*not pinned" "without bpf file system: a warning"
is "$(names)" "" "and the filter filters"
umount_overlay
umount /sys/fs/bpf

# --- What does not load ------------------------------------------------

like "$(refused "$BROKEN/refused.bpf.o")" \
	"verifier refused it: R0 invalid mem access" "the verifier's reason"
like "$(refused "$BROKEN/refused.bpf.o")" "^fuse-overlay: verifier: " \
	"and what led to it"
for case in "$T/none.bpf.o|cannot open it: No such file" \
	"$T/l1/main.c|not a BPF object" \
	"$BROKEN/unnamed.bpf.o|no program 'fo_filter'" \
	"$BROKEN/newer.bpf.o|reads beyond the context"; do
	said=$(refused "${case%%|*}")
	like "$said" "${case#*|}" "$(basename "${case%%|*}"): ${case#*|}"
	is "$(lines "$said")" 1 "in one line"
done
not_ok "nothing is mounted then" mountpoint -q "$MNT"

mkdir nobody && chown 65534 nobody
cp "$EXAMPLES/hide_suffix.bpf.o" . && chmod a+r hide_suffix.bpf.o
said=$(said_of as 65534 "$FUSE_OVERLAY" \
	-o "lowerdir=$T/l1:$T/l2,filter=$T/hide_suffix.bpf.o" "$T/nobody")
like "$said" "no right to load BPF programs.*CAP_BPF" "without rights: why"
is "$(lines "$said")" 1 "in one line"
done_testing
