// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes, permission, ACLs and inode flags. The caller is checked
 * against our inode, then the mounter against the real one.
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/security.h>

#include "compat.h"
#include "fusebpf.h"

int fo_getattr(struct mnt_idmap *idmap, const struct path *path,
	       struct kstat *stat, u32 mask, unsigned int flags)
{
	struct inode *inode = d_inode(path->dentry);
	const struct cred *old;
	struct path real;
	int err;

	fo_inode_real(inode, &real);
	old = fo_creds_begin(inode->i_sb);
	if (flags & AT_GETATTR_NOSEC)
		err = vfs_getattr_nosec(&real, stat, mask,
					flags & ~AT_GETATTR_NOSEC);
	else
		err = vfs_getattr(&real, stat, mask, flags);
	if (!err && !S_ISDIR(stat->mode))
		stat->nlink = fo_origin_nlink(inode, stat->nlink);
	fo_creds_end(old);
	if (err)
		return err;
	/* A lower never loses a name; what is seen of it does. */
	if (!S_ISDIR(stat->mode) && !fo_inode_upper(inode))
		stat->nlink = min(stat->nlink, inode->i_nlink);
	stat->ino = inode->i_ino;
	stat->dev = inode->i_sb->s_dev;
	/* Merged, a directory's count would need all layers: find's 1. */
	if (S_ISDIR(stat->mode) &&
	    fo_inode_nr_lower(inode) + !!fo_inode_upper(inode) > 1)
		stat->nlink = 1;
	return 0;
}

int fo_permission(struct mnt_idmap *idmap, struct inode *inode, int mask)
{
	struct inode *real = fo_inode_real_inode(inode);
	const struct cred *old;
	int err;

	/* Under RCU the inode may be on its way out. */
	if (!real)
		return -ECHILD;
	err = generic_permission(&nop_mnt_idmap, inode, mask);
	if (err)
		return err;
	/* A lower is never written; its copy will be. */
	if (!special_file(real->i_mode) && (mask & MAY_WRITE) &&
	    !fo_inode_upper(inode)) {
		mask &= ~(MAY_WRITE | MAY_APPEND);
		mask |= MAY_READ;
	}
	old = fo_creds_begin(inode->i_sb);
	err = inode_permission(&nop_mnt_idmap, real, mask);
	fo_creds_end(old);
	return err;
}

static int fo_notify_change(struct inode *inode, struct dentry *upper,
			    struct iattr *attr)
{
	struct vfsmount *mnt = fo_upper_mnt(inode->i_sb);
	const struct cred *old;
	int err;

	err = mnt_want_write(mnt);
	if (err)
		return err;
	inode_lock(d_inode(upper));
	old = fo_creds_begin(inode->i_sb);
	err = notify_change(&nop_mnt_idmap, upper, attr, NULL);
	fo_creds_end(old);
	if (!err)
		fo_inode_refresh(inode);
	inode_unlock(d_inode(upper));
	mnt_drop_write(mnt);
	return err;
}

int fo_setattr(struct mnt_idmap *idmap, struct dentry *dentry,
	       struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	struct dentry *upper;
	int err;

	err = setattr_prepare(&nop_mnt_idmap, dentry, attr);
	if (!err)
		err = fo_copy_up(dentry);
	if (err)
		return err;
	upper = fo_inode_upper(inode);
	if (attr->ia_valid & ATTR_SIZE) {
		err = get_write_access(d_inode(upper));
		if (err)
			return err;
	}
	if (attr->ia_valid & (ATTR_KILL_SUID | ATTR_KILL_SGID))
		attr->ia_valid &= ~ATTR_MODE;
	/* The file is ours, not the real one; it was opened without O_TRUNC. */
	attr->ia_valid &= ~(ATTR_FILE | ATTR_OPEN);
	err = fo_notify_change(inode, upper, attr);
	if (attr->ia_valid & ATTR_SIZE)
		put_write_access(d_inode(upper));
	return err;
}

struct posix_acl *fo_get_inode_acl(struct inode *inode, int type, bool rcu)
{
	const struct cred *old;
	struct posix_acl *acl;
	struct path real;

