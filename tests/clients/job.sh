#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is done in the chroot: packages come and go, a repository, a build, a
# database. Each line of the answer is checked by the test.
set -eu

say() { echo "job: $*"; }
trap 'say failed' EXIT

apt-get install -qy --no-install-recommends \
	-o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 /root/debs/*.deb
say "installed $(dpkg-query -Wf '${db:Status-Abbrev} ${Package}\n' |
	grep -c '^ii ')"
say "crontab $(stat -c '%a %G' /usr/bin/crontab)"
say "vi $(readlink -f /usr/bin/vi)"
say "man $(man --version | cut -d' ' -f1)"
say "rsync $(rsync -a /etc/ /root/etc-copy/ && diff -r --no-dereference \
	/etc /root/etc-copy && echo equal)"
dpkg --purge tzdata man-db
say "purged $(test -e /usr/share/zoneinfo || echo tzdata) \
$(test -e /usr/bin/man || echo man)"
say "verify $(dpkg --verify --verify-format rpm | grep -v '^..........c' |
	wc -l)"

git config --global user.name Test
git config --global user.email test@example.org
git config --global init.defaultBranch main
mkdir /root/repo
cd /root/repo
git init -q
cp -r /usr/share/perl* /usr/share/doc .
git add -A
git commit -qm first
git checkout -qb other
find . -name '*.pm' | head -100 | while read -r f; do echo "# x" >>"$f"; done
git mv doc documents
git commit -qam second
git checkout -q main
git merge -q other
git gc -q
git fsck --strict 2>&1 | grep -v dangling || true
say "git $(git status --porcelain | wc -l) changes," \
	"$(git log --oneline | wc -l) commits"
rm -rf /root/repo/documents
git checkout -q .
say "restored $(git status --porcelain | wc -l)"

mkdir /root/build
cd /root/build
for i in $(seq 20); do
	printf 'int f%d(void);\nint f%d(void)\n{\n\treturn %d;\n}\n' \
		"$i" "$i" "$i" >"f$i.c"
done
{
	for i in $(seq 20); do echo "int f$i(void);"; done
	echo '#include <stdio.h>'
	echo 'int main(void) { int s = 0;'
	for i in $(seq 20); do echo "s += f$i();"; done
	echo 'return printf("%d", s) < 0; }'
} >main.c
printf 'prog: %s main.o\n\t$(CC) -o $@ $^\n' \
	"$(seq -f 'f%g.o' -s ' ' 20)" >Makefile
make -s -j2
say "built $(./prog)"
touch f3.c
say "again $(make | grep -c '^cc')"
make -q || say "make is not content"

cd /root
sqlite3 test.db "PRAGMA journal_mode=WAL;
	CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
		WHERE i < 20000)
	INSERT INTO t SELECT i, hex(randomblob(20)) FROM n;
	DELETE FROM t WHERE a % 3 = 0;
	VACUUM;" >/dev/null
say "sqlite $(sqlite3 test.db 'PRAGMA integrity_check; SELECT count(*) FROM t' |
	tr '\n' ' ')"

rm -rf /usr/share/doc /var/log/apt
mkdir /usr/share/doc
mv /usr/share/perl /usr/share/perl-moved 2>/dev/null || true
mv /usr/share/perl-moved /usr/share/perl 2>/dev/null || true
ln /etc/passwd /root/passwd-link
say "links $(stat -c %h /etc/passwd)"
trap - EXIT
say "done"
