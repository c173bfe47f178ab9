/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading directories: the merged listing of all layers. */
#ifndef FO_OVERLAY_READDIR_H
#define FO_OVERLAY_READDIR_H

#include <stdbool.h>
#include <stdint.h>

#include "state/listing.h"

struct fo_fs;
struct fo_node;

/*
 * The listing, counted (fo_listing_put): the kept one, or for from_start a
 * fresh one. "." and ".." are not in it.
 */
int fo_readdir(struct fo_fs *fs, struct fo_node *dir, bool from_start,
	       struct fo_listing **out_listing);

/* The entry's st_ino, as stat of it would say. */
int fo_readdir_inode(struct fo_fs *fs, struct fo_node *dir,
		     const struct fo_listing *listing,
		     const struct fo_entry *entry, uint64_t *out_ino);

/* Has the directory no visible entry? -ENOTEMPTY. */
int fo_readdir_is_empty(struct fo_fs *fs, struct fo_node *dir);

#endif
