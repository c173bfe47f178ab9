// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where an upper was copied from, by its mark: the lower's inode number goes
 * on being shown, after the inode went from memory and after a remount. The
 * rules: ovl_decode_real_fh() and ovl_get_nlink() of overlayfs.
 */
#include <linux/exportfs.h>
#include <linux/kstrtox.h>
#include <linux/uuid.h>

#include "fusebpf.h"

static bool fo_handle_is_fit(const struct fo_handle *handle, ssize_t len)
{
	const u8 foreign = IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ?
				   0 :
				   FO_HANDLE_FLAG_BIG_ENDIAN;

	if (len < (ssize_t)FO_HANDLE_HEADER_SIZE || handle->len > len ||
	    handle->len < FO_HANDLE_HEADER_SIZE ||
	    handle->version != FO_HANDLE_VERSION ||
	    handle->magic != FO_HANDLE_MAGIC)
		return false;
	return (handle->flags & FO_HANDLE_FLAG_ANY_ENDIAN) ||
	       !(handle->flags & foreign);
}

static int fo_origin_accept(void *context, struct dentry *dentry)
{
	return 1;
}

static struct dentry *fo_handle_decode(struct vfsmount *mnt,
				       const struct fo_handle *handle)
{
	size_t len = handle->len - FO_HANDLE_HEADER_SIZE;
	u32 fid[FO_HANDLE_MAX / sizeof(u32)] = {};

	if (!mnt->mnt_sb->s_export_op)
		return NULL;
	/* The mark is packed, and what decodes it wants it aligned. */
	memcpy(fid, handle->fid, len);
	return exportfs_decode_fh(mnt, (struct fid *)fid, len / sizeof(u32),
				  handle->type, fo_origin_accept, NULL);
}

/* The lower, counted, and a layer of its filesystem; NULL: not known. */
static struct dentry *fo_origin_get(struct fo_fs *fs, struct dentry *upper,
				    unsigned int *out_layer)
{
	const struct fo_place place = { .dentry = upper };
	struct fo_handle handle;
	struct dentry *dentry;
	unsigned int i;
	ssize_t len;

	len = fo_probe_xattr(fs, &place, FO_XATTR_ORIGIN, &handle,
			     sizeof(handle));
	if (!fo_handle_is_fit(&handle, len))
		return NULL;
	for (i = 1; i < fs->nr_layers; i++) {
		struct vfsmount *mnt = fs->layers[i].mnt;

		if (memcmp(&mnt->mnt_sb->s_uuid, handle.uuid,
			   FO_HANDLE_UUID_SIZE))
			continue;
		dentry = fo_handle_decode(mnt, &handle);
		if (IS_ERR_OR_NULL(dentry))
			return NULL;
		*out_layer = i;
		return dentry;
	}
	return NULL;
}

/*
 * Copies of one lower that were not kept together as links must not share a
 * number; those that were have a link in the index.
 */
static bool fo_origin_is_of(const struct inode *lower,
			    const struct inode *upper)
{
	if ((lower->i_mode & S_IFMT) != (upper->i_mode & S_IFMT))
		return false;
	return S_ISDIR(lower->i_mode) || lower->i_nlink == 1 ||
	       upper->i_nlink > 1;
}

u64 fo_origin_number(struct fo_fs *fs, struct dentry *upper)
{
	struct inode *inode = d_inode(upper);
	struct dentry *origin;
	unsigned int layer;
	u64 number = fo_inode_number(fs, 0, inode->i_ino);

	if (fs->raw || fs->nr_layers == 1)
		return number;
	origin = fo_origin_get(fs, upper, &layer);
	if (!origin)
		return number;
	if (fo_origin_is_of(d_inode(origin), inode))
		number = fo_inode_number(fs, layer, d_inode(origin)->i_ino);
	dput(origin);
	return number;
}

/* How many links the lower has; 0: it is not known. */
static int fo_origin_lower_nlink(struct fo_fs *fs, const struct inode *inode,
				 struct dentry *upper)
{
	struct dentry *origin;
	unsigned int layer;
	int nlink = 0;

	if (fo_inode_nr_lower(inode))
		return d_inode(fo_inode(inode)->lower->place[0].dentry)->i_nlink;
	origin = fo_origin_get(fs, upper, &layer);
	if (origin)
		nlink = d_inode(origin)->i_nlink;
	dput(origin);
	return nlink;
}

u32 fo_origin_nlink(const struct inode *inode, u32 real)
{
	struct fo_fs *fs = fo_fs(inode->i_sb);
	struct dentry *upper = fo_inode_upper(inode);
	const struct fo_place place = { .dentry = upper };
	int base = real, difference;
	char value[16] = {};

	if (!upper || fs->raw || real < 2 ||
	    fo_probe_xattr(fs, &place, FO_XATTR_NLINK, value,
			   sizeof(value) - 1) < 2)
		return real;
	if (*value == 'L')
		base = fo_origin_lower_nlink(fs, inode, upper);
	else if (*value != 'U')
		return real;
	if (!base || kstrtoint(value + 1, 10, &difference) ||
	    base + difference < 1)
		return real;
	return base + difference;
}

bool fo_origin_is_impure(struct fo_fs *fs, struct dentry *dir)
{
	const struct fo_place place = { .dentry = dir };
	char value;

	return fo_probe_xattr(fs, &place, FO_XATTR_IMPURE, &value, 1) == 1 &&
	       value == 'y';
}
