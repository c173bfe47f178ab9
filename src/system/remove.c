// SPDX-License-Identifier: GPL-2.0-or-later
/* Removing whole trees. */
#include "system/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "system/sys.h"

#define FO_DIRENTS_SIZE 32768

static bool fo_is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int fo_remove_entries(int dir, const char *buf, size_t size,
			     bool *removed)
{
	size_t at;

	for (at = 0; at < size;) {
		const struct fo_dirent *entry =
			(const struct fo_dirent *)(buf + at);
		int err;

		at += entry->reclen;
		if (fo_is_dot(entry->name))
			continue;
		err = fo_remove_tree(dir, entry->name);
		if (err)
			return err;
		*removed = true;
	}
	return 0;
}

int fo_remove_contents(int dir)
{
	_cleanup_close_ int fd = fo_sys_open(dir, "", O_RDONLY | O_DIRECTORY);
	_cleanup_free_ char *buf = NULL;
	bool removed;

	if (fd < 0)
		return fd;
	buf = malloc(FO_DIRENTS_SIZE);
	if (!buf)
		return -ENOMEM;
	/* Removing under a reader may hide entries from it: until none is. */
	do {
		ssize_t n;
		int err = 0;

		removed = false;
		if (lseek(fd, 0, SEEK_SET) < 0)
			return -errno;
		while ((n = fo_sys_getdents(fd, buf, FO_DIRENTS_SIZE)) > 0) {
			err = fo_remove_entries(fd, buf, (size_t)n, &removed);
			if (err)
				return err;
		}
		if (n < 0)
			return (int)n;
	} while (removed);
	return 0;
}

int fo_remove_tree(int dir, const char *name)
{
	_cleanup_close_ int fd = -1;
	int err = fo_sys_unlink(dir, name);

	if (err == -ENOENT)
		return 0;
	if (err != -EISDIR && err != -EPERM)
		return err;
	fd = fo_sys_open_beneath(dir, name, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd == -ENOTDIR ? err : fd;
	err = fo_sys_rmdir(dir, name);
	if (err != -ENOTEMPTY && err != -EEXIST)
		return err;
	err = fo_remove_contents(fd);
	return err ? err : fo_sys_rmdir(dir, name);
}
