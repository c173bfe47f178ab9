// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rename: by the daemon, who leaves whiteouts and redirects where they are
 * needed. Without one in the upper alone: all that is needed in a raw mount,
 * and for a file of the upper that hides nothing.
 */
#include "compat.h"
#include "fusebpf.h"
#include "upcall.h"

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

static void fo_rename_done(struct fo_end *from, struct fo_end *to,
			   struct inode *target)
{
	fo_inode_changed(from->dir);
	if (to->dir != from->dir)
		fo_inode_changed(to->dir);
	fo_inode_refresh(d_inode(from->dentry));
	if (!target)
		return;
	/* One name of it is gone, perhaps the last. */
	if (S_ISDIR(target->i_mode))
		clear_nlink(target);
	else if (fo_inode_upper(target))
		fo_inode_refresh(target);
	else if (target->i_nlink)
		drop_nlink(target);
}

/* All that is to be there before the names change. */
static int fo_rename_prepare(struct fo_end *from, struct fo_end *to,
			     unsigned int flags)
{
	int err;

	err = fo_copy_up(from->dentry);
	/* A file of several names may have got it elsewhere. */
	if (!err)
		err = fo_copy_up(from->dentry->d_parent);
	if (!err)
		err = fo_copy_up(to->dentry->d_parent);
	if (!err && (flags & RENAME_EXCHANGE))
		err = fo_copy_up(to->dentry);
	if (!err)
		err = fo_nodeid_get(from->dentry->d_parent);
	if (!err)
		err = fo_nodeid_get(to->dentry->d_parent);
	return err;
}

static int fo_rename_by_daemon(struct fo_end *from, struct fo_end *to,
			       unsigned int flags)
{
	const struct fo_upcall source = { .dir = from->dir,
					  .name = &from->dentry->d_name };
	const struct fo_upcall target = { .dir = to->dir,
					  .name = &to->dentry->d_name };
	int err;

	err = fo_upcall_rename(&source, &target, flags);
	if (err == -EINTR) {
		/* Killed: the daemon may have done it. */
		d_drop(from->dentry);
		d_drop(to->dentry);
		fo_inode_changed(from->dir);
		fo_inode_changed(to->dir);
	}
	return err;
}

static int fo_rename_plain(struct fo_end *from, struct fo_end *to,
			   unsigned int flags)
{
	int err = fo_rename_is_plain(from, to, flags);

	if (err <= 0)
		return err ? err : -EXDEV;
	return fo_rename_in_upper(from, to, flags);
}

int fo_rename(struct mnt_idmap *idmap, struct inode *old_dir,
	      struct dentry *old, struct inode *new_dir, struct dentry *new,
	      unsigned int flags)
{
	struct fo_end from = { .dir = old_dir, .dentry = old };
	struct fo_end to = { .dir = new_dir, .dentry = new };
	struct fo_fs *fs = fo_fs(old_dir->i_sb);
	struct inode *target = d_inode(new);
	int err = 0;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE |
		      (fs->conn ? RENAME_WHITEOUT : 0)))
		return -EINVAL;
	if (fo_lookup_is_reserved(new_dir, &new->d_name))
		return -EINVAL;
	/* The VFS saw that a name not to be replaced is free. */
	if (!fs->raw)
		flags &= ~RENAME_NOREPLACE;
	if (fs->conn)
		err = fo_rename_prepare(&from, &to, flags);
	if (err)
		return err;
	err = fs->conn ? fo_rename_by_daemon(&from, &to, flags) :
			 fo_rename_plain(&from, &to, flags);
	if (!err)
		fo_rename_done(&from, &to,
			       (flags & RENAME_EXCHANGE) ? NULL : target);
	return err;
}
