// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading. */
#include <linux/module.h>

#include "conn.h"

struct kmem_cache *fo_inode_cache;

static void fo_inode_init_once(void *object)
{
	struct fo_inode *fi = object;

	inode_init_once(&fi->vfs);
}

static int __init fo_module_init(void)
{
	int err;

	fo_inode_cache = kmem_cache_create("fusebpf_inode",
					   sizeof(struct fo_inode), 0,
					   SLAB_RECLAIM_ACCOUNT | SLAB_ACCOUNT,
					   fo_inode_init_once);
	if (!fo_inode_cache)
		return -ENOMEM;
	err = fo_filter_bpf_init();
	if (err)
		goto out_cache;
	err = fo_device_init();
	if (err)
		goto out_cache;
	err = register_filesystem(&fo_fs_type);
	if (!err)
		return 0;
	fo_device_exit();
out_cache:
	kmem_cache_destroy(fo_inode_cache);
	return err;
}

static void __exit fo_module_exit(void)
{
	unregister_filesystem(&fo_fs_type);
	fo_device_exit();
	/* Inodes are freed after a grace period. */
	rcu_barrier();
	kmem_cache_destroy(fo_inode_cache);
}

module_init(fo_module_init);
module_exit(fo_module_exit);
MODULE_ALIAS_FS("fusebpf");
MODULE_DESCRIPTION("Layered filesystem on backing files, merged under BPF");
MODULE_LICENSE("GPL");
