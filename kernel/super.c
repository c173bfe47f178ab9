// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounting: the options, the superblock and its operations.
 *
 *	root_dir=FD,no_daemon		one directory, shown as it is
 *	[upper_dir=FD,]lower_dir=FD...	layers, the topmost first
 *	fd=FD				/dev/fusebpf, or no_daemon
 *
 *	filter=NAME[:NAME...]		registered filters, asked in this order
 *
 * Descriptors are those of whoever configures the mount; O_PATH does.
 */
#include <linux/file.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/statfs.h>

#include "conn.h"

#define FUSEBPF_SUPER_MAGIC 0x46425046 /* "FPBF" */

enum {
	OPT_ROOT_DIR,
	OPT_UPPER_DIR,
	OPT_LOWER_DIR,
	OPT_NO_DAEMON,
	OPT_FD,
	OPT_FILTER,
};

static const struct fs_parameter_spec fo_parameters[] = {
	fsparam_fd("root_dir", OPT_ROOT_DIR),
	fsparam_fd("upper_dir", OPT_UPPER_DIR),
	fsparam_fd("lower_dir", OPT_LOWER_DIR),
	fsparam_fd("fd", OPT_FD),
	fsparam_flag("no_daemon", OPT_NO_DAEMON),
	fsparam_string("filter", OPT_FILTER),
	{}
};

/* What the options said so far. */
struct fo_setup {
	bool no_daemon;
	bool has_root;
	struct fo_fs *fs;
};

static int fo_setup_layer(struct fs_context *fc, int opt, unsigned int fd)
{
	struct fo_setup *setup = fc->fs_private;
	struct fo_fs *fs = setup->fs;
	struct file *file;
	int err;

	if (opt != OPT_LOWER_DIR && fs->nr_layers)
		return invalf(fc, "fusebpf: the upper comes first, once");
	if (setup->has_root)
		return invalf(fc, "fusebpf: root_dir stands alone");
	file = fget_raw(fd);
	if (!file)
		return -EBADF;
	err = fo_layer_add(fs, &file->f_path);
	fput(file);
	if (err) {
		errorf(fc, "fusebpf: descriptor %u cannot be a layer", fd);
		return err;
	}
	fs->has_upper |= opt != OPT_LOWER_DIR;
	setup->has_root |= opt == OPT_ROOT_DIR;
	return 0;
}

static int fo_setup_filter(struct fs_context *fc, const char *names)
{
	struct fo_setup *setup = fc->fs_private;
	int err;

	err = fo_filters_get(&setup->fs->filters, names);
	if (err)
		errorf(fc, "fusebpf: no filter of the name %s", names);
	return err;
}

static int fo_setup_conn(struct fs_context *fc, unsigned int fd)
{
	struct fo_setup *setup = fc->fs_private;
	struct fo_conn *conn;

	if (setup->fs->conn)
		return invalf(fc, "fusebpf: one daemon is enough");
	conn = fo_device_conn(fd);
	if (IS_ERR(conn)) {
		errorf(fc, "fusebpf: fd=%u is not /dev/fusebpf", fd);
		return PTR_ERR(conn);
	}
	setup->fs->conn = conn;
	return 0;
}

static int fo_parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	struct fo_setup *setup = fc->fs_private;
	struct fs_parse_result result;
	int opt;

	if (fc->purpose == FS_CONTEXT_FOR_RECONFIGURE) {
		/* mount(8) says again what it reads in /proc/mounts. */
		if (fc->oldapi)
			return 0;
		return invalf(fc, "fusebpf: no option of its own can change");
	}
	opt = fs_parse(fc, fo_parameters, param, &result);
	if (opt < 0)
		return opt;
	switch (opt) {
	case OPT_NO_DAEMON:
		setup->no_daemon = true;
		return 0;
	case OPT_FD:
		return fo_setup_conn(fc, result.uint_32);
	case OPT_FILTER:
		return fo_setup_filter(fc, param->string);
	default:
		return fo_setup_layer(fc, opt, result.uint_32);
	}
}

static void fo_fs_free(struct fo_fs *fs)
{
	if (!fs)
		return;
	if (fs->conn) {
		fo_conn_unmount(fs->conn, fs);
		fo_conn_put(fs->conn);
	}
	fo_layers_release(fs);
	fo_filters_put(&fs->filters);
	put_cred(fs->cred);
	kfree(fs);
}

static void fo_put_super(struct super_block *sb)
{
	fo_fs_free(sb->s_fs_info);
	sb->s_fs_info = NULL;
}

static int fo_statfs(struct dentry *dentry, struct kstatfs *stat)
{
	struct super_block *sb = dentry->d_sb;
	struct path path;
	int err;

	/* The upper, or else the topmost layer, says how full it is. */
	fo_inode_real(d_inode(sb->s_root), &path);
	err = vfs_statfs(&path, stat);
	if (!err)
		stat->f_type = FUSEBPF_SUPER_MAGIC;
	return err;
}

static int fo_sync_fs(struct super_block *sb, int wait)
{
	struct super_block *upper;
	int err;

	if (!fo_fs(sb)->has_upper || !wait)
		return 0;
	upper = fo_upper_mnt(sb)->mnt_sb;
	down_read(&upper->s_umount);
	err = sync_filesystem(upper);
	up_read(&upper->s_umount);
	return err;
}

