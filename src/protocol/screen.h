/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user's filter says of a name that is about to be shown. */
#ifndef FO_PROTOCOL_SCREEN_H
#define FO_PROTOCOL_SCREEN_H

#include "protocol/ask.h"

struct fo_entry;
struct fo_listing;
struct fo_looked;

/* 0, -ENOENT for hidden, or another -errno; then the lookup is taken back. */
int fo_screen_looked(fuse_req_t req, const struct fo_node *dir,
		     const char *name, const struct fo_looked *looked);

/* An entry of a listing. */
int fo_screen_entry(fuse_req_t req, const struct fo_node *dir,
		    const struct fo_listing *listing,
		    const struct fo_entry *entry);

#endif
