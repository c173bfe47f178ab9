/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One mounted overlay: its layers, its tables, and what its filesystems can
 * do. Made by fo_fs_open() before the mount, lives until after unmount.
 *
 * Locks, in the order in which they are taken; none is held across a reply,
 * and none but the first across the copying of a file:
 *  1. a node's own lock (fo_node_lock), parents before children: copy-up and
 *     what must not run beside it on this one node;
 *  2. tree.lock, names and places of nodes: for writing across one rename or
 *     unlink system call, for reading across a few memory reads;
 *  3. a shard of the node table;
 *  4. the descriptor cache; the listing cache.
 */
#ifndef FO_STATE_FS_H
#define FO_STATE_FS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fuse-overlay/format.h"
#include "state/config.h"
#include "state/descriptor.h"
#include "state/node.h"
#include "state/tree.h"

/* The upper is layer 0, whether or not there is one; lowers start at 1. */
#define FO_UPPER 0
#define FO_LAYER_NONE UINT16_MAX
#define FO_LAYERS_MAX 4096

/* A filesystem that holds one or more layers. */
struct fo_filesystem {
	dev_t dev;
	int mount; /* a lower's root, open for handles; -1: none */
	uint64_t id; /* the same after a remount: seeds st_ino */
	long magic; /* statfs f_type */
	uint8_t uuid[FO_HANDLE_UUID_SIZE];
};

struct fo_layer {
	int fd; /* its root, O_PATH; -1: no upper */
	uint16_t filesystem; /* index in fs->filesystems */
	bool data_only; /* reached by redirects of metacopy files only */
	bool is_private; /* fd lies in a private mount */
	char *path; /* as the user wrote it, for messages */
};

/* What the upper's filesystem and our rights allow, tried at mount. */
struct fo_ability {
	bool trusted_xattr; /* trusted.overlay.*, else user.overlay.* */
	bool xattr; /* any of the two */
	bool mknod_whiteout; /* char 0:0 */
	bool rename_whiteout; /* RENAME_WHITEOUT */
	bool rename_exchange; /* RENAME_EXCHANGE */
	bool tmpfile; /* O_TMPFILE */
	bool handles; /* name_to_handle_at */
	bool open_by_handle;
};

struct fo_listings; /* state/listing.c */

struct fo_fs {
	const struct fo_config *config;
	struct fo_layer *layers;
	uint16_t n_layers; /* all, with the upper's place and data-only */
	uint16_t n_merged; /* layers[1..n_merged-1] are merged */
	struct fo_filesystem *filesystems;
	uint16_t n_filesystems;
	bool writable;
	int upper_lock; /* the upper, locked; -1 in a read-only mount */
	int workdir; /* workdir itself, locked */
	int work; /* workdir/work: half-made things */
	int index; /* workdir/index: copied-up hard links; -1: none */
	atomic_bool index_used; /* the index has, or may have, entries */
	/* Where marks are written; redirects are believed here only. */
	const char *xattr_prefix;
	struct fo_ability can;
	struct fo_tree tree;
	struct fo_node_table nodes;
	struct fo_descriptors descriptors;
	struct fo_listings *listings;
	atomic_uint work_serial; /* for unique names in work */
	/* Told of a directory whose link count has become that of a merged one. */
	void (*copied_up)(void *context, struct fo_node *dir);
	void *copied_up_context;
	atomic_ullong copy_ups; /* since the mount, for status */
	atomic_ullong bytes_copied;
};

static inline bool fo_fs_has_upper(const struct fo_fs *fs)
{
	return fs->layers[FO_UPPER].fd >= 0;
}

/* The st_ino by which an inode of a layer is shown. */
uint64_t fo_fs_inode(const struct fo_fs *fs, uint16_t layer, dev_t dev,
		     uint64_t ino);

/* Let go of what is kept for a node: descriptors, its listing. */
void fo_fs_forget_node(struct fo_fs *fs, struct fo_node *node);

/*
 * Open all layers and take the locks on upper and work. On failure one line
 * has been logged. The root node is made by fo_root_open().
 */
int fo_fs_open(const struct fo_config *config, struct fo_fs **out_fs);
void fo_fs_free(struct fo_fs *fs);

#endif
