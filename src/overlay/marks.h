/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Overlay's own extended attributes (format.h): reading them from any layer
 * in all their spellings, writing them to the upper in one.
 */
#ifndef FO_OVERLAY_MARKS_H
#define FO_OVERLAY_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "fuse-overlay/format.h"

struct fo_fs;

/* Which marks an inode carries. */
enum fo_mark {
	FO_MARK_OPAQUE = 1 << 0, /* opaque, whatever its value */
	FO_MARK_REDIRECT = 1 << 1,
	FO_MARK_METACOPY = 1 << 2,
	FO_MARK_ORIGIN = 1 << 3,
	FO_MARK_WHITEOUT = 1 << 4,
	FO_MARK_IMPURE = 1 << 5,
	FO_MARK_OVERRIDE = 1 << 6,
	FO_MARKS_KNOWN = 1 << 7, /* what is not here is not there */
};

/*
 * The marks (bits of enum fo_mark) of name in dir, "" for dir itself.
 * Redirect, metacopy and origin count only where a layer's owner could not
 * have forged them: under the prefix that this mount writes.
 */
int fo_marks_read(const struct fo_fs *fs, int dir, const char *name,
		  unsigned int *out_marks);

/* The value of opaque: 'y', 'x', or 0. */
char fo_mark_opaque(const struct fo_fs *fs, int dir, const char *name);
/* Is there an overlay.whiteout? */
bool fo_mark_has_whiteout(int dir, const char *name);
/*
 * A redirect that is valid (a name, or an absolute path without "." and
 * ".."), malloced. -EINVAL for another, -ENODATA.
 */
int fo_mark_redirect(const struct fo_fs *fs, int dir, const char *name,
		     char **out_redirect);
/* -ENODATA, -EINVAL */
int fo_mark_origin(const struct fo_fs *fs, int dir, const char *name,
		   struct fo_handle *out_handle);
/* The link count of an indexed inode, as its mark has it; -ENODATA. */
struct fo_relative_nlink {
	bool to_lower; /* else to the upper's own count */
	int difference;
};
int fo_mark_nlink(const struct fo_fs *fs, int fd,
		  struct fo_relative_nlink *out_nlink);

/* To what fd names, under this mount's prefix. */
int fo_mark_set(const struct fo_fs *fs, int fd, const char *mark,
		const void *value, size_t size);
int fo_mark_clear(const struct fo_fs *fs, int fd, const char *mark);

/* Is text fit to be a redirect? */
bool fo_redirect_is_valid(const char *text, size_t len);

#endif
