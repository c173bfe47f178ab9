// SPDX-License-Identifier: GPL-2.0-or-later
/* Taking apart what is written after -o. */
#include "process/options_split.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#define FO_ESCAPED ",:\"\\"

static bool fo_is_escape(const char *at)
{
	return at[0] == '\\' && at[1] && strchr(FO_ESCAPED, at[1]);
}

/* Where the first of stops stands unescaped, or the end. */
static char *fo_skip_to(char *at, const char *stops)
{
	while (*at && !strchr(stops, *at))
		at += fo_is_escape(at) ? 2 : 1;
	return at;
}

/* The end of a value that may be quoted; quotes without end are letters. */
static char *fo_value_end(char **value)
{
	char *quote;

	if (**value != '"')
		return fo_skip_to(*value, ",");
	quote = fo_skip_to(*value + 1, "\"");
	if (!*quote)
		return fo_skip_to(*value, ",");
	if (quote[1] && quote[1] != ',')
		return fo_skip_to(quote + 1, ",");
	*quote = '\0';
	*value += 1;
	return quote + 1;
}

char *fo_options_next(char **text, char **out_value)
{
	char *name = *text + strspn(*text, ",");
	char *end;
	bool more;

	if (!*name)
		return NULL;
	*out_value = NULL;
	end = fo_skip_to(name, ",=");
	if (*end == '=') {
		*end = '\0';
		*out_value = end + 1;
		end = fo_value_end(out_value);
	}
	more = *end;
	*end = '\0';
	*text = end + more;
	return name;
}

void fo_options_unescape(char *text)
{
	char *to = text;

	while (*text) {
		text += fo_is_escape(text);
		*to++ = *text++;
	}
	*to = '\0';
}

static size_t fo_count_colons(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == ':';
	return n;
}

static int fo_layer_names_add(struct fo_layer_names *layers, const char *from,
			      const char *to)
{
	char *name;

	if (from == to)
		return -EINVAL;
	name = strndup(from, (size_t)(to - from));
	if (!name)
		return -ENOMEM;
	fo_options_unescape(name);
	layers->names[layers->n++] = name;
	return 0;
}

/* What stands between this layer and the next. */
static int fo_layer_separator(const char **at, struct fo_layer_names *layers)
{
	bool is_data = (*at)[1] == ':';

	*at += is_data ? 2 : 1;
	/* What follows data-only layers is data-only too. */
	if (!is_data && layers->n_data)
		return -EINVAL;
	layers->n_data += is_data;
	return 0;
}

static int fo_layer_names_fill(const char *value, struct fo_layer_names *layers)
{
	const char *at = value;
	int err;

	for (;;) {
		const char *end = fo_skip_to((char *)at, ":");

		err = fo_layer_names_add(layers, at, end);
		if (err || !*end)
			return err;
		at = end;
		err = fo_layer_separator(&at, layers);
		if (err)
			return err;
	}
}

int fo_options_split_layers(const char *value,
			    struct fo_layer_names *out_layers)
{
	struct fo_layer_names layers = { .n = 0 };
	int err;

	layers.names =
		calloc(fo_count_colons(value) + 1, sizeof(*layers.names));
	if (!layers.names)
		return -ENOMEM;
	err = fo_layer_names_fill(value, &layers);
	if (!err) {
		*out_layers = layers;
		return 0;
	}
	while (layers.n)
		free(layers.names[--layers.n]);
	free(layers.names);
	return err;
}
