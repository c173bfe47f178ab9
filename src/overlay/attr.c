// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes of nodes: what is shown, and what is stored. */
#include "overlay/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>

#include "base/base.h"
#include "overlay/content.h"
#include "overlay/copyup.h"
#include "overlay/ids.h"
#include "overlay/index.h"
#include "overlay/override.h"
#include "overlay/protection.h"
#include "state/fs.h"

static nlink_t fo_attr_dir_nlink(const struct fo_fs *fs,
				 const struct fo_node *node,
				 const struct stat *st)
{
	if (fo_node_has(node, FO_NODE_REMOVED))
		return 0;
	/* Nobody counts the subdirectories of several layers. */
	if (fs->config->static_nlink || fo_node_is_merged(node))
		return 1;
	return st->st_nlink;
}

static int fo_attr_file_nlink(struct fo_fs *fs, struct fo_node *node,
			      struct stat *st)
{
	_cleanup_close_ int fd = -1;

	if (fo_node_top(node) != FO_UPPER) {
		/* A lower that lost its only name still has it below. */
		if (fo_node_has(node, FO_NODE_REMOVED) && st->st_nlink == 1)
			st->st_nlink = 0;
		return 0;
	}
	if (!fo_node_has(node, FO_NODE_INDEXED))
		return 0;
	fd = fo_tree_open(fs, node, FO_UPPER, O_PATH);
	if (fd < 0)
		return fd;
	st->st_nlink = fo_index_nlink(fs, fd, st);
	return 0;
}

/* The blocks of a metacopy are those of its content. */
static int fo_attr_show_blocks(struct fo_fs *fs, struct fo_node *node,
			       struct stat *st)
{
	struct stat content;
	int err;

	if (!fo_node_has(node, FO_NODE_METACOPY))
		return 0;
	err = fo_tree_stat(fs, node, fo_content_layer(node), &content);
	if (!err)
		st->st_blocks = content.st_blocks;
	/* Content that is missing is missed by who reads it. */
	return err == -ENOENT ? 0 : err;
}

static int fo_attr_show_override(struct fo_fs *fs, struct fo_node *node,
				 struct stat *st)
{
	_cleanup_close_ int fd = -1;

	if (fs->config->override == FO_OVERRIDE_NONE)
		return 0;
	fd = fo_tree_open(fs, node, fo_node_top(node), O_PATH);
	return fd < 0 ? fd : fo_override_read(fs, fd, st);
}

int fo_attr_show(struct fo_fs *fs, struct fo_node *node, struct stat *st)
{
	int err = fo_attr_show_override(fs, node, st);

	if (err)
		return err;
	if (fo_node_is_dir(node)) {
		st->st_nlink = fo_attr_dir_nlink(fs, node, st);
	} else {
		err = fo_attr_file_nlink(fs, node, st);
		if (!err)
			err = fo_attr_show_blocks(fs, node, st);
		if (err)
			return err;
	}
	fo_ids_show(fs, &st->st_uid, &st->st_gid);
	st->st_ino = node->st_ino;
	st->st_dev = 0;
	return 0;
}

int fo_attr_get(struct fo_fs *fs, struct fo_node *node, struct stat *out_st)
{
	for (;;) {
		uint16_t layer = fo_node_top(node);
		struct stat st;
		int err = fo_tree_stat(fs, node, layer, &st);

		if (!err)
			err = fo_attr_show(fs, node, &st);
		if (layer != fo_node_top(node))
			continue;
		if (!err)
			*out_st = st;
		return err;
	}
}

int fo_attr_birth(struct fo_fs *fs, struct fo_node *node,
		  struct timespec *out_time)
{
	_cleanup_close_ int fd =
		fo_tree_open(fs, node, fo_node_top(node), O_PATH);
	struct statx stx;
	int err = fd < 0 ? fd : fo_sys_statx(fd, STATX_BTIME, &stx);

