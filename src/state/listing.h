/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The merged listing of a directory. An entry's offset is a hash of its
 * name, and entries are sorted by it: an offset stays true while the
 * directory changes, across a rebuilt listing, and across a remount, and
 * the daemon keeps nothing for an open directory.
 */
#ifndef FO_STATE_LISTING_H
#define FO_STATE_LISTING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct fo_node;

/* Offsets of "." and ".."; every name's is greater. */
#define FO_OFFSET_DOT 1
#define FO_OFFSET_DOTDOT 2
#define FO_OFFSET_FIRST 3

struct fo_entry {
	uint64_t offset; /* where it is; reading goes on behind it */
	uint64_t ino; /* as the layer says */
	uint32_t name; /* in listing->names */
	uint16_t layer; /* the topmost that has it */
	uint8_t type; /* d_type, 0: unknown */
	uint8_t whiteout; /* hides the name in deeper layers */
};

struct fo_listing {
	atomic_uint users;
	size_t count, capacity;
	struct fo_entry *entries;
	char *names;
	size_t names_used, names_size;
};

struct fo_listing *fo_listing_new(void);
struct fo_listing *fo_listing_get(struct fo_listing *listing);
void fo_listing_put(struct fo_listing *listing);

/* -ENOMEM */
int fo_listing_add(struct fo_listing *listing, const struct fo_entry *entry,
		   const char *name);
/*
 * Sort, and keep the topmost of each name; whiteouts go. From then on it
 * does not change.
 */
void fo_listing_finish(struct fo_listing *listing);
/* The first entry behind an offset; count if there is none. */
size_t fo_listing_after(const struct fo_listing *listing, uint64_t offset);

static inline const char *fo_listing_name(const struct fo_listing *listing,
					  const struct fo_entry *entry)
{
	return listing->names + entry->name;
}

uint64_t fo_listing_offset(const char *name);

/* The listings that are being read now, a bounded number. */
struct fo_listings;
int fo_listings_new(struct fo_listings **out_listings);
void fo_listings_free(struct fo_listings *listings);
struct fo_listing *fo_listings_find(struct fo_listings *listings,
				    const struct fo_node *node);
void fo_listings_keep(struct fo_listings *listings, const struct fo_node *node,
		      struct fo_listing *listing);
void fo_listings_drop(struct fo_listings *listings, const struct fo_node *node);

#endif
