// SPDX-License-Identifier: GPL-2.0-or-later
/* Listings: merging by name, whiteouts, offsets that stay, the cache. */
#include "state/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tap.h"

/* Only addresses count here. */
static const char nodes[64];

static const struct fo_node *node_number(size_t i)
{
	return (const struct fo_node *)&nodes[i];
}

static void add(struct fo_listing *listing, const char *name, uint16_t layer,
		bool whiteout)
{
	const struct fo_entry entry = {
		.ino = layer * 100U,
		.layer = layer,
		.whiteout = whiteout,
	};

	fo_listing_add(listing, &entry, name);
}

static const struct fo_entry *find(const struct fo_listing *listing,
				   const char *name)
{
	const struct fo_entry *found = NULL;
	size_t i;

	for (i = 0; i < listing->count; i++) {
		const struct fo_entry *entry = &listing->entries[i];

		if (strcmp(fo_listing_name(listing, entry), name) != 0)
			continue;
		/* Twice is as wrong as another layer's. */
		if (found)
			return NULL;
		found = entry;
	}
	return found;
}

/* The layer that the name comes from; -1: not listed, or twice. */
static int layer_of(const struct fo_listing *listing, const char *name)
{
	const struct fo_entry *entry = find(listing, name);

	return entry ? entry->layer : -1;
}

static void test_merge(void)
{
	struct fo_listing *listing = fo_listing_new();

	add(listing, "everywhere", 0, false);
	add(listing, "upper", 0, false);
	add(listing, "hidden", 0, true);
	add(listing, "nothing", 0, true);
	add(listing, "everywhere", 1, false);
	add(listing, "middle", 1, false);
	add(listing, "hidden", 1, false);
	add(listing, "half", 1, false);
	add(listing, "half", 2, true);
	add(listing, "sibling", 2, true); /* .wh.sibling, and sibling */
	add(listing, "sibling", 2, false);
	add(listing, "everywhere", 3, false);
	add(listing, "hidden", 3, false);
	add(listing, "half", 3, false);
	add(listing, "sibling", 3, false);
	add(listing, "lower", 3, false);
	fo_listing_finish(listing);
	is_int((long long)listing->count, 6, "each name is listed once");
	is_int(layer_of(listing, "everywhere"), 0, "from its topmost layer");
	is_int(layer_of(listing, "upper"), 0, "one of the upper");
	is_int(layer_of(listing, "middle"), 1, "one of the middle");
	is_int(layer_of(listing, "lower"), 3, "and one of the lowest");
	is_int(layer_of(listing, "hidden"), -1,
	       "a whiteout hides what is below");
	is_int(layer_of(listing, "nothing"), -1, "and is never listed");
	is_int(layer_of(listing, "half"), 1, "it hides nothing above");
	is_int(layer_of(listing, "sibling"), 2, "nor what stands beside it");
	fo_listing_put(listing);
}

static void test_empty(void)
{
	struct fo_listing *listing = fo_listing_new();

	fo_listing_finish(listing);
	is_int((long long)listing->count, 0, "an empty listing has nothing");
	is_int((long long)fo_listing_after(listing, 0), 0, "nor behind 0");
	fo_listing_put(listing);
	listing = fo_listing_new();
	add(listing, "gone", 0, true);
	fo_listing_finish(listing);
	is_int((long long)listing->count, 0, "nor has one of a whiteout");
	fo_listing_put(listing);
}

static struct fo_listing *listing_of(unsigned int n, unsigned int step)
{
	struct fo_listing *listing = fo_listing_new();
	char name[32];
	unsigned int i;

	for (i = 0; i < n; i += step) {
		snprintf(name, sizeof(name), "file-%u", i);
		add(listing, name, (uint16_t)(i % 8), false);
	}
	fo_listing_finish(listing);
	return listing;
}

/* Offsets rise, and reading on behind each gives the next. */
static void test_offsets(void)
{
	struct fo_listing *listing = listing_of(5000, 1);
	size_t i, wrong = 0;
	uint64_t before = 0;

	is_int((long long)listing->count, 5000, "a large listing is whole");
	for (i = 0; i < listing->count; i++) {
		const struct fo_entry *entry = &listing->entries[i];

		wrong += entry->offset <= before ||
			 entry->offset < FO_OFFSET_FIRST ||
			 entry->offset > INT64_MAX ||
			 fo_listing_after(listing, entry->offset) != i + 1 ||
			 fo_listing_after(listing, entry->offset - 1) != i;
		before = entry->offset;
	}
	is_int((long long)wrong, 0, "its offsets rise and lead on");
	fo_listing_put(listing);
}

/* What is removed between two reads takes nothing else along. */
static void test_removal_while_reading(void)
{
	struct fo_listing *all = listing_of(5000, 1);
	struct fo_listing *half = listing_of(5000, 2);
	uint64_t middle = all->entries[all->count / 2].offset;
	size_t seen = all->count / 2 + 1, wrong = 0, i;

	for (i = fo_listing_after(half, middle); i < half->count; i++, seen++)
		wrong += half->entries[i].offset <= middle;
	is_int((long long)wrong, 0, "a shorter listing is read on behind it");
	for (i = 0; i < half->count; i++)
		wrong += half->entries[i].offset !=
			 fo_listing_offset(
				 fo_listing_name(half, &half->entries[i]));
	is_int((long long)wrong, 0, "an offset depends on the name alone");
	fo_listing_put(all);
	fo_listing_put(half);
}

static void test_cache(void)
{
	struct fo_listings *listings;
	struct fo_listing *mine = fo_listing_new(), *found;
	size_t i, kept = 0;

	is_int(fo_listings_new(&listings), 0, "a cache is made");
	ok(!fo_listings_find(listings, node_number(0)), "it has nothing");
	fo_listings_keep(listings, node_number(0), mine);
	found = fo_listings_find(listings, node_number(0));
	ok(found == mine, "what is kept is found");
	is_int(mine->users, 3, "and counted: its maker, the cache, the finder");
	fo_listing_put(found);
	fo_listings_drop(listings, node_number(0));
	ok(!fo_listings_find(listings, node_number(0)), "until it is dropped");
	is_int(mine->users, 1, "then its maker alone has it");
	fo_listings_drop(listings, node_number(1));
	for (i = 0; i < sizeof(nodes); i++)
		fo_listings_keep(listings, node_number(i), mine);
	for (i = 0; i < sizeof(nodes); i++) {
		found = fo_listings_find(listings, node_number(i));
		kept += found != NULL;
		fo_listing_put(found);
	}
	ok(kept > 0 && kept < sizeof(nodes), "the cache is bounded: %zu", kept);
	is_int(mine->users, (long long)kept + 1, "and counts what it keeps");
	fo_listings_keep(listings, node_number(sizeof(nodes) - 1), mine);
	is_int(mine->users, (long long)kept + 1, "once for each node");
	fo_listings_free(listings);
	is_int(mine->users, 1, "freed, it lets go of all");
	fo_listing_put(mine);
}

int main(void)
{
	test_merge();
	test_empty();
	test_offsets();
	test_removal_while_reading();
	test_cache();
	return done();
}
