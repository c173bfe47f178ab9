#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Renamed directories of lower layers keep what they hold, by the redirect
# xattr, also when renamed again, nested, and after a remount.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	mkdir -p lower1/a/b/c lower2/a/b lower2/x/y/z lower3/x lower1/p
	echo 1 >lower1/a/b/c/one
	echo 2 >lower2/a/b/two
	echo 3 >lower3/x/three
	echo 2 >lower2/x/y/z/deep
	mkdir -p lower2/merged lower1/merged
	echo m2 >lower2/merged/two
	echo m1 >lower1/merged/one
}
steps() {
	mv a a2 && ls -R a2
	mv a2/b a2/b2 && cat a2/b2/two a2/b2/c/one
	mv a2/b2 top && ls -R top
	mv top x/y/z/in && cat x/y/z/in/c/one
	mv x/y p/y && find p | sort
	mv p p2 && mv p2/y p2/yy && find p2 | sort && cat p2/yy/z/in/two
	echo change >>p2/yy/z/in/two
	rm p2/yy/z/in/c/one
	mv merged merged2 && mkdir merged && echo new >merged/new
	ls merged merged2
	mv merged2 merged/inner && ls -R merged
	mkdir dest && printf 'rename x dest\nrename x nodest noreplace\n' | sys
	ls dest x nodest
	printf 'rename merged/inner dest exchange\n' | sys
	ls -R merged dest
	rmdir merged/inner
	rm -r dest
	getfattr -d -m - p2/yy p2 merged
}
in_both redirect layers steps
said redirect "^2$" "a file below a renamed directory is read"

# Twice in a row, with what the first made as layers below.
layers_stack() {
	layers
	mkdir -p k/w k/m k/u
	mount -t overlay -o \
		"lowerdir=$PWD/lower1:$PWD/lower2,upperdir=$PWD/k/u,workdir=$PWD/k/w,redirect_dir=on" \
		overlay k/m || echo "no mount"
	mv k/m/a k/m/aa
	mv k/m/aa/b k/m/bb
	mv k/m/x k/m/aa/x
	mkdir k/m/x
	umount k/m
	mv lower3 lower4
	mv lower2 lower3
	mv lower1 lower2
	mv k/u lower1
	rm -r k
}
steps_stack() {
	ls -R
	cat bb/two aa/x/y/z/deep
	mv bb cc && mv aa dd && mv dd/x e
	find . | sort
	echo new >e/y/new
	echo more >>cc/two
}
in_both stacked layers_stack steps_stack
said stacked "^./e/y/z/deep$" "redirects in lower layers are followed"

# Where it is off, a program copies: EXDEV.
steps_off() {
	printf '%s\n' 'rename a a2' 'mkdir own' 'rename own own2' \
		'rename merged m2' 'rename own2 a exchange' 'readdir .' | sys
	mv a a3 && find a3 | sort
}
in_both off layers steps_off redirect_dir=off
said off "^rename a a2 => EXDEV" "redirect_dir=off: EXDEV"
done_testing
