// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New entries. Where the new entry is born with the right owner and nothing
 * can shine through it, it is made in its place with one system call; else in
 * work, and published complete (create_staged.c).
 */
#include "overlay/create.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/copyup.h"
#include "overlay/create_step.h"
#include "overlay/ids.h"
#include "overlay/lookup.h"
#include "overlay/override.h"
#include "overlay/protection.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "state/listing.h"
#include "system/sys.h"

int fo_create_check_name(const char *name)
{
	if (!*name)
		return -ENOENT;
	if (strlen(name) >= FO_NAME_SIZE)
		return -ENAMETOOLONG;
	return fo_name_is_reserved(name) ? -EPERM : 0;
}

static int fo_create_check(const struct fo_fs *fs,
			   const struct fo_create *create)
{
	if (!fs->writable)
		return -EROFS;
	/* It would be a whiteout. */
	if (S_ISCHR(create->mode) && !create->rdev)
		return -EPERM;
	return 0;
}

/* Who owns it, and with which mode it begins. */
static int fo_making_begin(struct fo_making *making)
{
	const struct fo_create *create = making->create;
	const struct fo_caller *caller = create->caller;
	struct fo_fs *fs = making->fs;
	struct stat dir;
	int err = fo_sys_fstat(making->dir->fd, &dir);

	if (!err && fs->config->override != FO_OVERRIDE_NONE)
		err = fo_override_read(fs, making->dir->fd, &dir);
	if (!err)
		err = fo_acl_inherit(fs, create->dir, create->mode,
				     caller->umask, &making->inherited);
	if (err)
		return err;
	making->uid = caller->uid;
	making->gid = caller->gid;
	making->mode = making->inherited.mode & 07777;
	fo_ids_store(fs, &making->uid, &making->gid);
	if (dir.st_mode & S_ISGID) {
		making->gid = dir.st_gid;
		if (S_ISDIR(create->mode))
			making->mode |= S_ISGID;
	}
	making->is_staged =
		fs->config->override != FO_OVERRIDE_NONE ||
		making->inherited.access || making->inherited.fallback ||
		making->uid != geteuid() ||
		(making->gid != getegid() && !(dir.st_mode & S_ISGID)) ||
		(S_ISDIR(create->mode) && create->dir->stack);
	return 0;
}

/* The system call that makes it where it belongs. */
static int fo_make_call(struct fo_making *making)
{
	const struct fo_create *create = making->create;
	int dir = making->dir->fd;

	switch (create->mode & S_IFMT) {
	case S_IFREG:
		making->fd =
			fo_sys_create(dir, create->name, O_RDWR, making->mode);
		return fo_min(making->fd, 0);
	case S_IFDIR:
		return fo_sys_mkdir(dir, create->name, making->mode);
	case S_IFLNK:
		return fo_sys_symlink(create->target, dir, create->name);
	default:
		return fo_sys_mknod(dir, create->name,
				    (create->mode & S_IFMT) | making->mode,
				    create->rdev);
	}
}

static bool fo_making_is_right(const struct fo_making *making)
{
	const struct stat *st = &making->st;

	return st->st_uid == making->uid && st->st_gid == making->gid &&
	       (S_ISLNK(st->st_mode) || (st->st_mode & 07777) == making->mode);
}

static int fo_make_in_place(struct fo_making *making)
{
	const char *name = making->create->name;
	int dir = making->dir->fd;
	_cleanup_close_ int path = -1;
	int err = fo_make_call(making);

	if (err)
		return err;
	err = making->fd >= 0 ? fo_sys_fstat(making->fd, &making->st) :
				fo_sys_stat(dir, name, &making->st);
	if (err || fo_making_is_right(making))
		return err;
	/* The daemon's umask, or what this filesystem has made of it. */
	path = fo_sys_open(dir, name, O_PATH);
	err = path < 0 ? path : fo_make_owned(making, path);
	return err ? err : fo_sys_fstat(path, &making->st);
}

/* .wh.NAME that hid the lowers' is not wanted any more. */
static void fo_making_unhide(const struct fo_making *making)
{
	const struct fo_create *create = making->create;

	if (create->dir->stack &&
	    fo_whiteout_form(making->fs) == FO_WHITEOUT_MADE_BESIDE)
		(void)fo_whiteout_unhide(making->dir->fd, create->name);
}

