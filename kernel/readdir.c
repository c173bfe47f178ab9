// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open directories. A raw mount streams from the real directory; a layered
 * one reads a listing, whose offsets hold while the directory changes, until
 * the reader begins anew.
 */
#include <linux/file.h>
#include <linux/slab.h>

#include "fusebpf.h"

struct fo_dir {
	struct file *real; /* of a raw mount: where it streams from */
	struct fo_listing *listing; /* f_pos_lock */
};

static struct file *fo_dir_open_real(struct inode *dir)
{
	const struct cred *old;
	struct file *real;
	struct path path;

	fo_inode_real(dir, &path);
	old = fo_creds_begin(dir->i_sb);
	real = dentry_open(&path, O_RDONLY | O_DIRECTORY | O_LARGEFILE,
			   current_cred());
	fo_creds_end(old);
	return real;
}

static bool fo_is_dots(const struct qstr *name)
{
	return name->name[0] == '.' &&
	       (name->len == 1 || (name->len == 2 && name->name[1] == '.'));
}

/* caller: whose listing it is, where the mounter's credentials are in force. */
static bool fo_entry_is_shown(struct inode *dir, const struct qstr *name,
			      u64 ino, unsigned int type,
			      const struct cred *caller)
{
	const struct cred *mounter;
	bool shown;

	if (!fo_fs(dir->i_sb)->filters.nr || fo_is_dots(name))
		return true;
	mounter = override_creds(caller);
	shown = fo_filters_show_entry(dir, name, ino, type);
	revert_creds(mounter);
	return shown;
}

static int fo_dir_open(struct inode *dir, struct file *file)
{
	struct fo_dir *fd = kzalloc(sizeof(*fd), GFP_KERNEL_ACCOUNT);

	if (!fd)
		return -ENOMEM;
	if (fo_fs(dir->i_sb)->raw) {
		fd->real = fo_dir_open_real(dir);
		if (IS_ERR(fd->real)) {
			int err = PTR_ERR(fd->real);

			kfree(fd);
			return err;
		}
	}
	file->private_data = fd;
	return 0;
}

static int fo_dir_release(struct inode *dir, struct file *file)
{
	struct fo_dir *fd = file->private_data;

	if (fd->real)
		fput(fd->real);
	if (fd->listing)
		fo_listing_put(fd->listing);
	kfree(fd);
	return 0;
}

/* Entries on their way from the real directory, if a filter shows them. */
struct fo_stream {
	struct dir_context ctx;
	struct dir_context *user;
	struct inode *dir;
	const struct cred *caller;
};

static bool fo_stream_actor(struct dir_context *ctx, const char *text, int len,
			    loff_t pos, u64 ino, unsigned int type)
{
	struct fo_stream *stream = container_of(ctx, struct fo_stream, ctx);
	const struct qstr name = QSTR_INIT(text, len);
	struct dir_context *user = stream->user;

	user->pos = ctx->pos;
	if (!fo_entry_is_shown(stream->dir, &name, ino, type, stream->caller))
		return true;
	return user->actor(user, text, len, pos, ino, type);
}

static int fo_dir_stream(struct fo_dir *fd, struct file *file,
			 struct dir_context *ctx)
{
	struct fo_stream stream = {
		.ctx.actor = fo_stream_actor,
		.ctx.pos = ctx->pos,
		.user = ctx,
		.dir = file_inode(file),
	};
	int err;

	fd->real->f_pos = ctx->pos;
	stream.caller = fo_creds_begin(stream.dir->i_sb);
	err = iterate_dir(fd->real, &stream.ctx);
	fo_creds_end(stream.caller);
	ctx->pos = stream.ctx.pos;
	return err;
}

/*
 * A file that was copied up keeps the number of its lower as long as it is
 * cached; so does its entry.
 */
static u64 fo_dir_entry_ino(struct file *file, const struct fo_entry *entry)
{
	struct qstr name = QSTR_INIT(entry->name, entry->len);
	struct dentry *dentry;
	u64 ino = entry->ino;

	if (!atomic_read(&fo_fs(file_inode(file)->i_sb)->copied_up))
		return ino;
	dentry = d_hash_and_lookup(file_dentry(file), &name);
	if (IS_ERR_OR_NULL(dentry))
		return ino;
	if (d_is_positive(dentry))
		ino = d_inode(dentry)->i_ino;
	dput(dentry);
	return ino;
}

static int fo_dir_emit(struct fo_dir *fd, struct file *file,
		       struct dir_context *ctx)
{
	struct fo_entry *entry;

	if (!dir_emit_dots(file, ctx))
		return 0;
	for (; ctx->pos - 2 < fd->listing->nr; ctx->pos++) {
		struct qstr name;
		u64 ino;

		entry = fd->listing->entries[ctx->pos - 2];
		name = (struct qstr)QSTR_INIT(entry->name, entry->len);
		ino = fo_dir_entry_ino(file, entry);
		if (!fo_entry_is_shown(file_inode(file), &name, ino,
				       entry->type, current_cred()))
			continue;
		if (!dir_emit(ctx, entry->name, entry->len, ino, entry->type))
			break;
	}
	return 0;
}

static int fo_dir_iterate(struct file *file, struct dir_context *ctx)
{
	struct fo_dir *fd = file->private_data;

	if (fd->real)
		return fo_dir_stream(fd, file, ctx);
	if (!ctx->pos && fd->listing) {
		fo_listing_put(fd->listing);
		fd->listing = NULL;
	}
	if (!fd->listing) {
		struct fo_listing *listing;

		listing = fo_listing_get(file_inode(file));
		if (IS_ERR(listing))
			return PTR_ERR(listing);
		fd->listing = listing;
	}
	return fo_dir_emit(fd, file, ctx);
}

static loff_t fo_dir_llseek(struct file *file, loff_t offset, int whence)
{
	struct fo_dir *fd = file->private_data;
	loff_t pos;

	if (!fd->real)
		return generic_file_llseek_size(file, offset, whence,
						MAX_LFS_FILESIZE, 0);
	inode_lock(file_inode(file));
	fd->real->f_pos = file->f_pos;
	pos = vfs_llseek(fd->real, offset, whence);
	if (pos >= 0)
		file->f_pos = pos;
	inode_unlock(file_inode(file));
	return pos;
}

static int fo_dir_fsync(struct file *file, loff_t start, loff_t end,
			int datasync)
{
	struct inode *dir = file_inode(file);
	const struct cred *old;
	struct file *real;
	int err;

	if (!fo_inode_upper(dir))
		return 0;
	real = fo_dir_open_real(dir);
	if (IS_ERR(real))
		return PTR_ERR(real);
	old = fo_creds_begin(dir->i_sb);
	err = vfs_fsync_range(real, start, end, datasync);
	fo_creds_end(old);
	fput(real);
	return err;
}

const struct file_operations fo_dir_operations = {
	.open = fo_dir_open,
	.release = fo_dir_release,
	.iterate_shared = fo_dir_iterate,
	.llseek = fo_dir_llseek,
	.read = generic_read_dir,
	.fsync = fo_dir_fsync,
};
