// SPDX-License-Identifier: GPL-2.0-or-later
/* Merged listings: built, sorted by offset, kept while they are read. */
#include "state/listing.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/table.h"

#define FO_LISTINGS_KEPT 32

struct fo_listings {
	pthread_mutex_t lock;
	unsigned int next; /* the slot to be reused next */
	struct {
		const struct fo_node *node;
		struct fo_listing *listing;
	} slots[FO_LISTINGS_KEPT];
};

struct fo_listing *fo_listing_new(void)
{
	struct fo_listing *listing = calloc(1, sizeof(*listing));

	if (listing)
		listing->users = 1;
	return listing;
}

struct fo_listing *fo_listing_get(struct fo_listing *listing)
{
	atomic_fetch_add(&listing->users, 1);
	return listing;
}

void fo_listing_put(struct fo_listing *listing)
{
	if (!listing || atomic_fetch_sub(&listing->users, 1) != 1)
		return;
	free(listing->entries);
	free(listing->names);
	free(listing);
}

uint64_t fo_listing_offset(const char *name)
{
	/* The kernel's offsets are signed. */
	uint64_t offset = fo_hash(name, strlen(name), 0) >> 1;

	return fo_max(offset, (uint64_t)FO_OFFSET_FIRST);
}

static int fo_listing_reserve(struct fo_listing *listing, size_t name_size)
{
	if (listing->count == listing->capacity) {
		size_t n = listing->capacity ? listing->capacity * 2 : 64;
		struct fo_entry *entries =
			realloc(listing->entries, n * sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		listing->entries = entries;
		listing->capacity = n;
	}
	if (listing->names_used + name_size > listing->names_size) {
		size_t n = listing->names_size * 2 + name_size + 1024;
		char *names = realloc(listing->names, n);

		if (!names)
			return -ENOMEM;
		listing->names = names;
		listing->names_size = n;
	}
	return listing->names_used > UINT32_MAX ? -ENOMEM : 0;
}

int fo_listing_add(struct fo_listing *listing, const struct fo_entry *entry,
		   const char *name)
{
	size_t size = strlen(name) + 1;
	struct fo_entry *added;
	int err = fo_listing_reserve(listing, size);

	if (err)
		return err;
	added = &listing->entries[listing->count++];
	*added = *entry;
	added->name = (uint32_t)listing->names_used;
	added->offset = fo_listing_offset(name);
	memcpy(listing->names + listing->names_used, name, size);
	listing->names_used += size;
	return 0;
}

/* By offset, then name, then topmost layer, a whiteout behind its sibling. */
static int fo_entry_compare(const void *a, const void *b, void *names)
{
	const struct fo_entry *x = a, *y = b;
	int order;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	order = strcmp((char *)names + x->name, (char *)names + y->name);
	if (order)
		return order;
	if (x->layer != y->layer)
		return x->layer < y->layer ? -1 : 1;
	return x->whiteout - y->whiteout;
}

void fo_listing_finish(struct fo_listing *listing)
{
	const struct fo_entry *top = NULL;
	size_t i, kept = 0;

	if (!listing->count)
		return;
	qsort_r(listing->entries, listing->count, sizeof(*listing->entries),
		fo_entry_compare, listing->names);
	for (i = 0; i < listing->count; i++) {
		struct fo_entry entry = listing->entries[i];
		bool same = i && top->offset == entry.offset &&
			    !strcmp(listing->names + top->name,
				    listing->names + entry.name);

		if (same)
			continue;
		/* What was decided lies at or before what is read. */
		listing->entries[kept] = entry;
		top = &listing->entries[kept];
		if (!entry.whiteout)
			kept++;
	}
	listing->count = kept;
}

size_t fo_listing_after(const struct fo_listing *listing, uint64_t offset)
{
	size_t low = 0, high = listing->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (listing->entries[middle].offset > offset)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int fo_listings_new(struct fo_listings **out_listings)
{
	struct fo_listings *listings = calloc(1, sizeof(*listings));

	if (!listings)
		return -ENOMEM;
	pthread_mutex_init(&listings->lock, NULL);
	*out_listings = listings;
	return 0;
}

void fo_listings_free(struct fo_listings *listings)
{
	size_t i;

	if (!listings)
		return;
	for (i = 0; i < FO_LISTINGS_KEPT; i++)
		fo_listing_put(listings->slots[i].listing);
	pthread_mutex_destroy(&listings->lock);
	free(listings);
}

struct fo_listing *fo_listings_find(struct fo_listings *listings,
				    const struct fo_node *node)
{
	struct fo_listing *found = NULL;
	size_t i;

	pthread_mutex_lock(&listings->lock);
	for (i = 0; i < FO_LISTINGS_KEPT && !found; i++)
		if (listings->slots[i].node == node)
			found = fo_listing_get(listings->slots[i].listing);
	pthread_mutex_unlock(&listings->lock);
	return found;
}

/* Put a listing (or NULL) in the slot of node, or a fresh one. */
static struct fo_listing *fo_listings_swap(struct fo_listings *listings,
					   const struct fo_node *node,
					   struct fo_listing *listing)
{
	struct fo_listing *old;
	size_t i = 0;

	while (i < FO_LISTINGS_KEPT && listings->slots[i].node != node)
		i++;
	if (i == FO_LISTINGS_KEPT) {
		if (!listing)
			return NULL;
		i = listings->next++ % FO_LISTINGS_KEPT;
	}
	old = listings->slots[i].listing;
	listings->slots[i].node = listing ? node : NULL;
	listings->slots[i].listing = listing;
	return old;
}

void fo_listings_keep(struct fo_listings *listings, const struct fo_node *node,
		      struct fo_listing *listing)
{
	struct fo_listing *old;

	pthread_mutex_lock(&listings->lock);
	old = fo_listings_swap(listings, node, fo_listing_get(listing));
	pthread_mutex_unlock(&listings->lock);
	fo_listing_put(old);
}

void fo_listings_drop(struct fo_listings *listings, const struct fo_node *node)
{
	struct fo_listing *old;

	pthread_mutex_lock(&listings->lock);
	old = fo_listings_swap(listings, node, NULL);
	pthread_mutex_unlock(&listings->lock);
	fo_listing_put(old);
}
