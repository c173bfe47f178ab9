// SPDX-License-Identifier: GPL-2.0-or-later
/* Inode flags: read from the layer that answers, set on the upper. */
#include "overlay/flags.h"

#include <errno.h>
#include <fcntl.h>

#include "base/base.h"
#include "overlay/copyup.h"
#include "overlay/protection.h"
#include "state/fs.h"

#define FO_FSX_PROTECTION (FS_XFLAG_APPEND | FS_XFLAG_IMMUTABLE)
/* What a copy takes along: OVL_COPY_FS_FLAGS_MASK of fs/overlayfs. */
#define FO_FLAGS_COPIED (FS_SYNC_FL | FS_NOATIME_FL)

static bool fo_flags_are_had(const struct fo_node *node)
{
	return fo_node_is_regular(node) || fo_node_is_dir(node);
}

static int fo_flags_open(struct fo_fs *fs, struct fo_node *node, uint16_t layer)
{
	if (!fo_flags_are_had(node))
		return -ENOTTY;
	return fo_tree_open(fs, node, layer, O_RDONLY | O_NONBLOCK);
}

static unsigned int fo_flags_to_fsx(int flags)
{
	return (flags & FS_APPEND_FL ? FS_XFLAG_APPEND : 0U) |
	       (flags & FS_IMMUTABLE_FL ? FS_XFLAG_IMMUTABLE : 0U);
}

static int fo_flags_from_fsx(unsigned int xflags)
{
	return (xflags & FS_XFLAG_APPEND ? FS_APPEND_FL : 0) |
	       (xflags & FS_XFLAG_IMMUTABLE ? FS_IMMUTABLE_FL : 0);
}

int fo_flags_get(struct fo_fs *fs, struct fo_node *node, int *out_flags)
{
	uint16_t layer = fo_node_top(node);
	_cleanup_close_ int fd = fo_flags_open(fs, node, layer);
	int flags, protection = 0, err;

	if (fd < 0)
		return fd;
	err = fo_sys_get_flags(fd, &flags);
	if (!err && layer == FO_UPPER)
		err = fo_protection_read(fs, fd, &protection);
	if (!err)
		*out_flags = flags | protection;
	return err;
}

int fo_flags_get_fsx(struct fo_fs *fs, struct fo_node *node,
		     struct fsxattr *out_fsx)
{
	uint16_t layer = fo_node_top(node);
	_cleanup_close_ int fd = fo_flags_open(fs, node, layer);
	int protection = 0, err;

	if (fd < 0)
		return fd;
	err = fo_sys_get_fsx(fd, out_fsx);
	if (!err && layer == FO_UPPER)
		err = fo_protection_read(fs, fd, &protection);
	if (!err)
		out_fsx->fsx_xflags |= fo_flags_to_fsx(protection);
	return err;
}

/* The upper, open, for a change of its flags; -EROFS. */
static int fo_flags_open_upper(struct fo_fs *fs, struct fo_node *node)
{
	int err;

	if (!fo_flags_are_had(node))
		return -ENOTTY;
	err = fo_copyup(fs, node, FO_COPYUP_METADATA);
	return err ? err : fo_flags_open(fs, node, FO_UPPER);
}

static int fo_flags_protect(struct fo_fs *fs, struct fo_node *node, int fd,
			    int protection)
{
	int err = fo_protection_write(fs, fd, protection);

	if (!err)
		fo_node_clear(node, FO_NODE_FREE);
	return err;
}

int fo_flags_set(struct fo_fs *fs, struct fo_node *node, int flags)
{
	_cleanup_close_ int fd = fo_flags_open_upper(fs, node);
	int plain = flags & ~FO_PROTECTION_FLAGS;
	int old, err;

	if (fd < 0)
		return fd;
	err = fo_sys_get_flags(fd, &old);
	if (!err && old != plain)
		err = fo_sys_set_flags(fd, plain);
	return err ? err :
		     fo_flags_protect(fs, node, fd,
				      flags & FO_PROTECTION_FLAGS);
}

int fo_flags_set_fsx(struct fo_fs *fs, struct fo_node *node,
		     const struct fsxattr *fsx)
{
	_cleanup_close_ int fd = fo_flags_open_upper(fs, node);
	struct fsxattr plain = *fsx;
	int err;

	if (fd < 0)
		return fd;
	plain.fsx_xflags &= ~(unsigned int)FO_FSX_PROTECTION;
	err = fo_sys_set_fsx(fd, &plain);
	return err ? err :
		     fo_flags_protect(fs, node, fd,
				      fo_flags_from_fsx(fsx->fsx_xflags));
}

/* Filesystems without flags answer in many ways; none is a failure. */
static bool fo_flags_are_unknown(int err)
{
	return err == -ENOTTY || err == -EINVAL || err == -EOPNOTSUPP ||
	       err == -ENOSYS || err == -EACCES || err == -EPERM;
}

int fo_flags_copy(const struct fo_fs *fs, int from, int to)
{
	int flags, upper;
	int err = fo_sys_get_flags(from, &flags);

	if (err)
		return fo_flags_are_unknown(err) ? 0 : err;
	if (flags & FO_PROTECTION_FLAGS) {
		err = fo_protection_write(fs, to, flags & FO_PROTECTION_FLAGS);
		if (err && err != -EPERM)
			return err;
	}
	if (!(flags & FO_FLAGS_COPIED))
		return 0;
	err = fo_sys_get_flags(to, &upper);
	if (!err)
		err = fo_sys_set_flags(to, (upper & ~FO_FLAGS_COPIED) |
						   (flags & FO_FLAGS_COPIED));
	return fo_flags_are_unknown(err) ? 0 : err;
}
