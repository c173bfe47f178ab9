// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps on attributes: owner, mode, times, xattrs, inode flags. */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int step_chmod(struct fo_steps *s, char **argv)
{
	return result(fchmodat(s->root, argv[1],
			       (mode_t)strtoul(argv[2], NULL, 8), 0));
}

static int step_fchmod(struct fo_steps *s, char **argv)
{
	return result(fchmod(*fo_steps_file(s, argv[1]),
			     (mode_t)strtoul(argv[2], NULL, 8)));
}

static unsigned int id_word(const char *word)
{
	return (unsigned int)strtol(word, NULL, 10);
}

/* Of the link itself, where the path is one. */
static int step_chown(struct fo_steps *s, char **argv)
{
	return result(fchownat(s->root, argv[1], id_word(argv[2]),
			       id_word(argv[3]), AT_SYMLINK_NOFOLLOW));
}

static int step_fchown(struct fo_steps *s, char **argv)
{
	return result(fchown(*fo_steps_file(s, argv[1]), id_word(argv[2]),
			     id_word(argv[3])));
}

static void times_from(struct timespec ts[2], const char *atime,
		       const char *mtime)
{
	const char *words[2] = { atime, mtime };
	int i;

	for (i = 0; i < 2; i++) {
		long long sec = 0;

		ts[i].tv_sec = 0;
		ts[i].tv_nsec = UTIME_OMIT;
		if (strcmp(words[i], "now") == 0)
			ts[i].tv_nsec = UTIME_NOW;
		else if (sscanf(words[i], "%lld.%9ld", &sec, &ts[i].tv_nsec))
			ts[i].tv_sec = sec;
	}
}

static int step_utimens(struct fo_steps *s, char **argv)
{
	struct timespec ts[2];

	times_from(ts, argv[2], argv[3]);
	return result(utimensat(s->root, argv[1], ts, AT_SYMLINK_NOFOLLOW));
}

static int step_futimens(struct fo_steps *s, char **argv)
{
	struct timespec ts[2];

	times_from(ts, argv[2], argv[3]);
	return result(futimens(*fo_steps_file(s, argv[1]), ts));
}

static int step_fstat(struct fo_steps *s, char **argv)
{
	struct stat st;

	if (fstat(*fo_steps_file(s, argv[1]), &st) < 0)
		return -errno;
	fo_steps_stat(s, &st);
	return 0;
}

