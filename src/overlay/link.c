// SPDX-License-Identifier: GPL-2.0-or-later
/* Hard links: a further name, of the upper's inode. */
#include <errno.h>
#include <fcntl.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/copyup.h"
#include "overlay/create.h"
#include "overlay/index.h"
#include "overlay/lookup.h"
#include "overlay/protection.h"
#include "overlay/slot.h"
#include "overlay/temporary.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "state/listing.h"
#include "system/sys.h"

/* A hard link on its way. */
struct fo_linking {
	struct fo_fs *fs;
	struct fo_node *node;
	struct fo_place place;
	int fd; /* the upper's inode, O_PATH */
	struct fo_descriptor *dir;
};

/* Whatever is there must be a whiteout: nothing may be visible. */
static int fo_link_check_free(const struct fo_linking *linking)
{
	const struct fo_place *place = &linking->place;
	struct fo_merged merged;
	int err =
		fo_lookup_merge(linking->fs, place->dir, place->name, &merged);

	if (!err)
		fo_stack_free(merged.found.stack);
	return err == -ENOENT ? 0 : err ? err : -EEXIST;
}

/* A whiteout is there, and gives way. */
static int fo_link_replace(struct fo_linking *linking)
{
	const struct fo_place *place = &linking->place;
	struct fo_fs *fs = linking->fs;
	char temporary[FO_TEMPORARY_SIZE];
	int err;

	fo_temporary_name(fs, temporary);
	err = fo_sys_link(linking->fd, fs->work, temporary);
	if (err)
		return err;
	err = fo_sys_rename(fs->work, temporary, linking->dir->fd, place->name);
	if (err)
		fo_temporary_remove(fs, temporary);
	return err;
}

/*
 * The count of an indexed inode is kept relative to the upper's, which grows
 * with it: what is written here holds before and after.
 */
static int fo_link_count(const struct fo_linking *linking)
{
	struct stat st;
	int err;

	if (!fo_node_has(linking->node, FO_NODE_INDEXED))
		return 0;
	err = fo_sys_fstat(linking->fd, &st);
	if (err)
		return err;
	return fo_index_set_nlink(
		linking->fs, linking->fd, (uint32_t)st.st_nlink,
		fo_index_nlink(linking->fs, linking->fd, &st));
}

static int fo_link_impure(const struct fo_linking *linking)
{
	struct stat st;
	int err = fo_sys_fstat(linking->fd, &st);

	if (err || linking->node->st_ino == fo_fs_inode(linking->fs, FO_UPPER,
							st.st_dev, st.st_ino))
		return err;
	return fo_slot_mark_impure(linking->fs, linking->place.dir);
}

static int fo_link_run(struct fo_linking *linking)
{
	const struct fo_place *place = &linking->place;
	struct fo_fs *fs = linking->fs;
	int err = fo_link_check_free(linking);

	if (!err)
		err = fo_link_count(linking);
	if (!err)
		err = fo_link_impure(linking);
	if (err)
		return err;
	err = fo_sys_link(linking->fd, linking->dir->fd, place->name);
	if (err == -EEXIST)
		err = fo_link_replace(linking);
	if (err)
		return err;
	if (place->dir->stack &&
	    fo_whiteout_form(fs) == FO_WHITEOUT_MADE_BESIDE)
		(void)fo_whiteout_unhide(linking->dir->fd, place->name);
	fo_listings_drop(fs->listings, place->dir);
	return fo_tree_add_name(fs, linking->node, place);
}

static int fo_link_prepare(struct fo_fs *fs, struct fo_node *node,
			   struct fo_node *dir)
{
	int err = fo_protection_check(fs, node, FO_INTENT_CHANGE);

	if (!err)
		err = fo_protection_check(fs, dir, FO_INTENT_WRITE);
	if (!err)
		err = fo_copyup(fs, dir, FO_COPYUP_ALL);
	return err ? err : fo_copyup(fs, node, FO_COPYUP_ALL);
}

int fo_link(struct fo_fs *fs, struct fo_node *node, struct fo_node *dir,
	    const char *name, struct stat *out_st)
{
	struct fo_linking linking = {
		.fs = fs,
		.node = node,
		.place = { dir, name },
	};
	_cleanup_close_ int fd = -1;
	int err = fs->writable ? fo_create_check_name(name) : -EROFS;

	if (!err && fo_node_is_dir(node))
		err = -EPERM;
	if (!err)
		err = fo_link_prepare(fs, node, dir);
	if (err)
		return err;
	fd = linking.fd = fo_tree_open(fs, node, FO_UPPER, O_PATH);
	err = fd < 0 ? fd : fo_tree_dir(fs, dir, FO_UPPER, &linking.dir);
	if (err)
		return err;
	err = fo_link_run(&linking);
	fo_descriptor_put(&fs->descriptors, linking.dir);
	if (!err)
		err = fo_attr_get(fs, node, out_st);
	if (!err)
		fo_node_remember(fs, node);
	return err;
}
