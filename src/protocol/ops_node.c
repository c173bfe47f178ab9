// SPDX-License-Identifier: GPL-2.0-or-later
/* LOOKUP, FORGET, and the attributes of nodes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/copyup.h"
#include "overlay/lookup.h"
#include "overlay/protection.h"
#include "protocol/open.h"
#include "protocol/ops.h"
#include "protocol/reply.h"
#include "protocol/screen.h"
#include "system/sys.h"

void fo_op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_LOOKUP);
	struct fo_node *dir = fo_ask_node(connection, parent);
	struct fo_looked looked;
	int err = fo_lookup(connection->fs, dir, name, &looked);

	if (!err && connection->filter)
		err = fo_screen_looked(req, dir, name, &looked);
	if (err == -ENOENT)
		fo_reply_negative(req, connection);
	else if (err)
		fo_reply_err(req, err);
	else
		fo_reply_looked(req, connection, &looked);
}

void fo_op_forget(fuse_req_t req, fuse_ino_t nodeid, uint64_t n)
{
	struct fo_connection *connection = fuse_req_userdata(req);

	fo_forget(req, connection, fo_ask_node(connection, nodeid), n);
	fuse_reply_none(req);
}

void fo_op_forget_multi(fuse_req_t req, size_t count,
			struct fuse_forget_data *forgets)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	size_t i;

	for (i = 0; i < count; i++)
		fo_forget(req, connection,
			  fo_ask_node(connection, forgets[i].ino),
			  forgets[i].nlookup);
	fuse_reply_none(req);
}

void fo_op_getattr(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_GETATTR);
	struct stat st;
	int err = fo_attr_get(connection->fs, fo_ask_node(connection, nodeid),
			      &st);

	(void)fi;
	if (err)
		fo_reply_err(req, err);
	else
		fo_reply_attr(req, connection, &st);
}

static const struct {
	int fuse;
	unsigned int change;
} fo_setattr_bits[] = {
	{ FUSE_SET_ATTR_MODE, FO_CHANGE_MODE },
	{ FUSE_SET_ATTR_UID, FO_CHANGE_UID },
	{ FUSE_SET_ATTR_GID, FO_CHANGE_GID },
	{ FUSE_SET_ATTR_SIZE, FO_CHANGE_SIZE },
	{ FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_ATIME_NOW, FO_CHANGE_ATIME },
	{ FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW, FO_CHANGE_MTIME },
	{ FUSE_SET_ATTR_KILL_SUID, FO_CHANGE_KILL_PRIVILEGE },
};

static struct fo_change fo_setattr_decode(const struct stat *attr, int to_set)
{
	struct fo_change change = {
		.mode = attr->st_mode,
		.uid = attr->st_uid,
		.gid = attr->st_gid,
		.size = attr->st_size,
		.times = { attr->st_atim, attr->st_mtim },
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_setattr_bits); i++)
		if (to_set & fo_setattr_bits[i].fuse)
			change.valid |= fo_setattr_bits[i].change;
	if (to_set & FUSE_SET_ATTR_ATIME_NOW)
		change.times[0].tv_nsec = UTIME_NOW;
	if (to_set & FUSE_SET_ATTR_MTIME_NOW)
		change.times[1].tv_nsec = UTIME_NOW;
	return change;
}

void fo_op_setattr(fuse_req_t req, fuse_ino_t nodeid, struct stat *attr,
		   int to_set, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_SETATTR);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	const struct fo_change change = fo_setattr_decode(attr, to_set);
	struct stat st;
	int err = 0;

	(void)fi;
	/* A copy without content is no way round the flags of the lower. */
	if (change.valid & FO_CHANGE_SIZE)
		err = fo_protection_check(connection->fs, node,
					  FO_INTENT_CHANGE);
	if (!err && (change.valid & FO_CHANGE_SIZE))
		err = fo_open_for_write(connection, node,
					change.size ? FO_COPYUP_ALL :
						      FO_COPYUP_EMPTY);
	if (!err)
		err = fo_attr_set(connection->fs, node, &change, &st);
	if (err)
		fo_reply_err(req, err);
	else
		fo_reply_attr(req, connection, &st);
}

static void fo_statx_fill(const struct stat *st, const struct timespec *birth,
			  struct statx *stx)
{
	stx->stx_mask = STATX_BASIC_STATS;
	stx->stx_blksize = (uint32_t)st->st_blksize;
	stx->stx_nlink = (uint32_t)st->st_nlink;
	stx->stx_uid = st->st_uid;
	stx->stx_gid = st->st_gid;
	stx->stx_mode = (uint16_t)st->st_mode;
	stx->stx_ino = st->st_ino;
	stx->stx_size = (uint64_t)st->st_size;
	stx->stx_blocks = (uint64_t)st->st_blocks;
	stx->stx_atime.tv_sec = st->st_atim.tv_sec;
	stx->stx_atime.tv_nsec = (uint32_t)st->st_atim.tv_nsec;
	stx->stx_mtime.tv_sec = st->st_mtim.tv_sec;
	stx->stx_mtime.tv_nsec = (uint32_t)st->st_mtim.tv_nsec;
	stx->stx_ctime.tv_sec = st->st_ctim.tv_sec;
	stx->stx_ctime.tv_nsec = (uint32_t)st->st_ctim.tv_nsec;
	stx->stx_rdev_major = major(st->st_rdev);
	stx->stx_rdev_minor = minor(st->st_rdev);
	if (birth->tv_nsec < 0)
		return;
	stx->stx_mask |= STATX_BTIME;
	stx->stx_btime.tv_sec = birth->tv_sec;
	stx->stx_btime.tv_nsec = (uint32_t)birth->tv_nsec;
}

void fo_op_statx(fuse_req_t req, fuse_ino_t nodeid, int flags, int mask,
		 struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_STATX);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	struct statx stx = { 0 };
	struct timespec birth = { .tv_nsec = -1 };
	struct stat st;
	int err = fo_attr_get(connection->fs, node, &st);

	(void)flags;
	(void)mask;
	(void)fi;
	if (!err)
		err = fo_attr_birth(connection->fs, node, &birth);
	if (err) {
		fo_reply_err(req, err);
		return;
	}
	fo_statx_fill(&st, &birth, &stx);
	fuse_reply_statx(req, 0, &stx, connection->attr_timeout);
}

void fo_op_readlink(fuse_req_t req, fuse_ino_t nodeid)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_READLINK);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	_cleanup_close_ int fd = fo_tree_open(
		connection->fs, node, fo_node_top(node), O_PATH | O_NOFOLLOW);
	_cleanup_free_ char *target = NULL;
	int err = fd < 0 ? fd : fo_sys_readlink(fd, &target);

	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_readlink(req, target);
}

void fo_op_statfs(fuse_req_t req, fuse_ino_t nodeid)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_STATFS);
	struct statvfs st;
	int err = fo_attr_statfs(connection->fs, &st);

	(void)nodeid;
	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_statfs(req, &st);
}
