// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * setuid, setgid and capabilities that a change takes away; immutable and
 * append-only flags that refuse one. In the upper the flags stand in
 * overlay.protattr, as overlayfs keeps them (ovl_set_protattr()).
 */
#include "overlay/protection.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "overlay/override.h"
#include "state/fs.h"
#include "system/xattr.h"

#define FO_XATTR_CAPABILITY "security.capability"
#define FO_PROTATTR_NAME_SIZE 64
#define FO_PROTATTR_SIZE 8

/* The mode without what setattr_should_drop_suidgid() drops. */
static mode_t fo_mode_dropped(mode_t mode)
{
	mode &= ~(mode_t)S_ISUID;
	/* Without group execution the bit means mandatory locking. */
	if (mode & S_IXGRP)
		mode &= ~(mode_t)S_ISGID;
	return mode;
}

bool fo_protection_is_due(const struct fo_fs *fs, int fd)
{
	struct stat st;

	if (fo_sys_fstat(fd, &st) || fo_override_read(fs, fd, &st))
		return false;
	return fo_mode_dropped(st.st_mode) != st.st_mode ||
	       fo_xattr_get(fd, FO_XATTR_CAPABILITY, NULL, 0) >= 0;
}

int fo_protection_drop(struct fo_fs *fs, struct fo_node *node, int fd)
{
	struct stat st;
	mode_t dropped;
	int err = fo_sys_fstat(fd, &st);

	if (!err)
		err = fo_override_read(fs, fd, &st);
	if (err || fo_node_is_dir(node) || S_ISLNK(st.st_mode))
		return err;
	/* Not there, not ours to see: then not ours to remove. */
	(void)fo_xattr_remove(fd, FO_XATTR_CAPABILITY);
	dropped = fo_mode_dropped(st.st_mode);
	if (dropped == st.st_mode)
		return 0;
	st.st_mode = dropped;
	if (fs->config->override != FO_OVERRIDE_NONE)
		return fo_override_write(fs, fd, &st);
	return fo_sys_chmod(fd, dropped & 07777);
}

static const char *fo_protattr(const struct fo_fs *fs,
			       char attr[FO_PROTATTR_NAME_SIZE])
{
	snprintf(attr, FO_PROTATTR_NAME_SIZE, "%s" FO_XATTR_PROTATTR,
		 fs->xattr_prefix);
	return attr;
}

int fo_protection_read(const struct fo_fs *fs, int fd, int *out_flags)
{
	char attr[FO_PROTATTR_NAME_SIZE];
	char value[FO_PROTATTR_SIZE] = "";
	ssize_t len = -ENODATA, i;

	*out_flags = 0;
	if (fs->can.xattr)
		len = fo_xattr_get(fd, fo_protattr(fs, attr), value,
				   sizeof(value));
	for (i = 0; i < len; i++) {
		if (value[i] == 'a')
			*out_flags |= FS_APPEND_FL;
		if (value[i] == 'i')
			*out_flags |= FS_IMMUTABLE_FL;
	}
	return len == -EIO || len == -ENOMEM ? (int)len : 0;
}

int fo_protection_write(const struct fo_fs *fs, int fd, int flags)
{
	char attr[FO_PROTATTR_NAME_SIZE];
	char value[FO_PROTATTR_SIZE];
	size_t len = 0;
	int err;

	if (flags & FS_APPEND_FL)
		value[len++] = 'a';
	if (flags & FS_IMMUTABLE_FL)
		value[len++] = 'i';
	if (len && !fs->can.xattr)
		return -EPERM;
	if (len)
		return fo_xattr_set(fd, fo_protattr(fs, attr), value, len, 0);
	err = fo_xattr_remove(fd, fo_protattr(fs, attr));
	return err == -ENODATA || err == -EOPNOTSUPP ? 0 : err;
}

/* The flags of what answers for the node, as far as they protect it. */
static int fo_protection_of(struct fo_fs *fs, struct fo_node *node,
			    int *out_flags)
{
	uint16_t layer = fo_node_top(node);
	_cleanup_close_ int fd = fo_tree_open(fs, node, layer, O_PATH);
	struct statx stx;
	int err;

	if (fd < 0)
		return fd;
	if (layer == FO_UPPER)
		return fo_protection_read(fs, fd, out_flags);
	err = fo_sys_statx(fd, STATX_TYPE, &stx);
	if (err)
		return err;
	*out_flags =
		(stx.stx_attributes & STATX_ATTR_APPEND ? FS_APPEND_FL : 0) |
		(stx.stx_attributes & STATX_ATTR_IMMUTABLE ? FS_IMMUTABLE_FL :
							     0);
	return 0;
}

int fo_protection_check(struct fo_fs *fs, struct fo_node *node,
			enum fo_intent intent)
{
	int flags, err;

	if (fo_node_has(node, FO_NODE_FREE) ||
	    (!fo_node_is_regular(node) && !fo_node_is_dir(node)))
		return 0;
	err = fo_protection_of(fs, node, &flags);
	if (err)
		return err;
	if (flags & FS_IMMUTABLE_FL)
		return -EPERM;
	if (flags & FS_APPEND_FL)
		return intent == FO_INTENT_CHANGE ? -EPERM : 0;
	fo_node_set(node, FO_NODE_FREE);
	return 0;
}
