// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a node to descriptors that the module accepts: they lie in the tree of
 * the layer, so that a copy is opened by a name there, never in the index.
 */
#include "engine/blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine_bpf.h"
#include "state/fs.h"
#include "system/sys.h"

static int fo_blocks_add(struct fo_blocks *blocks, unsigned int layer,
			 enum fo_fusebpf_block_type type, int fd)
{
	if (fd < 0)
		return fd;
	if (blocks->count == FO_FUSEBPF_BLOCKS_MAX) {
		close(fd);
		return -E2BIG;
	}
	blocks->block[blocks->count++] = (struct fo_fusebpf_block){
		.type = type,
		.layer = (uint16_t)layer,
		.fd = (uint64_t)fd,
	};
	return 0;
}

void fo_blocks_clear(struct fo_blocks *blocks)
{
	while (blocks->count)
		close((int)blocks->block[--blocks->count].fd);
}

/* Is what the upper has by that name the node? */
static int fo_name_check(struct fo_fs *fs, const struct fo_node *node,
			 const struct fo_place *place)
{
	struct fo_descriptor *dir;
	struct stat st;
	int err;

	if (!fo_node_has_upper(place->dir))
		return -ESTALE;
	err = fo_tree_dir(fs, place->dir, FO_UPPER, &dir);
	if (err)
		return err;
	err = fo_sys_stat(dir->fd, place->name, &st);
	fo_descriptor_put(&fs->descriptors, dir);
	if (err == -ENOENT || (!err && st.st_ino != node->key_ino))
		return -ESTALE;
	return err;
}

/* Of an indexed node its key is the inode of all of its copies' names. */
static int fo_upper_open_at(struct fo_fs *fs, const struct fo_node *node,
			    const struct fo_place *place)
{
	struct fo_descriptor *dir;
	int err = fo_name_check(fs, node, place);
	int fd;

	if (!err)
		err = fo_tree_dir(fs, place->dir, FO_UPPER, &dir);
	if (err)
		return err;
	fd = fo_sys_open(dir->fd, place->name, O_PATH | O_NOFOLLOW);
	fo_descriptor_put(&fs->descriptors, dir);
	return fd == -ENOENT ? -ESTALE : fd;
}

/* By the first of its names that the upper has. */
static int fo_upper_open_by_name(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_named named;
	unsigned int i;
	int fd = -ESTALE;

	for (i = 0; fd == -ESTALE && !fo_tree_name(fs, node, i, &named); i++) {
		const struct fo_place place = { named.parent, named.text };

		fd = fo_upper_open_at(fs, node, &place);
		fo_node_put(fs, named.parent);
	}
	return fd;
}

static int fo_upper_open(struct fo_fs *fs, struct fo_node *node,
			 const struct fo_place *place)
{
	int fd = -ESTALE;

	if (fo_node_is_dir(node))
		return fo_tree_open(fs, node, FO_UPPER, O_PATH);
	if (place)
		fd = fo_upper_open_at(fs, node, place);
	return fd == -ESTALE ? fo_upper_open_by_name(fs, node) : fd;
}

static int fo_blocks_collect_lowers(struct fo_fs *fs, struct fo_node *node,
				    struct fo_blocks *blocks)
{
	const struct fo_stack *stack = node->stack;
	uint16_t i;
	int err = 0;

	for (i = 0; stack && i < stack->count && !err; i++) {
		uint16_t layer = stack->lower[i].layer;

		err = fo_blocks_add(blocks, fo_fusebpf_layer(fs, layer),
				    FO_FUSEBPF_BLOCK_BACKING,
				    fo_tree_open(fs, node, layer, O_PATH));
	}
	return err;
}

int fo_blocks_collect(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *place,
		      struct fo_blocks *out_blocks)
{
	struct fo_blocks blocks = { 0 };
	bool is_upper = fo_node_has_upper(node);
	uint16_t layer = fo_node_top(node);
	int err = 0;

	if (is_upper)
		err = fo_blocks_add(&blocks, FO_UPPER, FO_FUSEBPF_BLOCK_BACKING,
				    fo_upper_open(fs, node, place));
	if (!err && fo_node_is_dir(node))
		err = fo_blocks_collect_lowers(fs, node, &blocks);
	else if (!err && !is_upper)
		err = fo_blocks_add(&blocks, fo_fusebpf_layer(fs, layer),
				    FO_FUSEBPF_BLOCK_BACKING,
				    fo_tree_open(fs, node, layer,
						 O_PATH | O_NOFOLLOW));
	if (err)
		fo_blocks_clear(&blocks);
	else
		*out_blocks = blocks;
	return err;
}

int fo_blocks_collect_copy(struct fo_fs *fs, struct fo_node *node,
			   struct fo_blocks *out_blocks)
{
	struct fo_blocks blocks = { 0 };
	int err = fo_blocks_add(&blocks, FO_UPPER, FO_FUSEBPF_BLOCK_COPIED_UP,
				fo_upper_open(fs, node, NULL));

	if (!err)
		*out_blocks = blocks;
	return err;
}

static void fo_drop_name(struct fo_fs *fs, struct fo_node *node,
			 const struct fo_place *place)
{
	struct fo_node *released = NULL;

	fo_tree_change_begin(fs);
	fo_tree_remove_name(fs, node, place, &released);
	fo_tree_change_end(fs);
	if (released)
		fo_node_put(fs, released);
}

void fo_blocks_drop_old_names(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_named named;
	unsigned int i = 0;

	/* Names of lowers are not the module's to remove. */
	if (fo_node_is_dir(node) || !fo_node_has_upper(node) ||
	    fo_node_has(node, FO_NODE_INDEXED))
		return;
	/* Who renames or removes holds it as well. */
	fo_node_lock(fs, node);
	while (fo_tree_has_more_names(fs, node) &&
	       !fo_tree_name(fs, node, i, &named)) {
		const struct fo_place place = { named.parent, named.text };

		if (fo_name_check(fs, node, &place) == -ESTALE)
			fo_drop_name(fs, node, &place);
		else
			i++;
		fo_node_put(fs, named.parent);
	}
	fo_node_unlock(fs, node);
}
