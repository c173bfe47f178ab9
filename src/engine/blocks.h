/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a node stands on, as the blocks of a reply to the module (engine bpf):
 * one descriptor for each place of a directory, one alone for anything else.
 */
#ifndef FO_ENGINE_BLOCKS_H
#define FO_ENGINE_BLOCKS_H

#include "fuse-overlay/fusebpf.h"
#include "state/tree.h"

struct fo_blocks {
	unsigned int count;
	struct fo_fusebpf_block block[FO_FUSEBPF_BLOCKS_MAX];
};

/*
 * BACKING blocks, for a lookup by this name. The descriptors are the
 * caller's, by fo_blocks_clear(). -ESTALE: it is not where it was known to
 * be; -E2BIG, -EMFILE, ...
 */
int fo_blocks_collect(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *place,
		      struct fo_blocks *out_blocks);
/* One COPIED_UP block: the upper of a node that has one. */
int fo_blocks_collect_copy(struct fo_fs *fs, struct fo_node *node,
			   struct fo_blocks *out_blocks);
void fo_blocks_clear(struct fo_blocks *blocks);

/*
 * The module removes names of the upper without a word. Those that now are
 * another file's, or nobody's, are taken from a node that has others.
 */
void fo_blocks_drop_old_names(struct fo_fs *fs, struct fo_node *node);

#endif
