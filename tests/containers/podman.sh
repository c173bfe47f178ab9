# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What people do with podman, each step checked: sourced by podman-*.t, which
# say who runs it.

ct_setup
ct_import

said=$(run_in base:1 'echo hello; stat -f -c %t /; id -u')
is "$(echo "$said" | tr '\n' ' ')" "hello 65735546 0 " "a container runs"
like "$(cat "$CT/tmp/calls")" 'lowerdir=.*upperdir=.*/merged$' \
	"its root is a mount of ours"

# Work in a container, as a build does, then commit it.
ok "compile with make -j2" podman run --name work base:1 sh -ec '
	mkdir /src && cd /src
	for i in 1 2 3 4 5 6; do
		echo "int f$i(void) { return $i; }" >f$i.c
	done
	echo "int f1(void); int main(void) { return f1() - 1; }" >main.c
	printf "%s\n" "all: prog" \
		"prog: main.o f1.o f2.o f3.o f4.o f5.o f6.o" \
		"	gcc -o \$@ \$^" >Makefile
	make -j2 >/dev/null
	./prog'
ok "commit" podman commit --quiet work built:1
ok "the commit runs" run_in built:1 '/src/prog'

ok "change what the image has" podman run --name change built:1 sh -ec '
	dpkg --purge hello >/dev/null 2>&1
	rm -r /src && mkdir /src && echo new >/src/only
	mv /usr/share/common-licenses /usr/share/renamed
	ln /usr/bin/make /usr/bin/make2
	test /usr/bin/make -ef /usr/bin/make2
	echo linked >/link1 && ln /link1 /link2
	echo "#!/bin/sh" >/usr/bin/suid && chmod 4755 /usr/bin/suid
	cp /bin/true /capable && setcap cap_net_raw+ep /capable
	mkdir -p /owned/a && echo x >/owned/a/b && chown -R 33:33 /owned
	chown -R 1:1 /usr/share/base-files'
ok "commit the changes" podman commit --quiet change changed:1
said=$(run_in changed:1 '
	test ! -e /usr/bin/hello && echo purged
	ls /src
	test ! -e /usr/share/common-licenses && echo moved
	test -s /usr/share/renamed/GPL-2 && echo whole
	test /link1 -ef /link2 && cat /link1
	stat -c "%a %n" /usr/bin/suid
	getcap /capable
	stat -c "%u:%g" /owned/a/b
	find /usr/share/base-files ! -uid 1 | wc -l')
is "$(echo "$said" | tr '\n' ' ')" \
	"purged only moved whole linked 4755 /usr/bin/suid /capable cap_net_raw=ep 33:33 0 " \
	"a new container has all of it"

said=$(podman diff change)
like "$said" '^D /usr/bin/hello$' "diff: what was purged"
like "$said" '^[AC] /src/only$' "diff: what is in a directory made anew"
like "$said" '^D /usr/share/common-licenses$' "diff: what was renamed"
not_ok "diff says nothing of what is as it was" \
	grep -q '/usr/bin/git$' <<<"$said"

ok "save" podman save --quiet -o "$CT/tmp/changed.tar" changed:1
ok "remove all containers" podman rm -f -t 0 -a
ok "remove all images" podman rmi -f -a
ok "load" podman load --quiet -i "$CT/tmp/changed.tar"
said=$(run_in changed:1 'cat /src/only; ls /src | wc -l')
is "$(echo "$said" | tr '\n' ' ')" "new 1 " "the saved image runs"

ok "a read-only container" run_in changed:1 \
	'! touch /x 2>/dev/null && test -e /src/only' --read-only
ok "a container that is killed" podman run -d --name killed changed:1 \
	sleep 1000
ok "its root is written" podman exec killed sh -c 'echo y >/y'
ok "kill it" podman kill killed
ok "remove it" podman rm -f -t 0 killed
ok "remove all" podman rm -f -t 0 -a
ct_nothing_left
