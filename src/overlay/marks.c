// SPDX-License-Identifier: GPL-2.0-or-later
/* Overlay's own extended attributes. */
#include "overlay/marks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "state/fs.h"
#include "system/handle.h"
#include "system/sys.h"
#include "system/xattr.h"

#define FO_MARK_NAME_SIZE 64
#define FO_LIST_SIZE 1024

static const char *const fo_prefixes[] = {
	FO_XATTR_TRUSTED_PREFIX,
	FO_XATTR_USER_PREFIX,
	FO_XATTR_FUSEOVERLAYFS_PREFIX,
};

static const struct {
	const char *name;
	enum fo_mark mark;
	bool only_own_prefix;
} fo_mark_names[] = {
	{ FO_XATTR_OPAQUE, FO_MARK_OPAQUE, false },
	{ FO_XATTR_REDIRECT, FO_MARK_REDIRECT, true },
	{ FO_XATTR_METACOPY, FO_MARK_METACOPY, true },
	{ FO_XATTR_ORIGIN, FO_MARK_ORIGIN, true },
	{ FO_XATTR_WHITEOUT, FO_MARK_WHITEOUT, false },
	{ FO_XATTR_IMPURE, FO_MARK_IMPURE, true },
};

static const char *fo_mark_attr(const char *prefix, const char *mark,
				char attr[FO_MARK_NAME_SIZE])
{
	snprintf(attr, FO_MARK_NAME_SIZE, "%s%s", prefix, mark);
	return attr;
}

static unsigned int fo_mark_of(const struct fo_fs *fs, const char *attr)
{
	size_t i, j;

	for (i = 0; i < FO_ARRAY_SIZE(fo_prefixes); i++) {
		size_t len = strlen(fo_prefixes[i]);
		bool own = !strcmp(fo_prefixes[i], fs->xattr_prefix);

		if (strncmp(attr, fo_prefixes[i], len))
			continue;
		for (j = 0; j < FO_ARRAY_SIZE(fo_mark_names); j++)
			if (!strcmp(attr + len, fo_mark_names[j].name) &&
			    (own || !fo_mark_names[j].only_own_prefix))
				return fo_mark_names[j].mark;
	}
	if (!strcmp(attr, FO_XATTR_OVERRIDE_USER) ||
	    !strcmp(attr, FO_XATTR_OVERRIDE_PRIVILEGED) ||
	    !strcmp(attr, FO_XATTR_OVERRIDE_LEGACY))
		return FO_MARK_OVERRIDE;
	return 0;
}

static unsigned int fo_marks_in(const struct fo_fs *fs, const char *list,
				size_t len)
{
	unsigned int marks = 0;
	size_t at;

	for (at = 0; at < len; at += strlen(list + at) + 1)
		marks |= fo_mark_of(fs, list + at);
	return marks;
}

/* No attributes is no error: a layer may lie on a filesystem without any. */
static bool fo_xattr_is_absent(ssize_t err)
{
	return err == -ENODATA || err == -EOPNOTSUPP || err == -ENOSYS ||
	       err == -EACCES || err == -EPERM;
}

int fo_marks_read(const struct fo_fs *fs, int dir, const char *name,
		  unsigned int *out_marks)
{
	char list[FO_LIST_SIZE];
	ssize_t len = fo_xattr_list_at(dir, name, list, sizeof(list));

	*out_marks = 0;
	if (len >= 0) {
		*out_marks = fo_marks_in(fs, list, (size_t)len);
		return 0;
	}
	if (len == -ERANGE || len == -E2BIG) {
		_cleanup_free_ char *all = NULL;

		len = fo_xattr_list_all(dir, name, &all);
		if (len >= 0)
			*out_marks = fo_marks_in(fs, all, (size_t)len);
	}
	return len >= 0 || fo_xattr_is_absent(len) ? 0 : (int)len;
}

static ssize_t fo_mark_get(const struct fo_fs *fs, int dir, const char *name,
			   const char *mark, void *out_value, size_t size)
{
	char attr[FO_MARK_NAME_SIZE];

	return fo_xattr_get_at(dir, name,
			       fo_mark_attr(fs->xattr_prefix, mark, attr),
			       out_value, size);
}

