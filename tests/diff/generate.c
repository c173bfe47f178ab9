// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random layers and random steps. Few names and few slots, so that steps meet
 * each other: what is renamed is written through an old descriptor, what is
 * removed comes back as something else.
 */
#include <stdio.h>
#include <string.h>

#include "diff.h"
#include "names.h"

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
 * The templates of steps. E an fo_name_existing path, Q a regular file, D a directory,
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
		fo_name_existing(r, out);
		break;
	case 'N':
		fo_name_fresh(r, out);
		break;
	case 'Q':
		fo_name_file(r, out);
		break;
	case 'D':
		fo_name_dir(r, out);
		break;
	case 'F':
		sprintf(out, "%u", slot(r));
		break;
	case 'M':
		sprintf(out, "%u", fo_random_below(r, 4));
		break;
	case 'O':
		strcpy(out, fo_random_word(r, open_modes));
		break;
	case 'P':
		strcpy(out, fo_random_word(r, modes));
		break;
	case 'Z':
		strcpy(out, fo_random_word(r, sizes));
		break;
	case 'X':
		strcpy(out, fo_random_word(r, data));
		break;
	case 'Y':
		strcpy(out, fo_random_word(r, values));
		break;
	case 'V':
		strcpy(out, fo_random_word(r, xattrs));
		break;
	case 'A':
		strcpy(out, fo_random_word(r, acl));
		break;
	case 'I':
		strcpy(out, fo_random_word(r, ids));
		break;
	case 'T':
		strcpy(out, fo_random_word(r, times));
		break;
	case 'G':
		strcpy(out, fo_random_word(r, falloc_modes));
		break;
	case 'R':
		strcpy(out, fo_random_word(r, rename_flags));
		break;
	default:
		out[0] = letter;
		out[1] = '\0';
	}
}

static void fill_form(struct fo_random *r, const char *form, char *line,
		      size_t size)
{
	char one[FO_NAME_ROOM + 200];
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
	char line[1000], whole[1100], path[FO_NAME_ROOM];
	bool dir;

	fo_names_forget();
	while (count--) {
		fill_form(r, fo_random_word(r, layer_forms), line,
			  sizeof(line));
		/* The steps of one line run on a root of their own. */
		if (strncmp(line, "open 0 ", 7) == 0) {
			if (sscanf(line, "open 0 %199s", path) != 1)
				continue;
			snprintf(line, sizeof(line), "put %s %s %s", path,
				 fo_random_word(r, data),
				 fo_random_word(r, modes));
		}
		snprintf(whole, sizeof(whole), "@lower%d %s", layer, line);
		fo_history_add(h, whole);
		dir = strncmp(line, "mkdir", 5) == 0;
		if ((dir || strncmp(line, "put", 3) == 0) &&
		    sscanf(line, "%*s %199s", path) == 1)
			fo_names_add(path, dir);
	}
}

void fo_generate_layers(struct fo_random *r, struct fo_history *h)
{
	/* From the bottom, so that upper layers meet names of lower ones. */
	for (int layer = 3; layer > 0; layer--)
		layer_lines(r, h, layer);
}
