/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index: hard links of a lower layer stay one inode after copy-up.
 * workdir/index holds one entry per copied-up lower inode that has several
 * names, named by that inode's handle; names that were not copied up find
 * the copy by it. The format is overlayfs' (index=on).
 */
#ifndef FO_OVERLAY_INDEX_H
#define FO_OVERLAY_INDEX_H

#include <stdint.h>
#include <sys/stat.h>

#include "fuse-overlay/format.h"

struct fo_fs;
struct fo_merged;
struct fo_node;

#define FO_INDEX_NAME_SIZE (2 * sizeof(struct fo_handle) + 1)

/* The entry's name for a lower inode. */
void fo_index_name(const struct fo_handle *handle,
		   char out_name[FO_INDEX_NAME_SIZE]);

/* A lower file was found: if it has a copy in the index, that is the file. */
void fo_index_apply(struct fo_fs *fs, struct fo_node *dir, const char *name,
		    struct fo_merged *merged);

/* An upper file with that origin was found: is it an entry of the index? */
void fo_index_apply_upper(struct fo_fs *fs, const struct fo_handle *handle,
			  struct fo_merged *merged);

/* The link count of an indexed inode, over names in upper and lowers. */
uint32_t fo_index_nlink(const struct fo_fs *fs, int fd, const struct stat *st);

/* One name more or less in the upper; the lowers' own stay as they are. */
int fo_index_set_nlink(const struct fo_fs *fs, int fd, uint32_t upper,
		       uint32_t shown);

/*
 * As many as the lower has: true while names are being made, which the count
 * that is relative to the upper is only afterwards.
 */
int fo_index_set_lower_nlink(const struct fo_fs *fs, int fd);

/* Before a name goes: a count that is the lower's would not follow. */
int fo_index_settle_nlink(const struct fo_fs *fs, int fd,
			  const struct stat *st);

/* The last name is gone: so goes the entry. */
int fo_index_remove(struct fo_fs *fs, const struct fo_node *node);

#endif
