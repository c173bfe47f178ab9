// SPDX-License-Identifier: GPL-2.0-or-later
/* One name of a directory, and what stands there. */
#include "overlay/slot.h"

#include <errno.h>
#include <fcntl.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/copyup.h"
#include "overlay/index.h"
#include "overlay/marks.h"
#include "overlay/protection.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "system/sys.h"

/* The node by its name in the upper alone: most of what is removed. */
static bool fo_slot_find(struct fo_fs *fs, struct fo_slot *slot)
{
	struct stat *st = &slot->looked.st;

	if (fo_sys_stat(slot->dir->fd, slot->place.name, st) ||
	    S_ISDIR(st->st_mode))
		return false;
	slot->looked.node = fo_node_known(fs, &slot->place, st);
	slot->looked.present = 1;
	return slot->looked.node != NULL;
}

int fo_slot_open(struct fo_fs *fs, const struct fo_place *place,
		 struct fo_slot *out_slot)
{
	struct fo_slot slot = { .place = *place };
	int err = fo_copyup(fs, place->dir, FO_COPYUP_ALL);

	if (err)
		return err;
	err = fo_tree_dir(fs, place->dir, FO_UPPER, &slot.dir);
	if (err)
		return err;
	if (!fo_slot_find(fs, &slot))
		err = fo_lookup(fs, place->dir, place->name, &slot.looked);
	if (err == -ENOENT) {
		slot.looked.node = NULL;
		err = 0;
	}
	if (err)
		fo_descriptor_put(&fs->descriptors, slot.dir);
	else
		*out_slot = slot;
	return err;
}

void fo_slot_close(struct fo_fs *fs, struct fo_slot *slot)
{
	if (slot->looked.node)
		fo_node_forget(fs, slot->looked.node, 1);
	if (slot->dir)
		fo_descriptor_put(&fs->descriptors, slot->dir);
}

static bool fo_slot_was_in_upper(const struct fo_slot *slot)
{
	return slot->looked.node && (slot->looked.present & 1);
}

int fo_slot_inspect(struct fo_fs *fs, struct fo_slot *slot)
{
	struct stat st;
	int err = 0;

	slot->in_upper = fo_slot_was_in_upper(slot);
	if (!slot->in_upper) {
		err = fo_sys_stat(slot->dir->fd, slot->place.name, &st);
		if (err && err != -ENOENT)
			return err;
		slot->in_upper = !err;
	}
	slot->is_whiteout = slot->in_upper && !slot->looked.node;
	slot->is_owed = slot->looked.node && !slot->in_upper;
	if (slot->is_owed)
		return 0;
	return fo_whiteout_is_owed(fs, slot->place.dir, slot->place.name,
				   &slot->is_owed);
}

int fo_slot_check_protection(struct fo_fs *fs, const struct fo_slot *slot)
{
	bool is_new = !slot->looked.node;
	/* Append-only directories take new names. */
	int err = fo_protection_check(fs, slot->place.dir,
				      is_new ? FO_INTENT_WRITE :
					       FO_INTENT_CHANGE);

	if (err || is_new)
		return err;
	return fo_protection_check(fs, slot->looked.node, FO_INTENT_CHANGE);
}

bool fo_slot_is_counted(const struct fo_fs *fs, const struct fo_slot *slot)
{
	const struct fo_node *node = slot->looked.node;

	if (fo_node_is_dir(node) || fs->index < 0 || !fs->can.handles)
		return false;
	return fo_node_has(node, FO_NODE_INDEXED) ||
	       (!fo_node_has_upper(node) && slot->looked.st.st_nlink > 1);
}

/* A further name in the upper of an inode that the lowers count already. */
static int fo_slot_link_up(struct fo_fs *fs, struct fo_slot *slot)
{
	_cleanup_close_ int fd =
		fo_tree_open(fs, slot->looked.node, FO_UPPER, O_PATH);
	struct stat st;
	uint32_t shown;
	int err = fd < 0 ? fd : fo_sys_fstat(fd, &st);

	if (err)
		return err;
	shown = fo_index_nlink(fs, fd, &st);
	err = fo_sys_link(fd, slot->dir->fd, slot->place.name);
	if (err)
		return err == -EEXIST ? 0 : err;
	/* Not before: too great a count keeps an entry, too small loses it. */
	return fo_index_set_nlink(fs, fd, (uint32_t)st.st_nlink + 1, shown);
}

int fo_slot_raise(struct fo_fs *fs, struct fo_slot *slot)
{
	struct fo_node *node = slot->looked.node;
	struct stat st;
	int err = fo_copyup(fs, node, FO_COPYUP_ALL);

	if (err || fo_slot_was_in_upper(slot))
		return err;
	err = fo_sys_stat(slot->dir->fd, slot->place.name, &st);
	if (err == -ENOENT && fo_node_has(node, FO_NODE_INDEXED))
		err = fo_slot_link_up(fs, slot);
	if (!err)
		slot->looked.present |= 1;
	return err;
}

/* Is the name of an indexed inode the last of all, upper's and lowers'? */
static int fo_slot_is_last(struct fo_fs *fs, struct fo_slot *slot,
			   bool *out_last)
{
	_cleanup_close_ int fd =
		fo_tree_open(fs, slot->looked.node, FO_UPPER, O_PATH);
	struct stat st;
	int err = fd < 0 ? fd : fo_sys_fstat(fd, &st);

	if (!err)
		err = fo_index_settle_nlink(fs, fd, &st);
	if (!err)
		*out_last = fo_index_nlink(fs, fd, &st) <= 1;
	return err;
}

int fo_slot_prepare_loss(struct fo_fs *fs, struct fo_slot *slot,
			 bool *out_unindex)
{
	struct fo_node *node = slot->looked.node;
	int err = 0;

	*out_unindex = false;
	if (fo_node_has(node, FO_NODE_INDEXED))
		err = fo_slot_is_last(fs, slot, out_unindex);
	if (err || (!*out_unindex && fo_tree_has_more_names(fs, node)))
		return err;
	return fo_tree_pin(fs, node);
}

int fo_slot_mark_impure(struct fo_fs *fs, struct fo_node *dir)
{
	struct fo_descriptor *descriptor;
	int err;

	if (fo_node_has(dir, FO_NODE_IMPURE) || !fs->can.xattr)
		return 0;
	err = fo_tree_dir(fs, dir, FO_UPPER, &descriptor);
	if (err)
		return err;
	err = fo_mark_set(fs, descriptor->fd, FO_XATTR_IMPURE, "y", 1);
	fo_descriptor_put(&fs->descriptors, descriptor);
	if (!err)
		fo_node_set(dir, FO_NODE_IMPURE);
	return err;
}
