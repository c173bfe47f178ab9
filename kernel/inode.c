// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our inodes: how they come to be, what they stand on, how they go. A file
 * is one inode, by whichever of its names and layers it is reached: the
 * inode cache is keyed by the real inode, and a file that was copied up
 * meanwhile is found by its upper through fs->aliases.
 */
#include <linux/mm.h>
#include <linux/posix_acl.h>
#include <linux/slab.h>

#include "fusebpf.h"
#include "upcall.h"

struct inode *fo_inode_alloc(struct super_block *sb)
{
	struct fo_inode *fi;

	fi = alloc_inode_sb(sb, fo_inode_cache, GFP_KERNEL);
	if (!fi)
		return NULL;
	fi->upper = NULL;
	fi->upper_xwhiteouts = false;
	fi->lower = NULL;
	fi->key = NULL;
	fi->nodeid = 0;
	fi->nlookup = 0;
	fi->copied_up = false;
	mutex_init(&fi->copy_up_lock);
	INIT_HLIST_NODE(&fi->alias);
	fi->version = 0;
	fi->listing = NULL;
	return &fi->vfs;
}

/* After a grace period: a walk under RCU may still look at the stack. */
void fo_inode_free(struct inode *inode)
{
	kfree(fo_inode(inode)->lower);
	kmem_cache_free(fo_inode_cache, fo_inode(inode));
}

static void fo_stack_release(struct fo_stack *stack)
{
	unsigned int i;

	for (i = 0; stack && i < stack->nr; i++)
		dput(stack->place[i].dentry);
}

void fo_found_release(struct fo_found *found)
{
	dput(found->upper);
	fo_stack_release(found->lower);
	kfree(found->lower);
	found->upper = NULL;
	found->lower = NULL;
}

void fo_inode_evict(struct inode *inode)
{
	struct fo_inode *fi = fo_inode(inode);
	struct fo_fs *fs = fo_fs(inode->i_sb);

	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	if (!hlist_unhashed(&fi->alias)) {
		spin_lock(&fs->alias_lock);
		hlist_del_init(&fi->alias);
		spin_unlock(&fs->alias_lock);
	}
	if (fi->copied_up)
		atomic_dec(&fs->copied_up);
	fo_nodeid_forget(inode);
	if (fi->listing)
		fo_listing_put(fi->listing);
	dput(fi->upper);
	fo_stack_release(fi->lower);
}

bool fo_inode_place(const struct inode *dir, unsigned int i,
		    struct fo_place *out_place)
{
	const struct fo_inode *fi = fo_inode(dir);
	struct dentry *upper = fo_inode_upper(dir);

	if (upper && i-- == 0) {
		*out_place = (struct fo_place){
			.dentry = upper,
			.xwhiteouts = fi->upper_xwhiteouts,
		};
		return true;
	}
	if (i >= fo_inode_nr_lower(dir))
		return false;
	*out_place = fi->lower->place[i];
	return true;
}

void fo_inode_real(const struct inode *inode, struct path *out_path)
{
	struct fo_place place = {};

	fo_inode_place(inode, 0, &place);
	out_path->mnt = fo_fs(inode->i_sb)->layers[place.layer].mnt;
	out_path->dentry = place.dentry;
}

struct inode *fo_inode_real_inode(const struct inode *inode)
{
	struct path path;

	fo_inode_real(inode, &path);
	return d_inode(path.dentry);
}

/* Layers of several filesystems: the upper bits say which. */
u64 fo_inode_number(const struct fo_fs *fs, unsigned int layer, u64 ino)
{
	return ino ^ ((u64)fs->layers[layer].fsid << 56);
}

