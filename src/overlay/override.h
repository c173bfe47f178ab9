/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * override_stat: true owner, mode and type in an attribute, where the layer
 * cannot hold them (option xattr_permissions=1|2). The text form is in
 * format.h: "UID:GID:MODE:TYPE".
 */
#ifndef FO_OVERLAY_OVERRIDE_H
#define FO_OVERLAY_OVERRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct fo_fs;

#define FO_OVERRIDE_SIZE 80

/*
 * Text to st's uid, gid, mode, and type and rdev if given; -EINVAL, and st
 * is as it was.
 */
int fo_override_parse(const char *text, size_t len, struct stat *st);
/* st to text; returns its length. */
size_t fo_override_format(const struct stat *st, char out[FO_OVERRIDE_SIZE]);

/* Is this the name of one of these attributes, in any spelling? */
bool fo_override_is_attr(const char *attr);

/*
 * Apply what fd's inode carries, if it does, to st (stored ids). Nothing
 * unless the mount's options ask for it. -EINVAL for what is no such text.
 */
int fo_override_read(const struct fo_fs *fs, int fd, struct stat *st);
/*
 * Keep st's owner, mode and type on fd's inode. An inode that may carry no
 * such attribute (a symlink) is no error.
 */
int fo_override_write(const struct fo_fs *fs, int fd, const struct stat *st);

#endif
