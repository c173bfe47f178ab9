#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contract of the command with those who call it: call forms, when it
# exits, what it holds, how it ends.
# shellcheck disable=SC2317 # functions are called by ok and eventually
. "$(dirname "$0")/../lib.sh"
ours_only
requires_root

mkdir -p "$T/l1" "$T/l2" "$T/u" "$T/w"
echo one >"$T/l1/one"
echo two >"$T/l2/two"
o="lowerdir=$T/l1:$T/l2,upperdir=$T/u,workdir=$T/w,engine=$ENGINE"
ro="lowerdir=$T/l1:$T/l2,engine=$ENGINE"

fstype() { findmnt -n -o FSTYPE "$MNT"; }
mount_options() { findmnt -n -o OPTIONS "$MNT"; }
# What a caller that waits for the exit and for all output gets to see.
call() { timeout 20 "$@" </dev/null 2>&1; }
mounted_rw() { [ "$(ls "$MNT" 2>&1)" = "one
two" ] && touch "$MNT/new" && rm "$MNT/new"; }
names() { find "$MNT" -mindepth 1 -printf '%f\n' | sort | tr '\n' ' '; }
no_mount() { ! findmnt -n "$MNT"; }

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

# eventually COMMAND...: true within five seconds
eventually() {
	local i
	for ((i = 0; i < 50; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	return 1
}

# --- Forms --------------------------------------------------------------

is "$(call "$FUSE_OVERLAY" -o "$o" "$MNT")" "" "PROG -o OPTIONS TARGET"
ok "it is mounted and writable" mounted_rw
is "$(fstype)" fuse.fuse-overlay "its type"
is "$(findmnt -n -o SOURCE "$MNT")" fuse-overlay "its source"
is "$(stat -f -c %t "$MNT")" 65735546 "statfs says FUSE"
umount_overlay

is "$(call "$FUSE_OVERLAY" overlay "$MNT" -o "lowerdir=$T/l1:$T/l2" \
	-o "upperdir=$T/u" -o "workdir=$T/w,engine=$ENGINE" -o rw,dev,suid \
	-t fuse-overlay)" "" "PROG SOURCE TARGET -o ... -o ... -t TYPE"
ok "it is mounted and writable" mounted_rw
is "$(findmnt -n -o SOURCE "$MNT")" overlay "its source"
umount_overlay

ln -s "$FUSE_OVERLAY" "$T/fuse-overlayfs"
ln -s "$FUSE_OVERLAY" "$T/mount.fuse.fuse-overlay"
is "$(call "$T/fuse-overlayfs" -o "$o" "$MNT")" "" "as fuse-overlayfs"
ok "it is mounted and writable" mounted_rw
umount_overlay
is "$(call "$T/mount.fuse.fuse-overlay" overlay "$MNT" -s -n -v -o "rw,$o")" \
	"" "as mount.fuse.fuse-overlay"
ok "it is mounted and writable" mounted_rw
umount_overlay
is "$(call "$T/mount.fuse.fuse-overlay" overlay "$MNT" -f -o "rw,$o")" "" \
	"mount -f succeeds"
ok "and mounts nothing" no_mount

if command -v mount.fuse3 >/dev/null; then
	ln -sf "$FUSE_OVERLAY" "$T/fuse-overlay"
	is "$(PATH=$T:$PATH call mount.fuse3 overlay "$MNT" -o "$o" \
		-o allow_other -t fuse-overlay)" "" "by mount.fuse3"
	ok "it is mounted and writable" mounted_rw
	umount_overlay
else
	skip "by mount.fuse3" "no mount.fuse3 here"
fi

# By mount(8), which finds its helpers in /sbin alone: ours is put there for
# this test, in its own mount namespace.
mkdir "$T/sbin"
ln -s "$FUSE_OVERLAY" "$T/sbin/mount.fuse.fuse-overlay"
if [ -n "${FO_MOUNTS_OWN:-}" ] && is_real_root && mount -t overlay \
	-o "lowerdir=$T/sbin:$(readlink -f /sbin)" overlay /sbin 2>/dev/null
then
	is "$(call mount -t fuse.fuse-overlay overlay "$MNT" -o "$o")" "" \
		"by mount(8)"
	ok "it is mounted and writable" mounted_rw
	umount_overlay
	echo "overlay $MNT fuse.fuse-overlay $o,noauto,nofail,x-a.b=c 0 0" \
		>"$T/fstab"
	is "$(call mount -T "$T/fstab" "$MNT")" "" "by fstab"
	ok "it is mounted and writable" mounted_rw
	umount_overlay
	umount "$(readlink -f /sbin)"
else
	skip "by mount(8)" "needs the kernel's overlayfs, to have a helper"
fi

is "$(call "$FUSE_OVERLAY" "a,b c" "$MNT" -o "$o")" "" "an odd source"
is "$(findmnt -n -o SOURCE "$MNT")" "a,b c" "is shown as it is"
umount_overlay

(cd "$T" && call "$FUSE_OVERLAY" -o \
	"lowerdir=l1:l2,upperdir=u,workdir=w,engine=$ENGINE" mnt) >"$T/said"
is "$(cat "$T/said")" "" "relative paths"
ok "it is mounted and writable" mounted_rw
umount_overlay

is "$(call "$FUSE_OVERLAY" -o "$o" -o 'context="u:r:t:s0:c1,c2"' "$MNT")" "" \
	"a context is accepted"
ok "it is mounted and writable" mounted_rw
umount_overlay

# A connection that somebody else has mounted.
exec {fd}<>/dev/fuse
if mount -i -t fuse -o \
	"fd=$fd,rootmode=40000,user_id=0,group_id=0,default_permissions" \
	overlay "$MNT" 2>/dev/null; then
	is "$(call "$FUSE_OVERLAY" -o "$o" "/dev/fd/$fd")" "" "/dev/fd/N"
	exec {fd}>&-
	ok "it is mounted and writable" mounted_rw
	ok "umount" umount_overlay
else
	exec {fd}>&-
	skip "/dev/fd/N" "mount(8) cannot hand over a descriptor here"
fi

# --- Waiting ------------------------------------------------------------

failed=0
for i in 1 2 3 4 5 6 7 8 9 10; do
	call "$FUSE_OVERLAY" -o "$o" "$MNT" >/dev/null && mounted_rw ||
		failed=$((failed + 1))
	umount_overlay || failed=$((failed + 1))
done
is "$failed" 0 "the mount answers as soon as the command has exited"

timeout 20 "$FUSE_OVERLAY" -o "$o" "$MNT" <&- >&- 2>&-
is "$?" 0 "without stdin, stdout and stderr"
ok "it is mounted and writable" mounted_rw
pid=$(the_daemon)
is "$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | sort -u)" \
	/dev/null "the daemon holds /dev/null in their place"
is "$(readlink "/proc/$pid/cwd")" / "and no directory"
is "$(ps -o sid= -p "$pid" | tr -d ' ')" "$pid" "in a session of its own"
is "$(awk '/^Umask/ {print $2}' "/proc/$pid/status")" 0000 \
	"without a umask of its own"
umount_overlay

# --- Options ------------------------------------------------------------

out=$(call "$FUSE_OVERLAY" -o "$o,no_such_option=7" "$MNT")
is "$?" 0 "an unknown option is no error"
is "$out" "fuse-overlay: warning: unknown option 'no_such_option' is ignored" \
	"but worth a line"
ok "it is mounted and writable" mounted_rw
like "$(mount_options)" noatime "noatime by default"
like "$(mount_options)" default_permissions "permissions are checked"
is_real_root && like "$(mount_options)" allow_other "others may use it"
umount_overlay

call "$FUSE_OVERLAY" -o "$o,nosuid,nodev,noexec" "$MNT" >/dev/null
like "$(mount_options)" '(^|,)nosuid' "nosuid is passed on"
like "$(mount_options)" '(^|,)nodev' "nodev is passed on"
like "$(mount_options)" '(^|,)noexec' "noexec is passed on"
umount_overlay

is "$(call "$FUSE_OVERLAY" -o "$ro" "$MNT")" "" "without an upper"
is "$(names)" "one two " "the layers are shown"
like "$(touch "$MNT/new" 2>&1)" "Read-only" "read-only"
like "$(mount_options)" '^ro' "and mounted so"
umount_overlay
is "$(call "$FUSE_OVERLAY" -o "$o,ro" "$MNT")" "" "with ro"
like "$(touch "$MNT/new" 2>&1)" "Read-only" "read-only too"
umount_overlay

mkdir -p "$T/odd:a,b" "$T/q,r"
echo odd >"$T/odd:a,b/odd"
echo quoted >"$T/q,r/quoted"
is "$(call "$FUSE_OVERLAY" -o \
	"engine=$ENGINE,lowerdir=$T/odd\\:a\\,b:$T/q\\,r" "$MNT")" "" \
	"escaped colons and commas"
is "$(names)" "odd quoted " "the layers are shown"
umount_overlay

# --- 500 layers, by symlinks, as container engines have them --------------

mkdir "$T/many" "$T/l"
lowers=
for ((i = 0; i < 500; i++)); do
	mkdir "$T/many/$i"
	echo "$i" >"$T/many/$i/file-$i"
	echo "$i" >"$T/many/$i/same"
	ln -s "$T/many/$i" "$T/l/$i"
	lowers=$lowers:$T/l/$i
done
is "$(call "$FUSE_OVERLAY" -o \
	"lowerdir=${lowers#:},upperdir=$T/u,workdir=$T/w,engine=$ENGINE" \
	"$MNT")" "" "500 symlinked layers"
is "$(find "$MNT" -name 'file-*' | wc -l)" 500 "each shows its file"
is "$(cat "$MNT/same")" 0 "the topmost wins"
is "$(cat "$MNT/file-499")" 499 "the lowest is read"
ok "a file of the lowest is written" sh -c "echo x >>'$MNT/file-499'"
is "$(cat "$T/many/499/file-499")" 499 "which stays as it was"
umount_overlay
rm -rf "$T/u" "$T/w"
mkdir "$T/u" "$T/w"

# --- Words about itself -------------------------------------------------

out=$("$FUSE_OVERLAY" --version 2>/dev/null)
is "$?" 0 "--version"
like "$out" '^fuse-overlay [0-9]+\.[0-9]' "says which"
like "$out" '^libfuse 3\.' "and with which libfuse"
is "$("$FUSE_OVERLAY" -V)" "$out" "-V is the same"
out=$("$FUSE_OVERLAY" --help 2>/dev/null)
is "$?" 0 "--help"
like "$out" 'lowerdir=' "says what there is"
ok "on one screen" test "$(printf '%s\n' "$out" | wc -l)" -le 40
ok "of 80 columns" test "$(printf '%s\n' "$out" | wc -L)" -le 80
is "$("$FUSE_OVERLAY" -h)" "$out" "-h is the same"

# --- Status, signals ------------------------------------------------------

call "$FUSE_OVERLAY" -o "$o" "$MNT" >/dev/null
cat "$MNT/one" >/dev/null
echo more >>"$MNT/one"
out=$(call "$FUSE_OVERLAY" status "$MNT")
is "$?" 0 "status"
[ "$ENGINE" = auto ] || like "$out" "^engine +$ENGINE\$" "names the engine"
like "$out" "^layers +3\$" "and counts layers"
like "$out" "^copy_ups +1\$" "copy-ups"
like "$out" "^bytes_copied +4\$" "bytes"
like "$out" "^ +LOOKUP +[1-9]" "and messages"

# The kernel keeps what it knows, until it is told to forget.
stat "$MNT/two" >/dev/null
cat "$MNT/two" >/dev/null
ls "$MNT" >/dev/null
rm "$T/l2/two"
echo changed >"$T/l2/two"
echo three >"$T/l2/three"
ok "refresh" "$FUSE_OVERLAY" refresh "$MNT"
ok "a new name below is shown" eventually test -e "$MNT/three"
is "$(cat "$MNT/two")" changed "and new content"
pid=$(the_daemon)
stat "$MNT/four" >/dev/null 2>&1
echo four >"$T/l2/four"
kill -HUP "$pid"
ok "SIGHUP is the same" eventually test -e "$MNT/four"
kill -USR1 "$pid"
sleep 0.2
ok "SIGUSR1 harms nothing" test -e "$MNT/one"
# What is in a mapping is the kernel's, until it is told to write it back.
if command -v python3 >/dev/null; then
	python3 -c 'import mmap, os, sys, time
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o644)
os.ftruncate(fd, 4096)
m = mmap.mmap(fd, 4096)
m[:6] = b"mapped"
open(sys.argv[2], "w").close()
time.sleep(60)' "$MNT/mapped" "$T/is_mapped" &
	mapper=$!
	cleanup_fn kill "$mapper"
	eventually test -e "$T/is_mapped"
fi
kill -TERM "$pid"
ok "SIGTERM unmounts" eventually no_mount
ok "and ends the daemon" eventually test ! -e "/proc/$pid"
is "$(ls "$MNT")" "" "an empty directory is left"
if [ -n "${mapper:-}" ]; then
	is "$(head -c 6 "$T/u/mapped")" mapped "what was in a mapping is kept"
	kill "$mapper"
	rm "$T/u/mapped"
else
	skip "what was in a mapping is kept" "no python3 here"
fi

# --- In the foreground --------------------------------------------------

"$FUSE_OVERLAY" -f -o "$o" "$MNT" >"$T/said" 2>&1 </dev/null &
pid=$!
ok "-f mounts" eventually mountpoint -q "$MNT"
kill -USR1 "$pid"
ok "SIGUSR1 says a line of statistics" \
	eventually grep -q "engine=.*layers=3.*messages=" "$T/said"
is "$(wc -l <"$T/said")" 1 "and nothing else is said"
kill -INT "$pid"
wait "$pid"
is "$?" 0 "SIGINT ends it well"
ok "and unmounts" no_mount

"$FUSE_OVERLAY" -d -o "$o" "$MNT" >"$T/said" 2>&1 </dev/null &
pid=$!
ok "-d mounts" eventually mountpoint -q "$MNT"
ls "$MNT" >/dev/null
umount_overlay
wait "$pid"
is "$?" 0 "umount ends it well"
like "$(cat "$T/said")" "opcode: (LOOKUP|READDIR)" "-d tells of each message"
done_testing
