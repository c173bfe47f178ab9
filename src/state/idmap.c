// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Id maps, parsed and asked. Searched one range after the other: maps have a
 * few ranges, and the kernel itself takes no more than FO_IDMAP_MAX.
 */
#include "state/idmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* UID_GID_MAP_MAX_EXTENTS, include/linux/user_namespace.h */
#define FO_IDMAP_MAX 340

/* Ids and counts end before (uid_t)-1, which is no id. */
#define FO_ID_END UINT32_MAX

/* A decimal number at *text, which moves behind it. */
static int fo_idmap_number(const char **text, uint32_t *out_number)
{
	const char *at = *text;
	uint64_t number = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		number = number * 10 + (uint64_t)(*at - '0');
		if (number > UINT32_MAX)
			return -EINVAL;
	}
	if (at == *text)
		return -EINVAL;
	*text = at;
	*out_number = (uint32_t)number;
	return 0;
}

static int fo_idmap_range(const char **text, struct fo_idrange *out_range)
{
	uint32_t *fields[3] = { &out_range->stored, &out_range->shown,
				&out_range->count };
	size_t i;
	int err;

	for (i = 0; i < FO_ARRAY_SIZE(fields); i++) {
		if (i > 0 && *(*text)++ != ':')
			return -EINVAL;
		err = fo_idmap_number(text, fields[i]);
		if (err)
			return err;
	}
	if (out_range->count == 0 ||
	    out_range->count > FO_ID_END - out_range->stored ||
	    out_range->count > FO_ID_END - out_range->shown)
		return -EINVAL;
	return 0;
}

static bool fo_ids_meet(uint32_t a, uint32_t n_a, uint32_t b, uint32_t n_b)
{
	return a < b ? b - a < n_a : a - b < n_b;
}

static bool fo_idmap_overlaps(const struct fo_idmap *map,
			      const struct fo_idrange *range)
{
	size_t i;

	for (i = 0; i < map->n; i++) {
		const struct fo_idrange *other = &map->ranges[i];

		if (fo_ids_meet(other->stored, other->count, range->stored,
				range->count) ||
		    fo_ids_meet(other->shown, other->count, range->shown,
				range->count))
			return true;
	}
	return false;
}

static int fo_idmap_fill(const char *text, struct fo_idmap *map)
{
	struct fo_idrange range;
	int err;

	for (;;) {
		err = fo_idmap_range(&text, &range);
		if (err)
			return err;
		if (map->n == FO_IDMAP_MAX || fo_idmap_overlaps(map, &range))
			return -EINVAL;
		map->ranges[map->n++] = range;
		if (*text == '\0')
			return 0;
		if (*text++ != ':')
			return -EINVAL;
	}
}

int fo_idmap_parse(const char *text, struct fo_idmap *out_map)
{
	struct fo_idmap map = { .n = 0 };
	int err;

	map.ranges = calloc(FO_IDMAP_MAX, sizeof(*map.ranges));
	if (!map.ranges)
		return -ENOMEM;
	if (*text == ':')
		text++;
	err = fo_idmap_fill(text, &map);
	if (err) {
		fo_idmap_clear(&map);
		return err;
	}
	*out_map = map;
	return 0;
}

void fo_idmap_clear(struct fo_idmap *map)
{
	free(map->ranges);
	map->ranges = NULL;
	map->n = 0;
}

uint32_t fo_idmap_show(const struct fo_idmap *map, uint32_t stored)
{
	size_t i;

	if (map->n == 0)
		return stored;
	for (i = 0; i < map->n; i++) {
		const struct fo_idrange *range = &map->ranges[i];

		if (stored >= range->stored &&
		    stored - range->stored < range->count)
			return range->shown + (stored - range->stored);
	}
	return FO_ID_OVERFLOW;
}

uint32_t fo_idmap_store(const struct fo_idmap *map, uint32_t shown)
{
	size_t i;

	if (map->n == 0)
		return shown;
	for (i = 0; i < map->n; i++) {
		const struct fo_idrange *range = &map->ranges[i];

		if (shown >= range->shown &&
		    shown - range->shown < range->count)
			return range->stored + (shown - range->shown);
	}
	return FO_ID_OVERFLOW;
}
