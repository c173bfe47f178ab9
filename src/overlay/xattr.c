// SPDX-License-Identifier: GPL-2.0-or-later
/* Extended attributes of nodes: hidden, escaped, translated, copied. */
#include "overlay/xattr.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/acl.h"
#include "overlay/copyup.h"
#include "overlay/override.h"
#include "overlay/protection.h"
#include "state/fs.h"
#include "system/xattr.h"

#define FO_XATTR_CAPABILITY "security.capability"
/* A name, escaped: longer ones are the filesystem's to refuse. */
#define FO_ATTR_SIZE (XATTR_NAME_MAX + sizeof(FO_XATTR_ESCAPE))

/* Where the id of a namespace's root stands in a capability of version 3. */
#define FO_CAPABILITY_V3_SIZE 24
#define FO_CAPABILITY_ROOTID 20

static bool fo_has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool fo_xattr_is_own(const struct fo_fs *fs, const char *name)
{
	return fo_has_prefix(name, fs->xattr_prefix);
}

bool fo_xattr_is_private(const struct fo_fs *fs, const char *name)
{
	return fo_xattr_is_own(fs, name) &&
	       !fo_has_prefix(name + strlen(fs->xattr_prefix), FO_XATTR_ESCAPE);
}

static bool fo_xattr_is_acl(const char *name)
{
	return !strcmp(name, FO_XATTR_ACL_ACCESS) ||
	       !strcmp(name, FO_XATTR_ACL_DEFAULT);
}

/* Neither shown nor to be set: what other overlays, or our ids, live by. */
static bool fo_xattr_is_hidden(const struct fo_fs *fs, const char *name)
{
	if (fo_has_prefix(name, FO_XATTR_FUSEOVERLAYFS_PREFIX))
		return true;
	return fs->config->override != FO_OVERRIDE_NONE &&
	       fo_override_is_attr(name);
}

/*
 * The name under which a layer stores what the user calls name. -EOPNOTSUPP
 * where the mount has no such attributes, -EPERM for a hidden one.
 */
static int fo_xattr_stored_name(const struct fo_fs *fs, const char *name,
				char out_stored[FO_ATTR_SIZE])
{
	size_t prefix = strlen(fs->xattr_prefix);
	int len;

	if (!fs->config->xattrs || (!fs->config->acl && fo_xattr_is_acl(name)))
		return -EOPNOTSUPP;
	if (fo_xattr_is_hidden(fs, name))
		return -EPERM;
	if (fo_xattr_is_own(fs, name))
		len = snprintf(out_stored, FO_ATTR_SIZE,
			       "%s" FO_XATTR_ESCAPE "%s", fs->xattr_prefix,
			       name + prefix);
	else
		len = snprintf(out_stored, FO_ATTR_SIZE, "%s", name);
	return len >= (int)FO_ATTR_SIZE ? -ERANGE : 0;
}

/* Ids in values: shown and stored as owners are. */
static void fo_xattr_map_ids(const struct fo_fs *fs, const char *name,
			     void *value, size_t size,
			     uint32_t (*map)(const struct fo_idmap *, uint32_t))
{
	const struct fo_acl_map acl = {
		.uids = &fs->config->uidmap,
		.gids = &fs->config->gidmap,
		.map = map,
	};
	uint32_t rootid;

	if (!acl.uids->n && !acl.gids->n)
		return;
	if (fo_xattr_is_acl(name)) {
		fo_acl_map_ids(value, size, &acl);
		return;
	}
	if (strcmp(name, FO_XATTR_CAPABILITY) ||
	    size != FO_CAPABILITY_V3_SIZE || !acl.uids->n)
		return;
	memcpy(&rootid, (char *)value + FO_CAPABILITY_ROOTID, sizeof(rootid));
	rootid = htole32(map(acl.uids, le32toh(rootid)));
	memcpy((char *)value + FO_CAPABILITY_ROOTID, &rootid, sizeof(rootid));
}

ssize_t fo_node_getxattr(struct fo_fs *fs, struct fo_node *node,
			 const char *name, void *out_value, size_t size)
{
	char stored[FO_ATTR_SIZE];
	_cleanup_close_ int fd = -1;
	int err = fo_xattr_stored_name(fs, name, stored);
	ssize_t len;

	if (err)
		return err == -EPERM ? -ENODATA : err;
	fd = fo_tree_open(fs, node, fo_node_top(node), O_PATH);
	if (fd < 0)
		return fd;
	len = fo_xattr_get(fd, stored, out_value, size);
	/* One layer may lack what another has. */
	if (len == -EOPNOTSUPP && fo_xattr_is_acl(name))
		return -ENODATA;
	if (len > 0 && size)
		fo_xattr_map_ids(fs, name, out_value, (size_t)len,
				 fo_idmap_show);
	return len;
}

/* The name to show for a stored one, or NULL. */
static const char *fo_xattr_shown_name(const struct fo_fs *fs,
				       const char *stored)
{
	if (fo_xattr_is_private(fs, stored) || fo_xattr_is_hidden(fs, stored))
		return NULL;
	if (!fs->config->acl && fo_xattr_is_acl(stored))
		return NULL;
	return stored;
}

/* Append one name to the list, without its escape. Returns its length. */
static size_t fo_xattr_show_name(const struct fo_fs *fs, const char *stored,
				 char *out_at)
{
	size_t prefix = strlen(fs->xattr_prefix);
	size_t size = strlen(stored) + 1;

	if (!fo_xattr_is_own(fs, stored)) {
		memmove(out_at, stored, size);
		return size;
	}
	memmove(out_at, stored, prefix);
	stored += prefix + strlen(FO_XATTR_ESCAPE);
	size = strlen(stored) + 1;
	memmove(out_at + prefix, stored, size);
	return prefix + size;
}

