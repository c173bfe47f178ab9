// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening a node where it lies in a layer: through the cached descriptor of
 * its directory, its pin, the index, or a path of its own. Whoever finds
 * that a name changed meanwhile looks again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "state/fs.h"
#include "system/sys.h"

/* Where one name of a node is: a directory and a name, or a path below it. */
struct fo_spot {
	struct fo_descriptor *descriptor; /* counted, or NULL */
	int base;
	bool itself; /* base is the node, not its directory */
	char *path; /* below base, or NULL: name */
	struct fo_named named;
};

static int fo_keep(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		   int fd, struct fo_descriptor **out_descriptor)
{
	const struct fo_descriptor key = {
		.node = node,
		.layer = layer,
		.kind = FO_DESCRIPTOR_PATH,
		.pinned = fo_node_has(node, FO_NODE_REMOVED),
	};

	fo_node_set(node, FO_NODE_CACHED);
	return fo_descriptor_add(&fs->descriptors, &key, fd, out_descriptor);
}

int fo_tree_dir(struct fo_fs *fs, struct fo_node *dir, uint16_t layer,
		struct fo_descriptor **out_descriptor)
{
	*out_descriptor = fo_descriptor_find(&fs->descriptors, dir, layer,
					     FO_DESCRIPTOR_PATH);
	if (*out_descriptor)
		return 0;
	for (;;) {
		unsigned int sequence = fo_tree_sequence(fs);
		_cleanup_free_ char *path = NULL;
		_cleanup_close_ int fd = -1;
		int err = fo_tree_path(fs, dir, layer, &path);

		if (!err) {
			fd = fo_sys_open_beneath(fs->layers[layer].fd, path,
						 O_PATH | O_DIRECTORY);
			err = fo_min(fd, 0);
		}
		if (!fo_tree_is_unchanged(fs, sequence))
			continue;
		if (err)
			return err;
		return fo_keep(fs, dir, layer, fo_take_fd(&fd), out_descriptor);
	}
}

static void fo_spot_clear(struct fo_fs *fs, struct fo_spot *spot)
{
	if (spot->descriptor)
		fo_descriptor_put(&fs->descriptors, spot->descriptor);
	if (spot->named.parent)
		fo_node_put(fs, spot->named.parent);
	free(spot->path);
}

static bool fo_node_has_own_path(const struct fo_node *node, uint16_t layer)
{
	if (!node->stack || fo_node_is_dir(node))
		return false;
	return layer == FO_UPPER ? fo_node_has(node, FO_NODE_INDEXED) :
				   node->stack->lower[0].layer == layer &&
					   node->stack->lower[0].path;
}

/* -ENOENT: the node has no name of this index. */
static int fo_spot_find(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
			unsigned int index, struct fo_spot *spot)
{
	int err;

	*spot = (struct fo_spot){ .base = -1 };
	spot->descriptor = fo_descriptor_find(&fs->descriptors, node, layer,
					      FO_DESCRIPTOR_PATH);
	if (!spot->descriptor && fo_node_is_dir(node)) {
		err = index ? -ENOENT :
			      fo_tree_dir(fs, node, layer, &spot->descriptor);
		if (err)
			return err;
	}
	if (spot->descriptor) {
		spot->base = spot->descriptor->fd;
		spot->itself = true;
		return index ? -ENOENT : 0;
	}
	if (fo_node_has_own_path(node, layer)) {
		spot->base = layer == FO_UPPER ? fs->index :
						 fs->layers[layer].fd;
		if (index)
			return -ENOENT;
		return fo_tree_own_path(fs, node, &spot->path);
	}
	err = fo_tree_name(fs, node, index, &spot->named);
	if (err)
		return err;
	err = fo_tree_dir(fs, spot->named.parent, layer, &spot->descriptor);
	if (!err)
		spot->base = spot->descriptor->fd;
	return err;
}

static int fo_spot_open(const struct fo_spot *spot, int flags)
{
	if (spot->itself)
		return fo_sys_reopen(spot->base, flags);
	if (spot->path)
		return fo_sys_open_beneath(spot->base, spot->path,
					   flags | O_NOFOLLOW);
	return fo_sys_open(spot->base, spot->named.text, flags);
}

static int fo_spot_stat(const struct fo_spot *spot, struct stat *out_st)
{
	_cleanup_close_ int fd = -1;

	if (!spot->path)
		return fo_sys_stat(spot->base,
				   spot->itself ? "" : spot->named.text,
				   out_st);
	fd = fo_spot_open(spot, O_PATH);
	return fd < 0 ? fd : fo_sys_fstat(fd, out_st);
}

/* Open (flags) or stat (out_st) by the first name that works. */
static int fo_try_names(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
			int flags, struct stat *out_st)
{
	unsigned int index;
	int result = -ESTALE;

	for (index = 0;; index++) {
		struct fo_spot spot;
		int err = fo_spot_find(fs, node, layer, index, &spot);

		if (!err)
			result = out_st ? fo_spot_stat(&spot, out_st) :
					  fo_spot_open(&spot, flags);
		else if (index == 0 && err != -ENOENT)
			result = err;
		fo_spot_clear(fs, &spot);
		/* A further hard link may stand where the first is gone. */
		if (err || (result != -ENOENT && result != -ENOTDIR))
			return result;
	}
}

int fo_tree_open(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 int flags)
{
	for (;;) {
		unsigned int sequence = fo_tree_sequence(fs);
		int fd = fo_try_names(fs, node, layer, flags, NULL);

		/* A pin is opened once, and by the inode itself. */
		if (fd < 0 ? fo_tree_is_unchanged(fs, sequence) :
			     fo_node_has(node, FO_NODE_REMOVED) ||
				     fo_tree_is_unchanged(fs, sequence))
			return fd;
		if (fd >= 0)
			close(fd);
	}
}

int fo_tree_stat(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 struct stat *out_st)
{
	for (;;) {
		unsigned int sequence = fo_tree_sequence(fs);
		int err = fo_try_names(fs, node, layer, 0, out_st);

		if (fo_tree_is_unchanged(fs, sequence))
			return err;
	}
}

int fo_tree_pin(struct fo_fs *fs, struct fo_node *node)
{
	uint16_t layer = fo_node_top(node);
	struct fo_descriptor key = {
		.node = node,
		.layer = layer,
		.kind = FO_DESCRIPTOR_PATH,
		.pinned = 1,
	};
	struct fo_descriptor *descriptor;
	int fd = fo_tree_open(fs, node, layer, O_PATH);
	int err;

	if (fd < 0)
		return fd;
	fo_node_set(node, FO_NODE_CACHED);
	err = fo_descriptor_add(&fs->descriptors, &key, fd, &descriptor);
	if (!err)
		fo_descriptor_put(&fs->descriptors, descriptor);
	return err;
}
