/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounded cache of open descriptors, least recently used first out: the
 * directories and files of layers that are in use now. Nodes hold none, so
 * that cached inodes cost no descriptors. Pinned ones (of files that have no
 * name any more) stay until their node goes.
 */
#ifndef FO_STATE_DESCRIPTOR_H
#define FO_STATE_DESCRIPTOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/table.h"

struct fo_node;

enum fo_descriptor_kind {
	FO_DESCRIPTOR_PATH, /* O_PATH */
	FO_DESCRIPTOR_READ,
	FO_DESCRIPTOR_WRITE, /* for reading and writing */
	FO_DESCRIPTOR_KINDS,
};

struct fo_descriptor {
	struct fo_link link;
	struct fo_descriptor *newer, *older; /* in the cache's list */
	const struct fo_node *node;
	uint16_t layer;
	uint8_t kind;
	uint8_t pinned;
	uint8_t stale; /* closed when the last user puts it */
	unsigned int users;
	int fd;
};

struct fo_descriptors {
	pthread_mutex_t lock;
	struct fo_table table;
	/* What may be closed, and what is pinned. */
	struct fo_descriptor_list {
		struct fo_descriptor *newest, *oldest;
	} lists[2];
	unsigned int count, max;
};

int fo_descriptors_init(struct fo_descriptors *cache, unsigned int max);
void fo_descriptors_destroy(struct fo_descriptors *cache);

/* Counted; NULL if there is none. */
struct fo_descriptor *fo_descriptor_find(struct fo_descriptors *cache,
					 const struct fo_node *node,
					 uint16_t layer,
					 enum fo_descriptor_kind kind);
/*
 * Take fd into the cache, counted. If another thread was first, fd is closed
 * and the other's returned. -ENOMEM closes fd too.
 */
int fo_descriptor_add(struct fo_descriptors *cache,
		      const struct fo_descriptor *key, int fd,
		      struct fo_descriptor **out_descriptor);
void fo_descriptor_put(struct fo_descriptors *cache,
		       struct fo_descriptor *descriptor);

/* Forget what is kept for a node in a layer, pinned or not. */
void fo_descriptor_drop(struct fo_descriptors *cache,
			const struct fo_node *node, uint16_t layer);

/* How many are open. */
unsigned int fo_descriptors_count(struct fo_descriptors *cache);

#endif
