// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the daemon calls our inodes. The kernel finds most of them without
 * it; only before the daemon has work to do it is asked, name by name from
 * the root, what it calls them. Each nodeid is counted, and forgotten when
 * its inode goes.
 */
#include <linux/fuse.h>

#include "conn.h"
#include "upcall.h"

void fo_nodeid_note(struct inode *inode, u64 nodeid)
{
	struct fo_conn *conn = fo_fs(inode->i_sb)->conn;
	struct fo_inode *fi = fo_inode(inode);
	bool same;

	spin_lock(&inode->i_lock);
	if (!fi->nodeid)
		fi->nodeid = nodeid;
	same = fi->nodeid == nodeid;
	if (same)
		fi->nlookup++;
	spin_unlock(&inode->i_lock);
	/* The daemon has two nodes for one file: we stay with the first. */
	if (!same)
		fo_conn_forget(conn, nodeid, 1);
}

void fo_nodeid_forget(struct inode *inode)
{
	struct fo_conn *conn = fo_fs(inode->i_sb)->conn;
	struct fo_inode *fi = fo_inode(inode);

	if (conn && fi->nlookup)
		fo_conn_forget(conn, fi->nodeid, fi->nlookup);
}

static bool fo_nodeid_is_known(struct dentry *dentry)
{
	return READ_ONCE(fo_inode(d_inode(dentry))->nodeid) != 0;
}

/* The next below what is known on the way to dentry; counted. */
static struct dentry *fo_nodeid_next(struct dentry *dentry)
{
	struct dentry *next = dget(dentry), *parent;

	for (;;) {
		parent = dget_parent(next);
		if (IS_ROOT(next) || fo_nodeid_is_known(parent))
			break;
		dput(next);
		next = parent;
	}
	dput(parent);
	return next;
}

/*
 * Is what the daemon found our inode? Between the question and the answer the
 * name may have become another file's.
 */
static bool fo_nodeid_is_of(const struct inode *inode,
			    const struct fo_found *found)
{
	struct dentry *upper = fo_inode_upper(inode);
	struct dentry *top;

	if (found->result == FO_RESULT_NEGATIVE)
		return false;
	top = found->upper ?: found->lower->place[0].dentry;
	return (upper && d_inode(upper) == d_inode(top)) ||
	       (fo_inode_nr_lower(inode) &&
		d_inode(fo_inode(inode)->lower->place[0].dentry) ==
			d_inode(top));
}

static int fo_nodeid_ask(struct dentry *dentry, struct inode *dir,
			 const struct qstr *name)
{
	struct fo_upcall what = { .dir = dir, .name = name };
	struct fo_found found;
	u64 nodeid;
	int err;

	err = fo_upcall_entry(FUSE_LOOKUP, &what, NULL, &found, &nodeid);
	if (err)
		return err == -ENOENT ? -ESTALE : err;
	if (!nodeid)
		err = -ESTALE;
	else if (fo_nodeid_is_of(d_inode(dentry), &found))
		fo_nodeid_note(d_inode(dentry), nodeid);
	else
		err = -ESTALE;
	if (err && nodeid)
		fo_conn_forget(fo_fs(dentry->d_sb)->conn, nodeid, 1);
	fo_found_release(&found);
	return err;
}

static int fo_nodeid_ask_by_name(struct dentry *dentry)
{
	struct name_snapshot name;
	struct dentry *parent;
	int err;

	/* Removed while it is open: it has no name to ask for. */
	if (d_unlinked(dentry))
		return -ESTALE;
	parent = dget_parent(dentry);
	take_dentry_name_snapshot(&name, dentry);
	err = fo_nodeid_ask(dentry, d_inode(parent), &name.name);
	release_dentry_name_snapshot(&name);
	dput(parent);
	return err;
}

int fo_nodeid_get(struct dentry *dentry)
{
	int err = 0;

	if (!fo_fs(dentry->d_sb)->conn)
		return -EOPNOTSUPP;
	while (!err && !fo_nodeid_is_known(dentry)) {
		struct dentry *next = fo_nodeid_next(dentry);

		err = fo_nodeid_ask_by_name(next);
		dput(next);
	}
	return err;
}