static int step_atime(struct fo_steps *s, char **argv)
{
	struct stat st;
	char text[40];

	if (fstatat(s->root, argv[1], &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	fo_steps_print(s, " %s", fo_time_text(&st.st_atim, text));
	return 0;
}

/* setxattr PATH NAME DATA [create|replace], always of the link itself */
static int step_setxattr(struct fo_steps *s, char **argv)
{
	size_t length;
	char *value = fo_steps_value(argv[3], &length);
	int flags = 0, err;

	if (!value)
		return -ENOMEM;
	if (argv[4] && strcmp(argv[4], "create") == 0)
		flags = XATTR_CREATE;
	if (argv[4] && strcmp(argv[4], "replace") == 0)
		flags = XATTR_REPLACE;
	err = result(lsetxattr(fo_steps_path(s, argv[1]), argv[2], value,
			       length, flags));
	free(value);
	return err;
}

static int step_fsetxattr(struct fo_steps *s, char **argv)
{
	size_t length;
	char *value = fo_steps_value(argv[3], &length);
	int err;

	if (!value)
		return -ENOMEM;
	err = result(fsetxattr(*fo_steps_file(s, argv[1]), argv[2], value,
			       length, 0));
	free(value);
	return err;
}

static int step_getxattr(struct fo_steps *s, char **argv)
{
	static char value[65536];
	size_t size = sizeof(value);
	ssize_t n;

	if (argv[3])
		size = strtoul(argv[3], NULL, 0);
	n = lgetxattr(fo_steps_path(s, argv[1]), argv[2], value, size);
	if (n < 0)
		return -errno;
	if (size == 0)
		fo_steps_print(s, " size=%zd", n);
	else
		fo_steps_bytes(s, value, (size_t)n);
	return 0;
}

static int step_removexattr(struct fo_steps *s, char **argv)
{
	return result(lremovexattr(fo_steps_path(s, argv[1]), argv[2]));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int step_listxattr(struct fo_steps *s, char **argv)
{
	static char list[65536];
	char *names[1000];
	size_t size = sizeof(list), count = 0;
	ssize_t n;

	if (argv[2])
		size = strtoul(argv[2], NULL, 0);
	n = llistxattr(fo_steps_path(s, argv[1]), list, size);
	if (n < 0)
		return -errno;
	if (size == 0) {
		fo_steps_print(s, " size=%zd", n);
		return 0;
	}
	for (char *p = list; p < list + n && count < 1000; p += strlen(p) + 1)
		names[count++] = p;
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		fo_steps_print(s, " %s", names[i]);
	return 0;
}

static int step_getflags(struct fo_steps *s, char **argv)
{
	unsigned int flags = 0;

	if (ioctl(*fo_steps_file(s, argv[1]), FS_IOC_GETFLAGS, &flags) < 0)
		return -errno;
	/* Only those that a person sets: extents and the like are the fs's. */
	flags &= FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NOATIME_FL | FS_SYNC_FL |
		 FS_NODUMP_FL;
	fo_steps_print(s, " %x", flags);
	return 0;
}

/* setflags FILE LETTERS: i immutable, a append, A noatime, d nodump, - none */
static int step_setflags(struct fo_steps *s, char **argv)
{
	int fd = *fo_steps_file(s, argv[1]);
	const unsigned int ours = FS_IMMUTABLE_FL | FS_APPEND_FL |
				  FS_NOATIME_FL | FS_NODUMP_FL;
	unsigned int flags = 0;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		return -errno;
	flags &= ~ours;
	flags |= strchr(argv[2], 'i') ? FS_IMMUTABLE_FL : 0;
	flags |= strchr(argv[2], 'a') ? FS_APPEND_FL : 0;
	flags |= strchr(argv[2], 'A') ? FS_NOATIME_FL : 0;
	flags |= strchr(argv[2], 'd') ? FS_NODUMP_FL : 0;
	return result(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

/* fsxattr FILE [PROJECT]: reads, or sets the project id */
static int step_fsxattr(struct fo_steps *s, char **argv)
{
	int fd = *fo_steps_file(s, argv[1]);
	struct fsxattr fsx;

	if (ioctl(fd, FS_IOC_FSGETXATTR, &fsx) < 0)
		return -errno;
	if (argv[2]) {
		fsx.fsx_projid = (unsigned int)strtoul(argv[2], NULL, 0);
		return result(ioctl(fd, FS_IOC_FSSETXATTR, &fsx));
	}
	fo_steps_print(s, " xflags=%x project=%u", fsx.fsx_xflags & 0x7ff,
		       fsx.fsx_projid);
	return 0;
}

static int step_btime(struct fo_steps *s, char **argv)
{
	struct statx stx;

	if (statx(s->root, argv[1], AT_SYMLINK_NOFOLLOW, STATX_BTIME, &stx) < 0)
		return -errno;
	fo_steps_print(s, stx.stx_mask & STATX_BTIME ? " btime" : " no btime");
	return 0;
}

const struct fo_step_op fo_step_attr_ops[] = {
	{ "chmod", 2, step_chmod },
	{ "fchmod", 2, step_fchmod },
	{ "chown", 3, step_chown },
	{ "fchown", 3, step_fchown },
	{ "utimens", 3, step_utimens },
	{ "futimens", 3, step_futimens },
	{ "fstat", 1, step_fstat },
	{ "atime", 1, step_atime },
	{ "setxattr", 3, step_setxattr },
	{ "fsetxattr", 3, step_fsetxattr },
	{ "getxattr", 2, step_getxattr },
	{ "removexattr", 2, step_removexattr },
	{ "listxattr", 1, step_listxattr },
	{ "getflags", 1, step_getflags },
	{ "setflags", 2, step_setflags },
	{ "fsxattr", 1, step_fsxattr },
	{ "btime", 1, step_btime },
	{ NULL, 0, NULL },
};