	if (err)
		return err;
	out_time->tv_sec = stx.stx_btime.tv_sec;
	out_time->tv_nsec =
		stx.stx_mask & STATX_BTIME ? (long)stx.stx_btime.tv_nsec : -1;
	return 0;
}

/* As the layer stores them; -1: not changed. */
struct fo_stored_ids {
	uid_t uid;
	gid_t gid;
};

/* Owner and mode where they stand in an attribute. */
static int fo_attr_override(struct fo_fs *fs, int fd,
			    const struct fo_change *change,
			    const struct fo_stored_ids *ids)
{
	struct stat st;
	int err = fo_sys_fstat(fd, &st);

	if (!err)
		err = fo_override_read(fs, fd, &st);
	if (err)
		return err;
	if (ids->uid != (uid_t)-1)
		st.st_uid = ids->uid;
	if (ids->gid != (gid_t)-1)
		st.st_gid = ids->gid;
	if (change->valid & FO_CHANGE_MODE)
		st.st_mode = (st.st_mode & S_IFMT) | (change->mode & 07777);
	return fo_override_write(fs, fd, &st);
}

/* A squashed owner is shown whatever is stored: failing to store is fine. */
static bool fo_attr_is_squashed(const struct fo_fs *fs)
{
	return fs->config->squash_uid || fs->config->squash_gid;
}

/* Who may not give files away: is the owner what it should be? */
static bool fo_attr_is_owner(int fd, uid_t uid, gid_t gid)
{
	struct stat st;

	return !fo_sys_fstat(fd, &st) &&
	       (uid == (uid_t)-1 || uid == st.st_uid) &&
	       (gid == (gid_t)-1 || gid == st.st_gid);
}

static int fo_attr_chown(struct fo_fs *fs, struct fo_node *node, int fd,
			 const struct fo_stored_ids *ids)
{
	int err = fo_sys_chown(fd, ids->uid, ids->gid);

	if (err != -EPERM && err != -EINVAL)
		return err;
	if (!fo_attr_is_squashed(fs) &&
	    !fo_attr_is_owner(fd, ids->uid, ids->gid))
		return err;
	/* What the kernel takes away with a change of owner. */
	return fo_protection_drop(fs, node, fd);
}

static int fo_attr_set_owner(struct fo_fs *fs, struct fo_node *node, int fd,
			     const struct fo_change *change)
{
	bool owner = change->valid & (FO_CHANGE_UID | FO_CHANGE_GID);
	bool mode = change->valid & FO_CHANGE_MODE;
	struct fo_stored_ids ids = {
		change->valid & FO_CHANGE_UID ? change->uid : (uid_t)-1,
		change->valid & FO_CHANGE_GID ? change->gid : (gid_t)-1,
	};
	int err = 0;

	fo_ids_store(fs, &ids.uid, &ids.gid);
	if (fs->config->override != FO_OVERRIDE_NONE) {
		if (owner)
			err = fo_protection_drop(fs, node, fd);
		if (!err && (owner || mode))
			err = fo_attr_override(fs, fd, change, &ids);
		return err;
	}
	if (owner)
		err = fo_attr_chown(fs, node, fd, &ids);
	if (!err && mode)
		err = fo_sys_chmod(fd, change->mode & 07777);
	return err;
}

static int fo_attr_truncate(struct fo_fs *fs, struct fo_node *node, int fd,
			    off_t size)
{
	struct fo_descriptor *descriptor;
	struct stat st;
	int err;

	/* The copy-up was of nothing: done, and nothing that can fail. */
	if (!size && !fo_sys_fstat(fd, &st) && !st.st_size)
		return 0;
	err = fo_sys_truncate(fd, size);
	if (err != -EACCES)
		return err;
	/* Whoever has it open for writing may, whatever the mode is now. */
	err = fo_content_write(fs, node, &descriptor);
	if (err)
		return err;
	err = fo_sys_ftruncate(descriptor->fd, size);
	fo_descriptor_put(&fs->descriptors, descriptor);
	return err;
}

