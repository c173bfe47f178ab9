// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copy-up, which the daemon does: the parents first, each under its own
 * copy_up_lock, so that an inode is asked for once. The kernel takes over
 * where the copy lies, after a look at what it is.
 */
#include "conn.h"
#include "upcall.h"

/* The topmost on the way to dentry that has no upper; counted. */
static struct dentry *fo_copy_up_next(struct dentry *dentry)
{
	struct dentry *next = dget(dentry), *parent;

	for (;;) {
		parent = dget_parent(next);
		if (IS_ROOT(next) || fo_inode_upper(d_inode(parent)))
			break;
		dput(next);
		next = parent;
	}
	dput(parent);
	return next;
}

static bool fo_copy_is_fit(struct inode *inode, struct dentry *upper)
{
	struct inode *real = d_inode(upper);

	if ((real->i_mode & S_IFMT) != (inode->i_mode & S_IFMT))
		return false;
	return !S_ISREG(inode->i_mode) ||
	       i_size_read(real) == i_size_read(inode);
}

/* Takes over the reference. */
static int fo_inode_set_upper(struct inode *inode, struct dentry *upper)
{
	struct fo_fs *fs = fo_fs(inode->i_sb);
	struct fo_inode *fi = fo_inode(inode);
	struct inode *real = d_inode(upper), *other = NULL;

	if (!fo_copy_is_fit(inode, upper)) {
		dput(upper);
		return -EIO;
	}
	if (!S_ISDIR(inode->i_mode))
		other = fo_inode_find(inode->i_sb, real);
	if (other) {
		/* It is another file's already. */
		iput(other);
		dput(upper);
		return -ESTALE;
	}
	fi->copied_up = true;
	atomic_inc(&fs->copied_up);
	/* Whoever finds the copy by its name finds this inode. */
	spin_lock(&fs->alias_lock);
	smp_store_release(&fi->upper, upper);
	if (!S_ISDIR(inode->i_mode))
		hash_add(fs->aliases, &fi->alias, (unsigned long)real);
	spin_unlock(&fs->alias_lock);
	fo_inode_changed(inode);
	return 0;
}

static int fo_copy_up_one(struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	struct fo_inode *fi = fo_inode(inode);
	struct dentry *upper;
	int err;

	err = fo_nodeid_get(dentry);
	if (!err)
		err = mutex_lock_killable(&fi->copy_up_lock);
	if (err)
		return err;
	if (!fo_inode_upper(inode)) {
		err = fo_upcall_copy_up(inode, &upper);
		if (!err)
			err = fo_inode_set_upper(inode, upper);
	}
	mutex_unlock(&fi->copy_up_lock);
	return err;
}

int fo_copy_up(struct dentry *dentry)
{
	int err = 0;

	if (fo_inode_upper(d_inode(dentry)))
		return 0;
	if (!fo_fs(dentry->d_sb)->has_upper)
		return -EROFS;
	while (!err && !fo_inode_upper(d_inode(dentry))) {
		struct dentry *next = fo_copy_up_next(dentry);

		/* Only in the layers by now, where nobody can reach it. */
		err = d_unlinked(next) ? -ESTALE : fo_copy_up_one(next);
		dput(next);
	}
	return err;
}

/* The directory's own name in its parent's upper; NULL: none. */
static struct dentry *fo_upper_by_name(struct dentry *dentry)
{
	struct name_snapshot name;
	struct dentry *parent, *upper = NULL;
	struct fo_place place = {};
	struct fo_probed probed = {};
	const struct cred *old;

	parent = dget_parent(dentry);
	place.dentry = fo_inode_upper(d_inode(parent));
	if (place.dentry) {
		take_dentry_name_snapshot(&name, dentry);
		old = fo_creds_begin(dentry->d_sb);
		if (!fo_probe_name(fo_fs(dentry->d_sb), &place, &name.name,
				   &probed))
			upper = probed.dentry;
		fo_creds_end(old);
		release_dentry_name_snapshot(&name);
	}
	dput(parent);
	return upper;
}

/* A directory without upper was never renamed: its name is as it was. */
static bool fo_copy_up_notice_one(struct dentry *dentry)
{
	struct fo_inode *fi = fo_inode(d_inode(dentry));
	struct dentry *upper;
	bool noticed = true;

	mutex_lock(&fi->copy_up_lock);
	if (!fo_inode_upper(&fi->vfs)) {
		upper = fo_upper_by_name(dentry);
		noticed = upper && !fo_inode_set_upper(&fi->vfs, upper);
	}
	mutex_unlock(&fi->copy_up_lock);
	return noticed;
}

void fo_copy_up_notice(struct dentry *dentry)
{
	bool noticed = true;

	while (noticed && !fo_inode_upper(d_inode(dentry))) {
		struct dentry *next = fo_copy_up_next(dentry);

		noticed = !d_unlinked(next) && fo_copy_up_notice_one(next);
		dput(next);
	}
}
