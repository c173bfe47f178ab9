/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table whose links lie in the entries: 8 bytes an entry and 8 a
 * bucket, where uthash takes 56, for tables of one entry per cached inode.
 * Not locked: the owner is. Grows by doubling; never shrinks.
 */
#ifndef FO_BASE_TABLE_H
#define FO_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fo_link {
	struct fo_link *next;
};

typedef uint64_t fo_table_hash(const struct fo_link *link);
typedef bool fo_table_match(const struct fo_link *link, const void *key);

struct fo_table {
	struct fo_link **buckets;
	size_t mask; /* buckets - 1; buckets are a power of two */
	size_t count;
	fo_table_hash *hash;
};

/* -ENOMEM */
int fo_table_init(struct fo_table *table, fo_table_hash *hash);
void fo_table_destroy(struct fo_table *table); /* of an emptied table */

struct fo_link *fo_table_find(const struct fo_table *table, uint64_t hash,
			      fo_table_match *match, const void *key);
void fo_table_insert(struct fo_table *table, struct fo_link *link);
/* Returns whether it was there. */
bool fo_table_remove(struct fo_table *table, struct fo_link *link);

/* Every entry; each may be freed, but not removed, by the callback. */
void fo_table_each(struct fo_table *table,
		   void (*visit)(struct fo_link *link, void *context),
		   void *context);

/* A good hash of a few words. */
uint64_t fo_hash(const void *bytes, size_t len, uint64_t seed);

#endif
