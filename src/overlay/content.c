// SPDX-License-Identifier: GPL-2.0-or-later
/* The content of files: descriptors of the layer that holds it. */
#include "overlay/content.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/copyup.h"
#include "overlay/protection.h"
#include "state/fs.h"

uint16_t fo_content_layer(const struct fo_node *node)
{
	return fo_node_has(node, FO_NODE_METACOPY) ?
		       node->stack->lower[0].layer :
		       fo_node_top(node);
}

/*
 * A file that its owner may not open may still be one that a client has open:
 * without the right to pass over modes, the mode makes way for a moment.
 */
static int fo_content_force(struct fo_fs *fs, struct fo_node *node, int flags)
{
	_cleanup_close_ int path = fo_tree_open(fs, node, FO_UPPER, O_PATH);
	struct stat st;
	int fd, err = path < 0 ? path : fo_sys_fstat(path, &st);

	if (err)
		return err;
	if (st.st_uid != geteuid())
		return -EACCES;
	err = fo_sys_chmod(path, (st.st_mode & 07777) | S_IRUSR | S_IWUSR);
	if (err)
		return err;
	fd = fo_sys_reopen(path, flags);
	err = fo_sys_chmod(path, st.st_mode & 07777);
	if (err && fd >= 0) {
		close(fd);
		return err;
	}
	return fd;
}

static int fo_content_open_in(struct fo_fs *fs, struct fo_node *node,
			      uint16_t layer, int flags)
{
	int fd = -EPERM;

	/* Reading through the mount leaves no trace in a lower. */
	if (layer != FO_UPPER)
		fd = fo_tree_open(fs, node, layer, flags | O_NOATIME);
	if (fd == -EPERM)
		fd = fo_tree_open(fs, node, layer, flags);
	if (fd == -EACCES && layer == FO_UPPER)
		fd = fo_content_force(fs, node, flags);
	return fd;
}

int fo_content_open(struct fo_fs *fs, struct fo_node *node, int flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	if (!fo_node_is_regular(node))
		return fo_node_is_dir(node) ? -EISDIR : -EINVAL;
	for (;;) {
		uint16_t layer = fo_content_layer(node);
		int fd;

		if (writes && layer != FO_UPPER)
			return -ESTALE;
		fd = fo_content_open_in(fs, node, layer, flags);
		if (layer == fo_content_layer(node))
			return fd;
		/* Copied up meanwhile: the lower is not what counts now. */
		if (fd >= 0)
			close(fd);
	}
}

static int fo_content_keep(struct fo_fs *fs, struct fo_node *node,
			   const struct fo_descriptor *key, int fd,
			   struct fo_descriptor **out_descriptor)
{
	fo_node_set(node, FO_NODE_CACHED);
	return fo_descriptor_add(&fs->descriptors, key, fd, out_descriptor);
}

/* A kept descriptor of that layer which can be read from. */
static struct fo_descriptor *
fo_content_find(struct fo_fs *fs, const struct fo_node *node, uint16_t layer)
{
	struct fo_descriptor *found = NULL;

	if (layer == FO_UPPER)
		found = fo_descriptor_find(&fs->descriptors, node, layer,
					   FO_DESCRIPTOR_WRITE);
	if (!found)
		found = fo_descriptor_find(&fs->descriptors, node, layer,
					   FO_DESCRIPTOR_READ);
	return found;
}

int fo_content_read(struct fo_fs *fs, struct fo_node *node,
		    struct fo_descriptor **out_descriptor)
{
	struct fo_descriptor key = {
		.node = node,
		.kind = FO_DESCRIPTOR_READ,
	};
	int fd;

	if (!fo_node_is_regular(node))
		return fo_node_is_dir(node) ? -EISDIR : -EINVAL;
	for (;;) {
		key.layer = fo_content_layer(node);
		*out_descriptor = fo_content_find(fs, node, key.layer);
		if (*out_descriptor)
			return 0;
		fd = fo_content_open_in(fs, node, key.layer, O_RDONLY);
		if (key.layer != fo_content_layer(node)) {
			if (fd >= 0)
				close(fd);
			continue;
		}
		if (fd < 0)
			return fd;
		return fo_content_keep(fs, node, &key, fd, out_descriptor);
	}
}

int fo_content_write(struct fo_fs *fs, struct fo_node *node,
		     struct fo_descriptor **out_descriptor)
{
	const struct fo_descriptor key = {
		.node = node,
		.layer = FO_UPPER,
		.kind = FO_DESCRIPTOR_WRITE,
	};
	int fd, err;

	if (!fo_node_is_regular(node))
		return fo_node_is_dir(node) ? -EISDIR : -EINVAL;
	*out_descriptor = fo_descriptor_find(&fs->descriptors, node, FO_UPPER,
					     FO_DESCRIPTOR_WRITE);
	if (*out_descriptor)
		return 0;
	err = fo_protection_check(fs, node, FO_INTENT_WRITE);
	if (!err)
		err = fo_copyup(fs, node, FO_COPYUP_ALL);
	if (err)
		return err;
	fd = fo_content_open(fs, node, O_RDWR);
	if (fd < 0)
		return fd;
	return fo_content_keep(fs, node, &key, fd, out_descriptor);
}

int fo_content_sync(struct fo_fs *fs, struct fo_node *node, int only_content)
{
	struct fo_descriptor *descriptor = NULL;
	_cleanup_close_ int fd = -1;
	int err;

	if (!fs->writable || !fs->config->sync || !fo_node_has_upper(node))
		return 0;
	if (!fo_node_is_regular(node) && !fo_node_is_dir(node))
		return 0;
	if (fo_node_is_regular(node))
		descriptor = fo_content_find(fs, node, FO_UPPER);
	if (descriptor) {
		err = fo_sys_fsync(descriptor->fd, only_content);
		fo_descriptor_put(&fs->descriptors, descriptor);
		return err;
	}
	fd = fo_tree_open(fs, node, FO_UPPER, O_RDONLY);
	if (fd == -EACCES)
		fd = fo_content_force(fs, node, O_RDONLY);
	return fd < 0 ? fd : fo_sys_fsync(fd, only_content);
}
