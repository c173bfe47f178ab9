// SPDX-License-Identifier: GPL-2.0-only
/*
 * One name through the layers of its directory. The rules are policy.h; here
 * is the loop, and the references to what was found.
 */
#include "compat.h"
#include "fusebpf.h"

struct fo_walk {
	struct fo_fs *fs;
	const struct qstr *name;
	struct fo_merge merge;
	struct fo_found *found;
	bool redirected; /* the layers below continue elsewhere */
};

static bool fo_name_is_reserved(const struct fo_fs *fs, const struct qstr *name)
{
	return !fs->raw && name->len >= FO_OCI_PREFIX_LEN &&
	       !memcmp(name->name, FO_OCI_PREFIX, FO_OCI_PREFIX_LEN);
}

static void fo_walk_take(struct fo_walk *walk, const struct fo_place *dir,
			 struct fo_probed *probed)
{
	struct fo_found *found = walk->found;

	if (walk->fs->has_upper && dir->layer == 0) {
		found->upper = probed->dentry;
		found->upper_xwhiteouts = probed->xwhiteouts;
	} else {
		found->lower->place[found->lower->nr++] = (struct fo_place){
			.dentry = probed->dentry,
			.layer = dir->layer,
			.xwhiteouts = probed->xwhiteouts,
		};
	}
	probed->dentry = NULL;
}

static int fo_walk_step(struct fo_walk *walk, const struct fo_place *dir,
			bool last)
{
	struct fo_probed probed;
	int err;

	err = fo_probe_name(walk->fs, dir, walk->name, &probed);
	if (err)
		return err;
	if (!walk->fs->raw && !fo_policy_is_whiteout(&probed.facts))
		fo_probe_marks(walk->fs, dir, last, walk->name, &probed);
	if (fo_policy_step(&walk->merge, dir->layer, &probed.facts) ==
	    FO_STEP_TAKE)
		fo_walk_take(walk, dir, &probed);
	/* Whoever renamed a directory left word where it came from. */
	if (probed.redirected && !walk->merge.stop) {
		walk->redirected = true;
		walk->merge.stop = 1;
	}
	dput(probed.dentry);
	return 0;
}

/* first: the place to begin with; 1 leaves out the topmost. */
static int fo_walk_layers(struct fo_walk *walk, struct inode *dir,
			  unsigned int first)
{
	struct fo_place place, next;
	bool more;
	unsigned int i = first;
	int err;

	more = fo_inode_place(dir, i, &place);
	while (more && !walk->merge.stop) {
		more = fo_inode_place(dir, ++i, &next);
		err = fo_walk_step(walk, &place, !more);
		if (err)
			return err;
		place = next;
	}
	walk->found->result = fo_policy_result(&walk->merge);
	return 0;
}

static int fo_walk_begin(struct fo_walk *walk, struct inode *dir,
			 const struct qstr *name, struct fo_found *out_found)
{
	unsigned int nr = fo_inode_nr_lower(dir);

	*walk = (struct fo_walk){ .fs = fo_fs(dir->i_sb),
				  .name = name,
				  .found = out_found };
	*out_found = (struct fo_found){};
	if (!nr)
		return 0;
	out_found->lower =
		kzalloc(struct_size(out_found->lower, place, nr), GFP_KERNEL);
	return out_found->lower ? 0 : -ENOMEM;
}

/* What the layers say. The caller releases what was found. */
static int fo_merge_name(struct inode *dir, const struct qstr *name,
			 struct fo_found *out_found)
{
	const struct cred *old;
	struct fo_walk walk;
	int err;

	err = fo_walk_begin(&walk, dir, name, out_found);
	if (err || fo_name_is_reserved(walk.fs, name))
		return err;
	old = fo_creds_begin(dir->i_sb);
	err = fo_walk_layers(&walk, dir, 0);
	fo_creds_end(old);
	if (err)
		return err;
	/* A metacopy has its content elsewhere too. */
	if (walk.redirected || out_found->result == FO_RESULT_BROKEN ||
	    (out_found->result == FO_RESULT_FILE && walk.merge.taken > 1))
		return -EIO;
	return 0;
}

static int fo_lookup_filter(struct inode *dir, struct inode *inode,
			    const struct qstr *name)
{
	if (!fo_fs(dir->i_sb)->filters.nr)
		return 0;
	return fo_filters_check(dir, inode, name, FO_ASK_LOOKUP);
}

struct dentry *fo_lookup(struct inode *dir, struct dentry *dentry,
			 unsigned int flags)
{
	struct inode *inode = NULL;
	struct fo_found found;
	int err;

	if (dentry->d_name.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	err = fo_merge_name(dir, &dentry->d_name, &found);
	if (err || found.result == FO_RESULT_NEGATIVE) {
		fo_found_release(&found);
		if (err)
			return ERR_PTR(err);
	} else {
		inode = fo_inode_get(dir->i_sb, &found);
	}
	if (!IS_ERR_OR_NULL(inode)) {
		/* What is hidden is no negative dentry: it is not cached. */
		err = fo_lookup_filter(dir, inode, &dentry->d_name);
		if (err) {
			iput(inode);
			return ERR_PTR(err);
		}
	}
	return d_splice_alias(inode, dentry);
}

static int fo_filtered_revalidate(struct dentry *dentry, unsigned int flags)
{
	struct name_snapshot name;
	struct dentry *parent;
	int err = 0;

	if (flags & LOOKUP_RCU)
		return -ECHILD;
	if (d_is_negative(dentry) || IS_ROOT(dentry))
		return 1;
	parent = dget_parent(dentry);
	take_dentry_name_snapshot(&name, dentry);
	err = fo_lookup_filter(d_inode(parent), d_inode(dentry), &name.name);
	release_dentry_name_snapshot(&name);
	dput(parent);
	return err ? err : 1;
}

const struct dentry_operations fo_filtered_dentry_operations = {
	.d_revalidate = fo_filtered_revalidate,
};

int fo_lookup_is_covered(struct inode *dir, const struct qstr *name)
{
	const struct cred *old;
	struct fo_found found;
	struct fo_walk walk;
	int err;

	if (!fo_inode_nr_lower(dir))
		return 0;
	err = fo_walk_begin(&walk, dir, name, &found);
	if (err)
		return err;
	old = fo_creds_begin(dir->i_sb);
	err = fo_walk_layers(&walk, dir, fo_inode_upper(dir) ? 1 : 0);
	fo_creds_end(old);
	fo_found_release(&found);
	return err ? err : found.result != FO_RESULT_NEGATIVE;
}

bool fo_lookup_is_reserved(struct inode *dir, const struct qstr *name)
{
	return fo_name_is_reserved(fo_fs(dir->i_sb), name);
}
