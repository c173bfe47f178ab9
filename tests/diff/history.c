// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a run: kept, written, and read back to be replayed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

void fo_history_add(struct fo_history *h, const char *line)
{
	h->lines = reallocarray(h->lines, h->count + 1, sizeof(*h->lines));
	if (!h->lines)
		abort();
	h->lines[h->count++] = strdup(line);
}

void fo_history_free(struct fo_history *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->lines[i]);
	free(h->lines);
	h->lines = NULL;
	h->count = 0;
}

int fo_history_read(struct fo_history *h, const char *path)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return -errno;
	while (getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			fo_history_add(h, line);
	}
	free(line);
	fclose(in);
	return 0;
}

int fo_history_write(const struct fo_history *h, const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	for (size_t i = 0; i < h->count; i++)
		fprintf(out, "%s\n", h->lines[i]);
	return fclose(out) ? -errno : 0;
}
