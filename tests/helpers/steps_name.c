// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps on names: what a directory holds. */
#include "steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static mode_t mode_word(const char *word, mode_t otherwise)
{
	return word ? (mode_t)strtoul(word, NULL, 8) : otherwise;
}

static int step_mkdir(struct fo_steps *s, char **argv)
{
	return result(mkdirat(s->root, argv[1], mode_word(argv[2], 0777)));
}

static int step_mknod(struct fo_steps *s, char **argv)
{
	static const struct {
		char letter;
		mode_t type;
	} types[] = { { 'f', S_IFREG }, { 'c', S_IFCHR },  { 'b', S_IFBLK },
		      { 'p', S_IFIFO }, { 's', S_IFSOCK }, { 0, 0 } };
	unsigned int maj = 0, min = 0;
	int i;

	for (i = 0; types[i].letter && types[i].letter != argv[2][0]; i++)
		;
	if (argv[3] && argv[4] && sscanf(argv[4], "%u:%u", &maj, &min) != 2)
		return -EINVAL;
	return result(mknodat(s->root, argv[1],
			      types[i].type | mode_word(argv[3], 0666),
			      makedev(maj, min)));
}

static int step_symlink(struct fo_steps *s, char **argv)
{
	return result(symlinkat(argv[1], s->root, argv[2]));
}

static int step_link(struct fo_steps *s, char **argv)
{
	return result(linkat(s->root, argv[1], s->root, argv[2], 0));
}

static int step_unlink(struct fo_steps *s, char **argv)
{
	return result(unlinkat(s->root, argv[1], 0));
}

static int step_rmdir(struct fo_steps *s, char **argv)
{
	return result(unlinkat(s->root, argv[1], AT_REMOVEDIR));
}

static int step_rename(struct fo_steps *s, char **argv)
{
	unsigned int flags = 0;

	if (argv[3] && strstr(argv[3], "noreplace"))
		flags |= RENAME_NOREPLACE;
	if (argv[3] && strstr(argv[3], "exchange"))
		flags |= RENAME_EXCHANGE;
	if (argv[3] && strstr(argv[3], "whiteout"))
		flags |= RENAME_WHITEOUT;
	return result(renameat2(s->root, argv[1], s->root, argv[2], flags));
}

/* Gives a file of O_TMPFILE its name. */
static int step_flink(struct fo_steps *s, char **argv)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 *fo_steps_file(s, argv[1]));
	return result(
		linkat(AT_FDCWD, path, s->root, argv[2], AT_SYMLINK_FOLLOW));
}

static int step_readlink(struct fo_steps *s, char **argv)
{
	char target[4096];
	ssize_t n;

	n = readlinkat(s->root, argv[1], target, sizeof(target));
	if (n < 0)
		return -errno;
	fo_steps_bytes(s, target, (size_t)n);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names and d_type, sorted: the order of a directory is nobody's promise. */
static int list_dir(struct fo_steps *s, DIR *dir)
{
	char **names = NULL;
	size_t count = 0, i;
	struct dirent *de;

	for (errno = 0; (de = readdir(dir)); errno = 0) {
		names = reallocarray(names, count + 1, sizeof(*names));
		if (!names ||
		    asprintf(&names[count], "%s:%c", de->d_name,
			     de->d_type ? fo_type_letter(DTTOIF(de->d_type)) :
					  '?') < 0)
			abort();
		count++;
	}
	if (errno)
		fo_steps_print(s, " stopped by %s", strerrorname_np(errno));
	if (names)
		qsort(names, count, sizeof(*names), by_text);
	for (i = 0; i < count; i++) {
		fo_steps_print(s, " %s", names[i]);
		free(names[i]);
	}
	free(names);
	return 0;
}

static int step_readdir(struct fo_steps *s, char **argv)
{
	int fd = openat(s->root, argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;
	int err;

	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	err = list_dir(s, dir);
	closedir(dir);
	return err;
}

/* Lists through a directory that was opened earlier, from its start. */
static int step_freaddir(struct fo_steps *s, char **argv)
{
	int fd = dup(*fo_steps_file(s, argv[1]));
	DIR *dir;
	int err;

	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	rewinddir(dir);
	err = list_dir(s, dir);
	closedir(dir);
	return err;
}

static int stat_step(struct fo_steps *s, const char *path, int flags)
{
	struct stat st;

	if (fstatat(s->root, path, &st, flags) < 0)
		return -errno;
	fo_steps_stat(s, &st);
	return 0;
}

static int step_stat(struct fo_steps *s, char **argv)
{
	return stat_step(s, argv[1], 0);
}

static int step_lstat(struct fo_steps *s, char **argv)
{
	return stat_step(s, argv[1], AT_SYMLINK_NOFOLLOW);
}

/* Are two names one inode? */
static int step_same(struct fo_steps *s, char **argv)
{
	struct stat a, b;

	if (fstatat(s->root, argv[1], &a, AT_SYMLINK_NOFOLLOW) < 0 ||
	    fstatat(s->root, argv[2], &b, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	fo_steps_print(s, a.st_ino == b.st_ino && a.st_dev == b.st_dev ?
				  " same" :
				  " other");
	return 0;
}

static int remove_tree(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	struct dirent **list;
	int count, err = 0;

	if (fd < 0)
		return -errno;
	count = scandirat(fd, ".", &list, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *entry = list[i]->d_name;

		if (strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0 &&
		    unlinkat(fd, entry, 0) < 0 && !err)
			err = errno == EISDIR ? remove_tree(fd, entry) : -errno;
		/* overlayfs lists whiteouts where it has nothing to merge. */
		if (err == -ENOENT)
			err = 0;
		free(list[i]);
	}
	if (count >= 0)
		free(list);
	close(fd);
	return err ? err : result(unlinkat(parent, name, AT_REMOVEDIR));
}

static int step_rmtree(struct fo_steps *s, char **argv)
{
	return remove_tree(s->root, argv[1]);
}

const struct fo_step_op fo_step_name_ops[] = {
	{ "mkdir", 1, step_mkdir },	{ "mknod", 2, step_mknod },
	{ "symlink", 2, step_symlink }, { "link", 2, step_link },
	{ "unlink", 1, step_unlink },	{ "rmdir", 1, step_rmdir },
	{ "rmtree", 1, step_rmtree },	{ "rename", 2, step_rename },
	{ "flink", 2, step_flink },	{ "readlink", 1, step_readlink },
	{ "readdir", 1, step_readdir }, { "freaddir", 1, step_freaddir },
	{ "stat", 1, step_stat },	{ "lstat", 1, step_lstat },
	{ "same", 2, step_same },	{ NULL, 0, NULL },
};
