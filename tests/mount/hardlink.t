#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Hard links: one inode under all names, in lower layers too, also when it
# is copied up through one of them.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower2/a lower2/b lower1/a upper
	echo one >lower2/a/x
	ln lower2/a/x lower2/a/y
	ln lower2/a/x lower2/b/z
	echo two >lower2/p
	ln lower2/p lower2/q
	ln lower2/p lower2/hidden
	mknod lower1/hidden c 0 0
	ln -s t lower2/s1
	ln lower2/s1 lower2/s2
	mkfifo lower2/f1
	ln lower2/f1 lower2/f2
	echo up >upper/u1
	ln upper/u1 upper/u2
	for i in 1 2 3 4 5 6; do ln lower2/b/z lower2/b/n$i; done
	echo c >lower2/c1
	ln lower2/c1 lower2/c2
	echo d >lower2/d1
	ln lower2/d1 lower2/d2
	ln lower2/d1 lower2/d3
}
steps() {
	sys <<-'END'
		same a/x a/y
		same a/x b/z
		same p q
		same s1 s2
		lstat a/x
		lstat p
		open 0 a/x rw
		pwrite 0 0 ONE
		cat a/y
		cat b/z
		same a/x a/y
		same a/x b/n3
		lstat b/z
		link a/y a/new
		lstat b/n1
		same a/new b/z
		unlink a/x
		lstat a/y
		fstat 0
		pwrite 0 0 two
		cat b/n6
		rename b/n5 b/n4
		lstat b/n4
		rename b/n4 elsewhere
		same elsewhere a/y
		chmod p 600
		lstat q
		same p q
		unlink p
		unlink q
		lstat q
		chown s1 5 6
		lstat s2
		chmod f2 600
		lstat f1
		link u1 u3
		lstat u2
		unlink u1
		unlink u2
		lstat u3
		unlink c1
		lstat c2
		chmod c2 640
		lstat c2
		unlink c2
		link d1 d4
		unlink d1
		unlink d2
		lstat d3
		unlink d3
		lstat d4
		cat d4
		END
}
in_both hardlink layers steps
said hardlink "^same a/x b/n3 => 0 same" "names stay one inode over a copy-up"
said hardlink "^cat b/z => 0 'ONE" "what is written by one is read by all"

# One inode after a remount too, whichever name comes first.
layers_order() {
	mkdir lower1/d
	echo f >lower1/d/f1
	for i in 2 3 4; do ln lower1/d/f1 lower1/d/f$i; done
}
steps_order() {
	ls -i d | awk '{print $1}' | sort -u | wc -l
	echo more >>d/f3
	ls -i d | awk '{print $1}' | sort -u | wc -l
	cat d/f1 d/f2
	mv d/f3 d/g3 && mkdir e && mv d/f4 e/f4
	stat -c '%n %h' d/* e/*
	rm d/f1 && stat -c '%n %h' d/* e/*
}
in_both order layers_order steps_order

# st_ino of a name is the same before and after its copy-up.
mkdir -p "$T/l"
echo f >"$T/l/f"
ln "$T/l/f" "$T/l/g"
ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
before=$(stat -c %i "$MNT/f")
is "$(stat -c %i "$MNT/g")" "$before" "two names, one number"
echo x >>"$MNT/f"
is "$(stat -c %i "$MNT/f" "$MNT/g" | sort -u)" "$before" \
	"copy-up keeps the number"
ok "remount" remount "$T/l" "$T/u" "$T/w"
is "$(stat -c %i "$MNT/g" "$MNT/f" | sort -u)" "$before" \
	"a remount keeps it"
is "$(cat "$MNT/g")" "$(printf 'f\nx')" "the other name has the new bytes"

# The index of one upper is not that of another: its copies would come back.
ok "umount" umount_overlay
not_ok "an upper with another's work is refused" \
	mount_overlay "$T/l" "$T/other" "$T/w"
rm -r "$T/w/index"
ok "but not without the index" mount_overlay "$T/l" "$T/other" "$T/w"
is "$(cat "$MNT/g")" f "and shows the lower"
ok "umount" umount_overlay
ok "an index without entries is anybody's" mount_overlay "$T/l" "$T/u2" "$T/w"
done_testing
