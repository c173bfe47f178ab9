#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Opaque directories: read, and written in all the ways in which a directory
# can be replaced, so that what was below never comes back.
. "$(dirname "$0")/../lib.sh"
requires_root

layers() {
	for d in rmdir-mkdir rename-over file-then-dir exchange moved opq; do
		mkdir -p lower2/$d/old lower1/$d
		echo 2 >lower2/$d/two
		echo 1 >lower1/$d/one
	done
	setfattr -n trusted.overlay.opaque -v y lower1/opq
	mkdir -p lower3/opq upper/uopq lower1/uopq
	echo 3 >lower3/opq/three
	echo 1 >lower1/uopq/one
	setfattr -n trusted.overlay.opaque -v y upper/uopq
	mkdir -p lower1/empty lower2/only
	echo f >lower2/only/f
}
steps() {
	ls -R opq uopq
	rm -r rmdir-mkdir && mkdir rmdir-mkdir && ls -A rmdir-mkdir
	mkdir -p new/in && rm -r rename-over/*
	printf 'rename new rename-over\nreaddir rename-over\n' | sys
	rm -r file-then-dir && echo f >file-then-dir && rm file-then-dir
	mkdir file-then-dir && ls -A file-then-dir
	mkdir fresh && echo f >fresh/f
	printf 'rename fresh exchange exchange\n' | sys
	ls -A exchange fresh
	mv moved elsewhere && mkdir moved && ls -A moved elsewhere
	rm -r only && mkdir -p only/f/g && ls -R only
	rm -r opq && mkdir opq && ls -A opq
	ln -s nowhere slink && rm slink && mkdir slink
	mkdir a && mv a empty/a && rm -r empty && mkdir empty && ls -A empty
}
in_both opaque layers steps
said opaque "^rename new rename-over => 0" "a directory replaces an empty one"
said opaque "^rename fresh exchange exchange => 0" "and by exchange"
done_testing
