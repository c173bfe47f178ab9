// SPDX-License-Identifier: GPL-2.0-or-later
/* override_stat: owner, mode and type in an attribute. */
#include "overlay/override.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "state/fs.h"
#include "system/xattr.h"

static const struct {
	const char *word;
	mode_t type;
} fo_override_types[] = {
	{ "file", S_IFREG }, { "dir", S_IFDIR },     { "symlink", S_IFLNK },
	{ "pipe", S_IFIFO }, { "socket", S_IFSOCK }, { "block", S_IFBLK },
	{ "char", S_IFCHR },
};

/* Digits of one number, up to the end or to what may follow. */
static int fo_override_number(const char **text, unsigned int base,
			      uint32_t *out_value)
{
	const char *at = *text;
	uint64_t value = 0;

	for (; *at >= '0' && *at < (char)('0' + base); at++) {
		value = value * base + (unsigned int)(*at - '0');
		if (value > UINT32_MAX)
			return -EINVAL;
	}
	if (at == *text)
		return -EINVAL;
	*text = at;
	*out_value = (uint32_t)value;
	return 0;
}

static int fo_override_after(const char **text, char separator,
			     unsigned int base, uint32_t *out_value)
{
	if (**text != separator)
		return -EINVAL;
	++*text;
	return fo_override_number(text, base, out_value);
}

/* "TYPE", or "block-MAJ-MIN"; anything may follow an unnumbered type. */
static int fo_override_parse_type(const char *text, struct stat *st)
{
	uint32_t major_number, minor_number;
	size_t i, len = strcspn(text, "-:");

	for (i = 0; i < FO_ARRAY_SIZE(fo_override_types); i++)
		if (strlen(fo_override_types[i].word) == len &&
		    !strncmp(text, fo_override_types[i].word, len))
			break;
	if (i == FO_ARRAY_SIZE(fo_override_types))
		return -EINVAL;
	st->st_mode = (st->st_mode & 07777) | fo_override_types[i].type;
	text += len;
	if (!S_ISBLK(st->st_mode) && !S_ISCHR(st->st_mode))
		return *text == '-' ? -EINVAL : 0;
	if (fo_override_after(&text, '-', 10, &major_number) ||
	    fo_override_after(&text, '-', 10, &minor_number) ||
	    (*text && *text != ':'))
		return -EINVAL;
	st->st_rdev = makedev(major_number, minor_number);
	return 0;
}

int fo_override_parse(const char *text, size_t len, struct stat *st)
{
	char copy[FO_OVERRIDE_SIZE];
	const char *at = copy;
	struct stat parsed = *st;
	uint32_t uid, gid, mode;
	int err = 0;

	if (!len || len >= sizeof(copy) || memchr(text, '\0', len))
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (fo_override_number(&at, 10, &uid) ||
	    fo_override_after(&at, ':', 10, &gid) ||
	    fo_override_after(&at, ':', 8, &mode) || mode > 0177777)
		return -EINVAL;
	parsed.st_uid = uid;
	parsed.st_gid = gid;
	parsed.st_mode = (parsed.st_mode & S_IFMT) | (mode & 07777);
	if (*at == ':')
		err = fo_override_parse_type(at + 1, &parsed);
	else if (*at)
		err = -EINVAL;
	if (!err)
		*st = parsed;
	return err;
}

size_t fo_override_format(const struct stat *st, char out[FO_OVERRIDE_SIZE])
{
	const char *word = "file";
	char numbers[32] = "";
	size_t i;
	int len;

	for (i = 0; i < FO_ARRAY_SIZE(fo_override_types); i++)
		if (fo_override_types[i].type == (st->st_mode & S_IFMT))
			word = fo_override_types[i].word;
	if (S_ISBLK(st->st_mode) || S_ISCHR(st->st_mode))
		snprintf(numbers, sizeof(numbers), "-%u-%u", major(st->st_rdev),
			 minor(st->st_rdev));
	len = snprintf(out, FO_OVERRIDE_SIZE, "%u:%u:%04o:%s%s", st->st_uid,
		       st->st_gid, st->st_mode & 07777, word, numbers);
	return (size_t)len;
}

bool fo_override_is_attr(const char *attr)
{
	return !strcmp(attr, FO_XATTR_OVERRIDE_USER) ||
	       !strcmp(attr, FO_XATTR_OVERRIDE_PRIVILEGED) ||
	       !strcmp(attr, FO_XATTR_OVERRIDE_LEGACY);
}

/* What cannot be there, or not be read by us, is not there. */
static bool fo_override_is_absent(ssize_t err)
{
	return err == -ENODATA || err == -EOPNOTSUPP || err == -EPERM ||
	       err == -EACCES;
}

/*
 * fuse-overlayfs keeps its own attribute up to date and no other: where it is
 * present it is the last that was written, as we write both.
 */
static ssize_t fo_override_get(const struct fo_fs *fs, int fd,
			       char text[FO_OVERRIDE_SIZE])
{
	ssize_t len = -ENODATA;

	if (fs->config->override == FO_OVERRIDE_PRIVILEGED)
		len = fo_xattr_get(fd, FO_XATTR_OVERRIDE_PRIVILEGED, text,
				   FO_OVERRIDE_SIZE);
	if (fo_override_is_absent(len))
		len = fo_xattr_get(fd, FO_XATTR_OVERRIDE_LEGACY, text,
				   FO_OVERRIDE_SIZE);
	if (fo_override_is_absent(len))
		len = fo_xattr_get(fd, FO_XATTR_OVERRIDE_USER, text,
				   FO_OVERRIDE_SIZE);
	return len;
}

int fo_override_read(const struct fo_fs *fs, int fd, struct stat *st)
{
	char text[FO_OVERRIDE_SIZE];
	struct stat shown = *st;
	ssize_t len;
	int err;

	if (fs->config->override == FO_OVERRIDE_NONE)
		return 0;
	len = fo_override_get(fs, fd, text);
	if (fo_override_is_absent(len))
		return 0;
	if (len < 0)
		return len == -ERANGE ? -EINVAL : (int)len;
	err = fo_override_parse(text, (size_t)len, &shown);
	if (err)
		return err;
	/* Only a file can stand for something else; never a directory. */
	if (!S_ISREG(st->st_mode) || S_ISDIR(shown.st_mode)) {
		shown.st_mode = (st->st_mode & S_IFMT) |
				(shown.st_mode & 07777);
		shown.st_rdev = st->st_rdev;
	}
	*st = shown;
	return 0;
}

int fo_override_write(const struct fo_fs *fs, int fd, const struct stat *st)
{
	char text[FO_OVERRIDE_SIZE];
	size_t len = fo_override_format(st, text);
	struct stat real;
	int err;

	if (fs->config->override == FO_OVERRIDE_PRIVILEGED) {
		err = fo_xattr_set(fd, FO_XATTR_OVERRIDE_PRIVILEGED, text, len,
				   0);
	} else {
		err = fo_xattr_set(fd, FO_XATTR_OVERRIDE_USER, text, len, 0);
		/* For fuse-overlayfs, which reads no other in an upper. */
		if (!err)
			err = fo_xattr_set(fd, FO_XATTR_OVERRIDE_LEGACY, text,
					   len, 0);
	}
	if (err != -EPERM && err != -EOPNOTSUPP)
		return err;
	if (fo_sys_fstat(fd, &real))
		return err;
	return S_ISREG(real.st_mode) || S_ISDIR(real.st_mode) ? err : 0;
}
