// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Extended attributes by descriptor. /proc/self/fd reaches an O_PATH
 * descriptor's inode itself, also that of a symlink, which neither fgetxattr
 * (refuses O_PATH) nor a path on the host (could be swapped) does.
 */
#include "system/xattr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/xattr.h>

#include "base/base.h"
#include "system/sys.h"

#define FO_ENTRY_PATH_SIZE (FO_NAME_SIZE + 32)

static void fo_entry_path(int fd, const char *name,
			  char path[FO_ENTRY_PATH_SIZE])
{
	if (*name)
		snprintf(path, FO_ENTRY_PATH_SIZE, "/proc/self/fd/%d/%s", fd,
			 name);
	else
		snprintf(path, FO_ENTRY_PATH_SIZE, "/proc/self/fd/%d", fd);
}

ssize_t fo_xattr_get_at(int dir, const char *name, const char *attr,
			void *out_value, size_t size)
{
	char path[FO_ENTRY_PATH_SIZE];
	ssize_t len;

	fo_entry_path(dir, name, path);
	if (*name)
		len = lgetxattr(path, attr, out_value, size);
	else
		len = getxattr(path, attr, out_value, size);
	return len < 0 ? -errno : len;
}

ssize_t fo_xattr_get(int fd, const char *attr, void *out_value, size_t size)
{
	return fo_xattr_get_at(fd, "", attr, out_value, size);
}

int fo_xattr_set(int fd, const char *attr, const void *value, size_t size,
		 int flags)
{
	char path[FO_ENTRY_PATH_SIZE];

	fo_entry_path(fd, "", path);
	return setxattr(path, attr, value, size, flags) < 0 ? -errno : 0;
}

int fo_xattr_remove(int fd, const char *attr)
{
	char path[FO_ENTRY_PATH_SIZE];

	fo_entry_path(fd, "", path);
	return removexattr(path, attr) < 0 ? -errno : 0;
}

ssize_t fo_xattr_list_at(int dir, const char *name, char *out_list, size_t size)
{
	char path[FO_ENTRY_PATH_SIZE];
	ssize_t len;

	fo_entry_path(dir, name, path);
	len = *name ? llistxattr(path, out_list, size) :
		      listxattr(path, out_list, size);
	return len < 0 ? -errno : len;
}

/* A value, or for attr NULL the list; either may grow between two calls. */
static ssize_t fo_xattr_read(int dir, const char *name, const char *attr,
			     char *value, size_t size)
{
	return attr ? fo_xattr_get_at(dir, name, attr, value, size) :
		      fo_xattr_list_at(dir, name, value, size);
}

static ssize_t fo_xattr_fetch(int dir, const char *name, const char *attr,
			      char **out_value)
{
	for (;;) {
		_cleanup_free_ char *value = NULL;
		ssize_t len = fo_xattr_read(dir, name, attr, NULL, 0);

		if (len < 0)
			return len;
		value = malloc((size_t)len + 1);
		if (!value)
			return -ENOMEM;
		/* A size of 0 would only ask for the length again. */
		if (len)
			len = fo_xattr_read(dir, name, attr, value,
					    (size_t)len);
		if (len == -ERANGE)
			continue;
		if (len < 0)
			return len;
		value[len] = '\0';
		*out_value = fo_take(&value);
		return len;
	}
}

ssize_t fo_xattr_get_all(int fd, const char *attr, char **out_value)
{
	return fo_xattr_fetch(fd, "", attr, out_value);
}

ssize_t fo_xattr_list_all(int dir, const char *name, char **out_list)
{
	return fo_xattr_fetch(dir, name, NULL, out_list);
}
