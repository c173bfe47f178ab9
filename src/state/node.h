/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes: what a FUSE nodeid names. A node is an optional upper, an ordered
 * stack of lowers and a lookup count; lowers never change once the node
 * exists, the upper is set once, by copy-up, and never unset.
 *
 * A node holds no descriptor. It is found by its name in its parent if it is
 * a directory (a directory has one name), else by its real inode, so that
 * hard links are one node.
 */
#ifndef FO_STATE_NODE_H
#define FO_STATE_NODE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/table.h"

struct fo_fs;
struct fo_node;
struct fo_place;

enum fo_node_flag {
	FO_NODE_UPPER = 1 << 0, /* has an upper */
	FO_NODE_REMOVED = 1 << 1, /* no name is left; it is pinned */
	FO_NODE_SPLIT = 1 << 2, /* keeps the lower after a copy-up */
	FO_NODE_METACOPY = 1 << 3, /* content lies in lower[0] */
	FO_NODE_INDEXED = 1 << 4, /* the upper is an entry of the index */
	FO_NODE_CACHED = 1 << 5, /* something is kept by this node's key */
	FO_NODE_HASHED = 1 << 6, /* can be found in the table */
	FO_NODE_BUSY = 1 << 7, /* fo_node_lock() */
	FO_NODE_OCI_FREE = 1 << 8, /* no layer of this directory has .wh. */
	FO_NODE_IMPURE = 1 << 9, /* upper directory marked impure */
	FO_NODE_FREE = 1 << 10, /* known: not immutable or append-only */
	FO_NODE_XWHITEOUTS = 1 << 11, /* upper directory: opaque is "x" */
	FO_NODE_HIDDEN = 1 << 12, /* in the table, but found by no lookup */
};

/* One lower of a stack. */
struct fo_lower {
	char *path; /* below the layer's root; NULL: as the names say */
	uint16_t layer;
	bool xwhiteouts; /* this layer's directory has opaque "x" */
};

struct fo_stack {
	uint16_t count;
	struct fo_lower lower[];
};

/* A name of a node. All guarded by fs->tree.lock. */
struct fo_name {
	struct fo_name *next; /* another hard link's */
	struct fo_node *parent; /* counted; NULL: the root, or removed */
	char *text; /* malloced, unless it is node->text */
};

struct fo_node {
	struct fo_link link; /* shard lock */
	struct fo_name name; /* tree.lock */
	/*
	 * Directories: the lowers. Else NULL, or one lower with a path of
	 * its own: the content of a metacopy, or the name in the index.
	 * Set once, by a copy-up at the latest; paths (tree.lock) are pinned
	 * by a rename.
	 */
	_Atomic(struct fo_stack *) stack;
	uint64_t key_ino; /* real inode; shard lock */
	uint64_t st_ino; /* immutable */
	atomic_uint refs; /* names below, the kernel's count, users */
	atomic_uint flags; /* FO_NODE_* */
	uint32_t generation; /* tells apart nodes of one address */
	uint32_t nlookup; /* the kernel's, to its top at most; shard lock */
	uint16_t key_fs; /* filesystem of key_ino; shard lock */
	uint16_t layer; /* not a directory: its lower; or FO_LAYER_NONE */
	uint8_t type; /* S_IFMT bits >> 12; immutable */
	_Atomic uint8_t shard; /* whose table it is in */
	char text[]; /* the first name, while it fits */
};

#define FO_NODE_SHARDS 16

struct fo_node_table {
	struct fo_node_shard {
		pthread_mutex_t lock;
		pthread_cond_t unlocked; /* a node's BUSY was cleared */
		struct fo_table table;
	} shards[FO_NODE_SHARDS];
	struct fo_node *root;
	atomic_uint generation;
	atomic_ullong count;
};

/* What a lookup found, and a node is made from. */
struct fo_found {
	uint8_t type; /* S_IFMT bits >> 12 */
	bool upper;
	bool metacopy;
	bool indexed;
	bool impure;
	bool xwhiteouts;
	uint16_t layer; /* topmost lower taken, or FO_LAYER_NONE */
	uint16_t key_fs;
	uint64_t key_ino;
	uint64_t st_ino;
	uint32_t nlink;
	struct fo_stack *stack; /* owned; taken by the node */
};

