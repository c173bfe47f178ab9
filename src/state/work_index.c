// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The index belongs to one upper: it says which, as overlayfs has it, in an
 * attribute with the handle of that upper's root.
 */
#include "state/work_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "state/fs.h"
#include "system/handle.h"
#include "system/sys.h"
#include "system/xattr.h"

#define FO_INDEX_BUFFER 1024
#define FO_UPPER_ATTR_SIZE 64

static bool fo_uuid_is_unknown(const struct fo_handle *handle)
{
	static const uint8_t none[FO_HANDLE_UUID_SIZE];

	return !memcmp(handle->uuid, none, sizeof(none));
}

/* A filesystem that does not tell us its uuid may tell it to overlayfs. */
static bool fo_handle_is_same(const struct fo_handle *a,
			      const struct fo_handle *b)
{
	return a->len == b->len && a->type == b->type &&
	       !memcmp(a->fid, b->fid, a->len - FO_HANDLE_HEADER_SIZE) &&
	       (fo_uuid_is_unknown(a) || fo_uuid_is_unknown(b) ||
		!memcmp(a->uuid, b->uuid, sizeof(a->uuid)));
}

/* -ENOTEMPTY, or what reading it says. */
static int fo_index_is_empty(int index)
{
	_cleanup_close_ int fd = fo_sys_open(index, "", O_RDONLY | O_DIRECTORY);
	char buf[FO_INDEX_BUFFER]
		__attribute__((aligned(__alignof__(struct fo_dirent))));
	ssize_t n, at;

	if (fd < 0)
		return fd;
	while ((n = fo_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n;) {
			const struct fo_dirent *entry =
				(const struct fo_dirent *)(buf + at);

			at += entry->reclen;
			if (strcmp(entry->name, ".") &&
			    strcmp(entry->name, ".."))
				return -ENOTEMPTY;
		}
	}
	return (int)n;
}

static int fo_index_refuse(const struct fo_fs *fs)
{
	int err = fo_index_is_empty(fs->index);

	if (err == -ENOTEMPTY) {
		fo_log_error(
			"workdir '%s' holds the hard links of another "
			"upper than '%s'; give each upper a work "
			"directory of its own, or remove '%s/" FO_INDEX_NAME
			"' if that upper is gone",
			fs->config->workdir, fs->config->upperdir,
			fs->config->workdir);
		return -ESTALE;
	}
	if (err)
		fo_log_error("workdir '%s': cannot read its index: %s",
			     fs->config->workdir, strerror(-err));
	return err;
}

int fo_work_check_index(const struct fo_fs *fs)
{
	const struct fo_filesystem *filesystem =
		&fs->filesystems[fs->layers[FO_UPPER].filesystem];
	struct fo_handle upper, kept = { 0 };
	char attr[FO_UPPER_ATTR_SIZE];
	ssize_t len;
	int err;

	if (!fs->can.handles || !fs->can.xattr ||
	    fo_handle_encode(fs->layers[FO_UPPER].fd, filesystem->uuid, &upper))
		return 0;
	upper.flags |= FO_HANDLE_FLAG_PATH_UPPER;
	snprintf(attr, sizeof(attr), "%s" FO_XATTR_UPPER, fs->xattr_prefix);
	len = fo_xattr_get(fs->index, attr, &kept, sizeof(kept));
	if (len > 0) {
		if (fo_handle_is_valid(&kept, (size_t)len) &&
		    fo_handle_is_same(&kept, &upper))
			return 0;
		err = fo_index_refuse(fs);
		if (err)
			return err;
	}
	/* Without the attribute the next mount knows no more than this one. */
	(void)fo_xattr_set(fs->index, attr, &upper, upper.len, 0);
	return 0;
}
