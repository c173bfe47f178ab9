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
	{ "*stat *", "0 d * nlink=* *", "0 d * nlink=1 *",
	  "and the directories of all names of a hard link are copied up" },
	{ "*stat *", "0 d * nlink=1 *", "0 d * nlink=* *",
	  "a directory is merged from when it is copied up, which overlayfs "
	  "does at an open that engine plain never hears of" },
	{ "*removexattr * system.posix_acl_*", "0", "ENODATA",
	  "overlayfs says this of uppers only, and copies up at an open" },
	{ "fstat *", "0 ? * nlink=[12] *", "0 ? * nlink=0 *",
	  "overlayfs shows what was removed with the links of its layer" },
	{ "m* *", "EFAULT", "*",
	  "a mapping of a lower: ours has the content of after the copy-up" },
	{ NULL, NULL, NULL, NULL },
};

/* The answer to readdir without the devices that a directory lists. */
static void without_devices(const char *answer, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	while (*answer) {
		size_t length = strcspn(answer, " ");

		if ((length < 2 || strncmp(answer + length - 2, ":c", 2)) &&
		    used + length + 2 < size) {
			memcpy(out + used, answer, length);
			used += length;
			out[used++] = ' ';
			out[used] = '\0';
		}
		answer += length;
		answer += strspn(answer, " ");
	}
}

/*
 * overlayfs lists a directory of one layer as that layer has it, whiteouts
 * and all, though no lookup finds them.
 */
static bool lists_whiteouts(const char *kernel, const char *ours)
{
	char a[4096], b[4096];

	without_devices(kernel, a, sizeof(a));
	without_devices(ours, b, sizeof(b));
	return strcmp(a, b) == 0;
}

/*
 * overlayfs cannot copy up a file of a lower that was removed while it was
 * open, and answers with what the attempt ran into; we can. From then on the
 * two files differ: nothing more is to be asked of them.
 */
bool fo_known_to_part(const char *line, const char *kernel, const char *ours)
{
	/*
	 * Of what is allocated but not written, what is in the page cache
	 * counts as data; and a mapping keeps a closed file's locks, but
	 * overlayfs maps another file.
	 */
	if (!strncmp(line, "seek ", 5) &&
	    (strstr(line, " data ") || strstr(line, " hole ")))
		return true;
	if ((!strncmp(line, "lock ", 5) || !strncmp(line, "flock ", 6)) &&
	    !strcmp(kernel, "0") && !strcmp(ours, "EAGAIN"))
		return true;
	return fo_known_to_raise(line) && ours[0] == '0' &&
	       (!strcmp(kernel, "ENOENT") || !strcmp(kernel, "EEXIST") ||
		!strcmp(kernel, "ENOTDIR") || !strcmp(kernel, "EIO"));
}

/* Does the line change attributes by a descriptor? */
bool fo_known_to_raise(const char *line)
{
	static const char *const verbs[] = { "fchmod ", "fchown ", "futimens ",
					     "fsetxattr ", "fremovexattr " };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strncmp(line, verbs[i], strlen(verbs[i])))
			return true;
	return false;
}

bool fo_known_answer(const char *line, const char *kernel, const char *ours)
{
	if ((!strncmp(line, "readdir ", 8) || !strncmp(line, "freaddir ", 9)) &&
	    lists_whiteouts(kernel, ours))
		return true;
	for (size_t i = 0; known[i].line; i++)
		if (fnmatch(known[i].line, line, 0) == 0 &&
		    fnmatch(known[i].kernel, kernel, 0) == 0 &&
		    fnmatch(known[i].ours, ours, 0) == 0)
			return true;
	return false;
}

static void forgive(char *listing, const char *flaw)
{
	char *found, *start;

	while ((found = strstr(listing, flaw)) != NULL) {
		for (start = found; start > listing && start[-1] != '\n';)
			start--;
		found += strlen(flaw);
		memmove(start, found, strlen(found) + 1);
	}
}

/*
 * Only overlayfs' own listings are forgiven these:
 * - its list of a directory is cached with the numbers that names had when it
 *   was made; a name that was copied up or linked since then may be listed
 *   with its old one;
 * - a directory of one layer is listed as that layer has it, whiteouts and
 *   all, though no lookup finds them.
 */
void fo_known_tree(char *listing)
{
	forgive(listing, ": d_ino is not st_ino\n");
	forgive(listing, " ENOENT\n");
}

/* "./name d MODE UID:GID nCOUNT": the counts of directories, of both sides. */
void fo_known_counts(char *listing)
{
	char *line = listing;

	while (line && *line) {
		char *end = strchr(line, '\n');
		char *type = strstr(line, " d ");
		char *count = type ? strstr(type, " n") : NULL;

		if (count && (!end || count < end))
			for (count += 2; *count >= '0' && *count <= '9';
			     count++)
				*count = '*';
		line = end ? end + 1 : NULL;
	}
}

/*
 * "f 2640": setgid without group execution. A write by somebody outside of
 * the group takes the bit away since Linux 6.2, but FUSE says it that stays
 * (FUSE_HANDLE_KILLPRIV_V2, include/uapi/linux/fuse.h): not looked at.
 */
void fo_known_modes(char *text)
{
	char *at = text;

	while ((at = strstr(at, "f ")) != NULL) {
		char *mode = at + 2;

		at = mode;
		if (strspn(mode, "01234567") == 4 && mode[4] == ' ' &&
		    !((mode[2] - '0') & 1) && ((mode[0] - '0') & 2))
			mode[0] = (char)(mode[0] - 2);
	}
}

/*
 * Of writes that are passed through nobody hears: a file that is made setuid
 * or setgid while it is open keeps the bit, and one that has it loses it when
 * it is opened by somebody who may not keep it. So engine passthrough only.
 */
void fo_known_setid(char *text)
{
	char *at = text;

	while ((at = strstr(at, "f ")) != NULL) {
		at += 2;
		if (strspn(at, "01234567") == 4 && at[4] == ' ')
			at[0] = (char)('0' + ((at[0] - '0') & 1));
	}
}
