// SPDX-License-Identifier: GPL-2.0-or-later
/* One mounted overlay: made, asked for inode numbers, freed. */
#include "state/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/base.h"
#include "base/log.h"
#include "state/layer.h"
#include "state/listing.h"

/* Descriptors kept open at most; half of what we may have stays free. */
#define FO_DESCRIPTORS_MAX 4096

static unsigned int fo_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 256;
	limit.rlim_cur = limit.rlim_max;
	/* Not being allowed to is no reason to fail: the cache is smaller. */
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 256;
	return (unsigned int)fo_min(limit.rlim_cur / 2,
				    (rlim_t)FO_DESCRIPTORS_MAX);
}

static int fo_fs_init(struct fo_fs *fs)
{
	int err;

	pthread_rwlock_init(&fs->tree.lock, NULL);
	err = fo_node_table_init(fs);
	if (!err)
		err = fo_descriptors_init(&fs->descriptors,
					  fo_descriptor_limit());
	if (!err)
		err = fo_listings_new(&fs->listings);
	if (!err)
		err = fo_layers_open(fs);
	if (!err)
		err = fo_work_open(fs);
	if (!err)
		fo_layers_make_private(fs);
	if (!err)
		fo_layers_open_mounts(fs);
	return err;
}

int fo_fs_open(const struct fo_config *config, struct fo_fs **out_fs)
{
	struct fo_fs *fs = calloc(1, sizeof(*fs));
	int err;

	if (!fs)
		return -ENOMEM;
	fs->config = config;
	fs->upper_lock = fs->workdir = fs->work = fs->index = -1;
	err = fo_fs_init(fs);
	if (err)
		fo_fs_free(fs);
	else
		*out_fs = fs;
	return err;
}

void fo_fs_free(struct fo_fs *fs)
{
	if (!fs)
		return;
	fo_work_end(fs);
	fo_node_table_destroy(fs);
	fo_descriptors_destroy(&fs->descriptors);
	fo_listings_free(fs->listings);
	fo_work_close(fs);
	fo_layers_close(fs);
	pthread_rwlock_destroy(&fs->tree.lock);
	free(fs);
}

uint64_t fo_fs_inode(const struct fo_fs *fs, uint16_t layer, dev_t dev,
		     uint64_t ino)
{
	const struct fo_filesystem *filesystem =
		&fs->filesystems[fs->layers[layer].filesystem];
	uint64_t words[2] = { ino, 0 };
	uint64_t shown;

	if (!fs->config->xino ||
	    (fs->n_filesystems == 1 && dev == filesystem->dev))
		return ino;
	/* A subvolume within the layer has a device number of its own. */
	if (dev != filesystem->dev)
		words[1] = dev;
	shown = fo_hash(words, sizeof(words), filesystem->id);
	return shown ? shown : 1;
}

void fo_fs_forget_node(struct fo_fs *fs, struct fo_node *node)
{
	uint16_t i;

	fo_descriptor_drop(&fs->descriptors, node, FO_UPPER);
	if (!fo_node_is_dir(node)) {
		if (node->layer != FO_LAYER_NONE)
			fo_descriptor_drop(&fs->descriptors, node, node->layer);
		if (node->stack)
			fo_descriptor_drop(&fs->descriptors, node,
					   node->stack->lower[0].layer);
		return;
	}
	for (i = 0; node->stack && i < node->stack->count; i++)
		fo_descriptor_drop(&fs->descriptors, node,
				   node->stack->lower[i].layer);
	fo_listings_drop(fs->listings, node);
}