/* O_TRUNC of what is empty already is a change, too. */
static void fo_attr_touch(int fd)
{
	const struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_nsec = UTIME_NOW },
	};

	/* The content is what was asked for, and that is done. */
	(void)fo_sys_utimens(fd, times);
}

static int fo_attr_set_times(int fd, const struct fo_change *change)
{
	struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_nsec = UTIME_OMIT },
	};

	if (change->valid & FO_CHANGE_ATIME)
		times[0] = change->times[0];
	if (change->valid & FO_CHANGE_MTIME)
		times[1] = change->times[1];
	else if ((change->valid & FO_CHANGE_SIZE) && !change->size)
		fo_attr_touch(fd);
	if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		return 0;
	return fo_sys_utimens(fd, times);
}

static int fo_attr_apply(struct fo_fs *fs, struct fo_node *node, int fd,
			 const struct fo_change *change)
{
	int err = 0;

	if (change->valid & FO_CHANGE_SIZE)
		err = fo_attr_truncate(fs, node, fd, change->size);
	if (!err && (change->valid & FO_CHANGE_KILL_PRIVILEGE))
		err = fo_protection_drop(fs, node, fd);
	if (!err)
		err = fo_attr_set_owner(fs, node, fd, change);
	return err ? err : fo_attr_set_times(fd, change);
}

static enum fo_copyup_what fo_attr_copyup_what(const struct fo_change *change)
{
	if (!(change->valid & FO_CHANGE_SIZE))
		return FO_COPYUP_METADATA;
	return change->size ? FO_COPYUP_ALL : FO_COPYUP_EMPTY;
}

/* Setting times to now is all that may be done to append-only files. */
static enum fo_intent fo_attr_intent(const struct fo_change *change)
{
	const unsigned int times = FO_CHANGE_ATIME | FO_CHANGE_MTIME;
	bool now = change->times[0].tv_nsec == UTIME_NOW &&
		   change->times[1].tv_nsec == UTIME_NOW;

	return !(change->valid & ~times) && now ? FO_INTENT_WRITE :
						  FO_INTENT_CHANGE;
}

int fo_attr_set(struct fo_fs *fs, struct fo_node *node,
		const struct fo_change *change, struct stat *out_st)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int err;

	if (!fs->writable)
		return -EROFS;
	if ((change->valid & FO_CHANGE_SIZE) && !fo_node_is_regular(node))
		return fo_node_is_dir(node) ? -EISDIR : -EINVAL;
	err = fo_protection_check(fs, node, fo_attr_intent(change));
	if (!err)
		err = fo_copyup(fs, node, fo_attr_copyup_what(change));
	if (err)
		return err;
	fd = fo_tree_open(fs, node, FO_UPPER, O_PATH);
	if (fd < 0)
		return fd;
	err = fo_attr_apply(fs, node, fd, change);
	if (!err)
		err = fo_sys_fstat(fd, &st);
	if (!err)
		err = fo_attr_show(fs, node, &st);
	if (!err)
		*out_st = st;
	return err;
}

int fo_attr_statfs(struct fo_fs *fs, struct statvfs *out_st)
{
	uint16_t layer = fo_fs_has_upper(fs) ? FO_UPPER : 1;
	struct statfs st;
	int err = fo_sys_statfs(fs->layers[layer].fd, &st);

	if (err)
		return err;
	*out_st = (struct statvfs){
		.f_bsize = (unsigned long)st.f_bsize,
		.f_frsize =
			(unsigned long)(st.f_frsize ? st.f_frsize : st.f_bsize),
		.f_blocks = st.f_blocks,
		.f_bfree = st.f_bfree,
		.f_bavail = st.f_bavail,
		.f_files = st.f_files,
		.f_ffree = st.f_ffree,
		.f_favail = st.f_ffree,
		.f_namemax = (unsigned long)st.f_namelen,
	};
	return 0;
}
