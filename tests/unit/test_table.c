// SPDX-License-Identifier: GPL-2.0-or-later
/* The hash table: finding, removing, growing, visiting. */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tap.h"

#define MANY 20000

struct item {
	struct fo_link link;
	uint64_t key;
	bool visited;
};

static uint64_t item_hash(const struct fo_link *link)
{
	return fo_container_of(link, const struct item, link)->key / 4;
}

static bool item_match(const struct fo_link *link, const void *key)
{
	return fo_container_of(link, const struct item, link)->key ==
	       *(const uint64_t *)key;
}

/* Four keys share a hash, so that a bucket has more than one always. */
static struct item *item_find(const struct fo_table *table, uint64_t key)
{
	struct fo_link *link = fo_table_find(table, key / 4, item_match, &key);

	return link ? fo_container_of(link, struct item, link) : NULL;
}

static void item_visit(struct fo_link *link, void *context)
{
	struct item *item = fo_container_of(link, struct item, link);

	item->visited = true;
	++*(size_t *)context;
}

static void item_free(struct fo_link *link, void *context)
{
	(void)context;
	/* The table must have read what comes next before. */
	memset(link, 0xa5, sizeof(struct item));
	free(fo_container_of(link, struct item, link));
}

/* How many of the keys below MANY are found, of those where i % n == rest. */
static size_t count_found(const struct fo_table *table, uint64_t n,
			  uint64_t rest)
{
	size_t found = 0;
	uint64_t i;

	for (i = 0; i < MANY; i++) {
		struct item *item = item_find(table, i);

		found += item && item->key == i && i % n == rest;
	}
	return found;
}

static void fill(struct fo_table *table)
{
	uint64_t i;

	for (i = 0; i < MANY; i++) {
		struct item *item = calloc(1, sizeof(*item));

		item->key = i;
		fo_table_insert(table, &item->link);
	}
}

static void remove_thirds(struct fo_table *table)
{
	uint64_t i;

	for (i = 0; i < MANY; i += 3) {
		struct item *item = item_find(table, i);

		if (item && fo_table_remove(table, &item->link))
			free(item);
	}
}

static void test_table(void)
{
	struct fo_table table;
	struct item stranger = { .key = 1 };
	size_t visited = 0, buckets;

	is_int(fo_table_init(&table, item_hash), 0, "a table is made");
	ok(!item_find(&table, 1), "nothing is in it");
	buckets = table.mask + 1;
	fill(&table);
	is_int((long long)table.count, MANY, "it counts what is put in");
	is_int((long long)count_found(&table, 1, 0), MANY, "and finds all");
	ok(table.mask + 1 >= MANY, "it has grown from %zu buckets", buckets);
	ok(!item_find(&table, MANY), "what was not put in is not found");
	ok(!fo_table_remove(&table, &stranger.link),
	   "what is not in it cannot be removed, whatever its key");
	remove_thirds(&table);
	is_int((long long)count_found(&table, 3, 0), 0,
	       "what was removed is not found");
	is_int((long long)count_found(&table, 1, 0), MANY - (MANY + 2) / 3,
	       "all else is");
	is_int((long long)table.count, MANY - (MANY + 2) / 3, "as it counts");
	fo_table_each(&table, item_visit, &visited);
	is_int((long long)visited, (long long)table.count,
	       "each is visited once");
	fo_table_each(&table, item_free, NULL);
	fo_table_destroy(&table);
	ok(!table.buckets, "a destroyed table has nothing");
}

static void test_hash(void)
{
	is_int(fo_hash("abc", 3, 0) == fo_hash("abc", 3, 0), 1,
	       "a hash is the same each time");
	ok(fo_hash("abc", 3, 0) != fo_hash("abc", 3, 1), "the seed counts");
	ok(fo_hash("abc", 3, 0) != fo_hash("abd", 3, 0), "so does each byte");
	ok(fo_hash("abc", 3, 0) != fo_hash("abc", 2, 0), "and the length");
	/* Inode numbers of hashed filesystems must survive a new version. */
	ok(fo_hash("fuse-overlay", 12, 7) == 0xb489f41c9e0a51fdULL,
	   "and it is XXH3 (%llx)",
	   (unsigned long long)fo_hash("fuse-overlay", 12, 7));
}

int main(void)
{
	test_table();
	test_hash();
	return done();
}
