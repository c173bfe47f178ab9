#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Making and removing what is there already, or is not: the errno of each.
. "$(dirname "$0")/../lib.sh"
requires_root

kinds="file dir full link dangling pipe none gone"
layers() {
	local where
	for where in lower2 upper; do
		mkdir -p $where/at-$where/dir $where/at-$where/full
		(
			cd $where/at-$where || exit
			echo f >file
			echo f >full/f
			ln -s file link
			ln -s nowhere dangling
			mkfifo pipe
			echo g >gone
		)
	done
	mkdir -p lower1/at-lower2
	mknod lower1/at-lower2/gone c 0 0
	rm upper/at-upper/gone
}
steps() {
	local where kind op
	for where in at-lower2 at-upper; do
		for kind in $kinds; do
			for op in "open 0 @ rw" "open 0 @ rw,creat,excl" \
				"open 0 @ r,dir" "open 0 @ r,nofollow" \
				"open 0 @ r,dir,creat" "open 0 @/x rw,creat" \
				"open 0 @/ rw,creat" "open 0 @ rw,tmpfile" \
				"mkdir @" "mkdir @/" "mknod @ f" "mknod @ p" \
				"mkdir @/x" "symlink t @" "symlink t @/x" \
				"link file @" "link @ file" "rmdir @/x" \
				"unlink @/" "rmdir @/." "rmdir @/.." \
				"readlink @" "readdir @" "readdir @/." \
				"truncate @ 0" "chmod @ 640" "cat @" \
				"lstat @/" "stat @" "lstat @/.." \
				"rmdir @" "lstat @" "unlink @" "lstat @"; do
				echo "${op//@/$where/$kind}"
			done
		done
	done | sys
	sys <<-'END'
		unlink .
		rmdir .
		rmdir ..
		mkdir .
		mkdir ..
		mkdir at-upper/../at-upper
		open 0 . rw
		open 0 . r,creat
		symlink x /
		symlink @5000 long
		unlink at-upper/full/f/
		readdir .
		END
}
in_both exist layers steps
said exist "^mkdir at-lower2/file => EEXIST" "a file is in the way"
said exist "^rmdir at-lower2/full => ENOTEMPTY" "a full directory stays"
said exist "^unlink at-lower2/dir => EISDIR|^unlink at-lower2/full => EISDIR" \
	"a directory is no file"
said exist "^open 0 at-lower2/gone rw,creat,excl => 0" "a whited out name is free"

# A directory is empty when all that its lowers have is whited out.
layers_empty() {
	mkdir -p lower2/d/sub lower1/d lower2/e upper/e lower2/f
	echo f >lower2/d/f
	mknod lower1/d/f c 0 0
	mknod lower1/d/sub c 0 0
	echo f >lower2/e/f
	mknod upper/e/f c 0 0
	mknod lower1/only-whiteout c 0 0
}
steps_empty() {
	ls -A d e
	rmdir d && rmdir e && rmdir f
	ls -A .
	mkdir d e f && ls -A d e f
	touch d/f && rm d/f && rmdir d
	rmdir only-whiteout
	mkdir only-whiteout && rmdir only-whiteout
	ls -A .
}
in_both empty layers_empty steps_empty
done_testing
