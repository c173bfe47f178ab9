// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes: times, owners, permission, xattrs, ACLs, flags. */
#include "operations.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

void op_times(void)
{
	struct timespec ts[2] = { { 1000, 123456789 }, { 2000, 987654321 } };
	struct stat st;

	close(op_make("a", "a"));
	CHECK(!utimensat(AT_FDCWD, "a", ts, 0) && !stat("a", &st));
	CHECK(st.st_mtim.tv_sec == 2000 && st.st_mtim.tv_nsec == 987654321);
	CHECK(st.st_atim.tv_sec == 1000 && st.st_atim.tv_nsec == 123456789);
}

void op_owner(void)
{
	struct stat st;

	close(op_make("a", "a"));
	CHECK(!chown("a", 5, 6) && !stat("a", &st));
	CHECK(st.st_uid == 5 && st.st_gid == 6);
	CHECK(!chmod("a", 06755) && !chown("a", 7, 7) && !stat("a", &st));
	/* A change of owner takes the set-id bits of an executable. */
	CHECK((st.st_mode & 07777) == 0755);
}

static void as_nobody(void)
{
	struct stat st;
	int fd;

	FAILS(open("secret", O_RDONLY), EACCES);
	FAILS(open("shown", O_WRONLY), EACCES);
	CHECK((fd = open("shown", O_RDONLY)) >= 0);
	FAILS(unlink("open/theirs"), EPERM);
	FAILS(chmod("shown", 0777), EPERM);
	FAILS(open("new", O_CREAT | O_WRONLY, 0644), EACCES);
	CHECK(open("open/mine", O_CREAT | O_WRONLY, 0666) >= 0);
	CHECK(!stat("open/mine", &st) && st.st_uid == 65534);
	CHECK(!mkdir("open/dir", 0777) && !stat("open/dir", &st));
	CHECK(st.st_uid == 65534);
}

void op_permission(void)
{
	close(op_make("secret", "s"));
	close(op_make("shown", "s"));
	CHECK(!chmod("secret", 0600) && !mkdir("open", 0755));
	CHECK(!chmod("open", 01777));
	close(op_make("open/theirs", "t"));
	op_in_child(as_nobody, 65534);
}

static void write_as_nobody(void)
{
	CHECK(write(open("suid", O_WRONLY), "x", 1) == 1);
}

void op_privileges(void)
{
	struct stat st;

	close(op_make("suid", "abc"));
	CHECK(!chmod("suid", 04777));
	op_in_child(write_as_nobody, 65534);
	CHECK(!stat("suid", &st) && (st.st_mode & 07777) == 0777);
}

void op_setgid(void)
{
	struct stat st;

	CHECK(!mkdir("d", 0755) && !chown("d", 0, 77) && !chmod("d", 02775));
	close(op_make("d/f", "f"));
	CHECK(!stat("d/f", &st) && st.st_gid == 77);
	CHECK(!mkdir("d/e", 0755) && !stat("d/e", &st));
	CHECK(st.st_gid == 77 && (st.st_mode & S_ISGID));
}

void op_umask(void)
{
	struct stat st;

	umask(027);
	CHECK(open("a", O_CREAT | O_WRONLY, 0666) >= 0 && !stat("a", &st));
	CHECK((st.st_mode & 07777) == 0640);
	CHECK(!mkdir("d", 0777) && !stat("d", &st));
	CHECK((st.st_mode & 07777) == 0750);
}

void op_xattr(void)
{
	char buf[256];

	close(op_make("a", "a"));
	CHECK(!setxattr("a", "trusted.one", "1", 1, 0));
	CHECK(getxattr("a", "trusted.one", buf, sizeof(buf)) == 1);
	CHECK(buf[0] == '1');
	FAILS(setxattr("a", "trusted.one", "2", 1, XATTR_CREATE), EEXIST);
	FAILS(getxattr("a", "trusted.two", buf, sizeof(buf)), ENODATA);
	CHECK(listxattr("a", buf, sizeof(buf)) == 12);
	CHECK(!strcmp(buf, "trusted.one"));
	FAILS(listxattr("a", buf, 3), ERANGE);
	CHECK(!removexattr("a", "trusted.one"));
	FAILS(removexattr("a", "trusted.one"), ENODATA);
}

/* Version 2, little endian: user::rw- user:65534:--- group:: mask:: other:: */
static const unsigned char acl[] = {
	2, 0,	0,   0,	  1,   0,   6,	0, 255, 255, 255, 255, 2,   0,	 0,
	0, 254, 255, 0,	  0,   4,   0,	4, 0,	255, 255, 255, 255, 16,	 0,
	4, 0,	255, 255, 255, 255, 32, 0, 4,	0,   255, 255, 255, 255,
};

static void acl_as_nobody(void)
{
	FAILS(open("a", O_RDONLY), EACCES);
	CHECK(open("b", O_RDONLY) >= 0);
}

void op_acl(void)
{
	const char *access = "system.posix_acl_access";
	const char *inherit = "system.posix_acl_default";
	char buf[256];

	close(op_make("a", "a"));
	close(op_make("b", "b"));
	CHECK(!setxattr("a", access, acl, sizeof(acl), 0));
	CHECK(getxattr("a", access, buf, sizeof(buf)) == sizeof(acl));
	CHECK(!memcmp(buf, acl, sizeof(acl)));
	op_in_child(acl_as_nobody, 65534);
	CHECK(!mkdir("d", 0755));
	CHECK(!setxattr("d", inherit, acl, sizeof(acl), 0));
	close(op_make("d/f", "f"));
	CHECK(getxattr("d/f", access, buf, sizeof(buf)) == sizeof(acl));
	CHECK(!removexattr("a", access));
	FAILS(getxattr("a", access, buf, sizeof(buf)), ENODATA);
}

void op_flags(void)
{
	int flags = 0, fd = op_make("a", "x");

	CHECK(!ioctl(fd, FS_IOC_GETFLAGS, &flags));
	flags |= FS_APPEND_FL;
	CHECK(!ioctl(fd, FS_IOC_SETFLAGS, &flags));
	FAILS(open("a", O_WRONLY), EPERM);
	FAILS(unlink("a"), EPERM);
	flags &= ~FS_APPEND_FL;
	CHECK(!ioctl(fd, FS_IOC_SETFLAGS, &flags) && !unlink("a"));
	FAILS(ioctl(fd, _IO('x', 99)), ENOTTY);
}
