// SPDX-License-Identifier: GPL-2.0-only
/*
 * File data: straight to the real file, whose page cache is the only one.
 */
#include <linux/backing-file.h>
#include <linux/file.h>
#include <linux/splice.h>

#include "fusebpf.h"

static void fo_data_accessed(struct file *file)
{
	struct inode *inode = file_inode(file);
	struct inode *real = fo_inode_real_inode(inode);

	inode_set_atime_to_ts(inode, inode_get_atime(real));
}

static void fo_data_written(struct file *file, loff_t pos, ssize_t written)
{
	fo_inode_refresh(file_inode(file));
}

static struct backing_file_ctx fo_data_context(struct file *file)
{
	return (struct backing_file_ctx){
		.cred = fo_fs(file_inode(file)->i_sb)->cred,
		.user_file = file,
		.accessed = fo_data_accessed,
		.end_write = fo_data_written,
	};
}

ssize_t fo_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	struct backing_file_ctx ctx = fo_data_context(iocb->ki_filp);
	struct file *real;

	if (!iov_iter_count(iter))
		return 0;
	real = fo_file_real(iocb->ki_filp);
	if (IS_ERR(real))
		return PTR_ERR(real);
	return backing_file_read_iter(real, iter, iocb, iocb->ki_flags, &ctx);
}

ssize_t fo_write_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	struct backing_file_ctx ctx = fo_data_context(iocb->ki_filp);
	struct inode *inode = file_inode(iocb->ki_filp);
	int flags = iocb->ki_flags & ~IOCB_DIO_CALLER_COMP;
	struct file *real;
	ssize_t written;

	if (!iov_iter_count(iter))
		return 0;
	inode_lock(inode);
	/* What privileges there are to remove is seen on our inode. */
	fo_inode_refresh(inode);
	real = fo_file_real(iocb->ki_filp);
	if (IS_ERR(real))
		written = PTR_ERR(real);
	else
		written =
			backing_file_write_iter(real, iter, iocb, flags, &ctx);
	inode_unlock(inode);
	return written;
}

ssize_t fo_splice_read(struct file *in, loff_t *pos,
		       struct pipe_inode_info *pipe, size_t len,
		       unsigned int flags)
{
	struct backing_file_ctx ctx = fo_data_context(in);
	struct file *real = fo_file_real(in);

	if (IS_ERR(real))
		return PTR_ERR(real);
	return backing_file_splice_read(real, pos, pipe, len, flags, &ctx);
}

ssize_t fo_splice_write(struct pipe_inode_info *pipe, struct file *out,
			loff_t *pos, size_t len, unsigned int flags)
{
	struct backing_file_ctx ctx = fo_data_context(out);
	struct inode *inode = file_inode(out);
	struct file *real;
	ssize_t written;

	inode_lock(inode);
	fo_inode_refresh(inode);
	real = fo_file_real(out);
	if (IS_ERR(real))
		written = PTR_ERR(real);
	else
		written = backing_file_splice_write(pipe, real, pos, len, flags,
						    &ctx);
	inode_unlock(inode);
	return written;
}

/* The mapping is of the real file: executables share their pages. */
int fo_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct backing_file_ctx ctx = fo_data_context(file);
	struct file *real = fo_file_real(file);

	if (IS_ERR(real))
		return PTR_ERR(real);
	return backing_file_mmap(real, vma, &ctx);
}

long fo_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	const struct cred *old;
	struct file *real;
	int err;

	inode_lock(inode);
	fo_inode_refresh(inode);
	err = file_remove_privs(file);
	if (err)
		goto out_unlock;
	real = fo_file_real(file);
	err = PTR_ERR_OR_ZERO(real);
	if (err)
		goto out_unlock;
	old = fo_creds_begin(inode->i_sb);
	err = vfs_fallocate(real, mode, offset, len);
	fo_creds_end(old);
	fo_inode_refresh(inode);
out_unlock:
	inode_unlock(inode);
	return err;
}

struct fo_range {
	struct file *in, *out; /* ours, then the real ones */
	loff_t pos_in, pos_out, len;
	unsigned int flags;
};

enum fo_range_kind {
	FO_RANGE_COPY,
	FO_RANGE_CLONE,
	FO_RANGE_DEDUPE,
};

static loff_t fo_range_real(const struct fo_range *range,
			    enum fo_range_kind kind)
{
	switch (kind) {
	case FO_RANGE_COPY:
		return vfs_copy_file_range(range->in, range->pos_in, range->out,
					   range->pos_out, range->len,
					   range->flags);
	case FO_RANGE_CLONE:
		return vfs_clone_file_range(range->in, range->pos_in,
					    range->out, range->pos_out,
					    range->len, range->flags);
	default:
		return vfs_dedupe_file_range_one(range->in, range->pos_in,
						 range->out, range->pos_out,
						 range->len, range->flags);
	}
}

static loff_t fo_range_run(struct fo_range *range, enum fo_range_kind kind)
{
	struct file *user_out = range->out;
	struct inode *inode = file_inode(user_out);
	const struct cred *old;
	loff_t done;

	inode_lock(inode);
	if (kind != FO_RANGE_DEDUPE) {
		fo_inode_refresh(inode);
		done = file_remove_privs(user_out);
		if (done)
			goto out_unlock;
	}
	range->out = fo_file_real(user_out);
	done = PTR_ERR_OR_ZERO(range->out);
	if (done)
		goto out_unlock;
	range->in = fo_file_real(range->in);
	done = PTR_ERR_OR_ZERO(range->in);
	if (done)
		goto out_unlock;
	old = fo_creds_begin(inode->i_sb);
	done = fo_range_real(range, kind);
	fo_creds_end(old);
	fo_inode_refresh(inode);
out_unlock:
	inode_unlock(inode);
	return done;
}

ssize_t fo_copy_file_range(struct file *in, loff_t pos_in, struct file *out,
			   loff_t pos_out, size_t len, unsigned int flags)
{
	struct fo_range range = { in, out, pos_in, pos_out, len, flags };

	return fo_range_run(&range, FO_RANGE_COPY);
}

loff_t fo_remap_file_range(struct file *in, loff_t pos_in, struct file *out,
			   loff_t pos_out, loff_t len, unsigned int flags)
{
	struct fo_range range = { in, out, pos_in, pos_out, len, flags };

	if (flags & ~(REMAP_FILE_DEDUP | REMAP_FILE_ADVISORY))
		return -EINVAL;
	range.flags = flags & ~REMAP_FILE_DEDUP;
	if (!(flags & REMAP_FILE_DEDUP))
		return fo_range_run(&range, FO_RANGE_CLONE);
	/* Both in the upper, or there is nothing to share. */
	if (!fo_inode_upper(file_inode(in)) || !fo_inode_upper(file_inode(out)))
		return -EPERM;
	return fo_range_run(&range, FO_RANGE_DEDUPE);
}
