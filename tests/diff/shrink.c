// SPDX-License-Identifier: GPL-2.0-or-later
/* Delta debugging over the lines of a failing history. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

/* What failed: the step's word, so that a shrunk history fails alike. */
static void kind_of(const struct fo_world *w, char kind[40])
{
	snprintf(kind, 40, "%.*s", (int)strcspn(w->failure, " \n"), w->failure);
}

static bool still_fails(struct fo_world *w, const struct fo_history *h,
			const char *kind)
{
	char now[40];
	size_t at;

	if (fo_world_replay(w, h, &at))
		return false;
	kind_of(w, now);
	return strcmp(now, kind) == 0;
}

static struct fo_history without(const struct fo_history *h, size_t from,
				 size_t count)
{
	struct fo_history less = { NULL, 0 };

	for (size_t i = 0; i < h->count; i++)
		if (i < from || i >= from + count ||
		    strcmp(h->lines[i], "!mount") == 0)
			fo_history_add(&less, h->lines[i]);
	return less;
}

/* One pass with pieces of this size, from the end; true if any could go. */
static bool pass(struct fo_world *w, struct fo_history *h, size_t piece,
		 const char *kind)
{
	bool any = false;
	size_t at = h->count;

	while (at > 0) {
		size_t from = at > piece ? at - piece : 0;
		struct fo_history less = without(h, from, at - from);

		if (less.count < h->count && still_fails(w, &less, kind)) {
			fo_history_free(h);
			*h = less;
			any = true;
		} else {
			fo_history_free(&less);
		}
		at = from;
		if (at > h->count)
			at = h->count;
	}
	return any;
}

void fo_shrink(struct fo_world *w, struct fo_history *h)
{
	char kind[40];
	size_t piece;

	kind_of(w, kind);
	for (piece = h->count / 2; piece > 0; piece /= 2)
		while (pass(w, h, piece, kind) && piece == 1)
			;
	/* The failure of what is left, for whoever prints it. */
	still_fails(w, h, kind);
}
