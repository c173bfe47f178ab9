// SPDX-License-Identifier: GPL-2.0-or-later
/* Origin: from an upper file to the lower inode it was copied from. */
#include "overlay/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "overlay/index.h"
#include "overlay/lookup.h"
#include "overlay/marks.h"
#include "state/fs.h"
#include "system/handle.h"
#include "system/sys.h"

int fo_origin_encode(const struct fo_fs *fs, uint16_t layer, int fd,
		     struct fo_handle *out_handle)
{
	uint16_t filesystem = fs->layers[layer].filesystem;

	return fo_handle_encode(fd, fs->filesystems[filesystem].uuid,
				out_handle);
}

/* A lower that lies in the filesystem which the handle names. */
static int fo_origin_layer(const struct fo_fs *fs,
			   const struct fo_handle *handle, uint16_t *out_layer)
{
	uint16_t i;

	for (i = 1; i < fs->n_layers; i++) {
		const struct fo_filesystem *filesystem =
			&fs->filesystems[fs->layers[i].filesystem];

		if (!memcmp(filesystem->uuid, handle->uuid,
			    FO_HANDLE_UUID_SIZE)) {
			*out_layer = i;
			return 0;
		}
	}
	return -ENOENT;
}

/* The inode that the handle names, for those who may open handles. */
static int fo_origin_stat(const struct fo_fs *fs, uint16_t layer,
			  const struct fo_handle *handle, struct stat *out_st)
{
	const struct fo_filesystem *filesystem =
		&fs->filesystems[fs->layers[layer].filesystem];
	_cleanup_close_ int fd =
		fo_handle_open(filesystem->mount, handle, O_PATH);

	return fd < 0 ? fd : fo_sys_fstat(fd, out_st);
}

/*
 * The lower's inode number. With the right to open handles the lower is
 * looked at: it may be gone, or have had hard links that were not kept
 * together, whose copies must not share a number.
 */
static int fo_origin_inode(const struct fo_fs *fs, uint16_t layer,
			   const struct fo_handle *handle, bool indexed,
			   uint64_t *out_ino)
{
	const struct fo_filesystem *filesystem =
		&fs->filesystems[fs->layers[layer].filesystem];
	struct stat st;
	int err;

	if (fs->can.open_by_handle) {
		err = fo_origin_stat(fs, layer, handle, &st);
		if (err)
			return err;
		if (st.st_nlink > 1 && !indexed)
			return -EMLINK;
		*out_ino = fo_fs_inode(fs, layer, st.st_dev, st.st_ino);
		return 0;
	}
	err = fo_handle_inode(handle, filesystem->magic, out_ino);
	if (!err)
		*out_ino = fo_fs_inode(fs, layer, filesystem->dev, *out_ino);
	return err;
}

int fo_origin_nlink(const struct fo_fs *fs, int fd, uint32_t *out_nlink)
{
	struct fo_handle handle;
	struct stat st;
	uint16_t layer;
	int err = fo_mark_origin(fs, fd, "", &handle);

	if (!err)
		err = fo_origin_layer(fs, &handle, &layer);
	if (!err && !fs->can.open_by_handle)
		err = -EPERM;
	if (!err)
		err = fo_origin_stat(fs, layer, &handle, &st);
	if (!err)
		*out_nlink = (uint32_t)st.st_nlink;
	return err;
}

void fo_origin_apply(struct fo_fs *fs, struct fo_node *dir, const char *name,
		     struct fo_merged *merged)
{
	struct fo_descriptor *descriptor;
	struct fo_handle handle;
	uint16_t layer;
	int err;

	if ((merged->marks & FO_MARKS_KNOWN) &&
	    !(merged->marks & FO_MARK_ORIGIN))
		return;
	if (fs->n_layers == 1 || fo_tree_dir(fs, dir, FO_UPPER, &descriptor))
		return;
	err = fo_mark_origin(fs, descriptor->fd, name, &handle);
	fo_descriptor_put(&fs->descriptors, descriptor);
	if (err || fo_origin_layer(fs, &handle, &layer))
		return;
	if (merged->st.st_nlink > 1)
		fo_index_apply_upper(fs, &handle, merged);
	/* On failure the upper's own number stands. */
	(void)fo_origin_inode(fs, layer, &handle, merged->found.indexed,
			      &merged->found.st_ino);
}

/* Write the handle of fd's inode, of a lower, on what upper names. */
static int fo_origin_write(const struct fo_fs *fs, uint16_t layer, int fd,
			   int upper)
{
	struct fo_handle handle;
	int err = fo_origin_encode(fs, layer, fd, &handle);

	return err ? err :
		     fo_mark_set(fs, upper, FO_XATTR_ORIGIN, &handle,
				 handle.len);
}

void fo_origin_fix(struct fo_fs *fs, struct fo_node *dir, const char *name,
		   struct fo_merged *merged)
{
	const struct fo_lower *lower = &merged->found.stack->lower[0];
	struct fo_descriptor *above, *below = NULL;
	_cleanup_close_ int upper = -1, fd = -1;

	if ((merged->marks & FO_MARK_ORIGIN) || !fs->writable ||
	    !fs->can.handles || !fs->can.xattr ||
	    fo_tree_dir(fs, dir, FO_UPPER, &above))
		return;
	upper = fo_sys_open(above->fd, name, O_PATH | O_DIRECTORY);
	if (lower->path)
		fd = fo_sys_open_beneath(fs->layers[lower->layer].fd,
					 lower->path, O_PATH | O_DIRECTORY);
	else if (!fo_tree_dir(fs, dir, lower->layer, &below))
		fd = fo_sys_open(below->fd, name, O_PATH | O_DIRECTORY);
	/* The parent first: the listing of one that is not impure is wrong. */
	if (upper >= 0 && fd >= 0 &&
	    (fo_node_has(dir, FO_NODE_IMPURE) ||
	     !fo_mark_set(fs, above->fd, FO_XATTR_IMPURE, "y", 1))) {
		fo_node_set(dir, FO_NODE_IMPURE);
		(void)fo_origin_write(fs, lower->layer, fd, upper);
	}
	fo_descriptor_put(&fs->descriptors, above);
	if (below)
		fo_descriptor_put(&fs->descriptors, below);
}
