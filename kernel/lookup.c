// SPDX-License-Identifier: GPL-2.0-only
/*
 * One name through the layers of its directory. The rules are policy.h; here
 * is the loop, and the references to what was found.
 */
#include "compat.h"
#include "conn.h"
#include "upcall.h"

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

/* One of several names of a lower may have been copied up by another. */
static bool fo_found_is_linked_lower(const struct fo_fs *fs,
				     const struct fo_found *found)
{
	return fs->conn && fs->has_upper && !found->upper &&
	       found->result == FO_RESULT_FILE &&
	       d_inode(found->lower->place[0].dentry)->i_nlink > 1;
}

/*
 * What the layers say; the caller releases what was found. out_elsewhere:
 * they do not say all, because a directory was renamed, a file has its
 * content below, or is one of several names.
 */
static int fo_merge_name(struct inode *dir, const struct qstr *name,
			 struct fo_found *out_found, bool *out_elsewhere)
{
	const struct cred *old;
	struct fo_walk walk;
	int err;

	*out_elsewhere = false;
	err = fo_walk_begin(&walk, dir, name, out_found);
	if (err || fo_name_is_reserved(walk.fs, name))
		return err;
	old = fo_creds_begin(dir->i_sb);
	err = fo_walk_layers(&walk, dir, 0);
	fo_creds_end(old);
	if (err)
		return err;
	*out_elsewhere =
		walk.redirected || out_found->result == FO_RESULT_BROKEN ||
		(out_found->result == FO_RESULT_FILE && walk.merge.taken > 1) ||
		fo_found_is_linked_lower(walk.fs, out_found);
	return 0;
}

int fo_lookup_dir_number(struct inode *dir, const struct qstr *name,
			 u64 *out_number)
{
	const struct fo_place *below;
	struct fo_found found;
	bool elsewhere;
	int err = fo_merge_name(dir, name, &found, &elsewhere);

	if (!err && !elsewhere && found.result == FO_RESULT_DIR &&
	    found.lower && found.lower->nr) {
		below = &found.lower->place[0];
		*out_number = fo_inode_number(fo_fs(dir->i_sb), below->layer,
					      d_inode(below->dentry)->i_ino);
	}
	fo_found_release(&found);
	return err;
}

int fo_lookup_merged(struct inode *dir, const struct qstr *name,
		     struct fo_found *out_found)
{
	bool elsewhere;
	int err = fo_merge_name(dir, name, out_found, &elsewhere);

	/* It was just made: nothing below has a say. */
	if (!err && (elsewhere || out_found->result == FO_RESULT_NEGATIVE))
		err = -EIO;
	return err;
}

static int fo_lookup_filter(struct inode *dir, struct inode *inode,
			    const struct qstr *name)
{
	if (!fo_fs(dir->i_sb)->filters.nr)
		return 0;
	return fo_filters_check(dir, inode, name, FO_ASK_LOOKUP);
}

/* NULL: no such name. */
static struct inode *fo_lookup_by_daemon(struct inode *dir,
					 struct dentry *dentry)
{
	struct fo_upcall what = { .dir = dir, .name = &dentry->d_name };
	struct fo_conn *conn = fo_fs(dir->i_sb)->conn;
	struct fo_found found;
	struct inode *inode;
	u64 nodeid;
	int err;

	if (!conn)
		return ERR_PTR(-EIO);
	err = fo_nodeid_get(dentry->d_parent);
	if (!err)
		err = fo_upcall_entry(FUSE_LOOKUP, &what, NULL, &found,
				      &nodeid);
	if (err == -ENOENT || (!err && !nodeid))
		return NULL;
	if (err)
		return ERR_PTR(err);
	/* It has to say what the inode stands on: nothing else is known. */
	if (found.upper)
		fo_copy_up_notice(dentry->d_parent);
	if (found.result == FO_RESULT_NEGATIVE)
		inode = ERR_PTR(-EIO);
	else
		inode = fo_inode_get(dir->i_sb, &found);
	if (IS_ERR(inode))
		fo_conn_forget(conn, nodeid, 1);
	else
		fo_nodeid_note(inode, nodeid);
	return inode;
}

/* NULL: no such name. What is hidden is an error: it is not cached. */
static struct inode *fo_lookup_inode(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = NULL;
	struct fo_found found;
	bool elsewhere;
	int err;

	err = fo_merge_name(dir, &dentry->d_name, &found, &elsewhere);
	if (!err && !elsewhere && found.result != FO_RESULT_NEGATIVE)
		inode = fo_inode_get(dir->i_sb, &found);
	fo_found_release(&found);
	if (err)
		return ERR_PTR(err);
	if (!IS_ERR_OR_NULL(inode)) {
		err = fo_lookup_filter(dir, inode, &dentry->d_name);
		if (err) {
			iput(inode);
			inode = NULL;
		}
	}
	if (err < 0)
		return ERR_PTR(err);
	if (err == FO_FILTER_UPCALL && !fo_fs(dir->i_sb)->conn)
		return ERR_PTR(-ENOTCONN);
	if (elsewhere || err == FO_FILTER_UPCALL)
		return fo_lookup_by_daemon(dir, dentry);
	return inode;
}

struct dentry *fo_lookup(struct inode *dir, struct dentry *dentry,
			 unsigned int flags)
{
	if (dentry->d_name.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	return d_splice_alias(fo_lookup_inode(dir, dentry), dentry);
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
	if (err < 0)
		return err;
	if (err != FO_FILTER_UPCALL)
		return 1;
	/* The daemon is asked, by a lookup. */
	return fo_fs(dentry->d_sb)->conn ? 0 : -ENOTCONN;
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