/* Take over what the VFS reads from an inode by itself. */
void fo_inode_refresh(struct inode *inode)
{
	struct inode *real = fo_inode_real_inode(inode);
	const unsigned int flags = S_SYNC | S_APPEND | S_IMMUTABLE;

	inode->i_uid = real->i_uid;
	inode->i_gid = real->i_gid;
	inode->i_mode = real->i_mode;
	inode_set_atime_to_ts(inode, inode_get_atime(real));
	inode_set_mtime_to_ts(inode, inode_get_mtime(real));
	inode_set_ctime_to_ts(inode, inode_get_ctime(real));
	i_size_write(inode, i_size_read(real));
	inode_set_flags(inode, real->i_flags & flags, flags);
	/* What was removed while it is open stays so. */
	if (!inode->i_nlink &&
	    (S_ISDIR(inode->i_mode) || !fo_inode_upper(inode)))
		return;
	set_nlink(inode, S_ISDIR(inode->i_mode) ? max(real->i_nlink, 1u) :
						  real->i_nlink);
}

void fo_inode_changed(struct inode *dir)
{
	spin_lock(&dir->i_lock);
	fo_inode(dir)->version++;
	spin_unlock(&dir->i_lock);
	fo_inode_refresh(dir);
}

u64 fo_inode_version(struct inode *dir)
{
	u64 version;

	spin_lock(&dir->i_lock);
	version = fo_inode(dir)->version;
	spin_unlock(&dir->i_lock);
	return version;
}

static const char *fo_get_link(struct dentry *dentry, struct inode *inode,
			       struct delayed_call *done)
{
	const struct cred *old;
	const char *target;
	struct path path;

	if (!dentry)
		return ERR_PTR(-ECHILD);
	fo_inode_real(inode, &path);
	old = fo_creds_begin(inode->i_sb);
	target = vfs_get_link(path.dentry, done);
	fo_creds_end(old);
	return target;
}

static const struct inode_operations fo_dir_inode_operations = {
	.lookup = fo_lookup,
	.create = fo_create,
	.mkdir = fo_mkdir,
	.mknod = fo_mknod,
	.symlink = fo_symlink,
	.link = fo_link,
	.unlink = fo_unlink,
	.rmdir = fo_rmdir,
	.rename = fo_rename,
	.tmpfile = fo_tmpfile,
	.permission = fo_permission,
	.getattr = fo_getattr,
	.setattr = fo_setattr,
	.listxattr = fo_listxattr,
	.get_inode_acl = fo_get_inode_acl,
	.get_acl = fo_get_acl,
	.set_acl = fo_set_acl,
	.fileattr_get = fo_fileattr_get,
	.fileattr_set = fo_fileattr_set,
};

static const struct inode_operations fo_file_inode_operations = {
	.permission = fo_permission,
	.getattr = fo_getattr,
	.setattr = fo_setattr,
	.listxattr = fo_listxattr,
	.get_inode_acl = fo_get_inode_acl,
	.get_acl = fo_get_acl,
	.set_acl = fo_set_acl,
	.fileattr_get = fo_fileattr_get,
	.fileattr_set = fo_fileattr_set,
};

static const struct inode_operations fo_symlink_inode_operations = {
	.permission = fo_permission,
	.getattr = fo_getattr,
	.setattr = fo_setattr,
	.get_link = fo_get_link,
	.listxattr = fo_listxattr,
};

/* A stack on a stack would take one class of locks twice. */
static void fo_inode_set_lock_class(struct inode *inode)
{
#ifdef CONFIG_LOCKDEP
	static struct lock_class_key keys[FILESYSTEM_MAX_STACK_DEPTH];
	static struct lock_class_key dirs[FILESYSTEM_MAX_STACK_DEPTH];
	unsigned int depth = inode->i_sb->s_stack_depth - 1;

	if (S_ISDIR(inode->i_mode))
		lockdep_set_class(&inode->i_rwsem, &dirs[depth]);
	else
		lockdep_set_class(&inode->i_rwsem, &keys[depth]);
#endif
}

static u64 fo_inode_choose_number(struct fo_fs *fs,
				  const struct fo_stack *lower,
				  const struct fo_place *top)
{
	const struct cred *old;
	u64 number;

	/* A merged directory: the same before and after it is marked. */
	if (d_is_dir(top->dentry) && lower && lower->nr && !fs->raw)
		top = &lower->place[0];
	if (!fs->has_upper || top->layer)
		return fo_inode_number(fs, top->layer,
				       d_inode(top->dentry)->i_ino);
	old = override_creds(fs->cred);
	number = fo_origin_number(fs, top->dentry);
	revert_creds(old);
	return number;
}

