// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A directory of the upper that shows nothing may still hold whiteouts, and
 * then rename(2) does not replace it. It is exchanged for an empty one that
 * looks the same. As ovl_clear_empty() of fs/overlayfs/dir.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/marks.h"
#include "overlay/rename_step.h"
#include "overlay/xattr.h"
#include "state/fs.h"
#include "system/sys.h"

#define FO_SWEEP_BUFFER 512

static bool fo_is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Does the directory in the upper itself hold anything? */
static int fo_sweep_is_due(int dir, const char *name, bool *out_due)
{
	_cleanup_close_ int fd = fo_sys_open(dir, name, O_RDONLY | O_DIRECTORY);
	char buf[FO_SWEEP_BUFFER]
		__attribute__((aligned(__alignof__(struct fo_dirent))));
	ssize_t n, at;

	if (fd < 0)
		return fd;
	*out_due = false;
	while ((n = fo_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n;) {
			const struct fo_dirent *entry =
				(const struct fo_dirent *)(buf + at);

			at += entry->reclen;
			if (!fo_is_dot(entry->name)) {
				*out_due = true;
				return 0;
			}
		}
	}
	return (int)n;
}

/*
 * In work: empty and opaque, else as the directory that old names. Opaque by
 * the attribute whatever the mount's form, or it would not be empty.
 */
static int fo_sweep_make(struct fo_renaming *renaming, int old)
{
	const char yes = FO_OPAQUE_YES;
	struct fo_fs *fs = renaming->fs;
	_cleanup_close_ int fd = -1;
	struct stat st;
	int err = fo_sys_fstat(old, &st);

	if (err)
		return err;
	fo_temporary_name(fs, renaming->swept);
	err = fo_sys_mkdir(fs->work, renaming->swept, 0700);
	if (err)
		return err;
	fd = fo_sys_open(fs->work, renaming->swept, O_RDONLY | O_DIRECTORY);
	err = fd < 0 ? fd : fo_sys_chown(fd, st.st_uid, st.st_gid);
	if (!err)
		err = fo_sys_chmod(fd, st.st_mode & 07777);
	if (!err)
		err = fo_xattr_copy_all(fs, old, fd);
	if (!err)
		err = fo_mark_set(fs, fd, FO_XATTR_OPAQUE, &yes, 1);
	if (err)
		fo_temporary_remove(fs, renaming->swept);
	return err;
}

/* Change places with what lies in work. */
static int fo_sweep_exchange(struct fo_renaming *renaming)
{
	const struct fo_slot *to = &renaming->to;
	struct fo_fs *fs = renaming->fs;
	int err;

	fo_tree_change_begin(fs);
	err = fo_sys_rename2(fs->work, renaming->swept, to->dir->fd,
			     to->place.name, RENAME_EXCHANGE);
	fo_tree_change_end(fs);
	return err;
}

int fo_rename_sweep(struct fo_renaming *renaming)
{
	const struct fo_slot *to = &renaming->to;
	struct fo_descriptor *old;
	bool due;
	int err = fo_sweep_is_due(to->dir->fd, to->place.name, &due);

	if (err || !due)
		return err;
	/* mv(1) copies what has no other way. */
	if (!renaming->fs->can.xattr)
		return -EXDEV;
	err = fo_tree_dir(renaming->fs, to->looked.node, FO_UPPER, &old);
	if (err)
		return err;
	err = fo_sweep_make(renaming, old->fd);
	fo_descriptor_put(&renaming->fs->descriptors, old);
	if (err)
		return err;
	renaming->has_swept = true;
	err = fo_sweep_exchange(renaming);
	/* On failure it is the new one that is removed from work. */
	return err;
}

void fo_rename_unsweep(struct fo_renaming *renaming)
{
	if (renaming->has_swept)
		(void)fo_sweep_exchange(renaming);
}
