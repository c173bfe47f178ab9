// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of a reply: descriptors of the daemon become places in layers. One
 * that lies elsewhere, in whatever way, is refused; all or nothing is taken.
 */
#include <linux/file.h>
#include <linux/slab.h>

#include "conn.h"

/* The dentry, counted, of a descriptor that lies in the layer. */
static struct dentry *fo_block_dentry(struct fo_fs *fs,
				      const struct fo_fusebpf_block *block)
{
	struct dentry *root, *dentry = ERR_PTR(-EINVAL);
	struct file *file;

	if (block->flags || block->layer >= fs->nr_layers ||
	    block->fd > INT_MAX)
		return dentry;
	root = fs->layers[block->layer].mnt->mnt_root;
	file = fget_raw(block->fd);
	if (!file)
		return dentry;
	/* An unlinked file has no name that it could be found by again. */
	if (file->f_path.dentry->d_sb == root->d_sb &&
	    d_is_positive(file->f_path.dentry) &&
	    !d_unlinked(file->f_path.dentry) &&
	    is_subdir(file->f_path.dentry, root))
		dentry = dget(file->f_path.dentry);
	fput(file);
	return dentry;
}

static int fo_block_take_backing(struct fo_fs *fs, struct fo_found *found,
				 const struct fo_fusebpf_block *block)
{
	struct dentry *dentry;

	if (block->type != FO_FUSEBPF_BLOCK_BACKING)
		return -EINVAL;
	dentry = fo_block_dentry(fs, block);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (fs->has_upper && block->layer == 0)
		found->upper = dentry;
	else
		found->lower->place[found->lower->nr++] = (struct fo_place){
			.dentry = dentry,
			.layer = block->layer,
		};
	return 0;
}

static bool fo_blocks_are_ordered(const struct fo_fusebpf_block *blocks, u32 nr)
{
	u32 i;

	for (i = 1; i < nr; i++)
		if (blocks[i].layer <= blocks[i - 1].layer)
			return false;
	return true;
}

/* All directories, or one thing that is none; of the type it said. */
static bool fo_blocks_agree(const struct fo_found *found, u32 nr, u32 mode)
{
	struct dentry *top = found->upper ?: found->lower->place[0].dentry;
	unsigned int i;

	if ((d_inode(top)->i_mode & S_IFMT) != (mode & S_IFMT))
		return false;
	if (!d_is_dir(top))
		return nr == 1;
	for (i = 0; i < found->lower->nr; i++)
		if (!d_is_dir(found->lower->place[i].dentry))
			return false;
	return true;
}

static void fo_blocks_find_xwhiteouts(struct fo_fs *fs, struct fo_found *found)
{
	const struct cred *old = override_creds(fs->cred);
	unsigned int i;

	for (i = 0; i < found->lower->nr; i++) {
		struct fo_place *place = &found->lower->place[i];

		place->xwhiteouts =
			fo_probe_is_xwhiteouts(fs, place->layer, place->dentry);
	}
	if (found->upper)
		found->upper_xwhiteouts =
			fo_probe_is_xwhiteouts(fs, 0, found->upper);
	revert_creds(old);
}

static int fo_blocks_take_entry(struct fo_fs *fs, struct fo_request *request,
				const struct fo_fusebpf_block *blocks, u32 nr)
{
	struct fo_found found = {};
	int err = 0;
	u32 i;

	if (!request->out.entry.nodeid || !fo_blocks_are_ordered(blocks, nr))
		return -EINVAL;
	found.lower = kzalloc(struct_size(found.lower, place, nr), GFP_KERNEL);
	if (!found.lower)
		return -ENOMEM;
	for (i = 0; !err && i < nr; i++)
		err = fo_block_take_backing(fs, &found, &blocks[i]);
	if (!err && !fo_blocks_agree(&found, nr, request->out.entry.attr.mode))
		err = -EINVAL;
	if (err) {
		fo_found_release(&found);
		return err;
	}
	found.result = S_ISDIR(request->out.entry.attr.mode) ? FO_RESULT_DIR :
							       FO_RESULT_FILE;
	if (found.result == FO_RESULT_DIR)
		fo_blocks_find_xwhiteouts(fs, &found);
	request->found = found;
	request->has_blocks = true;
	return 0;
}

static int fo_blocks_take_copy(struct fo_fs *fs, struct fo_request *request,
			       const struct fo_fusebpf_block *block, u32 nr)
{
	struct dentry *dentry;

	if (nr != 1 || block->type != FO_FUSEBPF_BLOCK_COPIED_UP ||
	    block->layer || !fs->has_upper || request->out.ioctl.result)
		return -EINVAL;
	dentry = fo_block_dentry(fs, block);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	/* The upper's own root is nobody's copy. */
	if (dentry == fs->layers[0].mnt->mnt_root) {
		dput(dentry);
		return -EINVAL;
	}
	request->found.upper = dentry;
	request->has_blocks = true;
	return 0;
}

int fo_blocks_take(struct fo_fs *fs, struct fo_request *request,
		   const struct fo_fusebpf_block *blocks, u32 nr)
{
	switch (request->blocks) {
	case FO_BLOCKS_ENTRY:
		return fo_blocks_take_entry(fs, request, blocks, nr);
	case FO_BLOCKS_COPY_UP:
		return fo_blocks_take_copy(fs, request, blocks, nr);
	default:
		return -EINVAL;
	}
}
