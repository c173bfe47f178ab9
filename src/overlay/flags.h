/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inode flags (FS_IOC_GETFLAGS and FS_IOC_FSGETXATTR): read from the layer
 * that answers, set on the upper. Copy-up handles immutable and append-only
 * as overlayfs does (fs/overlayfs/util.c, ovl_copy_fileattr).
 */
#ifndef FO_OVERLAY_FLAGS_H
#define FO_OVERLAY_FLAGS_H

#include <linux/fs.h>

struct fo_fs;
struct fo_node;

int fo_flags_get(struct fo_fs *fs, struct fo_node *node, int *out_flags);
int fo_flags_set(struct fo_fs *fs, struct fo_node *node, int flags);
int fo_flags_get_fsx(struct fo_fs *fs, struct fo_node *node,
		     struct fsxattr *out_fsx);
int fo_flags_set_fsx(struct fo_fs *fs, struct fo_node *node,
		     const struct fsxattr *fsx);

/*
 * What a copy keeps of a lower's flags. Both are open for reading. A
 * filesystem that has no flags is no error.
 */
int fo_flags_copy(const struct fo_fs *fs, int from, int to);

#endif
