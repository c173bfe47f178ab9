/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that the module is built for stands here
 * and nowhere else. Tried: the 6.12 series from 6.12.95 on.
 */
#ifndef FUSEBPF_COMPAT_H
#define FUSEBPF_COMPAT_H

#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#error "fusebpf is written for Linux 6.12"
#endif

static inline struct dentry *fo_vfs_lookup(struct dentry *dir,
					   const struct qstr *name)
{
	return lookup_one_unlocked(&nop_mnt_idmap, name->name, dir, name->len);
}

/* The caller holds the lock of the directory. */
static inline struct dentry *fo_vfs_lookup_locked(struct dentry *dir,
						  const struct qstr *name)
{
	return lookup_one(&nop_mnt_idmap, name->name, dir, name->len);
}

static inline int fo_vfs_mkdir(struct inode *dir, struct dentry *dentry,
			       umode_t mode)
{
	return vfs_mkdir(&nop_mnt_idmap, dir, dentry, mode);
}

#endif
