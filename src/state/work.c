// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The work directory: locked with the upper, cleaned of what a crash left,
 * and the place where the upper's filesystem is tried for what it can do.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "state/fs.h"
#include "state/layer.h"
#include "state/lock.h"
#include "state/work_index.h"
#include "system/handle.h"
#include "system/remove.h"
#include "system/sys.h"
#include "system/xattr.h"

#define FO_TRIAL "#trial"
#define FO_TRIAL_2 "#trial2"
#define FO_RENAME_EXCHANGE (1 << 1)
#define FO_RENAME_WHITEOUT (1 << 2)

static int fo_work_refuse(const char *what, const char *path,
			  const char *remedy, int err)
{
	fo_log_error("%s '%s': %s; %s", what, path, strerror(-err), remedy);
	return err;
}

static int fo_work_lock(int dir, const char *option, const char *path,
			int *out_fd)
{
	_cleanup_close_ int fd = fo_sys_open(dir, "", O_RDONLY | O_DIRECTORY);
	int err = fd < 0 ? fd : fo_lock_take(fd);

	if (err == -EBUSY)
		fo_log_error("%s '%s' is in use by another mount; unmount it "
			     "or choose another directory",
			     option, path);
	else if (err)
		return fo_work_refuse(option, path, "cannot lock it", err);
	else
		*out_fd = fo_take_fd(&fd);
	return err;
}

static int fo_work_check_nesting(const struct fo_fs *fs, int work)
{
	const char *upper = fs->config->upperdir;
	struct stat upper_st, work_st, st;
	int fds[2] = { fs->layers[FO_UPPER].fd, work };
	const struct stat *other[2] = { &work_st, &upper_st };
	size_t i;
	int err = fo_sys_fstat(fds[0], &upper_st);

	if (!err)
		err = fo_sys_fstat(work, &work_st);
	if (err)
		return err;
	if (upper_st.st_dev != work_st.st_dev) {
		fo_log_error("upperdir '%s' and workdir '%s' lie on different "
			     "filesystems; move one beside the other",
			     upper, fs->config->workdir);
		return -EXDEV;
	}
	for (i = 0; i < 2; i++) {
		_cleanup_close_ int at = fo_sys_open(fds[i], "", O_PATH);
		uint64_t last = 0;

		while (at >= 0 && !fo_sys_fstat(at, &st) && st.st_ino != last) {
			int up;

			if (st.st_dev == other[i]->st_dev &&
			    st.st_ino == other[i]->st_ino) {
				fo_log_error("upperdir '%s' and workdir '%s' "
					     "lie one inside the other; use "
					     "two directories side by side",
					     upper, fs->config->workdir);
				return -EINVAL;
			}
			last = st.st_ino;
			up = fo_sys_open(at, "..", O_PATH);
			close(at);
			at = up;
		}
	}
	return 0;
}

/* Make (or keep) a directory in workdir and open it. */
static int fo_work_subdir(int workdir, const char *name)
{
	int err = fo_sys_mkdir(workdir, name, 0700);

	if (err && err != -EEXIST)
		return err;
	return fo_sys_open(workdir, name, O_RDONLY | O_DIRECTORY);
}

static int fo_work_check_volatile(const struct fo_fs *fs)
{
	struct stat st;
	int err = fo_sys_stat(fs->workdir,
			      FO_WORK_NAME "/" FO_INCOMPAT_NAME
					   "/" FO_VOLATILE_NAME,
			      &st);

	if (err)
		return 0;
	fo_log_error("upperdir '%s' was mounted volatile and not unmounted "
		     "cleanly; it may be damaged: start with a fresh upper, or "
		     "remove '%s/" FO_WORK_NAME "/" FO_INCOMPAT_NAME
		     "/" FO_VOLATILE_NAME "' if you know better",
		     fs->config->upperdir, fs->config->workdir);
	return -EINVAL;
}

static int fo_work_mark_volatile(const struct fo_fs *fs)
{
	_cleanup_close_ int incompat =
		fo_work_subdir(fs->work, FO_INCOMPAT_NAME);
	int err;

	if (incompat < 0)
		return incompat;
	err = fo_sys_mkdir(incompat, FO_VOLATILE_NAME, 0700);
	return err ? err : fo_sys_syncfs(incompat);
}

static bool fo_try_xattr(int fd, const char *prefix)
{
	_cleanup_free_ char *attr = NULL;

	if (asprintf(&attr, "%s" FO_XATTR_OPAQUE, prefix) < 0)
		return false;
	return fo_xattr_set(fd, attr, "y", 1, 0) == 0;
}

static void fo_try_exchange(struct fo_fs *fs)
{
	if (fo_sys_mkdir(fs->work, FO_TRIAL_2, 0700))
		return;
	fs->can.rename_exchange = !fo_sys_rename2(
		fs->work, FO_TRIAL, fs->work, FO_TRIAL_2, FO_RENAME_EXCHANGE);
	(void)fo_sys_rmdir(fs->work,
			   fs->can.rename_exchange ? FO_TRIAL : FO_TRIAL_2);
	if (fs->can.rename_exchange)
		(void)fo_sys_rename(fs->work, FO_TRIAL_2, fs->work, FO_TRIAL);
}