static int fo_making_enter(struct fo_making *making, struct fo_node **out_node)
{
	const struct fo_create *create = making->create;
	struct fo_fs *fs = making->fs;
	struct fo_found found = {
		.type = FO_NODE_TYPE(making->st.st_mode),
		.upper = true,
		.layer = FO_LAYER_NONE,
		.key_fs = fs->layers[FO_UPPER].filesystem,
		.key_ino = making->st.st_ino,
		.st_ino = fo_fs_inode(fs, FO_UPPER, making->st.st_dev,
				      making->st.st_ino),
		.nlink = (uint32_t)making->st.st_nlink,
	};
	const struct fo_place place = { create->dir, create->name };
	int err;

	do {
		err = fo_node_enter(fs, &place, &found, fo_tree_sequence(fs),
				    out_node);
	} while (err == -EAGAIN);
	return err;
}

static int fo_making_finish(struct fo_making *making,
			    struct fo_created *out_created)
{
	struct fo_fs *fs = making->fs;
	struct fo_node *node;
	int err = fo_making_enter(making, &node);

	if (err)
		return err;
	/* Born without marks: no flag protects it. */
	fo_node_set(node, FO_NODE_FREE);
	err = fo_attr_show(fs, node, &making->st);
	if (err) {
		fo_node_forget(fs, node, 1);
		return err;
	}
	out_created->node = node;
	out_created->st = making->st;
	out_created->fd =
		S_ISREG(making->st.st_mode) ? fo_take_fd(&making->fd) : -1;
	return 0;
}

static void fo_making_clear(struct fo_making *making)
{
	fo_inherited_clear(&making->inherited);
	if (making->fd >= 0)
		close(making->fd);
	if (making->dir)
		fo_descriptor_put(&making->fs->descriptors, making->dir);
}

static int fo_make(struct fo_making *making)
{
	int err = fo_making_begin(making);

	if (err)
		return err;
	if (!making->is_staged) {
		err = fo_make_in_place(making);
		/* A whiteout may be all that is there. */
		if (err != -EEXIST)
			return err;
	}
	return fo_make_staged(making);
}

/* The directory, copied up; it may refuse new names. */
static int fo_making_open(struct fo_making *making)
{
	struct fo_node *dir = making->create->dir;
	int err = fo_protection_check(making->fs, dir, FO_INTENT_WRITE);

	if (!err)
		err = fo_copyup(making->fs, dir, FO_COPYUP_ALL);
	return err ? err : fo_tree_dir(making->fs, dir, FO_UPPER, &making->dir);
}

int fo_create(struct fo_fs *fs, const struct fo_create *create,
	      struct fo_created *out_created)
{
	struct fo_making making = { .fs = fs, .create = create, .fd = -1 };
	int err = fo_create_check(fs, create);

	if (!err)
		err = fo_create_check_name(create->name);
	if (!err)
		err = fo_making_open(&making);
	if (!err)
		err = fo_make(&making);
	if (!err) {
		fo_making_unhide(&making);
		fo_listings_drop(fs->listings, create->dir);
		err = fo_making_finish(&making, out_created);
	}
	fo_making_clear(&making);
	return err;
}

/* A node without a name: its pin is all that reaches it. */
static int fo_make_nameless_node(struct fo_making *making,
				 struct fo_created *out_created)
{
	struct fo_fs *fs = making->fs;
	struct fo_node *released = NULL;
	struct fo_place place = { .dir = making->create->dir, .name = "" };
	struct fo_descriptor key = { .pinned = 1 };
	struct fo_descriptor *descriptor;
	int err = fo_making_finish(making, out_created);

	if (err)
		return err;
	fo_tree_change_begin(fs);
	fo_tree_remove_name(fs, out_created->node, &place, &released);
	fo_tree_change_end(fs);
	if (released)
		fo_node_put(fs, released);
	out_created->st.st_nlink = 0;
	key.node = out_created->node;
	fo_node_set(out_created->node, FO_NODE_CACHED);
	err = fo_sys_reopen(out_created->fd, O_PATH);
	if (err >= 0)
		err = fo_descriptor_add(&fs->descriptors, &key, err,
					&descriptor);
	if (!err) {
		fo_descriptor_put(&fs->descriptors, descriptor);
		return 0;
	}
	close(out_created->fd);
	fo_node_forget(fs, out_created->node, 1);
	return err;
}

int fo_create_tmpfile(struct fo_fs *fs, const struct fo_create *create,
		      struct fo_created *out_created)
{
	struct fo_create nameless = *create;
	struct fo_making making = {
		.fs = fs,
		.create = &nameless,
		.fd = -1,
	};
	int err = fo_create_check(fs, create);

	nameless.name = "";
	if (!err)
		err = fo_making_open(&making);
	if (!err)
		err = fo_making_begin(&making);
	if (!err)
		err = fo_make_staged(&making);
	if (!err)
		err = fo_make_nameless_node(&making, out_created);
	fo_making_clear(&making);
	return err;
}
