// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making the copy of a lower, in work and without a name that anybody knows:
 * content first, then owner, attributes, mode, times, in the order in which
 * the later ones are not undone by the earlier.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/content.h"
#include "overlay/copyup_step.h"
#include "overlay/flags.h"
#include "overlay/marks.h"
#include "overlay/origin.h"
#include "overlay/override.h"
#include "overlay/xattr.h"
#include "state/fs.h"
#include "system/copy.h"

#define FO_PROGRESS_AFTER 1 /* seconds */

static _Atomic(fo_copyup_progress *) fo_progress;

void fo_copyup_set_progress(fo_copyup_progress *progress)
{
	atomic_store(&fo_progress, progress);
}

/* A copy on its way, for those who want to hear of long ones. */
struct fo_filling {
	const struct fo_copying *copying;
	struct timespec start;
};

static void fo_copyup_report(void *context, off_t done, off_t size)
{
	const struct fo_filling *filling = context;
	const struct fo_copying *copying = filling->copying;
	fo_copyup_progress *progress = atomic_load(&fo_progress);
	_cleanup_free_ char *path = NULL;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!progress ||
	    now.tv_sec - filling->start.tv_sec <= FO_PROGRESS_AFTER)
		return;
	if (!fo_tree_path(copying->fs, copying->node, copying->layer, &path))
		progress(path, done, size);
}

/* The lower that holds the content, which may not be the one with the name. */
static int fo_copyup_open_content(const struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	uint16_t layer = fo_content_layer(copying->node);
	int fd = -EPERM;

	if (fo_node_has(copying->node, FO_NODE_METACOPY)) {
		fd = fo_tree_open(fs, copying->node, layer,
				  O_RDONLY | O_NOATIME);
		if (fd == -EPERM)
			fd = fo_tree_open(fs, copying->node, layer, O_RDONLY);
		return fd;
	}
	fd = fo_sys_reopen(copying->lower, O_RDONLY | O_NOATIME);
	if (fd == -EPERM)
		fd = fo_sys_reopen(copying->lower, O_RDONLY);
	return fd;
}

int fo_copyup_fill(struct fo_copying *copying, int fd)
{
	_cleanup_close_ int from = fo_copyup_open_content(copying);
	struct fo_filling filling = { .copying = copying };
	struct fo_copy copy = {
		.from = from,
		.to = fd,
		.progress = fo_copyup_report,
		.context = &filling,
	};
	struct stat st;
	int err = from < 0 ? from : fo_sys_fstat(from, &st);

	if (err)
		return err;
	clock_gettime(CLOCK_MONOTONIC, &filling.start);
	copy.size = st.st_size;
	err = fo_copy_content(&copy);
	if (!err)
		atomic_fetch_add(&copying->fs->bytes_copied,
				 (unsigned long long)copy.size);
	return err;
}

static int fo_copyup_make_symlink(struct fo_copying *copying)
{
	_cleanup_free_ char *target = NULL;
	int err = fo_sys_readlink(copying->lower, &target);

	return err ? err :
		     fo_sys_symlink(target, copying->fs->work, copying->name);
}

/* Regular files have no name until they are published, if that can be. */
static int fo_copyup_make_file(struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	int fd;

	if (fs->can.tmpfile) {
		copying->name[0] = '\0';
		fd = fo_sys_tmpfile(fs->work, 0600);
	} else {
		fd = fo_sys_create(fs->work, copying->name, O_RDWR, 0600);
	}
	copying->made = fd;
	return fo_min(fd, 0);
}

/* An empty thing of the lower's type, ours alone. */
static int fo_copyup_make(struct fo_copying *copying)
{
	int work = copying->fs->work;
	mode_t type = copying->st.st_mode & S_IFMT;
	int err;

	fo_temporary_name(copying->fs, copying->name);
	if (type == S_IFREG) {
		err = fo_copyup_make_file(copying);
	} else {
		if (type == S_IFDIR)
			err = fo_sys_mkdir(work, copying->name, 0700);
		else if (type == S_IFLNK)
			err = fo_copyup_make_symlink(copying);
		else
			err = fo_sys_mknod(work, copying->name, type | 0600,
					   copying->st.st_rdev);
		if (!err) {
			copying->made =
				fo_sys_open(work, copying->name, O_PATH);
			err = fo_min(copying->made, 0);
		}
	}
	/* The same inode to the end: what is known of it now stays true. */
	return err ? err : fo_sys_fstat(copying->made, &copying->made_st);
}

static bool fo_copyup_wants_no_content(const struct fo_copying *copying)
{
	return copying->what == FO_COPYUP_EMPTY ||
	       copying->what == FO_COPYUP_SPLIT_EMPTY;
}

/*
 * Only metadata: where that is asked for and there is a lower to point to
 * that has the content itself. Several names would need the index too.
 */
static bool fo_copyup_may_be_metacopy(const struct fo_copying *copying)
{
	const struct fo_node *node = copying->node;

	return copying->what == FO_COPYUP_METADATA &&
	       copying->fs->config->metacopy && copying->fs->can.xattr &&
	       S_ISREG(copying->st.st_mode) && copying->st.st_size > 0 &&
	       copying->st.st_nlink == 1 && !node->stack &&
	       !fo_node_has(node, FO_NODE_REMOVED);
}

