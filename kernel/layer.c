// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layers of a mount. Each is a private clone of the mount that the
 * mounter's descriptor lies in, so that nothing mounted over it later, and
 * no unmounting of the original, is seen here.
 */
#include <linux/magic.h>
#include <linux/namei.h>

#include "fusebpf.h"

/* Names must mean the same here and there, and stay what they are. */
static bool fo_layer_is_fit(const struct path *path)
{
	unsigned int odd = DCACHE_OP_HASH | DCACHE_OP_COMPARE |
			   DCACHE_OP_REVALIDATE | DCACHE_OP_WEAK_REVALIDATE |
			   DCACHE_NEED_AUTOMOUNT | DCACHE_MANAGE_TRANSIT;

	/* Its root says so always; names below tell, each by itself. */
	if (path->dentry->d_sb->s_magic == OVERLAYFS_SUPER_MAGIC)
		odd &= ~DCACHE_OP_REVALIDATE;
	return d_is_dir(path->dentry) && !(path->dentry->d_flags & odd) &&
	       !is_idmapped_mnt(path->mnt);
}

int fo_layer_add(struct fo_fs *fs, const struct path *path)
{
	struct vfsmount *mnt;

	if (fs->nr_layers == FO_LAYERS_MAX)
		return -E2BIG;
	if (!d_is_dir(path->dentry))
		return -ENOTDIR;
	if (!fo_layer_is_fit(path))
		return -EOPNOTSUPP;
	mnt = clone_private_mount(path);
	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	fs->layers[fs->nr_layers++].mnt = mnt;
	return 0;
}

/* Two mounts that write one upper would each cache what is not so. */
static bool fo_upper_claim(struct fo_fs *fs)
{
	struct inode *inode = d_inode(fs->layers[0].mnt->mnt_root);
	bool ours;

	spin_lock(&inode->i_lock);
	/* The flag is overlayfs' own, so that it keeps off as well. */
	ours = !(inode->i_state & I_OVL_INUSE);
	inode->i_state |= I_OVL_INUSE;
	spin_unlock(&inode->i_lock);
	return ours;
}

static void fo_upper_unclaim(struct fo_fs *fs)
{
	struct inode *inode = d_inode(fs->layers[0].mnt->mnt_root);

	spin_lock(&inode->i_lock);
	inode->i_state &= ~I_OVL_INUSE;
	spin_unlock(&inode->i_lock);
}

/* Layers of one filesystem share its numbers. */
static u32 fo_layer_fsid(const struct fo_fs *fs, unsigned int layer)
{
	u32 highest = 0;
	unsigned int i;

	for (i = 0; i < layer; i++) {
		if (fs->layers[i].mnt->mnt_sb == fs->layers[layer].mnt->mnt_sb)
			return fs->layers[i].fsid;
		highest = max(highest, fs->layers[i].fsid);
	}
	return layer ? highest + 1 : 0;
}

static void fo_layer_set_flags(struct fo_fs *fs, unsigned int layer)
{
	struct vfsmount *mnt = fs->layers[layer].mnt;

	if (layer == 0 && fs->has_upper)
		mnt->mnt_flags &= ~(MNT_NOSUID | MNT_NODEV | MNT_NOEXEC);
	else
		mnt->mnt_flags |= MNT_READONLY | MNT_NOATIME;
}

static bool fo_layers_overlap(const struct fo_fs *fs)
{
	struct dentry *upper = fs->layers[0].mnt->mnt_root;
	unsigned int i;

	for (i = 1; fs->has_upper && i < fs->nr_layers; i++) {
		struct dentry *lower = fs->layers[i].mnt->mnt_root;

		if (is_subdir(upper, lower) || is_subdir(lower, upper))
			return true;
	}
	return false;
}

int fo_layers_check(struct fo_fs *fs, struct super_block *sb)
{
	unsigned int i;

	if (fo_layers_overlap(fs))
		return -EINVAL;
	for (i = 0; i < fs->nr_layers; i++) {
		sb->s_stack_depth =
			max(sb->s_stack_depth,
			    fs->layers[i].mnt->mnt_sb->s_stack_depth);
		fs->layers[i].fsid = fo_layer_fsid(fs, i);
		fo_layer_set_flags(fs, i);
	}
	if (++sb->s_stack_depth > FILESYSTEM_MAX_STACK_DEPTH)
		return -ELOOP;
	if (fs->has_upper && !fs->raw) {
		if (!fo_upper_claim(fs))
			return -EBUSY;
		fs->upper_claimed = true;
	}
	return 0;
}

static void fo_layers_root_lower(struct fo_fs *fs, struct fo_found *found)
{
	unsigned int i;

	for (i = fs->has_upper; i < fs->nr_layers; i++) {
		struct dentry *root = fs->layers[i].mnt->mnt_root;

		found->lower->place[found->lower->nr++] = (struct fo_place){
			.dentry = dget(root),
			.layer = i,
			.xwhiteouts = fo_probe_is_xwhiteouts(fs, i, root),
		};
		/* overlay.opaque counts for nothing on a layer's root. */
		if (fo_probe_has_oci_opaque(root))
			break;
	}
}

int fo_layers_root(struct fo_fs *fs, struct fo_found *out_found)
{
	const struct cred *old;
	struct dentry *upper = NULL;

	*out_found = (struct fo_found){ .result = FO_RESULT_DIR };
	out_found->lower =
		kzalloc(struct_size(out_found->lower, place, fs->nr_layers),
			GFP_KERNEL);
	if (!out_found->lower)
		return -ENOMEM;
	old = override_creds(fs->cred);
	if (fs->has_upper) {
		upper = dget(fs->layers[0].mnt->mnt_root);
		out_found->upper = upper;
		out_found->upper_xwhiteouts =
			!fs->raw && fo_probe_is_xwhiteouts(fs, 0, upper);
	}
	if (!fs->raw && !(upper && fo_probe_has_oci_opaque(upper)))
		fo_layers_root_lower(fs, out_found);
	revert_creds(old);
	return 0;
}

void fo_layers_release(struct fo_fs *fs)
{
	if (fs->upper_claimed)
		fo_upper_unclaim(fs);
	while (fs->nr_layers)
		kern_unmount(fs->layers[--fs->nr_layers].mnt);
}