static int fo_show_options(struct seq_file *m, struct dentry *root)
{
	struct fo_fs *fs = fo_fs(root->d_sb);
	unsigned int i;

	for (i = 0; i < fs->filters.nr; i++)
		seq_printf(m, "%s%s",
			   i ? ":" : ",filter=", fs->filters.filter[i]->name);
	if (!fs->raw)
		seq_printf(m, ",layers=%u", fs->nr_layers);
	if (!fs->conn)
		seq_puts(m, ",no_daemon");
	return 0;
}

/* umount -f: whoever waits for the daemon need not any more. */
static void fo_umount_begin(struct super_block *sb)
{
	if (fo_fs(sb)->conn)
		fo_conn_break(fo_fs(sb)->conn);
}

static const struct super_operations fo_super_operations = {
	.alloc_inode = fo_inode_alloc,
	.free_inode = fo_inode_free,
	.evict_inode = fo_inode_evict,
	.put_super = fo_put_super,
	.statfs = fo_statfs,
	.sync_fs = fo_sync_fs,
	.umount_begin = fo_umount_begin,
	.show_options = fo_show_options,
};

static int fo_fill_root(struct super_block *sb)
{
	struct fo_fs *fs = sb->s_fs_info;
	struct fo_found found = {};
	struct inode *inode;
	int err;

	err = fo_layers_root(fs, &found);
	if (err)
		return err;
	inode = fo_inode_get(sb, &found);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	fo_inode(inode)->nodeid = FUSE_ROOT_ID;
	sb->s_root = d_make_root(inode);
	if (!sb->s_root)
		return -ENOMEM;
	return fs->conn ? fo_conn_mount(fs->conn, fs) : 0;
}

static int fo_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct fo_setup *setup = fc->fs_private;
	struct fo_fs *fs = setup->fs;
	int err;

	err = fo_layers_check(fs, sb);
	if (err)
		return err;
	sb->s_magic = FUSEBPF_SUPER_MAGIC;
	sb->s_op = &fo_super_operations;
	sb->s_xattr = fo_xattr_handlers;
	if (fs->filters.nr)
		sb->s_d_op = &fo_filtered_dentry_operations;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_time_gran = 1;
	sb->s_flags |= SB_POSIXACL | SB_NOSEC;
	sb->s_iflags |= SB_I_SKIP_SYNC;
	if (!fs->has_upper || sb_rdonly(fs->layers[0].mnt->mnt_sb))
		sb->s_flags |= SB_RDONLY;
	/* From here on put_super frees it. */
	sb->s_fs_info = fs;
	setup->fs = NULL;
	err = fo_fill_root(sb);
	if (err && !sb->s_root) {
		/* Without a root put_super is not called. */
		sb->s_fs_info = NULL;
		setup->fs = fs;
	}
	return err;
}

static int fo_get_tree(struct fs_context *fc)
{
	struct fo_setup *setup = fc->fs_private;
	struct fo_fs *fs = setup->fs;

	if (!fs || !fs->nr_layers)
		return invalf(fc, "fusebpf: no layer");
	if (setup->no_daemon == !!fs->conn)
		return invalf(fc, "fusebpf: fd= or no_daemon is needed");
	if (setup->has_root && fs->conn)
		return invalf(fc, "fusebpf: root_dir has no daemon");
	fs->raw = setup->has_root;
	return get_tree_nodev(fc, fo_fill_super);
}

static int fo_reconfigure(struct fs_context *fc)
{
	struct fo_fs *fs = fo_fs(fc->root->d_sb);

	if (!(fc->sb_flags & SB_RDONLY) &&
	    (!fs->has_upper || sb_rdonly(fs->layers[0].mnt->mnt_sb)))
		return -EROFS;
	return 0;
}

static void fo_free_fc(struct fs_context *fc)
{
	struct fo_setup *setup = fc->fs_private;

	if (!setup)
		return;
	fo_fs_free(setup->fs);
	kfree(setup);
}

static const struct fs_context_operations fo_context_operations = {
	.parse_param = fo_parse_param,
	.get_tree = fo_get_tree,
	.reconfigure = fo_reconfigure,
	.free = fo_free_fc,
};

static int fo_init_fs_context(struct fs_context *fc)
{
	struct fo_setup *setup;
	struct fo_fs *fs;

	setup = kzalloc(sizeof(*setup), GFP_KERNEL);
	if (!setup)
		return -ENOMEM;
	fc->fs_private = setup;
	fc->ops = &fo_context_operations;
	if (fc->purpose == FS_CONTEXT_FOR_RECONFIGURE)
		return 0;
	fs = kzalloc(sizeof(*fs), GFP_KERNEL);
	if (!fs)
		return -ENOMEM;
	spin_lock_init(&fs->alias_lock);
	hash_init(fs->aliases);
	setup->fs = fs;
	fs->cred = prepare_creds();
	return fs->cred ? 0 : -ENOMEM;
}

/* No FS_USERNS_MOUNT: mounting needs the initial namespace's root. */
struct file_system_type fo_fs_type = {
	.owner = THIS_MODULE,
	.name = "fusebpf",
	.init_fs_context = fo_init_fs_context,
	.parameters = fo_parameters,
	.kill_sb = kill_anon_super,
};
