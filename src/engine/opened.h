/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is open through the mount, and by which path its data goes: all opens
 * of one inode must go the same one (fs/fuse/iomode.c), to one backing file.
 * Backing ids outlive the opens in a bounded number, one per inode.
 */
#ifndef FO_ENGINE_OPENED_H
#define FO_ENGINE_OPENED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"

struct fo_node;

/* A node's address is used again; with its generation it is unique. */
struct fo_opened_key {
	const struct fo_node *node;
	uint32_t generation;
};

struct fo_opened {
	struct fo_link link;
	struct fo_opened *newer, *older; /* of those with an idle backing */
	struct fo_opened_key key;
	unsigned int cached; /* opens through the page cache */
	unsigned int backed; /* opens passed through */
	int backing_id; /* 0: none */
	uint16_t layer; /* of the backing */
	bool idle; /* in the list */
};

struct fo_opened_table {
	pthread_mutex_t lock;
	struct fo_table table;
	struct fo_opened *newest, *oldest; /* idle ones with a backing */
	unsigned int idle, idle_max;
	unsigned int backings; /* ids that the kernel holds for us */
};

int fo_opened_init(struct fo_opened_table *opened);
void fo_opened_destroy(struct fo_opened_table *opened);

struct fo_opened_key fo_opened_key_of(const struct fo_node *node);

/* How a node is open now. */
struct fo_opened_state {
	unsigned int cached, backed;
	uint16_t layer; /* of the backing, if backed */
};
struct fo_opened_state fo_opened_state(struct fo_opened_table *opened,
				       const struct fo_node *node);

/* One more open through the page cache; -EAGAIN while it is passed through. */
int fo_opened_add_cached(struct fo_opened_table *opened,
			 const struct fo_node *node);

/*
 * One more open to the backing of that layer. *out_id is the id that is
 * known, or 0: register one and say so with fo_opened_set_backing().
 * -EAGAIN while it is open otherwise. An idle backing of another layer is
 * given out in *out_stale, to be closed.
 */
struct fo_opened_want {
	const struct fo_node *node;
	uint16_t layer;
};
int fo_opened_add_backed(struct fo_opened_table *opened,
			 const struct fo_opened_want *want, int *out_stale,
			 int *out_id);

/* The id to use: the given one, or one that came first; *out_stale as above. */
int fo_opened_set_backing(struct fo_opened_table *opened,
			  const struct fo_node *node, int id, int *out_stale);

/* An open has ended. *out_stale: a backing id to be closed, or 0. */
enum fo_opened_kind {
	FO_OPENED_NOTHING,
	FO_OPENED_CACHED,
	FO_OPENED_BACKED,
};
void fo_opened_remove(struct fo_opened_table *opened,
		      const struct fo_node *node, enum fo_opened_kind kind,
		      int *out_stale);

/* The node is gone: returns its backing id to be closed, or 0. */
int fo_opened_forget(struct fo_opened_table *opened,
		     const struct fo_opened_key *key);

/* How many ids the kernel holds for us. */
unsigned int fo_opened_backings(struct fo_opened_table *opened);

#endif
