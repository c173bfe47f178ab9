// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random numbers, and the names that steps are about: those that the tree
 * holds, and few others, so that steps meet each other.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff.h"
#include "names.h"

enum { NAMES_MAX = 300 };

/* What the tree holds now, "." left out. */
static char names[NAMES_MAX][FO_NAME_ROOM];
static bool is_dir[NAMES_MAX];
static bool is_file[NAMES_MAX];
static int name_count;

/* xorshift64*: the same on every machine */
uint32_t fo_random_below(struct fo_random *r, uint32_t limit)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (uint32_t)((r->state * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

const char *fo_random_word(struct fo_random *r, const char *const *words)
{
	uint32_t count = 0;

	while (words[count])
		count++;
	return words[fo_random_below(r, count)];
}

static int by_text(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void look_into(int parent, const char *prefix, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	struct dirent **list;
	struct stat st;
	int count;

	if (fd < 0)
		return;
	count = scandirat(fd, ".", &list, NULL, by_text);
	for (int i = 0; i < count; i++) {
		const char *entry = list[i]->d_name;
		int mine = name_count;

		if (strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0 &&
		    name_count < NAMES_MAX &&
		    strlen(prefix) + strlen(entry) < FO_NAME_ROOM - 20 &&
		    fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			stpcpy(stpcpy(names[name_count++], prefix), entry);
			is_dir[mine] = S_ISDIR(st.st_mode);
			is_file[mine] = S_ISREG(st.st_mode);
		}
		if (mine < name_count && is_dir[mine]) {
			char below[FO_NAME_ROOM + 2];

			snprintf(below, sizeof(below), "%s/", names[mine]);
			look_into(fd, below, entry);
		}
		free(list[i]);
	}
	if (count >= 0)
		free(list);
	close(fd);
}

void fo_generate_look(const char *mount)
{
	name_count = 0;
	look_into(AT_FDCWD, "", mount);
}

static const char *const pool[] = {
	"a", "b", "c", "d", "e", "f", "g", "h", NULL
};

/* A path of the pool, two levels deep mostly; needs not exist. */
static void name_any(struct fo_random *r, char *out)
{
	uint32_t depth = 1 + fo_random_below(r, 3);

	out[0] = '\0';
	while (depth--) {
		strcat(out, fo_random_word(r, pool));
		if (depth)
			strcat(out, "/");
	}
}

void fo_name_existing(struct fo_random *r, char *out)
{
	if (name_count == 0 || fo_random_below(r, 8) == 0)
		name_any(r, out);
	else
		strcpy(out, names[fo_random_below(r, (uint32_t)name_count)]);
}

static bool existing_of(struct fo_random *r, const bool *kind, char *out)
{
	for (int tries = 0; name_count && tries < 20; tries++) {
		uint32_t i = fo_random_below(r, (uint32_t)name_count);

		if (kind[i]) {
			strcpy(out, names[i]);
			return true;
		}
	}
	return false;
}

void fo_name_dir(struct fo_random *r, char *out)
{
	if (!existing_of(r, is_dir, out))
		strcpy(out, ".");
}

void fo_name_file(struct fo_random *r, char *out)
{
	if (!existing_of(r, is_file, out))
		fo_name_existing(r, out);
}

/* A name in a directory that exists. */
void fo_name_fresh(struct fo_random *r, char *out)
{
	if (fo_random_below(r, 5) == 0) {
		name_any(r, out);
		return;
	}
	fo_name_dir(r, out);
	if (strcmp(out, ".") == 0)
		out[0] = '\0';
	else
		strcat(out, "/");
	strcat(out, fo_random_word(r, pool));
}

void fo_names_forget(void)
{
	name_count = 0;
}

void fo_names_add(const char *path, bool dir)
{
	if (name_count == NAMES_MAX)
		return;
	is_dir[name_count] = dir;
	is_file[name_count] = !dir;
	snprintf(names[name_count++], FO_NAME_ROOM, "%s", path);
}