char fo_mark_opaque(const struct fo_fs *fs, int dir, const char *name)
{
	char attr[FO_MARK_NAME_SIZE];
	char value = 0, found = 0;
	size_t i;

	(void)fs;
	for (i = 0; i < FO_ARRAY_SIZE(fo_prefixes); i++) {
		fo_mark_attr(fo_prefixes[i], FO_XATTR_OPAQUE, attr);
		if (fo_xattr_get_at(dir, name, attr, &value, 1) != 1)
			continue;
		if (value == FO_OPAQUE_YES)
			return FO_OPAQUE_YES;
		if (value == FO_OPAQUE_XWHITEOUTS)
			found = value;
	}
	return found;
}

bool fo_mark_has_whiteout(int dir, const char *name)
{
	char attr[FO_MARK_NAME_SIZE];
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_prefixes); i++) {
		fo_mark_attr(fo_prefixes[i], FO_XATTR_WHITEOUT, attr);
		if (fo_xattr_get_at(dir, name, attr, NULL, 0) >= 0)
			return true;
	}
	return false;
}

static bool fo_component_is_valid(const char *text, size_t len)
{
	if (!len || len >= FO_NAME_SIZE)
		return false;
	return !(text[0] == '.' && (len == 1 || (len == 2 && text[1] == '.')));
}

bool fo_redirect_is_valid(const char *text, size_t len)
{
	const char *end = text + len;

	if (!len || len > FO_REDIRECT_MAX || memchr(text, '\0', len))
		return false;
	if (*text != '/')
		return fo_component_is_valid(text, len) &&
		       !memchr(text, '/', len);
	while (text < end) {
		const char *start = text + 1;
		const char *slash = memchr(start, '/', (size_t)(end - start));

		text = slash ? slash : end;
		if (!fo_component_is_valid(start, (size_t)(text - start)))
			return false;
	}
	return true;
}

int fo_mark_redirect(const struct fo_fs *fs, int dir, const char *name,
		     char **out_redirect)
{
	_cleanup_free_ char *text = malloc(FO_REDIRECT_MAX + 1);
	ssize_t len;

	if (!text)
		return -ENOMEM;
	len = fo_mark_get(fs, dir, name, FO_XATTR_REDIRECT, text,
			  FO_REDIRECT_MAX);
	if (len < 0)
		return len == -ERANGE ? -EINVAL : (int)len;
	text[len] = '\0';
	/* Some writers count the NUL in. */
	if (len && !text[len - 1])
		len--;
	if (!fo_redirect_is_valid(text, (size_t)len))
		return -EINVAL;
	*out_redirect = fo_take(&text);
	return 0;
}

int fo_mark_origin(const struct fo_fs *fs, int dir, const char *name,
		   struct fo_handle *out_handle)
{
	ssize_t len;

	memset(out_handle, 0, sizeof(*out_handle));
	len = fo_mark_get(fs, dir, name, FO_XATTR_ORIGIN, out_handle,
			  sizeof(*out_handle));
	if (len < 0)
		return len == -ERANGE ? -EINVAL : (int)len;
	return fo_handle_is_valid(out_handle, (size_t)len) ? 0 : -EINVAL;
}

/* "U+2": two more than the upper has; "L-1": one less than the lower. */
int fo_mark_nlink(const struct fo_fs *fs, int fd,
		  struct fo_relative_nlink *out_nlink)
{
	char value[16] = { 0 };
	ssize_t len = fo_mark_get(fs, fd, "", FO_XATTR_NLINK, value,
				  sizeof(value) - 1);
	long count;
	char *end;

	if (len < 0)
		return (int)len;
	count = strtol(value + 1, &end, 10);
	if ((value[0] != 'U' && value[0] != 'L') || end == value + 1 || *end ||
	    count < -65536 || count > 65536)
		return -EINVAL;
	out_nlink->to_lower = value[0] == 'L';
	out_nlink->difference = (int)count;
	return 0;
}

int fo_mark_set(const struct fo_fs *fs, int fd, const char *mark,
		const void *value, size_t size)
{
	char attr[FO_MARK_NAME_SIZE];

	return fo_xattr_set(fd, fo_mark_attr(fs->xattr_prefix, mark, attr),
			    value, size, 0);
}

int fo_mark_clear(const struct fo_fs *fs, int fd, const char *mark)
{
	char attr[FO_MARK_NAME_SIZE];
	int err =
		fo_xattr_remove(fd, fo_mark_attr(fs->xattr_prefix, mark, attr));

	return err == -ENODATA ? 0 : err;
}
