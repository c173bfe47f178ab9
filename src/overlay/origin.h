/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Origin: an upper file remembers the lower inode that it was copied from,
 * so that its st_ino stays what it was, also after a remount.
 */
#ifndef FO_OVERLAY_ORIGIN_H
#define FO_OVERLAY_ORIGIN_H

#include <stdint.h>

#include "fuse-overlay/format.h"

struct fo_fs;
struct fo_merged;
struct fo_node;

/* The handle of what fd names in a layer. -EOPNOTSUPP */
int fo_origin_encode(const struct fo_fs *fs, uint16_t layer, int fd,
		     struct fo_handle *out_handle);

/*
 * The link count of the lower that the upper fd was copied from. -EPERM for
 * who may not open handles; -ENODATA, -ESTALE.
 */
int fo_origin_nlink(const struct fo_fs *fs, int fd, uint32_t *out_nlink);

/*
 * Give what was found in the upper the inode number, and the place in the
 * index, that its origin says. Without an origin nothing changes.
 */
void fo_origin_apply(struct fo_fs *fs, struct fo_node *dir, const char *name,
		     struct fo_merged *merged);

/*
 * A merged directory was found whose upper does not say so: write its origin,
 * so that overlayfs too lists it with the number that it shows. Errors do not
 * matter. Source: ovl_fix_origin(), fs/overlayfs/namei.c.
 */
void fo_origin_fix(struct fo_fs *fs, struct fo_node *dir, const char *name,
		   struct fo_merged *merged);

#endif
