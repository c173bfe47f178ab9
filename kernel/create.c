// SPDX-License-Identifier: GPL-2.0-only
/*
 * New names, made in the upper alone: where the upper has nothing of the
 * name, not even a whiteout, and the directory is there.
 */
#include <linux/backing-file.h>
#include <linux/file.h>
#include <linux/security.h>

#include "compat.h"
#include "conn.h"
#include "upcall.h"

struct fo_making {
	struct dentry *dentry; /* ours */
	umode_t mode;
	dev_t rdev;
	const char *target; /* of a symlink */
	struct dentry *original; /* in the upper, of a hard link */
};

/* The mounter's rights with the caller's ids: whose the new thing is. */
static struct cred *fo_creds_as_caller(const struct super_block *sb)
{
	const struct cred *old = fo_creds_begin(sb);
	struct cred *cred = prepare_creds();

	fo_creds_end(old);
	if (!cred)
		return NULL;
	cred->fsuid = current_fsuid();
	cred->fsgid = current_fsgid();
	return cred;
}

static int fo_make_real(struct inode *dir, struct dentry *real,
			struct fo_making *making)
{
	struct mnt_idmap *idmap = &nop_mnt_idmap;

	if (making->original)
		return vfs_link(making->original, idmap, dir, real, NULL);
	switch (making->mode & S_IFMT) {
	case S_IFREG:
		return vfs_create(idmap, dir, real, making->mode, true);
	case S_IFDIR:
		return fo_vfs_mkdir(dir, real, making->mode);
	case S_IFLNK:
		return vfs_symlink(idmap, dir, real, making->target);
	default:
		return vfs_mknod(idmap, dir, real, making->mode, making->rdev);
	}
}

/* The upper's directory is locked. */
static int fo_make_locked(struct dentry *parent, struct fo_making *making,
			  struct dentry **out_real)
{
	const struct qstr *name = &making->dentry->d_name;
	struct dentry *real;
	int err;

	real = fo_vfs_lookup_locked(parent, name);
	if (IS_ERR(real))
		return PTR_ERR(real);
	err = -EEXIST;
	if (d_is_negative(real))
		err = fo_make_real(d_inode(parent), real, making);
	if (!err && unlikely(d_unhashed(real) || d_is_negative(real))) {
		/* The filesystem instantiated another dentry. */
		dput(real);
		real = fo_vfs_lookup_locked(parent, name);
		if (IS_ERR(real))
			return PTR_ERR(real);
		if (d_is_negative(real))
			err = -EIO;
	}
	if (err)
		dput(real);
	else
		*out_real = real;
	return err;
}

static int fo_make_in_upper(struct inode *dir, struct fo_making *making,
			    struct dentry **out_real)
{
	struct dentry *parent = fo_inode_upper(dir);
	struct vfsmount *mnt = fo_upper_mnt(dir->i_sb);
	const struct cred *old;
	struct cred *cred;
	int err;

	cred = fo_creds_as_caller(dir->i_sb);
	if (!cred)
		return -ENOMEM;
	err = mnt_want_write(mnt);
	if (err)
		goto out_cred;
	old = override_creds(cred);
	inode_lock_nested(d_inode(parent), I_MUTEX_PARENT);
	err = fo_make_locked(parent, making, out_real);
	inode_unlock(d_inode(parent));
	revert_creds(old);
	mnt_drop_write(mnt);
out_cred:
	put_cred(cred);
	return err;
}

/* The name is there in the upper; now the dentry gets its inode. */
static int fo_make_instantiate(struct inode *dir, struct dentry *dentry,
			       struct fo_found *found, u64 nodeid)
{
	struct inode *inode;

	fo_inode_changed(dir);
	inode = fo_inode_get(dir->i_sb, found);
	if (IS_ERR(inode)) {
		d_drop(dentry);
		return PTR_ERR(inode);
	}
	if (nodeid)
		fo_nodeid_note(inode, nodeid);
	fo_inode_refresh(inode);
	d_instantiate(dentry, inode);
	return 0;
}

static u32 fo_make_opcode(const struct fo_making *making)
{
	switch (making->mode & S_IFMT) {
	case S_IFDIR:
		return FUSE_MKDIR;
	case S_IFLNK:
		return FUSE_SYMLINK;
	default:
		return FUSE_MKNOD;
	}
}

/* A whiteout is in the way, or, for a link, marks are to be written. */
static int fo_make_by_daemon(struct inode *dir, struct fo_making *making,
			     struct inode *old)
{
	struct dentry *dentry = making->dentry;
	const struct fo_upcall what = {
		.dir = dir,
		.name = &dentry->d_name,
		.mode = making->mode,
		.rdev = making->rdev,
		.target = making->target,
	};
	u32 opcode = old ? FUSE_LINK : fo_make_opcode(making);
	struct fo_found found;
	u64 nodeid;
	int err;

