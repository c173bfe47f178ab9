// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rename, in the upper alone: all that is needed in a raw mount, and for a
 * file of the upper that hides nothing. Moving what has a lower, or a
 * directory, leaves marks behind; that is not done here.
 */
#include "compat.h"
#include "fusebpf.h"

/* One end: a name of ours, and what the upper has of it. */
struct fo_end {
	struct inode *dir;
	struct dentry *dentry;
	struct dentry *real; /* counted */
};

static int fo_end_lookup(struct fo_end *end)
{
	struct inode *inode = d_inode(end->dentry);
	struct dentry *upper = inode ? fo_inode_upper(inode) : NULL;
	struct dentry *real;

	real = fo_vfs_lookup_locked(fo_inode_upper(end->dir),
				    &end->dentry->d_name);
	if (IS_ERR(real))
		return PTR_ERR(real);
	end->real = real;
	if (upper && d_inode(real) != d_inode(upper))
		return -ESTALE;
	return 0;
}

/* Both directories are locked; trap is their nearest common child. */
static int fo_rename_locked(struct fo_end *from, struct fo_end *to,
			    struct dentry *trap, unsigned int flags)
{
	struct renamedata rd = {
		.old_mnt_idmap = &nop_mnt_idmap,
		.new_mnt_idmap = &nop_mnt_idmap,
		.old_dir = d_inode(fo_inode_upper(from->dir)),
		.new_dir = d_inode(fo_inode_upper(to->dir)),
		.flags = flags,
	};
	int err;

	err = fo_end_lookup(from);
	if (!err)
		err = fo_end_lookup(to);
	if (err)
		return err;
	if (from->real == trap)
		return -EINVAL;
	if (to->real == trap)
		return -ENOTEMPTY;
	if (d_is_negative(from->real))
		return -ESTALE;
	if ((flags & RENAME_NOREPLACE) && d_is_positive(to->real))
		return -EEXIST;
	rd.old_dentry = from->real;
	rd.new_dentry = to->real;
	return vfs_rename(&rd);
}

static int fo_rename_in_upper(struct fo_end *from, struct fo_end *to,
			      unsigned int flags)
{
	struct vfsmount *mnt = fo_upper_mnt(from->dir->i_sb);
	struct dentry *old_parent = fo_inode_upper(from->dir);
	struct dentry *new_parent = fo_inode_upper(to->dir);
	const struct cred *old;
	struct dentry *trap;
	int err;

	err = mnt_want_write(mnt);
	if (err)
		return err;
	old = fo_creds_begin(from->dir->i_sb);
	trap = lock_rename(old_parent, new_parent);
	err = PTR_ERR_OR_ZERO(trap);
	if (!err) {
		err = fo_rename_locked(from, to, trap, flags);
		unlock_rename(old_parent, new_parent);
	}
	fo_creds_end(old);
	dput(from->real);
	dput(to->real);
	mnt_drop_write(mnt);
	return err;
}

/* In a layered mount: can the upper do it without a mark? */
static int fo_rename_is_plain(struct fo_end *from, struct fo_end *to,
			      unsigned int flags)
{
	struct inode *inode = d_inode(from->dentry);
	int err;

	if (fo_fs(from->dir->i_sb)->raw)
		return 1;
	if (flags || S_ISDIR(inode->i_mode) || !fo_inode_upper(inode) ||
	    !fo_inode_upper(from->dir) || !fo_inode_upper(to->dir))
		return 0;
	err = fo_lookup_is_covered(from->dir, &from->dentry->d_name);
	return err < 0 ? err : !err;
}

static void fo_rename_done(struct fo_end *from, struct fo_end *to)
{
	fo_inode_changed(from->dir);
	if (to->dir != from->dir)
		fo_inode_changed(to->dir);
	fo_inode_refresh(d_inode(from->dentry));
	if (d_is_positive(to->dentry))
		fo_inode_refresh(d_inode(to->dentry));
}

int fo_rename(struct mnt_idmap *idmap, struct inode *old_dir,
	      struct dentry *old, struct inode *new_dir, struct dentry *new,
	      unsigned int flags)
{
	struct fo_end from = { .dir = old_dir, .dentry = old };
	struct fo_end to = { .dir = new_dir, .dentry = new };
	int err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	if (fo_lookup_is_reserved(new_dir, &new->d_name))
		return -EINVAL;
	/* The VFS saw that a name not to be replaced is free. */
	if (!fo_fs(old_dir->i_sb)->raw)
		flags &= ~RENAME_NOREPLACE;
	err = fo_rename_is_plain(&from, &to, flags);
	if (err <= 0)
		return err ? err : -EXDEV;
	err = fo_rename_in_upper(&from, &to, flags);
	if (!err)
		fo_rename_done(&from, &to);
	return err;
}
