/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lookup: from a name in a directory to a node. */
#ifndef FO_OVERLAY_LOOKUP_H
#define FO_OVERLAY_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "state/node.h"

struct fo_fs;

/* What the layers say about one name. */
struct fo_merged {
	struct fo_found found; /* for fo_node_enter() */
	struct stat st; /* of what answers for the attributes */
	unsigned int marks; /* of that, as far as they were read */
	uint64_t present; /* bit i: layer i has it; for filters */
};

/*
 * Merge one name over the layers of a directory. -ENOENT, also where a
 * whiteout hides it; -EIO for a metacopy without content. The caller frees
 * out_merged->found.stack.
 */
int fo_lookup_merge(struct fo_fs *fs, struct fo_node *dir, const char *name,
		    struct fo_merged *out_merged);

/* What a lookup tells: the node, counted once for the kernel. */
struct fo_looked {
	struct fo_node *node;
	struct stat st; /* as shown */
	uint64_t present; /* as in struct fo_merged */
};

/* The node of name in dir, its lookup count raised for the kernel. -ENOENT */
int fo_lookup(struct fo_fs *fs, struct fo_node *dir, const char *name,
	      struct fo_looked *out_looked);

/* Would name exist in dir if its upper entry were gone? */
int fo_lookup_below_upper(struct fo_fs *fs, struct fo_node *dir,
			  const char *name, bool *out_exists);

/* Make the root node of fs. */
int fo_root_open(struct fo_fs *fs);

/* Names that no user may see or make: .wh.* */
bool fo_name_is_reserved(const char *name);

#endif