int fo_node_table_init(struct fo_fs *fs);
void fo_node_table_destroy(struct fo_fs *fs);

/*
 * The node of a place (dir NULL: the root), made if it is new; the kernel's lookup count
 * is raised by one. Takes found->stack. sequence: fo_tree_sequence() from
 * before the lookup. -EAGAIN: something was renamed, removed or copied up
 * since, look up again; -ENOMEM.
 */
int fo_node_enter(struct fo_fs *fs, const struct fo_place *place,
		  struct fo_found *found, unsigned int sequence,
		  struct fo_node **out_node);

/*
 * The node, no directory, of that inode of the upper, if it is known, and
 * known by that name; counted as by fo_node_enter(). Else NULL.
 */
struct fo_node *fo_node_known(struct fo_fs *fs, const struct fo_place *place,
			      const struct stat *st);

/*
 * The kernel forgets n lookups; frees the node when nobody is left. Returns
 * whether the kernel knows it no more.
 */
bool fo_node_forget(struct fo_fs *fs, struct fo_node *node, uint64_t n);
/* The kernel is told of the node once more, by another name. */
void fo_node_remember(struct fo_fs *fs, struct fo_node *node);
struct fo_node *fo_node_get(struct fo_node *node);
void fo_node_put(struct fo_fs *fs, struct fo_node *node);

/* Sleep until this node is ours alone. Not recursive. */
void fo_node_lock(struct fo_fs *fs, struct fo_node *node);
void fo_node_unlock(struct fo_fs *fs, struct fo_node *node);

/* It has an upper now, of this real inode. Within fo_tree_change_begin. */
void fo_node_set_upper(struct fo_fs *fs, struct fo_node *node, uint16_t key_fs,
		       uint64_t key_ino);
/* No lookup finds it any more; it stays in the table until it is freed. */
void fo_node_hide(struct fo_fs *fs, struct fo_node *node);
/* Out of the table while its key changes; and back again, by the new one. */
void fo_node_unhash(struct fo_fs *fs, struct fo_node *node);
void fo_node_rehash(struct fo_fs *fs, struct fo_node *node);

/* Every hashed node, e.g. to invalidate it. visit must not call back. */
void fo_node_each(struct fo_fs *fs,
		  void (*visit)(struct fo_node *node, void *context),
		  void *context);

/* A node's type: the S_IFMT bits of a mode, shifted; readdir's d_type. */
#define FO_NODE_TYPE(mode) ((uint8_t)(((mode)&S_IFMT) >> 12))
#define FO_NODE_TYPE_DIR FO_NODE_TYPE(S_IFDIR)
#define FO_NODE_TYPE_REGULAR FO_NODE_TYPE(S_IFREG)

static inline bool fo_node_is_dir(const struct fo_node *node)
{
	return node->type == FO_NODE_TYPE_DIR;
}

static inline bool fo_node_is_regular(const struct fo_node *node)
{
	return node->type == FO_NODE_TYPE_REGULAR;
}

static inline bool fo_node_has(const struct fo_node *node,
			       enum fo_node_flag flag)
{
	return atomic_load_explicit(&node->flags, memory_order_acquire) & flag;
}

static inline void fo_node_set(struct fo_node *node, enum fo_node_flag flag)
{
	atomic_fetch_or(&node->flags, flag);
}

static inline void fo_node_clear(struct fo_node *node, enum fo_node_flag flag)
{
	atomic_fetch_and(&node->flags, ~(unsigned int)flag);
}

static inline bool fo_node_has_upper(const struct fo_node *node)
{
	return fo_node_has(node, FO_NODE_UPPER);
}

/* A directory of more than one layer, as overlayfs counts them. */
static inline bool fo_node_is_merged(const struct fo_node *node)
{
	return fo_node_is_dir(node) && node->stack &&
	       node->stack->count + (unsigned int)fo_node_has_upper(node) > 1;
}

/* The layer that answers for the node's attributes. */
static inline uint16_t fo_node_top(const struct fo_node *node)
{
	if (fo_node_has_upper(node) && !fo_node_has(node, FO_NODE_SPLIT))
		return 0;
	return node->stack && fo_node_is_dir(node) ?
		       node->stack->lower[0].layer :
		       node->layer;
}

struct fo_stack *fo_stack_new(uint16_t count);
void fo_stack_free(struct fo_stack *stack);

#endif
