/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's own structures. An inode stands on real inodes of the layers:
 * at most one of the upper, and an ordered stack of the lowers that never
 * changes. The upper is set once, by copy-up, and never unset; so a reader
 * needs no lock, only the acquire in fo_inode_upper().
 *
 * Lock order: our directory's i_rwsem, our inode's i_rwsem, copy_up_lock,
 * the upper's sb_writers, the upper directory's i_rwsem, the upper inode's.
 */
#ifndef FUSEBPF_H
#define FUSEBPF_H

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fileattr.h>
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <fuse-overlay/format.h>
#include <fuse-overlay/policy.h>

#include "filter.h"

#define FO_LAYERS_MAX 64
#define FO_ALIAS_BITS 8

struct fo_conn;
struct fo_listing;

/* A filesystem that a layer is part of: where st_ino comes from. */
struct fo_layer {
	struct vfsmount *mnt; /* private */
	u32 fsid; /* 0: st_ino is the real one */
};

/* A directory or file in one layer. */
struct fo_place {
	struct dentry *dentry; /* counted */
	u8 layer;
	bool xwhiteouts; /* a directory that may hold xattr whiteouts */
};

struct fo_stack {
	unsigned int nr;
	struct fo_place place[];
};

/* One mount. All of it is immutable but what a lock is named for. */
struct fo_fs {
	const struct cred *cred; /* the mounter's */
	bool raw; /* one directory, shown as it is: no marks */
	bool has_upper; /* layer 0 is the upper */
	bool upper_claimed;
	unsigned int nr_layers;
	struct fo_layer layers[FO_LAYERS_MAX];
	struct fo_filters filters;
	struct fo_conn *conn; /* counted; NULL: no daemon */
	spinlock_t alias_lock; /* guards aliases */
	DECLARE_HASHTABLE(aliases, FO_ALIAS_BITS);
	atomic_t copied_up; /* inodes that show the st_ino of a lower */
};

struct fo_inode {
	struct inode vfs;
	struct dentry *upper; /* by fo_inode_upper(); counted */
	bool upper_xwhiteouts;
	struct fo_stack *lower; /* NULL: none */
	struct inode *key; /* the real inode that it was made for */
	u64 nodeid; /* by the daemon; 0: not known; set once, i_lock */
	u64 nlookup; /* how often it was given; i_lock */
	bool copied_up; /* counted in fs->copied_up */
	struct mutex copy_up_lock; /* guards the step from no upper to upper */
	struct hlist_node alias; /* fs->alias_lock; by the upper's inode */
	u64 version; /* of a directory's names; the inode's i_lock */
	struct fo_listing *listing; /* cached, counted; the inode's i_lock */
};

/* What a lookup found; owns its references until an inode takes them. */
struct fo_found {
	struct dentry *upper; /* NULL: none */
	bool upper_xwhiteouts;
	struct fo_stack *lower; /* room for the parent's depth */
	enum fo_result result;
};

static inline struct fo_fs *fo_fs(const struct super_block *sb)
{
	return sb->s_fs_info;
}

static inline struct fo_inode *fo_inode(const struct inode *inode)
{
	return container_of(inode, struct fo_inode, vfs);
}

static inline struct dentry *fo_inode_upper(const struct inode *inode)
{
	return smp_load_acquire(&fo_inode(inode)->upper);
}

static inline unsigned int fo_inode_nr_lower(const struct inode *inode)
{
	const struct fo_stack *lower = fo_inode(inode)->lower;

	return lower ? lower->nr : 0;
}

/* Backing operations run as the mounter, after the caller was checked. */
static inline const struct cred *fo_creds_begin(const struct super_block *sb)
{
	return override_creds(fo_fs(sb)->cred);
}

static inline void fo_creds_end(const struct cred *old)
{
	revert_creds(old);
}

/* main.c */
extern struct kmem_cache *fo_inode_cache;

/* super.c */
extern struct file_system_type fo_fs_type;

