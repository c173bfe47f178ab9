// SPDX-License-Identifier: GPL-2.0-or-later
/* The index: hard links of a lower layer stay one inode after copy-up. */
#include "overlay/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "overlay/lookup.h"
#include "overlay/marks.h"
#include "overlay/origin.h"
#include "state/fs.h"
#include "system/sys.h"

void fo_index_name(const struct fo_handle *handle,
		   char out_name[FO_INDEX_NAME_SIZE])
{
	const unsigned char *bytes = (const unsigned char *)handle;
	size_t i;

	for (i = 0; i < handle->len; i++)
		snprintf(out_name + 2 * i, 3, "%02x", bytes[i]);
}

/* The entry becomes the upper of what was found. */
static void fo_index_found(struct fo_fs *fs, const char *name,
			   const struct stat *st, struct fo_merged *merged)
{
	struct fo_found *found = &merged->found;
	struct fo_stack *stack = fo_stack_new(1);

	if (!stack)
		return;
	stack->lower[0].layer = FO_LAYER_NONE;
	stack->lower[0].path = strdup(name);
	if (!stack->lower[0].path) {
		fo_stack_free(stack);
		return;
	}
	fo_stack_free(found->stack);
	found->stack = stack;
	found->upper = true;
	found->indexed = true;
	found->key_fs = fs->layers[FO_UPPER].filesystem;
	found->key_ino = st->st_ino;
	merged->st = *st;
}

void fo_index_apply(struct fo_fs *fs, struct fo_node *dir, const char *name,
		    struct fo_merged *merged)
{
	uint16_t layer = merged->found.layer;
	struct fo_descriptor *descriptor;
	struct fo_handle handle;
	char entry[FO_INDEX_NAME_SIZE];
	struct stat st;
	int fd, err;

	if (!fs->index_used || merged->st.st_nlink < 2)
		return;
	if (fo_tree_dir(fs, dir, layer, &descriptor))
		return;
	fd = fo_sys_open(descriptor->fd, name, O_PATH);
	fo_descriptor_put(&fs->descriptors, descriptor);
	if (fd < 0)
		return;
	err = fo_origin_encode(fs, layer, fd, &handle);
	close(fd);
	if (err)
		return;
	fo_index_name(&handle, entry);
	/* A whiteout there says that the names of the lower are gone. */
	if (!fo_sys_stat(fs->index, entry, &st) &&
	    !(S_ISCHR(st.st_mode) && !st.st_rdev))
		fo_index_found(fs, entry, &st, merged);
}

void fo_index_apply_upper(struct fo_fs *fs, const struct fo_handle *handle,
			  struct fo_merged *merged)
{
	char entry[FO_INDEX_NAME_SIZE];
	struct stat st;

	if (!fs->index_used)
		return;
	fo_index_name(handle, entry);
	if (!fo_sys_stat(fs->index, entry, &st) &&
	    st.st_ino == merged->st.st_ino)
		fo_index_found(fs, entry, &st, merged);
}

uint32_t fo_index_nlink(const struct fo_fs *fs, int fd, const struct stat *st)
{
	uint32_t nlink = (uint32_t)st->st_nlink;
	struct fo_relative_nlink relative;
	uint32_t base = nlink;
	int err = fo_mark_nlink(fs, fd, &relative);

	if (!err && relative.to_lower)
		err = fo_origin_nlink(fs, fd, &base);
	if (!err && (long)base + relative.difference >= 0)
		return base + (uint32_t)relative.difference;
	/* Without a mark: all names but the index' own. */
	return nlink > 1 ? nlink - 1 : nlink;
}

int fo_index_set_nlink(const struct fo_fs *fs, int fd, uint32_t upper,
		       uint32_t shown)
{
	char value[16];
	int len =
		snprintf(value, sizeof(value), "U%+d", (int)shown - (int)upper);

	return fo_mark_set(fs, fd, FO_XATTR_NLINK, value, (size_t)len);
}

int fo_index_set_lower_nlink(const struct fo_fs *fs, int fd)
{
	return fo_mark_set(fs, fd, FO_XATTR_NLINK, "L+0", 3);
}

int fo_index_settle_nlink(const struct fo_fs *fs, int fd, const struct stat *st)
{
	struct fo_relative_nlink relative;

	if (fo_mark_nlink(fs, fd, &relative) || !relative.to_lower)
		return 0;
	return fo_index_set_nlink(fs, fd, (uint32_t)st->st_nlink,
				  fo_index_nlink(fs, fd, st));
}

int fo_index_remove(struct fo_fs *fs, const struct fo_node *node)
{
	return fo_sys_unlink(fs->index, node->stack->lower[0].path);
}