static void fo_inode_fill(struct inode *inode, struct fo_found *found)
{
	struct fo_inode *fi = fo_inode(inode);
	struct fo_place place;

	fi->upper = found->upper;
	fi->upper_xwhiteouts = found->upper_xwhiteouts;
	fi->lower = found->lower;
	found->upper = NULL;
	found->lower = NULL;
	fo_inode_place(inode, 0, &place);
	inode->i_ino =
		fo_inode_choose_number(fo_fs(inode->i_sb), fi->lower, &place);
	fo_inode_refresh(inode);
	inode->i_rdev = d_inode(place.dentry)->i_rdev;
	inode->i_flags |= S_NOATIME | S_NOCMTIME;
	/* The real inode caches them. */
	inode->i_acl = ACL_DONT_CACHE;
	inode->i_default_acl = ACL_DONT_CACHE;
	fo_inode_set_lock_class(inode);
	switch (inode->i_mode & S_IFMT) {
	case S_IFDIR:
		inode->i_op = &fo_dir_inode_operations;
		inode->i_fop = &fo_dir_operations;
		break;
	case S_IFLNK:
		inode->i_op = &fo_symlink_inode_operations;
		break;
	case S_IFREG:
		inode->i_op = &fo_file_inode_operations;
		inode->i_fop = &fo_file_operations;
		break;
	default:
		inode->i_op = &fo_file_inode_operations;
		init_special_inode(inode, inode->i_mode, inode->i_rdev);
		break;
	}
}

static int fo_inode_test(struct inode *inode, void *key)
{
	return fo_inode(inode)->key == key;
}

static int fo_inode_set(struct inode *inode, void *key)
{
	fo_inode(inode)->key = key;
	return 0;
}

static struct inode *fo_inode_by_alias(struct fo_fs *fs, struct inode *real)
{
	struct fo_inode *fi;
	struct inode *inode = NULL;

	if (!atomic_read(&fs->copied_up))
		return NULL;
	spin_lock(&fs->alias_lock);
	hash_for_each_possible(fs->aliases, fi, alias, (unsigned long)real)
	{
		if (d_inode(fi->upper) == real) {
			inode = igrab(&fi->vfs);
			break;
		}
	}
	spin_unlock(&fs->alias_lock);
	return inode;
}

struct inode *fo_inode_find(struct super_block *sb, struct inode *real)
{
	struct inode *inode = fo_inode_by_alias(fo_fs(sb), real);

	if (inode)
		return inode;
	return ilookup5(sb, (unsigned long)real, fo_inode_test, real);
}

static struct inode *fo_inode_get_file(struct super_block *sb,
				       struct fo_found *found)
{
	struct dentry *top = found->upper ?: found->lower->place[0].dentry;
	struct inode *key = d_inode(top);
	struct inode *inode;

	if (found->upper) {
		inode = fo_inode_by_alias(fo_fs(sb), key);
		if (inode)
			return inode;
	}
	inode = iget5_locked(sb, (unsigned long)key, fo_inode_test,
			     fo_inode_set, key);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (inode->i_state & I_NEW) {
		fo_inode_fill(inode, found);
		unlock_new_inode(inode);
	}
	return inode;
}

struct inode *fo_inode_get(struct super_block *sb, struct fo_found *found)
{
	struct inode *inode;

	if (found->lower && !found->lower->nr) {
		kfree(found->lower);
		found->lower = NULL;
	}
	if (found->result == FO_RESULT_DIR) {
		inode = new_inode(sb);
		if (inode)
			fo_inode_fill(inode, found);
		else
			inode = ERR_PTR(-ENOMEM);
	} else {
		inode = fo_inode_get_file(sb, found);
	}
	fo_found_release(found);
	return inode;
}
