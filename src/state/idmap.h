/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Id maps: from the ids that the layers hold to the ids that are shown, and
 * back. Written as colon triples "STORED:SHOWN:COUNT", the form in which
 * container engines give them (container id, host id, length), with or
 * without a leading colon.
 */
#ifndef FO_STATE_IDMAP_H
#define FO_STATE_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shown and stored where a map has no answer: "nobody". */
#define FO_ID_OVERFLOW 65534

struct fo_idrange {
	uint32_t stored;
	uint32_t shown;
	uint32_t count;
};

struct fo_idmap {
	struct fo_idrange *ranges; /* owned; n == 0: every id stands */
	size_t n;
};

/* -EINVAL for a malformed, empty or overlapping map; -ENOMEM. */
int fo_idmap_parse(const char *text, struct fo_idmap *out_map);
void fo_idmap_clear(struct fo_idmap *map);

/* FO_ID_OVERFLOW for an id that the map does not have. */
uint32_t fo_idmap_show(const struct fo_idmap *map, uint32_t stored);
uint32_t fo_idmap_store(const struct fo_idmap *map, uint32_t shown);

#endif
