#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How many messages the kernel sends for what: exact numbers, from its own
# trace. One forgotten message costs more than all else in the daemon.
. "$(dirname "$0")/../lib.sh"
ours_only
requires_real_root
trace=/sys/kernel/tracing
[ -d $trace/events ] || mount -t tracefs tracefs $trace 2>/dev/null
requires "no trace events of fuse" test -d $trace/events/fuse/fuse_request_send
ring=$trace/instances/fo-$$
requires "no trace instances" mkdir "$ring"
cleanup_fn rmdir "$ring"
echo 1 >"$ring/events/fuse/fuse_request_send/enable"

mkdir -p "$T/l/d/sub" "$T/l/many"
for i in $(seq 100); do echo "$i" >"$T/l/many/f$i"; done
echo f >"$T/l/d/f"
echo g >"$T/l/d/g"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
connection=$(mountpoint -d "$MNT" | cut -d: -f2)

# sent COMMAND...: names and counts of the messages while it runs
sent() {
	: >"$ring/trace"
	"$@" >/dev/null 2>&1
	lib_settle
	sed -n "s/.*connection $connection req.*(FUSE_\([A-Z0-9_]*\)).*/\1/p" \
		"$ring/trace" | grep -v FORGET | sort | uniq -c |
		awk '{printf "%s%s %s", sep, $1, $2; sep = ", "}'
}
# RELEASE comes when the last reference is put, which may be a little later.
lib_settle() { sleep 0.05; }
# ls -l asks for security.selinux, which no filesystem's answer is kept of;
# these ask for what is in an inode.
walk() {
	cat "$MNT"/many/* "$MNT"/d/? && ls -R "$MNT" &&
		stat -c '%n %s %a %u %g %y %h' "$MNT"/* "$MNT"/many/*
}
in_mount() { (cd "$MNT" && "$@"); }
shell() { (cd "$MNT" && eval "$1"); }

walk >/dev/null
walk >/dev/null
is "$(sent stat -c '%s %a %y %i' "$MNT/d/f")" "" "a warm stat: none"
stat "$MNT/d/f" >/dev/null
is "$(sent stat "$MNT/d/f")" "" "nor for the time of birth, once it is known"
is "$(sent stat "$MNT/nothing")" "1 LOOKUP" "a name that is not there: one"
is "$(sent stat "$MNT/nothing")" "" "and none for the second time"
is "$(sent getfattr -n user.x "$MNT/d/f" | sed 's/[0-9]* GETXATTR//')" "" \
	"an attribute: itself alone"
if [ "$ENGINE" = plain ]; then
	is "$(sent walk)" "" "a warm walk with ls -lR and cat: none"
	is "$(sent shell 'for i in 1 2 3 4 5 6 7 8 9; do : <many/f$i; done')" \
		"" "warm opens: none"
	is "$(sent ls "$MNT/many")" "" "a warm list: none"
	is "$(sent cat "$MNT/d/g")" "" "a warm read: none"
else
	is "$(sent cat "$MNT/d/g")" "1 OPEN, 1 RELEASE" \
		"open and close: no more than these" ||
		diag "READ may not come: the file is cached or passed through"
	is "$(sent shell ': <d/g; : <d/g; : <d/g')" "3 OPEN, 3 RELEASE" \
		"nothing but these for three"
fi

# Writing: the first is the copy-up's, the others are what they are.
shell 'echo x >>d/f' && shell 'echo up >up; mkdir dir'
said=$(sent shell 'exec 9>>up; for i in 1 2 3 4 5; do echo $i >&9; done; exec 9>&-')
not_ok "a write asks for no attribute of the file" grep GETXATTR <<<"$said"
if [ "$ENGINE" = plain ]; then
	# Appending asks where the end is, once.
	is "$said" "1 GETATTR, 5 WRITE" "five writes: five messages"
	like "$(sent shell ': >new')" \
		"^(1 GETATTR, )?1 LOOKUP, 1 MKNOD(, 1 SETATTR)?$" \
		"a new file: LOOKUP and one more"
else
	not_ok "five writes pass through" grep WRITE <<<"$said"
	shell ': >new'
fi
# The kernel forgets a directory's attributes when it changes a name in it.
once() { sed 's/1 GETATTR, //' <<<"$(sent "$@")"; }
is "$(once shell 'rm new')" "1 UNLINK" "an unlink: one"
is "$(once mkdir "$MNT/dir/one")" "1 LOOKUP, 1 MKDIR" "a mkdir: LOOKUP and it"
is "$(once rmdir "$MNT/dir/one")" "1 RMDIR" "a rmdir: one"
stat -c %s "$MNT/up" >/dev/null
is "$(sent chmod 600 "$MNT/up")" "1 SETATTR" "a chmod: one"
is "$(sent stat -c %a "$MNT/up")" "" "whose answer has the attributes"

# A cold walk: READDIRPLUS brings names and attributes together.
umount_overlay
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
connection=$(mountpoint -d "$MNT" | cut -d: -f2)
: >"$ring/trace"
find "$MNT/many" -newermt 1980-01-01 >/dev/null
lib_settle
count=$(grep -c "connection $connection req" "$ring/trace")
ok "a cold walk of 100 files: fewer than 12 messages ($count)" \
	test "$count" -lt 12 ||
	diag "$(sed -n 's/.*(FUSE_\(.*\)).*/\1/p' "$ring/trace" | sort | uniq -c)"
done_testing
