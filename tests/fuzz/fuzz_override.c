// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as an override_stat: what is read stays within its limits, and
 * comes out the same when it is written and read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "overlay/override.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_round_trip(const struct stat *st)
{
	struct stat again = { .st_mode = S_IFREG | 0444 };
	char text[FO_OVERRIDE_SIZE];
	size_t len = fo_override_format(st, text);

	if (len == 0 || len >= sizeof(text) || strlen(text) != len)
		abort();
	if (fo_override_parse(text, len, &again))
		abort();
	if (again.st_uid != st->st_uid || again.st_gid != st->st_gid ||
	    again.st_mode != st->st_mode || again.st_rdev != st->st_rdev)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct stat before = { .st_mode = S_IFREG | 0640, .st_uid = 7 };
	struct stat st = before;
	_cleanup_free_ char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, bytes, size);
	if (fo_override_parse(text, size, &st)) {
		/* Nothing is written on failure. */
		if (memcmp(&st, &before, sizeof(st)) != 0)
			abort();
		return 0;
	}
	check_round_trip(&st);
	return 0;
}
