// SPDX-License-Identifier: GPL-2.0-or-later
/* Names: making, moving, linking, listing and removing them. */
#include "operations.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

void op_create(void)
{
	struct stat st;
	int fd = op_make("a", "hello");

	op_holds(fd, "hello");
	CHECK(!fstat(fd, &st) && st.st_size == 5 && st.st_nlink == 1);
	CHECK((st.st_mode & 07777) == 0644);
	FAILS(open("a", O_CREAT | O_EXCL, 0644), EEXIST);
	close(fd);
	fd = open("a", O_WRONLY | O_APPEND);
	CHECK(write(fd, " all", 4) == 4);
	close(fd);
	fd = open("a", O_RDONLY);
	op_holds(fd, "hello all");
	FAILS(write(fd, "x", 1), EBADF);
}

void op_unlink(void)
{
	struct stat st;
	int fd = op_make("a", "open");

	CHECK(!unlink("a"));
	FAILS(stat("a", &st), ENOENT);
	CHECK(!fstat(fd, &st) && st.st_nlink == 0);
	CHECK(pwrite(fd, "O", 1, 0) == 1);
	op_holds(fd, "Open");
	CHECK(!fchmod(fd, 0600) && !ftruncate(fd, 2));
	op_holds(fd, "Op");
	FAILS(unlink("a"), ENOENT);
}

void op_directory(void)
{
	struct stat st, sub;

	CHECK(!mkdir("d", 0750));
	FAILS(mkdir("d", 0750), EEXIST);
	CHECK(!stat("d", &st) && (st.st_mode & 07777) == 0750);
	close(op_make("d/f", "x"));
	CHECK(!mkdir("d/s", 0755));
	CHECK(!stat("d/s", &sub) && !stat("d", &st) && st.st_ino != sub.st_ino);
	FAILS(rmdir("d"), ENOTEMPTY);
	FAILS(unlink("d"), EISDIR);
	FAILS(rmdir("d/f"), ENOTDIR);
	CHECK(!unlink("d/f") && !rmdir("d/s") && !rmdir("d"));
	FAILS(stat("d", &st), ENOENT);
	FAILS(open("a/b", O_RDONLY), ENOENT);
}

void op_rename(void)
{
	struct stat st, before;
	int fd = op_make("a", "a");

	close(op_make("b", "b"));
	CHECK(!fstat(fd, &before) && !mkdir("d", 0755) && !mkdir("e", 0755));
	FAILS(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE),
	      EEXIST);
	CHECK(!rename("a", "b"));
	FAILS(stat("a", &st), ENOENT);
	CHECK(!stat("b", &st) && st.st_ino == before.st_ino);
	CHECK(!rename("b", "d/c") && !stat("d/c", &st));
	CHECK(st.st_ino == before.st_ino);
	op_holds(fd, "a");
	CHECK(!rename("d/c", "a"));
}

void op_rename_directory(void)
{
	struct stat st;

	CHECK(!mkdir("d", 0755) && !mkdir("e", 0755) && !mkdir("d/s", 0755));
	close(op_make("d/s/f", "f"));
	close(op_make("f", "g"));
	CHECK(!rename("d/s", "e/t") && !stat("e/t/f", &st));
	FAILS(stat("d/s", &st), ENOENT);
	FAILS(rename("e", "e/t/u"), EINVAL);
	FAILS(rename("d", "e"), ENOTEMPTY);
	FAILS(rename("e", "f"), ENOTDIR);
	CHECK(!renameat2(AT_FDCWD, "e", AT_FDCWD, "f", RENAME_EXCHANGE));
	CHECK(!stat("f/t/f", &st) && !stat("e", &st) && S_ISREG(st.st_mode));
}

void op_link(void)
{
	struct stat a, b;
	int fd = op_make("a", "one");

	CHECK(!link("a", "b") && !stat("a", &a) && !stat("b", &b));
	CHECK(a.st_ino == b.st_ino && a.st_nlink == 2);
	CHECK(pwrite(fd, "two", 3, 0) == 3);
	op_holds(open("b", O_RDONLY), "two");
	CHECK(!unlink("a") && !stat("b", &b) && b.st_nlink == 1);
	FAILS(link("b", "b"), EEXIST);
}

void op_symlink(void)
{
	char buf[64];
	struct stat st;

	CHECK(!symlink("nowhere/at/all", "l"));
	CHECK(readlink("l", buf, sizeof(buf)) == 14);
	CHECK(!memcmp(buf, "nowhere/at/all", 14));
	CHECK(!lstat("l", &st) && S_ISLNK(st.st_mode) && st.st_size == 14);
	FAILS(open("l", O_RDONLY), ENOENT);
	FAILS(symlink("x", "l"), EEXIST);
}

void op_mknod(void)
{
	struct stat st;

	CHECK(!mkfifo("p", 0600) && !stat("p", &st) && S_ISFIFO(st.st_mode));
	CHECK(!mknod("n", S_IFCHR | 0666, 0x103) && !stat("n", &st));
	CHECK(S_ISCHR(st.st_mode) && st.st_rdev == 0x103);
	CHECK(!mknod("s", S_IFSOCK | 0600, 0) && !stat("s", &st));
	CHECK(S_ISSOCK(st.st_mode));
}

void op_tmpfile(void)
{
	struct stat st;
	char path[64];
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	CHECK(fd >= 0 && write(fd, "tmp", 3) == 3);
	CHECK(!fstat(fd, &st) && st.st_nlink == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(!linkat(AT_FDCWD, path, AT_FDCWD, "t", AT_SYMLINK_FOLLOW));
	CHECK(!stat("t", &st) && st.st_nlink == 1);
	op_holds(open("t", O_RDONLY), "tmp");
}

void op_names(void)
{
	char name[300];
	struct stat st;

	memset(name, 'n', sizeof(name));
	name[256] = 0;
	FAILS(open(name, O_CREAT | O_WRONLY, 0644), ENAMETOOLONG);
	FAILS(stat(name, &st), ENAMETOOLONG);
	name[255] = 0;
	close(op_make(name, "long"));
	CHECK(!unlink(name));
}

void op_readdir(void)
{
	char name[32];
	struct dirent *entry;
	int i, seen = 0;
	long middle = 0;
	DIR *dir;

	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "file-%d", i);
		close(op_make(name, ""));
	}
	CHECK((dir = opendir(".")));
	while ((entry = readdir(dir))) {
		struct stat st;

		CHECK(!stat(entry->d_name, &st) && st.st_ino == entry->d_ino);
		if (++seen == 150)
			middle = telldir(dir);
	}
	CHECK(seen == 302);
	seekdir(dir, middle);
	for (i = 0; readdir(dir); i++)
		;
	CHECK(i == 152);
	CHECK(!unlink("file-0"));
	rewinddir(dir);
	for (i = 0; readdir(dir); i++)
		;
	CHECK(i == 301);
	closedir(dir);
}
