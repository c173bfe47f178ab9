#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names of several layers in one tree: who wins, what merges, what hides.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower1/dir/a lower2/dir/a lower2/dir/b lower3/dir/c upper/dir
	echo 1 >lower1/dir/one
	echo 2 >lower2/dir/one
	echo 2 >lower2/dir/two
	echo 3 >lower3/dir/three
	echo u >upper/dir/up
	echo u >upper/dir/two
	# A file over a directory and a directory over a file, in each order.
	mkdir lower2/file-over-dir lower1/dir-over-file lower3/file-over-dir
	echo x >lower2/file-over-dir/lost
	echo f >lower1/file-over-dir
	echo f >lower2/dir-over-file
	mkdir lower3/dir-over-file
	echo deep >lower3/dir-over-file/not-seen
	echo top >lower1/dir-over-file/seen
	ln -s dir lower1/link-to-dir
	mkdir lower2/link-to-dir
	mkdir -p lower3/only-low/deep/er
	chmod 700 lower3/only-low
	chown 5:6 lower3/only-low/deep
	mkfifo lower2/pipe
	mknod lower2/zero c 1 5
	ln lower1/dir/one lower1/dir/one-link
	echo 'sp ace' >"lower1/a name with spaces"
	printf x >"lower2/$(printf '\xff\xfe\x01')"
}
steps() {
	ls -R .
	cat dir/one dir/two dir/three dir/up dir-over-file/seen
	cat file-over-dir/lost
	cat dir-over-file/not-seen
	cat nothing dir/nothing dir/one/below
	stat -c '%n %F %a %u:%g' dir dir/a only-low only-low/deep link-to-dir
	ls link-to-dir/
	printf 'lstat dir/../dir/./a\nreaddir dir\nstat link-to-dir\n' | sys
}
in_both merge layers steps
said merge "^top$" "a name of a lower layer is read"
said merge "dir-over-file/not-seen: No such file" "a file ends the merge"
said merge "file-over-dir/lost: Not a directory" "a file hides a directory"

# Read-only: no upper at all, and the same tree.
layers_ro() { layers; rm -rf upper; }
mkdir "$T/ro"
(cd "$T/ro" && mkdir lower1 lower2 lower3 && layers_ro)
for dir in "$T"/ro/lower*; do "$FO_SYS" age "$dir"; done
lowers=$(lib_lowers "$T/ro")
ok "mount without upper" mount_engine "$ENGINE" "$MNT" "$lowers" "" ""
ok "the oracle too" mount_engine overlayfs "$T/oracle" "$lowers" "" ""
tree_of "$MNT" >"$T/ro.ours"
tree_of "$T/oracle" >"$T/ro.kernel"
lib_compare "$T/ro.kernel" "$T/ro.ours" "the same read-only tree"
said=$(sys "$MNT" <<-'END'
	mkdir x
	open 0 dir/one rw
	open 0 new rw,creat
	open 0 dir/one r
	unlink dir/one
	rename dir/one dir/x
	chmod dir/one 600
	setxattr dir/one user.x y
	truncate dir/one 0
	utimens dir/one 1.0 1.0
	access dir/one w
	access dir/one r
	END
)
is "$(grep -c '=> EROFS' <<<"$said")" 10 "each change of it is EROFS"
[ "$(grep -c '=> EROFS' <<<"$said")" = 10 ] || diag "$said"
done_testing
