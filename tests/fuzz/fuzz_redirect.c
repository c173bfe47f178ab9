// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a redirect: what is taken for valid stays below the root of a
 * layer, component by component, and what is plainly right is taken.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "overlay/marks.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool is_component(const char *at, size_t len)
{
	if (len == 0 || len > 255)
		return false;
	return !(at[0] == '.' && (len == 1 || (len == 2 && at[1] == '.')));
}

/* The rule once more, written another way. */
static bool is_safe(const char *text, size_t len)
{
	size_t from = 0, to;

	if (len == 0 || len > FO_REDIRECT_MAX || memchr(text, '\0', len))
		return false;
	if (text[0] != '/')
		return !memchr(text, '/', len) && is_component(text, len);
	for (from = 1; from <= len; from = to + 1) {
		for (to = from; to < len && text[to] != '/';)
			to++;
		if (!is_component(text + from, to - from))
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	/* Exactly as long, so that a read behind it is seen. */
	_cleanup_free_ char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, bytes, size);
	if (fo_redirect_is_valid(text, size) != is_safe(text, size))
		abort();
	return 0;
}
