// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The differences that are no bug. Everything here is a decision: it has
 * its reason beside it, and whatever is not here is a bug of ours.
 */
#include <fnmatch.h>
#include <string.h>

#include "diff.h"

static const struct {
	const char *line; /* patterns of fnmatch(3) */
	const char *kernel;
	const char *ours;
	const char *why;
} known[] = {
	{ NULL, NULL, NULL, NULL },
};

bool fo_known_answer(const char *line, const char *kernel, const char *ours)
{
	for (size_t i = 0; known[i].line; i++)
		if (fnmatch(known[i].line, line, 0) == 0 &&
		    fnmatch(known[i].kernel, kernel, 0) == 0 &&
		    fnmatch(known[i].ours, ours, 0) == 0)
			return true;
	return false;
}

/*
 * overlayfs' list of a directory is cached with the numbers that names had
 * when it was made; a name that was copied up or linked since then may be
 * listed with its old one. Only its own listings are forgiven that.
 */
void fo_known_tree(char *listing)
{
	static const char flaw[] = ": d_ino is not st_ino\n";
	char *found, *start;

	while ((found = strstr(listing, flaw)) != NULL) {
		for (start = found; start > listing && start[-1] != '\n';)
			start--;
		found += sizeof(flaw) - 1;
		memmove(start, found, strlen(found) + 1);
	}
}
