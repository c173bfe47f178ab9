// SPDX-License-Identifier: GPL-2.0-or-later
/* Whiteouts and opaque marks, made in the upper. */
#include "overlay/whiteout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/lookup.h"
#include "overlay/marks.h"
#include "overlay/temporary.h"
#include "state/fs.h"
#include "system/sys.h"

/* In work; no temporary name is like it. */
#define FO_WHITEOUT_SHARED "#whiteout"

enum fo_whiteout_made fo_whiteout_form(const struct fo_fs *fs)
{
	/* One in the name's own place takes an exchange to get there. */
	if (fs->config->whiteout == FO_WHITEOUT_OCI || !fs->can.rename_exchange)
		return FO_WHITEOUT_MADE_BESIDE;
	if (fs->can.mknod_whiteout)
		return FO_WHITEOUT_MADE_DEVICE;
	return fs->can.xattr ? FO_WHITEOUT_MADE_XATTR : FO_WHITEOUT_MADE_BESIDE;
}

int fo_whiteout_is_owed(struct fo_fs *fs, struct fo_node *dir, const char *name,
			bool *out_owed)
{
	*out_owed = false;
	return dir->stack ? fo_lookup_below_upper(fs, dir, name, out_owed) : 0;
}

int fo_whiteout_allow(struct fo_fs *fs, struct fo_node *dir)
{
	const char x = FO_OPAQUE_XWHITEOUTS;
	struct fo_descriptor *descriptor;
	int err;

	if (fo_node_has(dir, FO_NODE_XWHITEOUTS))
		return 0;
	err = fo_tree_dir(fs, dir, FO_UPPER, &descriptor);
	if (err)
		return err;
	/* Nothing is owed in an opaque directory: "y" is never lost here. */
	err = fo_mark_set(fs, descriptor->fd, FO_XATTR_OPAQUE, &x, 1);
	fo_descriptor_put(&fs->descriptors, descriptor);
	if (!err)
		fo_node_set(dir, FO_NODE_XWHITEOUTS);
	return err;
}

/*
 * All are links of one in work: no inode is made for each, which is most of
 * the cost. As ovl_whiteout() of fs/overlayfs/dir.c.
 */
int fo_whiteout_make_device(struct fo_fs *fs, int dir, const char *name)
{
	int err = fo_sys_link_name(fs->work, FO_WHITEOUT_SHARED, dir, name);

	if (err == -EMLINK) {
		/* It has all the links it can have: the next ones get another. */
		(void)fo_sys_unlink(fs->work, FO_WHITEOUT_SHARED);
		err = -ENOENT;
	}
	if (err == -ENOENT) {
		err = fo_sys_mknod(fs->work, FO_WHITEOUT_SHARED, S_IFCHR, 0);
		if (!err || err == -EEXIST)
			err = fo_sys_link_name(fs->work, FO_WHITEOUT_SHARED,
					       dir, name);
	}
	return err && err != -EEXIST ? fo_sys_mknod(dir, name, S_IFCHR, 0) :
				       err;
}

static int fo_whiteout_make_xattr(struct fo_fs *fs, const char *temporary)
{
	_cleanup_close_ int fd =
		fo_sys_create(fs->work, temporary, O_WRONLY, 0644);
	int err;

	if (fd < 0)
		return fd;
	err = fo_mark_set(fs, fd, FO_XATTR_WHITEOUT, "y", 1);
	if (err)
		fo_temporary_remove(fs, temporary);
	return err;
}

int fo_whiteout_prepare(struct fo_fs *fs, struct fo_node *dir,
			char *out_temporary)
{
	int err;

	fo_temporary_name(fs, out_temporary);
	switch (fo_whiteout_form(fs)) {
	case FO_WHITEOUT_MADE_DEVICE:
		return fo_whiteout_make_device(fs, fs->work, out_temporary);
	case FO_WHITEOUT_MADE_XATTR:
		err = fo_whiteout_allow(fs, dir);
		return err ? err : fo_whiteout_make_xattr(fs, out_temporary);
	default:
		return -EOPNOTSUPP;
	}
}

static int fo_beside_name(const char *name, char out_mark[FO_NAME_SIZE])
{
	if (strlen(name) + FO_OCI_PREFIX_LEN >= FO_NAME_SIZE)
		return -ENAMETOOLONG;
	snprintf(out_mark, FO_NAME_SIZE, FO_OCI_PREFIX "%s", name);
	return 0;
}

int fo_whiteout_hide(struct fo_node *dir, int fd, const char *name)
{
	_cleanup_close_ int mark_fd = -1;
	char mark[FO_NAME_SIZE];
	int err = fo_beside_name(name, mark);

	if (err)
		return err;
	/* Before it is there, or a lookup would not look for it. */
	fo_node_clear(dir, FO_NODE_OCI_FREE);
	mark_fd = fo_sys_create(fd, mark, O_WRONLY, 0644);
	return mark_fd < 0 && mark_fd != -EEXIST ? mark_fd : 0;
}

int fo_whiteout_unhide(int fd, const char *name)
{
	char mark[FO_NAME_SIZE];
	int err = fo_beside_name(name, mark);

	/* A name that is too long has no mark. */
	if (!err)
		err = fo_sys_unlink(fd, mark);
	return err == -ENOENT || err == -ENAMETOOLONG ? 0 : err;
}

int fo_whiteout_set_opaque(struct fo_fs *fs, int fd)
{
	const char yes = FO_OPAQUE_YES;
	_cleanup_close_ int mark = -1;
	int err = -EOPNOTSUPP;

	if (fo_whiteout_form(fs) != FO_WHITEOUT_MADE_BESIDE)
		err = fo_mark_set(fs, fd, FO_XATTR_OPAQUE, &yes, 1);
	if (err != -EOPNOTSUPP)
		return err;
	mark = fo_sys_create(fd, FO_OCI_OPAQUE, O_WRONLY, 0644);
	return mark < 0 && mark != -EEXIST ? mark : 0;
}
