/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking apart what is written after -o. A comma ends an option, unless a
 * backslash is before it or it is within quotes that open right behind "=";
 * a colon ends a layer of lowerdir, unless a backslash is before it. "\,",
 * "\:", "\"" and "\\" stand for the second character; any other backslash
 * for itself, since names such as "dev-a\x2db" are common.
 */
#ifndef FO_PROCESS_OPTIONS_SPLIT_H
#define FO_PROCESS_OPTIONS_SPLIT_H

#include <stddef.h>

/*
 * Cut the next option off *text: its name, and its value or NULL. Quotes
 * around a value are gone, escapes are still there. Changes the text.
 * Returns the name, or NULL at the end.
 */
char *fo_options_next(char **text, char **out_value);

/* Resolve escapes, in place. */
void fo_options_unescape(char *text);

struct fo_layer_names {
	char **names; /* malloced, each too */
	size_t n;
	size_t n_data; /* of these, the last that "::" made data-only */
};

/*
 * "A:B::D1::D2": layers A and B, data-only layers D1 and D2. -EINVAL for an
 * empty name, no layer before "::", or ":" after "::"; -ENOMEM.
 */
int fo_options_split_layers(const char *value,
			    struct fo_layer_names *out_layers);

#endif