static void fo_try_whiteouts(struct fo_fs *fs)
{
	struct stat st;

	if (fo_sys_mknod(fs->work, FO_TRIAL_2, S_IFCHR, 0))
		return;
	/* Some network homes say yes and keep something else. */
	fs->can.mknod_whiteout = !fo_sys_stat(fs->work, FO_TRIAL_2, &st) &&
				 S_ISCHR(st.st_mode) && st.st_rdev == 0;
	(void)fo_sys_unlink(fs->work, FO_TRIAL_2);
	fs->can.rename_whiteout = !fo_sys_rename2(
		fs->work, FO_TRIAL, fs->work, FO_TRIAL_2, FO_RENAME_WHITEOUT);
	(void)fo_sys_unlink(fs->work, FO_TRIAL_2);
}

/* Try it and look at the answer: uid 0 means nothing. */
static void fo_work_try(struct fo_fs *fs)
{
	const struct fo_filesystem *filesystem =
		&fs->filesystems[fs->layers[FO_UPPER].filesystem];
	_cleanup_close_ int tmpfile =
		fo_sys_open(fs->work, "", O_TMPFILE | O_RDWR);
	_cleanup_close_ int fd =
		fo_sys_create(fs->work, FO_TRIAL, O_RDWR, 0600);
	struct fo_handle handle;

	if (fd < 0)
		return;
	fs->can.tmpfile = tmpfile >= 0;
	fs->can.xattr = fo_try_xattr(fd, fs->xattr_prefix);
	if (!fo_handle_encode(fd, filesystem->uuid, &handle)) {
		_cleanup_close_ int opened =
			fo_handle_open(fs->work, &handle, O_PATH);

		fs->can.handles = true;
		fs->can.open_by_handle = opened >= 0;
	}
	fo_try_exchange(fs);
	fo_try_whiteouts(fs);
	(void)fo_sys_unlink(fs->work, FO_TRIAL);
	if (!fs->can.xattr)
		fo_log_warn("upperdir '%s' stores no extended attributes: "
			    "opaque directories, redirects and origins "
			    "cannot be kept",
			    fs->config->upperdir);
}

static int fo_work_prepare(struct fo_fs *fs)
{
	int err;

	fs->work = fo_work_subdir(fs->workdir, FO_WORK_NAME);
	if (fs->work < 0)
		return fs->work;
	err = fo_remove_contents(fs->work);
	if (err)
		return err;
	fs->index = fo_work_subdir(fs->workdir, FO_INDEX_NAME);
	if (fs->index < 0)
		return fs->index;
	fo_work_try(fs);
	return fs->config->volatile_mount ? fo_work_mark_volatile(fs) : 0;
}

static int fo_work_read_only(struct fo_fs *fs)
{
	fo_log_warn("upperdir '%s' lies on a read-only filesystem: mounting "
		    "read-only",
		    fs->config->upperdir);
	fs->writable = false;
	return 0;
}

int fo_work_open(struct fo_fs *fs)
{
	const struct fo_config *config = fs->config;
	int err;

	fs->can.trusted_xattr = !config->user_xattr &&
				fo_sys_may_use_trusted_xattr();
	fs->xattr_prefix = fs->can.trusted_xattr ? FO_XATTR_TRUSTED_PREFIX :
						   FO_XATTR_USER_PREFIX;
	if (!fo_fs_has_upper(fs) || config->read_only)
		return 0;
	if (fo_sys_is_read_only(fs->layers[FO_UPPER].fd))
		return fo_work_read_only(fs);
	err = fo_work_lock(fs->layers[FO_UPPER].fd, "upperdir",
			   config->upperdir, &fs->upper_lock);
	if (err)
		return err;
	fs->workdir = fo_sys_open_path(config->workdir, O_RDONLY | O_DIRECTORY);
	if (fs->workdir < 0)
		return fo_work_refuse("workdir", config->workdir,
				      "it must exist beside upperdir",
				      fs->workdir);
	err = fo_work_check_nesting(fs, fs->workdir);
	if (err)
		return err;
	err = fo_lock_take(fs->workdir);
	if (err)
		return fo_work_refuse("workdir", config->workdir,
				      "it is in use by another mount", err);
	err = fo_work_check_volatile(fs);
	if (err)
		return err;
	fs->writable = true;
	err = fo_work_prepare(fs);
	if (err)
		return fo_work_refuse("workdir", config->workdir,
				      "it must be ours to write", err);
	return fo_work_check_index(fs);
}

static void fo_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void fo_work_end(struct fo_fs *fs)
{
	fo_lock_end(fs->upper_lock);
	fo_lock_end(fs->workdir);
}

void fo_work_close(struct fo_fs *fs)
{
	if (fs->writable && fs->config->volatile_mount &&
	    !fo_sys_syncfs(fs->work))
		(void)fo_remove_tree(fs->work, FO_INCOMPAT_NAME);
	fo_close(&fs->index);
	fo_close(&fs->work);
	fo_close(&fs->workdir);
	fo_close(&fs->upper_lock);
}
