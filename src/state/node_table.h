/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What node.c needs of the node table besides node.h. */
#ifndef FO_STATE_NODE_TABLE_H
#define FO_STATE_NODE_TABLE_H

#include "state/node.h"

/* By what a node is found: a directory by its name, the rest by inode. */
struct fo_node_key {
	uint8_t type;
	uint16_t fs;
	uint64_t ino;
	const struct fo_node *parent;
	const char *name;
};

uint64_t fo_node_key_hash(const struct fo_node_key *key);
bool fo_node_match(const struct fo_link *link, const void *key);

/* The shard that the node is in, locked. */
struct fo_node_shard *fo_node_lock_shard(struct fo_fs *fs,
					 struct fo_node *node);

/* Under the shard's lock. */
void fo_node_hash_in(struct fo_node_shard *shard, struct fo_node *node);
void fo_node_hash_out(struct fo_node_shard *shard, struct fo_node *node);

/* node.c: free it, whatever refers to it. */
void fo_node_destroy(struct fo_fs *fs, struct fo_node *node);

#endif
