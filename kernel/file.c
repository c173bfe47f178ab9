// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files and everything about them but the data. A descriptor opened
 * before the copy-up goes on with the upper afterwards: what it reads and
 * locks is the one file that everybody else sees.
 */
#include <linux/backing-file.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "fusebpf.h"

struct fo_file {
	struct file *real; /* as opened */
	struct file *upper; /* opened later, set once */
};

/* What fcntl(F_SETFL) changes on ours holds for the real one. */
#define FO_FILE_FLAGS (O_APPEND | O_NONBLOCK | O_NDELAY | O_DIRECT)

static int fo_file_take_flags(struct file *file, struct file *real)
{
	unsigned int flags = file->f_flags & FO_FILE_FLAGS;

	if ((real->f_flags & FO_FILE_FLAGS) == flags)
		return 0;
	if ((flags & O_DIRECT) && !(real->f_mode & FMODE_CAN_ODIRECT))
		return -EINVAL;
	spin_lock(&real->f_lock);
	real->f_flags = (real->f_flags & ~FO_FILE_FLAGS) | flags;
	real->f_iocb_flags = iocb_flags(real);
	spin_unlock(&real->f_lock);
	return 0;
}

static struct file *fo_file_open_real(struct file *file)
{
	struct inode *inode = file_inode(file);
	const struct cred *old;
	struct file *real;
	struct path path;

	fo_inode_real(inode, &path);
	old = fo_creds_begin(inode->i_sb);
	real = backing_file_open(file, file->f_flags, &path, current_cred());
	fo_creds_end(old);
	return real;
}

static struct file *fo_file_open_upper(struct file *file)
{
	struct fo_file *ff = file->private_data;
	struct file *upper, *first;

	upper = fo_file_open_real(file);
	if (IS_ERR(upper))
		return upper;
	first = cmpxchg(&ff->upper, NULL, upper);
	if (!first)
		return upper;
	fput(upper);
	return first;
}

struct file *fo_file_real(struct file *file)
{
	struct fo_file *ff = file->private_data;
	struct inode *now = fo_inode_real_inode(file_inode(file));
	struct file *real = ff->real;
	int err;

	if (unlikely(file_inode(real) != now)) {
		real = READ_ONCE(ff->upper);
		if (!real)
			real = fo_file_open_upper(file);
		if (IS_ERR(real))
			return real;
	}
	err = fo_file_take_flags(file, real);
	return err ? ERR_PTR(err) : real;
}

int fo_file_attach(struct file *file, struct file *real)
{
	struct fo_file *ff = kzalloc(sizeof(*ff), GFP_KERNEL_ACCOUNT);

	if (!ff)
		return -ENOMEM;
	ff->real = real;
	file->private_data = ff;
	file->f_mode |= real->f_mode & FMODE_CAN_ODIRECT;
	return 0;
}

static int fo_open(struct inode *inode, struct file *file)
{
	struct file *real;
	int err;

	err = fo_filters_check_open(inode, file);
	if (err)
		return err;
	if ((file->f_mode & FMODE_WRITE) || (file->f_flags & O_TRUNC)) {
		err = fo_copy_up(file_dentry(file));
		if (err)
			return err;
	}
	/* Truncating comes as a setattr of its own. */
	file->f_flags &= ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	real = fo_file_open_real(file);
	if (IS_ERR(real))
		return PTR_ERR(real);
	err = fo_file_attach(file, real);
	if (err)
		fput(real);
	return err;
}

static int fo_release(struct inode *inode, struct file *file)
{
	struct fo_file *ff = file->private_data;

	fput(ff->real);
	if (ff->upper)
		fput(ff->upper);
	kfree(ff);
	return 0;
}

/* Ours is the position that counts; the real file knows holes and limits. */
static loff_t fo_llseek(struct file *file, loff_t offset, int whence)
{
	struct inode *inode = file_inode(file);
	struct file *real;
	const struct cred *old;
	loff_t pos;

	if (!offset && whence == SEEK_CUR)
		return file->f_pos;
	if (!offset && whence == SEEK_SET)
		return vfs_setpos(file, 0, 0);
	real = fo_file_real(file);
	if (IS_ERR(real))
		return PTR_ERR(real);
	inode_lock(inode);
	real->f_pos = file->f_pos;
	old = fo_creds_begin(inode->i_sb);
	pos = vfs_llseek(real, offset, whence);
	fo_creds_end(old);
	if (pos >= 0)
		file->f_pos = real->f_pos;
	inode_unlock(inode);
	return pos;
}

static int fo_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct inode *inode = file_inode(file);
	const struct cred *old;
	struct file *real;
	int err;

	/* A lower is never dirty by us, and may be read-only. */
	if (!fo_inode_upper(inode))
		return 0;
	real = fo_file_real(file);
	if (IS_ERR(real))
		return PTR_ERR(real);
	old = fo_creds_begin(inode->i_sb);
	err = vfs_fsync_range(real, start, end, datasync);
	fo_creds_end(old);
	return err;
}

static int fo_flush(struct file *file, fl_owner_t id)
{
	struct file *real = fo_file_real(file);
	const struct cred *old;
	int err;

	if (IS_ERR(real))
		return PTR_ERR(real);
	if (!real->f_op->flush)
		return 0;
	old = fo_creds_begin(file_inode(file)->i_sb);
	err = real->f_op->flush(real, id);
	fo_creds_end(old);
	return err;
}

static int fo_fadvise(struct file *file, loff_t offset, loff_t len, int advice)
{
	struct file *real = fo_file_real(file);
	const struct cred *old;
	int err;

	if (IS_ERR(real))
		return PTR_ERR(real);
	old = fo_creds_begin(file_inode(file)->i_sb);
	err = vfs_fadvise(real, offset, len, advice);
	fo_creds_end(old);
	return err;
}

const struct file_operations fo_file_operations = {
	.open = fo_open,
	.release = fo_release,
	.llseek = fo_llseek,
	.read_iter = fo_read_iter,
	.write_iter = fo_write_iter,
	.splice_read = fo_splice_read,
	.splice_write = fo_splice_write,
	.mmap = fo_mmap,
	.fsync = fo_fsync,
	.flush = fo_flush,
	.fadvise = fo_fadvise,
	.fallocate = fo_fallocate,
	.copy_file_range = fo_copy_file_range,
	.remap_file_range = fo_remap_file_range,
};