/* layer.c: layers of a mount, taken from descriptors of the mounter. */
int fo_layer_add(struct fo_fs *fs, const struct path *path);
int fo_layers_check(struct fo_fs *fs, struct super_block *sb);
int fo_layers_root(struct fo_fs *fs, struct fo_found *out_found);
void fo_layers_release(struct fo_fs *fs);

/* inode.c */
struct inode *fo_inode_alloc(struct super_block *sb);
void fo_inode_free(struct inode *inode);
void fo_inode_evict(struct inode *inode);
/* Takes over what found holds, also on error. */
struct inode *fo_inode_get(struct super_block *sb, struct fo_found *found);
/* The inode that stands on this real one, if it is in memory; counted. */
struct inode *fo_inode_find(struct super_block *sb, struct inode *real);
void fo_inode_real(const struct inode *inode, struct path *out_path);
struct inode *fo_inode_real_inode(const struct inode *inode);
void fo_inode_refresh(struct inode *inode);
u64 fo_inode_number(const struct fo_fs *fs, unsigned int layer, u64 ino);
void fo_inode_changed(struct inode *dir);
u64 fo_inode_version(struct inode *dir);
/* The i-th place of a directory's stack, the upper first. */
bool fo_inode_place(const struct inode *dir, unsigned int i,
		    struct fo_place *out_place);
void fo_found_release(struct fo_found *found);

/* probe.c: the facts of one name in one layer. */
struct fo_probed {
	struct fo_probe facts;
	struct dentry *dentry; /* counted; NULL: none */
	bool xwhiteouts;
	bool redirected; /* continues elsewhere */
};

int fo_probe_name(struct fo_fs *fs, const struct fo_place *dir,
		  const struct qstr *name, struct fo_probed *out_probed);
/* Adds what marks say; last: no layer is below. */
void fo_probe_marks(struct fo_fs *fs, const struct fo_place *dir, bool last,
		    const struct qstr *name, struct fo_probed *probed);
bool fo_probe_has_oci_opaque(struct dentry *dir);
bool fo_probe_is_xwhiteouts(struct fo_fs *fs, unsigned int layer,
			    struct dentry *dir);
ssize_t fo_probe_xattr(struct fo_fs *fs, const struct fo_place *place,
		       const char *name, void *value, size_t size);

/* origin.c, with the mounter's credentials in force */
/* What st_ino of the upper is. */
u64 fo_origin_number(struct fo_fs *fs, struct dentry *upper);
/* What st_nlink is where the upper has that many links. */
u32 fo_origin_nlink(const struct inode *inode, u32 real);
/* May entries of the upper's directory have another number than they say? */
bool fo_origin_is_impure(struct fo_fs *fs, struct dentry *dir);

/* lookup.c */
struct dentry *fo_lookup(struct inode *dir, struct dentry *dentry,
			 unsigned int flags);
/* A filtered name is asked about again, whether or not it is cached. */
extern const struct dentry_operations fo_filtered_dentry_operations;
/* Would the name be seen if the upper did not have it? */
/*
 * What number a directory of the upper is shown by, where the one below it
 * has a say; else out_number is as it was.
 */
int fo_lookup_dir_number(struct inode *dir, const struct qstr *name,
			 u64 *out_number);
int fo_lookup_is_covered(struct inode *dir, const struct qstr *name);
/* What the layers say of a name that was just made; else EIO. */
int fo_lookup_merged(struct inode *dir, const struct qstr *name,
		     struct fo_found *out_found);
/* A name that stands for a whiteout, and for nothing else. */
bool fo_lookup_is_reserved(struct inode *dir, const struct qstr *name);

/* attr.c */
int fo_getattr(struct mnt_idmap *idmap, const struct path *path,
	       struct kstat *stat, u32 mask, unsigned int flags);
int fo_setattr(struct mnt_idmap *idmap, struct dentry *dentry,
	       struct iattr *attr);