	err = fo_nodeid_get(dentry->d_parent);
	if (!err)
		err = fo_upcall_entry(opcode, &what, old, &found, &nodeid);
	if (err == -EINTR) {
		/* Killed: the daemon may have done it. */
		d_drop(dentry);
		fo_inode_changed(dir);
	}
	if (err)
		return err;
	if (!nodeid)
		err = -EIO;
	else if (found.result == FO_RESULT_NEGATIVE)
		err = fo_lookup_merged(dir, &dentry->d_name, &found);
	if (err) {
		fo_found_release(&found);
		d_drop(dentry);
		return err;
	}
	return fo_make_instantiate(dir, dentry, &found, nodeid);
}

static int fo_make(struct inode *dir, struct fo_making *making)
{
	struct fo_found found = { .result = FO_RESULT_FILE };
	int err;

	if (fo_lookup_is_reserved(dir, &making->dentry->d_name))
		return -EINVAL;
	err = fo_copy_up(making->dentry->d_parent);
	if (!err)
		err = fo_make_in_upper(dir, making, &found.upper);
	if (err == -EEXIST && !fo_fs(dir->i_sb)->raw)
		return fo_make_by_daemon(dir, making, NULL);
	if (err)
		return err;
	if (d_is_dir(found.upper))
		found.result = FO_RESULT_DIR;
	return fo_make_instantiate(dir, making->dentry, &found, 0);
}

int fo_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	      umode_t mode, bool excl)
{
	struct fo_making making = { .dentry = dentry,
				    .mode = S_IFREG | (mode & 07777) };

	return fo_make(dir, &making);
}

int fo_mkdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	     umode_t mode)
{
	struct fo_making making = { .dentry = dentry,
				    .mode = S_IFDIR | (mode & 07777) };

	return fo_make(dir, &making);
}

int fo_mknod(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	     umode_t mode, dev_t rdev)
{
	struct fo_making making = { .dentry = dentry,
				    .mode = mode,
				    .rdev = rdev };

	/* It would be a whiteout. */
	if (S_ISCHR(mode) && !rdev && !fo_fs(dir->i_sb)->raw)
		return -EPERM;
	return fo_make(dir, &making);
}

int fo_symlink(struct mnt_idmap *idmap, struct inode *dir,
	       struct dentry *dentry, const char *target)
{
	struct fo_making making = { .dentry = dentry,
				    .mode = S_IFLNK,
				    .target = target };

	return fo_make(dir, &making);
}

int fo_link(struct dentry *old, struct inode *dir, struct dentry *dentry)
{
	struct fo_making making = { .dentry = dentry };
	struct inode *inode = d_inode(old);
	int err;

	if (fo_lookup_is_reserved(dir, &dentry->d_name))
		return -EINVAL;
	err = fo_copy_up(old);
	/* What has no name yet (O_TMPFILE) is linked in the upper alone. */
	if (!err && fo_fs(dir->i_sb)->conn && !d_unlinked(old)) {
		err = fo_copy_up(dentry->d_parent);
		if (!err)
			err = fo_nodeid_get(old);
		if (!err)
			err = fo_make_by_daemon(dir, &making, inode);
	} else if (!err) {
		making.original = fo_inode_upper(inode);
		err = fo_make(dir, &making);
	}
	/* The count is the inode's, whichever name it was reached by. */
	fo_inode_refresh(inode);
	return err;
}

/* The real file was opened as it was made. */
static int fo_tmpfile_open(struct inode *inode, struct file *file)
{
	return 0;
}

int fo_tmpfile(struct mnt_idmap *idmap, struct inode *dir, struct file *file,
	       umode_t mode)
{
	struct fo_found found = { .result = FO_RESULT_FILE };
	struct path parent;
	struct inode *inode;
	struct file *real;
	struct cred *cred;
	int err;

	err = fo_copy_up(file->f_path.dentry->d_parent);
	if (err)
		return err;
	cred = fo_creds_as_caller(dir->i_sb);
	if (!cred)
		return -ENOMEM;
	fo_inode_real(dir, &parent);
	err = mnt_want_write(parent.mnt);
	if (err)
		goto out_cred;
	real = backing_tmpfile_open(file, file->f_flags, &parent, mode, cred);
	mnt_drop_write(parent.mnt);
	err = PTR_ERR_OR_ZERO(real);
	if (err)
		goto out_cred;
	found.upper = dget(file_dentry(real));
	inode = fo_inode_get(dir->i_sb, &found);
	err = PTR_ERR_OR_ZERO(inode);
	if (!err)
		err = fo_file_attach(file, real);
	if (err) {
		if (!IS_ERR(inode))
			iput(inode);
		fput(real);
		goto out_cred;
	}
	/* d_tmpfile() takes one off. */
	set_nlink(inode, 1);
	d_tmpfile(file, inode);
	err = finish_open(file, file->f_path.dentry, fo_tmpfile_open);
out_cred:
	put_cred(cred);
	return err;
}