ssize_t fo_node_listxattr(struct fo_fs *fs, struct fo_node *node,
			  char *out_list, size_t size)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *list = NULL;
	ssize_t len, at, next;
	size_t used = 0;

	if (!fs->config->xattrs)
		return -EOPNOTSUPP;
	fd = fo_tree_open(fs, node, fo_node_top(node), O_PATH);
	if (fd < 0)
		return fd;
	len = fo_xattr_list_all(fd, "", &list);
	if (len < 0)
		return len == -EOPNOTSUPP ? 0 : len;
	/* What is shown is never longer: the list is rewritten in place. */
	for (at = 0; at < len; at = next) {
		const char *name = fo_xattr_shown_name(fs, list + at);

		next = at + (ssize_t)strlen(list + at) + 1;
		if (name)
			used += fo_xattr_show_name(fs, name, list + used);
	}
	if (!size)
		return (ssize_t)used;
	if (used > size)
		return -ERANGE;
	memcpy(out_list, list, used);
	return (ssize_t)used;
}

/* The node's upper, made if need be, for a change of its attributes. */
static int fo_xattr_open_upper(struct fo_fs *fs, struct fo_node *node)
{
	int err = fo_protection_check(fs, node, FO_INTENT_CHANGE);

	if (!err)
		err = fo_copyup(fs, node, FO_COPYUP_METADATA);
	return err ? err : fo_tree_open(fs, node, FO_UPPER, O_PATH);
}

/* An access ACL takes setgid away from a caller outside of the group. */
static int fo_xattr_kill_setgid(struct fo_fs *fs, int fd)
{
	struct stat st;
	int err = fo_sys_fstat(fd, &st);

	if (!err)
		err = fo_override_read(fs, fd, &st);
	if (err || !(st.st_mode & S_ISGID))
		return err;
	st.st_mode &= ~(mode_t)S_ISGID;
	if (fs->config->override != FO_OVERRIDE_NONE)
		return fo_override_write(fs, fd, &st);
	return fo_sys_chmod(fd, st.st_mode & 07777);
}

int fo_node_setxattr(struct fo_fs *fs, struct fo_node *node,
		     const struct fo_xattr_change *change)
{
	char stored[FO_ATTR_SIZE];
	_cleanup_free_ char *value = NULL;
	_cleanup_close_ int fd = -1;
	int err = fo_xattr_stored_name(fs, change->name, stored);

	if (err)
		return err;
	if (!fs->writable)
		return -EROFS;
	value = malloc(change->size + 1);
	if (!value)
		return -ENOMEM;
	if (change->size)
		memcpy(value, change->value, change->size);
	fo_xattr_map_ids(fs, change->name, value, change->size, fo_idmap_store);
	fd = fo_xattr_open_upper(fs, node);
	if (fd < 0)
		return fd;
	err = fo_xattr_set(fd, stored, value, change->size, change->flags);
	if (!err && change->kill_setgid)
		err = fo_xattr_kill_setgid(fs, fd);
	return err;
}

/* What a lower does not have needs no copy-up to be removed. */
static int fo_xattr_check_lower(struct fo_fs *fs, struct fo_node *node,
				const char *stored)
{
	_cleanup_close_ int fd = -1;
	ssize_t len;

	if (fo_node_has_upper(node))
		return 0;
	fd = fo_tree_open(fs, node, fo_node_top(node), O_PATH);
	if (fd < 0)
		return fd;
	len = fo_xattr_get(fd, stored, NULL, 0);
	return (int)fo_min(len, (ssize_t)0);
}

int fo_node_removexattr(struct fo_fs *fs, struct fo_node *node,
			const char *name)
{
	char stored[FO_ATTR_SIZE];
	_cleanup_close_ int fd = -1;
	int err = fo_xattr_stored_name(fs, name, stored);

	if (err)
		return err;
	if (!fs->writable)
		return -EROFS;
	err = fo_xattr_check_lower(fs, node, stored);
	if (err)
		return err;
	fd = fo_xattr_open_upper(fs, node);
	if (fd < 0)
		return fd;
	return fo_xattr_remove(fd, stored);
}

/* Is that what the upper says who cannot, or may not, keep the attribute? */
static bool fo_xattr_is_refused(ssize_t err)
{
	return err == -EOPNOTSUPP || err == -EPERM || err == -EACCES ||
	       err == -EINVAL;
}

static int fo_xattr_copy(int from, int to, const char *name)
{
	_cleanup_free_ char *value = NULL;
	ssize_t len = fo_xattr_get_all(from, name, &value);
	int err;

	if (len < 0)
		return len == -ENODATA || fo_xattr_is_refused(len) ? 0 :
								     (int)len;
	err = fo_xattr_set(to, name, value, (size_t)len, 0);
	return fo_xattr_is_refused(err) ? 0 : err;
}

int fo_xattr_copy_all(struct fo_fs *fs, int from, int to)
{
	_cleanup_free_ char *list = NULL;
	ssize_t len = fo_xattr_list_all(from, "", &list);
	ssize_t at;

	if (len < 0)
		return fo_xattr_is_refused(len) ? 0 : (int)len;
	for (at = 0; at < len; at += (ssize_t)strlen(list + at) + 1) {
		const char *name = list + at;
		int err;

		/* A lower's marks say how that layer merged, not this one. */
		if (fo_xattr_is_private(fs, name) ||
		    fo_has_prefix(name, FO_XATTR_FUSEOVERLAYFS_PREFIX))
			continue;
		err = fo_xattr_copy(from, to, name);
		if (err)
			return err;
	}
	return 0;
}
