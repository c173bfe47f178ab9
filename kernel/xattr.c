// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes. Overlay attributes of a layer are not shown; those
 * that a user sets, an overlay within ours, are stored escaped. In a raw
 * mount everything is what it is. The rule: "Nesting overlayfs mounts" in
 * Documentation/filesystems/overlayfs.rst.
 */
#include <linux/xattr.h>

#include "fusebpf.h"

static const char *const fo_hidden_prefixes[] = {
	FO_XATTR_TRUSTED_PREFIX,
	FO_XATTR_USER_PREFIX,
};

#define FO_ESCAPE_LEN (sizeof(FO_XATTR_ESCAPE) - 1)

/* Bytes of the overlay prefix that the name has; 0: none. */
static size_t fo_xattr_prefix(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fo_hidden_prefixes); i++) {
		size_t len = strlen(fo_hidden_prefixes[i]);

		if (!strncmp(name, fo_hidden_prefixes[i], len))
			return len;
	}
	return 0;
}

/* The name in the layer of what the user calls name. */
static int fo_xattr_escape(const struct fo_fs *fs, const char *name,
			   char *out_stored)
{
	size_t prefix = fs->raw ? 0 : fo_xattr_prefix(name);
	int len;

	if (prefix)
		len = snprintf(out_stored, XATTR_NAME_MAX + 1,
			       "%.*s" FO_XATTR_ESCAPE "%s", (int)prefix, name,
			       name + prefix);
	else
		len = snprintf(out_stored, XATTR_NAME_MAX + 1, "%s", name);
	return len > XATTR_NAME_MAX ? -EOPNOTSUPP : 0;
}

static int fo_xattr_get(const struct xattr_handler *handler,
			struct dentry *dentry, struct inode *inode,
			const char *name, void *value, size_t size)
{
	char stored[XATTR_NAME_MAX + 1];
	const struct cred *old;
	struct path real;
	int err;

	err = fo_xattr_escape(fo_fs(inode->i_sb), name, stored);
	if (err)
		return err;
	fo_inode_real(inode, &real);
	old = fo_creds_begin(inode->i_sb);
	err = vfs_getxattr(&nop_mnt_idmap, real.dentry, stored, value, size);
	fo_creds_end(old);
	return err;
}

/* Removing what is not there copies nothing up. */
static int fo_xattr_is_missing(struct inode *inode, const char *stored)
{
	const struct cred *old;
	struct path real;
	ssize_t len;

	fo_inode_real(inode, &real);
	old = fo_creds_begin(inode->i_sb);
	len = vfs_getxattr(&nop_mnt_idmap, real.dentry, stored, NULL, 0);
	fo_creds_end(old);
	return len < 0 ? len : 0;
}

static int fo_xattr_write(struct inode *inode, const char *stored,
			  const void *value, size_t size, int flags)
{
	struct vfsmount *mnt = fo_upper_mnt(inode->i_sb);
	struct dentry *upper = fo_inode_upper(inode);
	const struct cred *old;
	int err;

	err = mnt_want_write(mnt);
	if (err)
		return err;
	old = fo_creds_begin(inode->i_sb);
	if (value)
		err = vfs_setxattr(&nop_mnt_idmap, upper, stored, value, size,
				   flags);
	else
		err = vfs_removexattr(&nop_mnt_idmap, upper, stored);
	fo_creds_end(old);
	mnt_drop_write(mnt);
	fo_inode_refresh(inode);
	return err;
}

static int fo_xattr_set(const struct xattr_handler *handler,
			struct mnt_idmap *idmap, struct dentry *dentry,
			struct inode *inode, const char *name,
			const void *value, size_t size, int flags)
{
	char stored[XATTR_NAME_MAX + 1];
	int err;

	err = fo_xattr_escape(fo_fs(inode->i_sb), name, stored);
	if (err)
		return err;
	if (!value && !fo_inode_upper(inode)) {
		err = fo_xattr_is_missing(inode, stored);
		if (err)
			return err;
	}
	err = fo_copy_up(dentry);
	return err ? err : fo_xattr_write(inode, stored, value, size, flags);
}

static const struct xattr_handler fo_xattr_handler = {
	.prefix = "",
	.get = fo_xattr_get,
	.set = fo_xattr_set,
};

const struct xattr_handler *const fo_xattr_handlers[] = {
	&fo_xattr_handler,
	NULL,
};

static bool fo_xattr_is_shown(const char *name)
{
	if (!strncmp(name, XATTR_TRUSTED_PREFIX, XATTR_TRUSTED_PREFIX_LEN))
		return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
	return true;
}

/* Drop what is not shown, and the escape from what is. */
static ssize_t fo_xattr_filter_list(const struct fo_fs *fs, char *list,
				    ssize_t len)
{
	char *from = list, *to = list, *end = list + len;

	while (from < end) {
		size_t size = strnlen(from, end - from - 1) + 1;
		size_t prefix = fs->raw ? 0 : fo_xattr_prefix(from);
		bool escaped =
			prefix &&
			!strncmp(from + prefix, FO_XATTR_ESCAPE, FO_ESCAPE_LEN);

		if (fo_xattr_is_shown(from) && (!prefix || escaped)) {
			size_t skip = escaped ? FO_ESCAPE_LEN : 0;

			memmove(to, from, prefix);
			memmove(to + prefix, from + prefix + skip,
				size - prefix - skip);
			to += size - skip;
		}
		from += size;
	}
	return to - list;
}

ssize_t fo_listxattr(struct dentry *dentry, char *list, size_t size)
{
	const struct cred *old;
	struct path real;
	ssize_t len;

	fo_inode_real(d_inode(dentry), &real);
	old = fo_creds_begin(dentry->d_sb);
	len = vfs_listxattr(real.dentry, list, size);
	fo_creds_end(old);
	if (len <= 0 || !size)
		return len;
	return fo_xattr_filter_list(fo_fs(dentry->d_sb), list, len);
}
