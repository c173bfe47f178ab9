// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash table with links in the entries. */
#include "base/table.h"

#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define FO_TABLE_START 64 /* buckets */

int fo_table_init(struct fo_table *table, fo_table_hash *hash)
{
	table->buckets = calloc(FO_TABLE_START, sizeof(*table->buckets));
	if (!table->buckets)
		return -ENOMEM;
	table->mask = FO_TABLE_START - 1;
	table->count = 0;
	table->hash = hash;
	return 0;
}

void fo_table_destroy(struct fo_table *table)
{
	free(table->buckets);
	table->buckets = NULL;
}

struct fo_link *fo_table_find(const struct fo_table *table, uint64_t hash,
			      fo_table_match *match, const void *key)
{
	struct fo_link *link = table->buckets[hash & table->mask];

	while (link && !match(link, key))
		link = link->next;
	return link;
}

static void fo_table_put(struct fo_table *table, struct fo_link *link)
{
	struct fo_link **bucket =
		&table->buckets[table->hash(link) & table->mask];

	link->next = *bucket;
	*bucket = link;
}

/* A table that cannot grow still works, with longer chains. */
static void fo_table_grow(struct fo_table *table)
{
	struct fo_link **old = table->buckets;
	size_t n = table->mask + 1;
	size_t i;

	table->buckets = calloc(n * 2, sizeof(*old));
	if (!table->buckets) {
		table->buckets = old;
		return;
	}
	table->mask = n * 2 - 1;
	for (i = 0; i < n; i++) {
		while (old[i]) {
			struct fo_link *link = old[i];

			old[i] = link->next;
			fo_table_put(table, link);
		}
	}
	free(old);
}

void fo_table_insert(struct fo_table *table, struct fo_link *link)
{
	if (table->count > table->mask)
		fo_table_grow(table);
	fo_table_put(table, link);
	table->count++;
}

bool fo_table_remove(struct fo_table *table, struct fo_link *link)
{
	struct fo_link **at = &table->buckets[table->hash(link) & table->mask];

	while (*at && *at != link)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = link->next;
	table->count--;
	return true;
}

void fo_table_each(struct fo_table *table,
		   void (*visit)(struct fo_link *link, void *context),
		   void *context)
{
	size_t i;

	for (i = 0; i <= table->mask; i++) {
		struct fo_link *link = table->buckets[i];

		while (link) {
			struct fo_link *next = link->next;

			visit(link, context);
			link = next;
		}
	}
}

uint64_t fo_hash(const void *bytes, size_t len, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, len, seed);
}
