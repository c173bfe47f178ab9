// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random layers and random steps. Few names and few slots, so that steps meet
 * each other: what is renamed is written through an old descriptor, what is
 * removed comes back as something else.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diff.h"

enum { NAMES_MAX = 300, PATH_ROOM = 200 };

/* What the tree holds now, "." left out. */
static char names[NAMES_MAX][PATH_ROOM];
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

static const char *one_of(struct fo_random *r, const char *const *words)
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
		    strlen(prefix) + strlen(entry) < PATH_ROOM - 20 &&
		    fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			stpcpy(stpcpy(names[name_count++], prefix), entry);
			is_dir[mine] = S_ISDIR(st.st_mode);
			is_file[mine] = S_ISREG(st.st_mode);
		}
		if (mine < name_count && is_dir[mine]) {
			char below[PATH_ROOM + 2];

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
static void random_path(struct fo_random *r, char *out)
{
	uint32_t depth = 1 + fo_random_below(r, 3);

	out[0] = '\0';
	while (depth--) {
		strcat(out, one_of(r, pool));
		if (depth)
			strcat(out, "/");
	}
}

static void existing(struct fo_random *r, char *out)
{
	if (name_count == 0 || fo_random_below(r, 8) == 0)
		random_path(r, out);
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

static void existing_dir(struct fo_random *r, char *out)
{
	if (!existing_of(r, is_dir, out))
		strcpy(out, ".");
}

static void existing_file(struct fo_random *r, char *out)
{
	if (!existing_of(r, is_file, out))
		existing(r, out);
}

/* A name in a directory that exists. */
static void fresh(struct fo_random *r, char *out)
{
	if (fo_random_below(r, 5) == 0) {
		random_path(r, out);
		return;
	}
	existing_dir(r, out);
	if (strcmp(out, ".") == 0)
		out[0] = '\0';
	else
		strcat(out, "/");
	strcat(out, one_of(r, pool));
}

static const char *const modes[] = { "644",  "600",  "755", "700",  "4755",
				     "2755", "6711", "777", "1777", "444",
				     "0",    "2775", "640", NULL };
static const char *const open_modes[] = { "r",
					  "r",
					  "rw",
					  "rw",
					  "w",
					  "rw,creat",
					  "w,append",
					  "rw,trunc",
					  "rw,creat,excl",
					  "w,creat,trunc",
					  "r,dir",
					  "r,nofollow",
					  "rw,append",
					  "rw,creat,append",
					  NULL };
static const char *const sizes[] = { "0",    "1",     "100",   "4095",	 "4096",
				     "5000", "10000", "70000", "131072", NULL };
static const char *const data[] = { "hello",	"@100:1", "@4096:2",  "@5000:3",
				    "@20000:4", "@1:5",	  "@70000:6", NULL };
static const char *const values[] = { "@0",	"v",	    "hello", "@100:7",
				      "@900:8", "@70000:1", NULL };
static const char *const acl[] = {
	/* user::rwx user:1000:rw- group::r-x mask::rwx other::r-- */
	"0x0200000001000700ffffffff02000600e803000004000500ffffffff"
	"10000700ffffffff20000400ffffffff",
	/* user::rw- user:1000:r-- group::r-- mask::r-- other::--- */
	"0x0200000001000600ffffffff02000400e803000004000400ffffffff"
	"10000400ffffffff20000000ffffffff",
	NULL
};
static const char *const xattrs[] = { "user.a",		"user.b",
				      "trusted.t",	"security.s",
				      "user.long.name", NULL };
static const char *const ids[] = { "0 0",     "1000 1000",   "1 2", "-1 1000",
				   "1000 -1", "70000 80000", NULL };
static const char *const times[] = {
	"omit", "now", "1000000000.123456789", "86400.1", "1500000000.0", NULL
};
static const char *const falloc_modes[] = { "alloc", "keep",	 "punch",
					    "zero",  "zerokeep", NULL };
static const char *const rename_flags[] = { "",		 "",	     "",  "",
					    "noreplace", "exchange", NULL };

static uint32_t slot(struct fo_random *r)
{
	return fo_random_below(r, 5);
}

/*
 * The templates of steps. E an existing path, Q a regular file, D a directory,
 * N a new name, F a file slot, M a mapping slot, and words of the tables above.
 */
static const struct {
	int weight;
	const char *form;
} forms[] = {
	{ 28, "open F Q O P" },
	{ 5, "open F E O P" },
	{ 10, "open F N O P" },
	{ 4, "rmtree D" },
	{ 2, "open F D rw,tmpfile P" },
	{ 3, "flink F N" },
	{ 9, "pwrite F Z X" },
	{ 5, "write F X" },
	{ 7, "pread F Z Z" },
	{ 3, "ftruncate F Z" },
	{ 4, "truncate Q Z" },
	{ 2, "close F" },
	{ 4, "fallocate F G Z Z" },
	{ 1, "seek F data Z" },
	{ 1, "seek F end 0" },
	{ 8, "mkdir N P" },
	{ 2, "mknod N f P" },
	{ 1, "mknod N p P" },
	{ 1, "mknod N c P 1:3" },
	{ 1, "mknod N s P" },
	{ 5, "symlink E N" },
	{ 6, "link E N" },
	{ 9, "unlink E" },
	{ 8, "rmdir D" },
	{ 2, "rmdir E" },
	{ 14, "rename E N R" },
	{ 6, "rename D N R" },
	{ 8, "rename E E R" },
	{ 4, "rename D D R" },
	{ 5, "chmod E P" },
	{ 2, "fchmod F P" },
	{ 5, "chown E I" },
	{ 2, "fchown F I" },
	{ 4, "utimens E T T" },
	{ 1, "futimens F T T" },
	{ 5, "setxattr E V Y" },
	{ 1, "fsetxattr F V hello" },
	{ 1, "setxattr E V short create" },
	{ 1, "setxattr E V short replace" },
	{ 3, "removexattr E V" },
	{ 2, "getxattr E V" },
	{ 2, "listxattr E" },
	{ 2, "setxattr E system.posix_acl_access A" },
	{ 2, "setxattr D system.posix_acl_default A" },
	{ 1, "removexattr E system.posix_acl_access" },
	{ 1, "getxattr E system.posix_acl_access" },
	{ 2, "readdir D" },
	{ 2, "open F D r,dir" },
	{ 3, "freaddir F" },
	{ 4, "lstat E" },
	{ 3, "stat E" },
	{ 5, "fstat F" },
	{ 4, "cat Q" },
	{ 2, "readlink E" },
	{ 2, "same E E" },
	{ 2, "copyrange F Z F Z Z" },
	{ 2, "fsync F" },
	{ 1, "flock F ex" },
	{ 1, "flock F un" },
	{ 1, "lock F w 0 100" },
	{ 1, "lock F r 50 100" },
	{ 3, "as 1000 1000" },
	{ 4, "as 0 0" },
	{ 1, "umask 27" },
	{ 1, "umask 0" },
	{ 1, "access E rw" },
	{ 1, "access E x" },
	{ 3, "map M F shared 8192" },
	{ 1, "map M F private 8192" },
	{ 3, "mwrite M Z hello" },
	{ 2, "mread M Z 50" },
	{ 1, "msync M" },
	{ 1, "unmap M" },
};

static void word(struct fo_random *r, char letter, char *out)
{
	switch (letter) {
	case 'E':
		existing(r, out);
		break;
	case 'N':
		fresh(r, out);
		break;
	case 'Q':
		existing_file(r, out);
		break;
	case 'D':
		existing_dir(r, out);
		break;
	case 'F':
		sprintf(out, "%u", slot(r));
		break;
	case 'M':
		sprintf(out, "%u", fo_random_below(r, 4));
		break;
	case 'O':
		strcpy(out, one_of(r, open_modes));
		break;
	case 'P':
		strcpy(out, one_of(r, modes));
		break;
	case 'Z':
		strcpy(out, one_of(r, sizes));
		break;
	case 'X':
		strcpy(out, one_of(r, data));
		break;
	case 'Y':
		strcpy(out, one_of(r, values));
		break;
	case 'V':
		strcpy(out, one_of(r, xattrs));
		break;
	case 'A':
		strcpy(out, one_of(r, acl));
		break;
	case 'I':
		strcpy(out, one_of(r, ids));
		break;
	case 'T':
		strcpy(out, one_of(r, times));
		break;
	case 'G':
		strcpy(out, one_of(r, falloc_modes));
		break;
	case 'R':
		strcpy(out, one_of(r, rename_flags));
		break;
	default:
		out[0] = letter;
		out[1] = '\0';
	}
}

static void fill_form(struct fo_random *r, const char *form, char *line,
		      size_t size)
{
	char one[PATH_ROOM + 200];
	size_t used = 0;

	line[0] = '\0';
	for (const char *p = form; *p && used + sizeof(one) < size; p++) {
		bool alone = (p == form || p[-1] == ' ') &&
			     (p[1] == ' ' || p[1] == '\0');

		word(r, alone ? *p : '\0', one);
		if (!alone) {
			one[0] = *p;
			one[1] = '\0';
		}
		used += (size_t)snprintf(line + used, size - used, "%s", one);
	}
}

void fo_generate_step(struct fo_random *r, char *line, size_t size)
{
	uint32_t all = 0, pick;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		all += (uint32_t)forms[i].weight;
	pick = fo_random_below(r, all);
	for (i = 0; pick >= (uint32_t)forms[i].weight; i++)
		pick -= (uint32_t)forms[i].weight;
	fill_form(r, forms[i].form, line, size);
}

/* "open", a write and "close" are three steps of a layer's one file. */
static const char *const layer_forms[] = {
	"mkdir N P",
	"mkdir N P",
	"mkdir N P",
	"mkdir N P",
	"mknod N f P",
	"open 0 N w,creat P",
	"open 0 N w,creat P",
	"open 0 N w,creat P",
	"open 0 N w,creat P",
	"symlink E N",
	"mknod N c 0 0:0",
	"mknod N c 0 0:0",
	"mknod N c 600 1:3",
	"mknod N p P",
	"link E N",
	"link E N",
	"setxattr E V Y",
	"chown E I",
	"chmod E P",
	"setxattr D trusted.overlay.opaque y",
	"setxattr D trusted.overlay.opaque y",
	"setxattr E system.posix_acl_access A",
	NULL
};

static void layer_lines(struct fo_random *r, struct fo_history *h, int layer)
{
	uint32_t count = 10 + fo_random_below(r, 25);
	char line[1000], whole[1100];

	name_count = 0;
	while (count--) {
		fill_form(r, one_of(r, layer_forms), line, sizeof(line));
		/* The steps of one line run on a root of their own. */
		if (strncmp(line, "open 0 ", 7) == 0) {
			char path[PATH_ROOM];

			if (sscanf(line, "open 0 %199s", path) != 1)
				continue;
			snprintf(line, sizeof(line), "put %s %s %s", path,
				 one_of(r, data), one_of(r, modes));
		}
		snprintf(whole, sizeof(whole), "@lower%d %s", layer, line);
		fo_history_add(h, whole);
		if (name_count < NAMES_MAX) {
			is_dir[name_count] = strncmp(line, "mkdir", 5) == 0;
			is_file[name_count] = !is_dir[name_count];
			if (is_dir[name_count] || strncmp(line, "put", 3) == 0)
				sscanf(line, "%*s %199s", names[name_count++]);
		}
	}
}

void fo_generate_layers(struct fo_random *r, struct fo_history *h)
{
	/* From the bottom, so that upper layers meet names of lower ones. */
	for (int layer = 3; layer > 0; layer--)
		layer_lines(r, h, layer);
}