static int fo_copyup_content(struct fo_copying *copying)
{
	int err;

	if (!S_ISREG(copying->st.st_mode) || !copying->st.st_size ||
	    fo_copyup_wants_no_content(copying))
		return 0;
	if (fo_copyup_may_be_metacopy(copying)) {
		copying->metacopy = true;
		err = fo_sys_ftruncate(copying->made, copying->st.st_size);
		return err ? err :
			     fo_mark_set(copying->fs, copying->made,
					 FO_XATTR_METACOPY, "", 0);
	}
	return fo_copyup_fill(copying, copying->made);
}

/* Nobody is shown the stored owner, or it cannot be but what it is. */
static bool fo_copyup_needs_owner(const struct fo_fs *fs)
{
	return !fs->config->squash_uid && !fs->config->squash_gid &&
	       fs->config->override == FO_OVERRIDE_NONE;
}

static int fo_copyup_owner(const struct fo_copying *copying)
{
	const struct stat *st = &copying->st;
	const struct stat *made = &copying->made_st;
	int err;

	if (st->st_uid == made->st_uid && st->st_gid == made->st_gid)
		return 0;
	err = fo_sys_chown(copying->made, st->st_uid, st->st_gid);
	if ((err == -EPERM || err == -EINVAL) &&
	    !fo_copyup_needs_owner(copying->fs))
		return 0;
	/* An owner whom this user namespace cannot name. */
	return err == -EINVAL ? -EOVERFLOW : err;
}

/* The flags need descriptors that are open in earnest. */
static int fo_copyup_flags(const struct fo_copying *copying)
{
	_cleanup_close_ int from = -1, to = -1;

	if (!S_ISREG(copying->st.st_mode) && !S_ISDIR(copying->st.st_mode))
		return 0;
	from = fo_sys_reopen(copying->lower, O_RDONLY | O_NONBLOCK);
	if (from < 0)
		return 0;
	if (S_ISREG(copying->st.st_mode))
		return fo_flags_copy(copying->fs, from, copying->made);
	to = fo_sys_reopen(copying->made, O_RDONLY);
	return to < 0 ? to : fo_flags_copy(copying->fs, from, to);
}

bool fo_copyup_is_indexable(const struct fo_copying *copying)
{
	return copying->has_origin && copying->st.st_nlink > 1 &&
	       !S_ISDIR(copying->st.st_mode) && !copying->node->stack &&
	       copying->fs->index >= 0;
}

/*
 * A hard link that is no entry of the index must not say what it was copied
 * from: its fellows would claim the same inode number.
 */
static int fo_copyup_origin(struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	int err;

	if (!fs->can.xattr ||
	    fo_origin_encode(fs, copying->layer, copying->lower,
			     &copying->origin))
		return 0;
	copying->has_origin = true;
	if (!S_ISDIR(copying->st.st_mode) && copying->st.st_nlink > 1 &&
	    !fo_copyup_is_indexable(copying)) {
		copying->has_origin = false;
		return 0;
	}
	err = fo_mark_set(fs, copying->made, FO_XATTR_ORIGIN, &copying->origin,
			  copying->origin.len);
	/* Symlinks and devices may carry no user attributes. */
	if (err == -EPERM || err == -EOPNOTSUPP) {
		copying->has_origin = false;
		return 0;
	}
	return err;
}

static int fo_copyup_mode(const struct fo_copying *copying)
{
	struct stat st = copying->st;
	int err = 0;

	if (copying->fs->config->override != FO_OVERRIDE_NONE) {
		err = fo_override_read(copying->fs, copying->lower, &st);
		if (!err)
			err = fo_override_write(copying->fs, copying->made,
						&st);
	}
	if (!err && !S_ISLNK(copying->st.st_mode))
		err = fo_sys_chmod(copying->made, copying->st.st_mode & 07777);
	return err;
}

static int fo_copyup_times(const struct fo_copying *copying)
{
	const struct timespec times[2] = { copying->st.st_atim,
					   copying->st.st_mtim };

	return fo_sys_utimens(copying->made, times);
}

static int fo_copyup_sync(const struct fo_copying *copying)
{
	/* What has no content loses none: the journal orders the rest. */
	if (!copying->fs->config->sync || copying->metacopy ||
	    !S_ISREG(copying->st.st_mode) || !copying->st.st_size ||
	    fo_copyup_wants_no_content(copying))
		return 0;
	return fo_sys_fsync(copying->made, false);
}

int fo_copyup_build(struct fo_copying *copying)
{
	int err = fo_copyup_make(copying);

	if (!err)
		err = fo_copyup_content(copying);
	if (!err)
		err = fo_copyup_owner(copying);
	if (!err)
		err = fo_xattr_copy_all(copying->fs, copying->lower,
					copying->made);
	if (!err)
		err = fo_copyup_flags(copying);
	if (!err)
		err = fo_copyup_origin(copying);
	if (!err)
		err = fo_copyup_mode(copying);
	if (!err)
		err = fo_copyup_times(copying);
	return err ? err : fo_copyup_sync(copying);
}

int fo_copyup_move(struct fo_copying *copying, int dir, const char *name)
{
	const mode_t mode = copying->st.st_mode & 07777;
	int work = copying->fs->work;
	int err = fo_sys_rename2(work, copying->name, dir, name,
				 RENAME_NOREPLACE);

	/* Who may not pass over modes moves no read-only directory. */
	if (err == -EACCES && S_ISDIR(copying->st.st_mode)) {
		(void)fo_sys_chmod(copying->made, mode | S_IRWXU);
		err = fo_sys_rename2(work, copying->name, dir, name,
				     RENAME_NOREPLACE);
		(void)fo_sys_chmod(copying->made, mode);
	}
	if (!err)
		copying->name[0] = '\0';
	return err;
}