	if (!IS_ENABLED(CONFIG_FS_POSIX_ACL))
		return NULL;
	if (rcu) {
		struct inode *gone = fo_inode_real_inode(inode);

		return gone ? get_cached_acl_rcu(gone, type) : ERR_PTR(-ECHILD);
	}
	fo_inode_real(inode, &real);
	if (!IS_POSIXACL(d_inode(real.dentry)))
		return NULL;
	old = fo_creds_begin(inode->i_sb);
	acl = vfs_get_acl(&nop_mnt_idmap, real.dentry,
			  posix_acl_xattr_name(type));
	fo_creds_end(old);
	/* One layer without ACLs is one without entries. */
	if (IS_ERR(acl) &&
	    (PTR_ERR(acl) == -ENODATA || PTR_ERR(acl) == -EOPNOTSUPP))
		return NULL;
	return acl;
}

struct posix_acl *fo_get_acl(struct mnt_idmap *idmap, struct dentry *dentry,
			     int type)
{
	return fo_get_inode_acl(d_inode(dentry), type, false);
}

static int fo_acl_write(struct inode *inode, struct posix_acl *acl, int type)
{
	struct vfsmount *mnt = fo_upper_mnt(inode->i_sb);
	const char *name = posix_acl_xattr_name(type);
	struct dentry *upper = fo_inode_upper(inode);
	const struct cred *old;
	int err;

	err = mnt_want_write(mnt);
	if (err)
		return err;
	old = fo_creds_begin(inode->i_sb);
	if (acl)
		err = vfs_set_acl(&nop_mnt_idmap, upper, name, acl);
	else
		err = vfs_remove_acl(&nop_mnt_idmap, upper, name);
	fo_creds_end(old);
	mnt_drop_write(mnt);
	fo_inode_refresh(inode);
	return err;
}

/* The mounter keeps setgid where the caller, outside the group, may not. */
static int fo_acl_drop_setgid(struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	struct iattr attr = { .ia_valid = ATTR_KILL_SGID };

	if (!(inode->i_mode & S_ISGID) ||
	    in_group_or_capable(&nop_mnt_idmap, inode,
				i_gid_into_vfsgid(&nop_mnt_idmap, inode)))
		return 0;
	return fo_setattr(&nop_mnt_idmap, dentry, &attr);
}

int fo_set_acl(struct mnt_idmap *idmap, struct dentry *dentry,
	       struct posix_acl *acl, int type)
{
	struct inode *inode = d_inode(dentry);
	int err;

	if (!IS_ENABLED(CONFIG_FS_POSIX_ACL) ||
	    !IS_POSIXACL(fo_inode_real_inode(inode)))
		return -EOPNOTSUPP;
	if (type == ACL_TYPE_DEFAULT && !S_ISDIR(inode->i_mode))
		return acl ? -EACCES : 0;
	if (!inode_owner_or_capable(&nop_mnt_idmap, inode))
		return -EPERM;
	err = fo_copy_up(dentry);
	if (err)
		return err;
	if (type == ACL_TYPE_ACCESS) {
		err = fo_acl_drop_setgid(dentry);
		if (err)
			return err;
	}
	return fo_acl_write(inode, acl, type);
}

int fo_fileattr_get(struct dentry *dentry, struct fileattr *fa)
{
	const struct cred *old;
	struct path real;
	int err;

	fo_inode_real(d_inode(dentry), &real);
	old = fo_creds_begin(dentry->d_sb);
	err = vfs_fileattr_get(real.dentry, fa);
	fo_creds_end(old);
	return err == -ENOIOCTLCMD ? -ENOTTY : err;
}

int fo_fileattr_set(struct mnt_idmap *idmap, struct dentry *dentry,
		    struct fileattr *fa)
{
	struct vfsmount *mnt = fo_upper_mnt(dentry->d_sb);
	struct inode *inode = d_inode(dentry);
	const struct cred *old;
	int err;

	err = fo_copy_up(dentry);
	if (!err)
		err = mnt_want_write(mnt);
	if (err)
		return err;
	/* The VFS checked the caller against fo_fileattr_get()'s answer. */
	old = fo_creds_begin(dentry->d_sb);
	err = vfs_fileattr_set(&nop_mnt_idmap, fo_inode_upper(inode), fa);
	fo_creds_end(old);
	mnt_drop_write(mnt);
	fo_inode_refresh(inode);
	return err == -ENOIOCTLCMD ? -ENOTTY : err;
}
