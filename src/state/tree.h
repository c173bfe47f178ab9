/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names and places: which path a node has in a layer, and opening it there.
 * Renames and removals go through here, so that a path is never read while
 * it changes: readers copy a name, act, and act again if a name changed
 * meanwhile; they never hold the lock across a system call.
 */
#ifndef FO_STATE_TREE_H
#define FO_STATE_TREE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "system/sys.h"

struct fo_fs;
struct fo_node;
struct fo_descriptor;

struct fo_tree {
	pthread_rwlock_t lock;
	atomic_uint sequence; /* odd while a change is on its way */
};

/* What to compare with later; waits until no change is on its way. */
unsigned int fo_tree_sequence(struct fo_fs *fs);
bool fo_tree_is_unchanged(const struct fo_fs *fs, unsigned int sequence);

/*
 * The path of a node in a layer, below that layer's root, malloced: "" for
 * the root, else "a/b". -ESTALE for a removed node, -ENOENT for a directory
 * that this layer does not have.
 */
int fo_tree_path(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 char **out_path);

/* The directory in one layer, as a counted O_PATH descriptor. */
int fo_tree_dir(struct fo_fs *fs, struct fo_node *dir, uint16_t layer,
		struct fo_descriptor **out_descriptor);

/*
 * Open or stat a node where it lies in a layer. For a node with an upper
 * and layer FO_UPPER, and for lowers. Removed nodes are reached through
 * their pin.
 */
int fo_tree_open(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 int flags);
int fo_tree_stat(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 struct stat *out_st);

/* Keep a node reachable that is about to lose its last name. */
int fo_tree_pin(struct fo_fs *fs, struct fo_node *node);

/*
 * A copy of a node's name of that index (hard links have several), with a
 * reference to its parent. -ENOENT: there is none.
 */
struct fo_named {
	struct fo_node *parent;
	char text[FO_NAME_SIZE];
};
int fo_tree_name(struct fo_fs *fs, struct fo_node *node, unsigned int index,
		 struct fo_named *out_named);

/* A copy of the path of its own that a node has in place of its names. */
int fo_tree_own_path(struct fo_fs *fs, struct fo_node *node, char **out_path);

/*
 * Changes. Between begin and end no path is read and no node entered: the
 * caller makes the one system call that renames, removes or publishes, then
 * says what it did to the names.
 */
void fo_tree_change_begin(struct fo_fs *fs);
void fo_tree_change_end(struct fo_fs *fs);

/* One name of one node, in a directory. */
struct fo_place {
	struct fo_node *dir;
	const char *name;
};

/*
 * Within a change. The reference on a former parent passes to the caller in
 * *out_released (may be NULL there), to be put after the change.
 */
int fo_tree_move_name(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *from, const struct fo_place *to,
		      struct fo_node **out_released);
void fo_tree_remove_name(struct fo_fs *fs, struct fo_node *node,
			 const struct fo_place *place,
			 struct fo_node **out_released);

/* A further hard link. Not within a change. */
int fo_tree_add_name(struct fo_fs *fs, struct fo_node *node,
		     const struct fo_place *place);
/* -EAGAIN: something changed since sequence, the name may be an old one. */
int fo_tree_add_name_at(struct fo_fs *fs, struct fo_node *node,
			const struct fo_place *place, unsigned int sequence);

bool fo_tree_has_name(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *place);
/* Has the node, as far as is known, a second name? */
bool fo_tree_has_more_names(struct fo_fs *fs, struct fo_node *node);

/*
 * A directory that moves keeps its places in the lowers: their paths are
 * made before the change, one for each of its stack, and set within it.
 */
struct fo_lower_paths {
	uint16_t count;
	char *path[]; /* owned; NULL where the stack has one already */
};
int fo_tree_lower_paths(struct fo_fs *fs, struct fo_node *node,
			struct fo_lower_paths **out_paths);
void fo_tree_keep_lower_paths(struct fo_node *node,
			      struct fo_lower_paths *paths);
void fo_lower_paths_free(struct fo_lower_paths *paths);

#endif
