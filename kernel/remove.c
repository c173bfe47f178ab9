// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removing names: by the kernel if the upper alone has them, so that nothing
 * shows from below; else by the daemon, who leaves a whiteout.
 */
#include <linux/fuse.h>

#include "compat.h"
#include "fusebpf.h"
#include "upcall.h"

/* The upper's directory is locked. */
static int fo_remove_locked(struct dentry *parent, struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	struct inode *dir = d_inode(parent);
	struct dentry *real;
	int err;

	real = fo_vfs_lookup_locked(parent, &dentry->d_name);
	if (IS_ERR(real))
		return PTR_ERR(real);
	/* Somebody changed the layer beneath us. */
	if (d_inode(real) != d_inode(fo_inode_upper(inode)))
		err = -ESTALE;
	else if (d_is_dir(real))
		err = vfs_rmdir(&nop_mnt_idmap, dir, real);
	else
		err = vfs_unlink(&nop_mnt_idmap, dir, real, NULL);
	dput(real);
	return err;
}

static int fo_remove_in_upper(struct inode *dir, struct dentry *dentry)
{
	struct vfsmount *mnt = fo_upper_mnt(dir->i_sb);
	struct dentry *parent = fo_inode_upper(dir);
	const struct cred *old;
	int err;

	err = mnt_want_write(mnt);
	if (err)
		return err;
	old = fo_creds_begin(dir->i_sb);
	inode_lock_nested(d_inode(parent), I_MUTEX_PARENT);
	err = fo_remove_locked(parent, dentry);
	inode_unlock(d_inode(parent));
	fo_creds_end(old);
	mnt_drop_write(mnt);
	return err;
}

/* Does removing leave something to be hidden? */
static int fo_remove_needs_whiteout(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);

	if (!fo_inode_upper(dir) || !fo_inode_upper(inode))
		return 1;
	return fo_lookup_is_covered(dir, &dentry->d_name);
}

static int fo_remove_by_daemon(struct inode *dir, struct dentry *dentry)
{
	u32 opcode = d_is_dir(dentry) ? FUSE_RMDIR : FUSE_UNLINK;
	int err;

	/* The whiteout stands in the upper. */
	err = fo_copy_up(dentry->d_parent);
	/* And what is left of a lower's links is counted there. */
	if (!err && !d_is_dir(dentry) &&
	    fo_inode_real_inode(d_inode(dentry))->i_nlink > 1)
		err = fo_copy_up(dentry);
	if (!err)
		err = fo_nodeid_get(dentry->d_parent);
	if (!err)
		err = fo_upcall_remove(opcode, dir, &dentry->d_name);
	if (err == -EINTR) {
		/* Killed: the daemon may have done it. */
		d_drop(dentry);
		fo_inode_changed(dir);
	}
	return err;
}

/* A directory of the upper that has nothing left but whiteouts. */
static bool fo_dir_looks_empty(struct inode *dir)
{
	struct fo_listing *listing;
	bool empty;

	if (fo_fs(dir->i_sb)->raw)
		return false;
	listing = fo_listing_get(dir);
	if (IS_ERR(listing))
		return false;
	empty = !listing->nr;
	fo_listing_put(listing);
	return empty;
}

static int fo_remove(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	int err;

	err = fo_remove_needs_whiteout(dir, dentry);
	if (!err) {
		err = fo_remove_in_upper(dir, dentry);
		if (err == -ENOTEMPTY && fo_dir_looks_empty(inode))
			err = 1;
	}
	if (err > 0)
		err = fo_remove_by_daemon(dir, dentry);
	if (err)
		return err;
	fo_inode_changed(dir);
	if (d_is_dir(dentry))
		clear_nlink(inode);
	else if (fo_inode_upper(inode))
		fo_inode_refresh(inode);
	else if (inode->i_nlink)
		drop_nlink(inode);
	return 0;
}

int fo_unlink(struct inode *dir, struct dentry *dentry)
{
	return fo_remove(dir, dentry);
}

int fo_rmdir(struct inode *dir, struct dentry *dentry)
{
	return fo_remove(dir, dentry);
}
