/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended attributes of whatever a descriptor names, symlinks included: an
 * O_PATH descriptor does, and nothing is followed. With a name, of that
 * entry of the directory. The result is a length, 0, or -errno.
 */
#ifndef FO_SYSTEM_XATTR_H
#define FO_SYSTEM_XATTR_H

#include <stddef.h>
#include <sys/types.h>

ssize_t fo_xattr_get(int fd, const char *attr, void *out_value, size_t size);
ssize_t fo_xattr_get_at(int dir, const char *name, const char *attr,
			void *out_value, size_t size);
int fo_xattr_set(int fd, const char *attr, const void *value, size_t size,
		 int flags);
int fo_xattr_remove(int fd, const char *attr);
ssize_t fo_xattr_list_at(int dir, const char *name, char *out_list,
			 size_t size);

/* The whole value or list, malloced; a NUL follows it. Returns the length. */
ssize_t fo_xattr_get_all(int fd, const char *attr, char **out_value);
ssize_t fo_xattr_list_all(int dir, const char *name, char **out_list);

#endif