int fo_permission(struct mnt_idmap *idmap, struct inode *inode, int mask);
struct posix_acl *fo_get_inode_acl(struct inode *inode, int type, bool rcu);
struct posix_acl *fo_get_acl(struct mnt_idmap *idmap, struct dentry *dentry,
			     int type);
int fo_set_acl(struct mnt_idmap *idmap, struct dentry *dentry,
	       struct posix_acl *acl, int type);
int fo_fileattr_get(struct dentry *dentry, struct fileattr *fa);
int fo_fileattr_set(struct mnt_idmap *idmap, struct dentry *dentry,
		    struct fileattr *fa);

/* copyup.c: give the inode an upper, or say why it gets none. */
int fo_copy_up(struct dentry *dentry);

/*
 * The daemon said of a name in the upper, of which dentry should be a parent:
 * take over the uppers on the way that it has made for that.
 */
void fo_copy_up_notice(struct dentry *dentry);

/* xattr.c */
extern const struct xattr_handler *const fo_xattr_handlers[];
ssize_t fo_listxattr(struct dentry *dentry, char *list, size_t size);

/* file.c, data.c */
extern const struct file_operations fo_file_operations;
/* The real file that an operation goes to; borrowed. */
struct file *fo_file_real(struct file *file);
int fo_file_attach(struct file *file, struct file *real);
ssize_t fo_read_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t fo_write_iter(struct kiocb *iocb, struct iov_iter *iter);
ssize_t fo_splice_read(struct file *in, loff_t *pos,
		       struct pipe_inode_info *pipe, size_t len,
		       unsigned int flags);
ssize_t fo_splice_write(struct pipe_inode_info *pipe, struct file *out,
			loff_t *pos, size_t len, unsigned int flags);
int fo_mmap(struct file *file, struct vm_area_struct *vma);
long fo_fallocate(struct file *file, int mode, loff_t offset, loff_t len);
ssize_t fo_copy_file_range(struct file *in, loff_t pos_in, struct file *out,
			   loff_t pos_out, size_t len, unsigned int flags);
loff_t fo_remap_file_range(struct file *in, loff_t pos_in, struct file *out,
			   loff_t pos_out, loff_t len, unsigned int flags);

/* readdir.c, listing.c */
extern const struct file_operations fo_dir_operations;
struct fo_entry {
	struct hlist_node hash;
	struct list_head list;
	u64 ino;
	u32 len;
	u8 type;
	u8 layer;
	bool hidden;
	bool suspect; /* may be a whiteout */
	char name[];
};

struct fo_listing {
	refcount_t users;
	u64 version; /* of the directory when it was read */
	unsigned int nr;
	struct fo_entry **entries; /* the visible ones, in order */
	struct list_head all;
};

struct fo_listing *fo_listing_get(struct inode *dir);
void fo_listing_put(struct fo_listing *listing);

/* create.c, remove.c, rename.c */
int fo_create(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	      umode_t mode, bool excl);
int fo_mkdir(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	     umode_t mode);
int fo_mknod(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
	     umode_t mode, dev_t rdev);
int fo_symlink(struct mnt_idmap *idmap, struct inode *dir,
	       struct dentry *dentry, const char *target);
int fo_link(struct dentry *old, struct inode *dir, struct dentry *dentry);
int fo_tmpfile(struct mnt_idmap *idmap, struct inode *dir, struct file *file,
	       umode_t mode);
int fo_unlink(struct inode *dir, struct dentry *dentry);
int fo_rmdir(struct inode *dir, struct dentry *dentry);
int fo_rename(struct mnt_idmap *idmap, struct inode *old_dir,
	      struct dentry *old, struct inode *new_dir, struct dentry *new,
	      unsigned int flags);
/* The mount of the upper layer. */
static inline struct vfsmount *fo_upper_mnt(const struct super_block *sb)
{
	return fo_fs(sb)->layers[0].mnt;
}

#endif
