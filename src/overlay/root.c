// SPDX-License-Identifier: GPL-2.0-or-later
/* The root node: the roots of all layers, merged by the policy. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/base.h"
#include "overlay/lookup.h"
#include "overlay/marks.h"
#include "overlay/probe.h"
#include "state/fs.h"
#include "system/sys.h"

#define FO_INDEX_BUFFER 1024

/* One layer's root; each is a directory, and is there. */
static int fo_root_step(struct fo_fs *fs, uint16_t layer,
			struct fo_merge *merge, struct fo_found *found)
{
	struct fo_probed probed;
	struct fo_lower *lower;
	int err = fo_probe_root(fs, layer, &probed);

	if (err)
		return err;
	/* As overlayfs: the layers that were named are merged. */
	probed.probe.facts &= ~(uint32_t)FO_FACT_OPAQUE_XATTR;
	if (fo_policy_step(merge, layer, &probed.probe) != FO_STEP_TAKE)
		return 0;
	if (merge->taken == 1) {
		found->key_fs = fs->layers[layer].filesystem;
		found->key_ino = probed.st.st_ino;
		found->st_ino = fo_fs_inode(fs, layer, probed.st.st_dev,
					    probed.st.st_ino);
		found->nlink = (uint32_t)probed.st.st_nlink;
	}
	if (layer == FO_UPPER) {
		found->upper = true;
		found->impure = probed.marks & FO_MARK_IMPURE;
		found->xwhiteouts = probed.xwhiteouts;
		return 0;
	}
	if (found->layer == FO_LAYER_NONE)
		found->layer = layer;
	lower = &found->stack->lower[found->stack->count++];
	lower->layer = layer;
	lower->xwhiteouts = probed.xwhiteouts;
	return 0;
}

/* Is there anything that a lower's hard link might be found in? */
static int fo_root_note_index(struct fo_fs *fs)
{
	_cleanup_close_ int fd = -1;
	char buf[FO_INDEX_BUFFER]
		__attribute__((aligned(__alignof__(struct fo_dirent))));
	ssize_t n, at;

	if (fs->index < 0)
		return 0;
	fd = fo_sys_open(fs->index, "", O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	while ((n = fo_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n;) {
			const struct fo_dirent *entry =
				(const struct fo_dirent *)(buf + at);

			at += entry->reclen;
			if (entry->name[0] != '.')
				fs->index_used = true;
		}
	}
	return (int)n;
}

int fo_root_open(struct fo_fs *fs)
{
	struct fo_found found = {
		.type = FO_NODE_TYPE_DIR,
		.layer = FO_LAYER_NONE,
	};
	struct fo_merge merge = { 0 };
	uint16_t layer;
	int err = fo_root_note_index(fs);

	if (err)
		return err;
	found.stack = fo_stack_new(fs->n_merged);
	if (!found.stack)
		return -ENOMEM;
	found.stack->count = 0;
	for (layer = 0; layer < fs->n_merged && !merge.stop && !err; layer++)
		if (fs->layers[layer].fd >= 0)
			err = fo_root_step(fs, layer, &merge, &found);
	if (!err && !found.stack->count) {
		fo_stack_free(found.stack);
		found.stack = NULL;
	}
	if (!err)
		err = fo_node_enter(fs, &(struct fo_place){ NULL, "" }, &found,
				    fo_tree_sequence(fs), &fs->nodes.root);
	fo_stack_free(found.stack);
	return err;
}
