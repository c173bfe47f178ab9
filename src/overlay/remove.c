// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Removing names. What is seen changes with one system call: the removal, a
 * whiteout that is made in place, or the exchange of the entry for a whiteout
 * that was made in work.
 */
#include "overlay/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>

#include "base/base.h"
#include "overlay/index.h"
#include "overlay/readdir.h"
#include "overlay/slot.h"
#include "overlay/temporary.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "state/listing.h"
#include "system/sys.h"

struct fo_removal {
	struct fo_fs *fs;
	struct fo_slot slot;
	bool is_dir;
	bool unindex;
	/* In work: the whiteout, before; what was removed, after. */
	char temporary[FO_TEMPORARY_SIZE];
	bool has_temporary;
};

static bool fo_removal_hides_beside(const struct fo_removal *removal)
{
	return removal->slot.is_owed &&
	       fo_whiteout_form(removal->fs) == FO_WHITEOUT_MADE_BESIDE;
}

/* What must be there before the call that counts. */
static int fo_removal_prepare(struct fo_removal *removal)
{
	struct fo_slot *slot = &removal->slot;
	enum fo_whiteout_made form = fo_whiteout_form(removal->fs);
	int err = fo_slot_prepare_loss(removal->fs, slot, &removal->unindex);

	if (err || !slot->is_owed)
		return err;
	if (form == FO_WHITEOUT_MADE_BESIDE)
		/* Beside an entry of the upper it does not show yet. */
		return slot->in_upper ?
			       fo_whiteout_hide(slot->place.dir, slot->dir->fd,
						slot->place.name) :
			       0;
	if (!slot->in_upper && form == FO_WHITEOUT_MADE_DEVICE)
		return 0;
	err = fo_whiteout_prepare(removal->fs, slot->place.dir,
				  removal->temporary);
	removal->has_temporary = !err;
	return err;
}

/* Out of the upper, with nothing in its place. */
static int fo_removal_take_out(struct fo_removal *removal)
{
	const struct fo_slot *slot = &removal->slot;
	int dir = slot->dir->fd;
	int err;

	if (!removal->is_dir)
		return fo_sys_unlink(dir, slot->place.name);
	err = fo_sys_rmdir(dir, slot->place.name);
	if (err != -ENOTEMPTY && err != -EEXIST)
		return err;
	/* What is left in it are whiteouts and marks. */
	fo_temporary_name(removal->fs, removal->temporary);
	err = fo_sys_rename2(dir, slot->place.name, removal->fs->work,
			     removal->temporary, RENAME_NOREPLACE);
	removal->has_temporary = !err;
	return err;
}

/* The call after which the name is gone. */
static int fo_removal_commit(struct fo_removal *removal)
{
	const struct fo_slot *slot = &removal->slot;
	const struct fo_place *place = &slot->place;
	struct fo_fs *fs = removal->fs;

	if (!slot->is_owed)
		return fo_removal_take_out(removal);
	if (fo_removal_hides_beside(removal))
		return slot->in_upper ?
			       fo_removal_take_out(removal) :
			       fo_whiteout_hide(place->dir, slot->dir->fd,
						place->name);
	if (slot->in_upper)
		return fo_sys_rename2(fs->work, removal->temporary,
				      slot->dir->fd, place->name,
				      RENAME_EXCHANGE);
	if (!removal->has_temporary)
		return fo_whiteout_make_device(fs, slot->dir->fd, place->name);
	return fo_sys_rename2(fs->work, removal->temporary, slot->dir->fd,
			      place->name, RENAME_NOREPLACE);
}

static int fo_removal_run(struct fo_removal *removal)
{
	struct fo_slot *slot = &removal->slot;
	struct fo_node *node = slot->looked.node;
	struct fo_fs *fs = removal->fs;
	struct fo_node *released = NULL;
	int err;

	fo_node_lock(fs, node);
	err = fo_slot_inspect(fs, slot);
	if (!err)
		err = fo_removal_prepare(removal);
	if (!err) {
		fo_tree_change_begin(fs);
		err = fo_removal_commit(removal);
		if (!err)
			fo_tree_remove_name(fs, node, &slot->place, &released);
		fo_tree_change_end(fs);
	}
	fo_node_unlock(fs, node);
	if (released)
		fo_node_put(fs, released);
	if (removal->has_temporary)
		fo_temporary_remove(fs, removal->temporary);
	if (!err && removal->unindex)
		/* An entry that stays is found stale, and does no harm. */
		(void)fo_index_remove(fs, node);
	if (!err)
		fo_listings_drop(fs->listings, slot->place.dir);
	return err;
}

static int fo_removal_check(struct fo_removal *removal)
{
	struct fo_slot *slot = &removal->slot;
	struct fo_node *node = slot->looked.node;
	int err;

	if (!node)
		return -ENOENT;
	err = fo_slot_check_protection(removal->fs, slot);
	if (err)
		return err;
	if (fo_node_is_dir(node) != removal->is_dir)
		return removal->is_dir ? -ENOTDIR : -EISDIR;
	if (removal->is_dir)
		return fo_readdir_is_empty(removal->fs, node);
	return fo_slot_is_counted(removal->fs, slot) ?
		       fo_slot_raise(removal->fs, slot) :
		       0;
}

static int fo_remove(struct fo_fs *fs, const struct fo_place *place,
		     bool is_dir)
{
	struct fo_removal removal = { .fs = fs, .is_dir = is_dir };
	int err;

	if (!fs->writable)
		return -EROFS;
	err = fo_slot_open(fs, place, &removal.slot);
	if (err)
		return err;
	err = fo_removal_check(&removal);
	if (!err)
		err = fo_removal_run(&removal);
	fo_slot_close(fs, &removal.slot);
	return err;
}

int fo_unlink(struct fo_fs *fs, struct fo_node *dir, const char *name)
{
	return fo_remove(fs, &(struct fo_place){ dir, name }, false);
}

int fo_rmdir(struct fo_fs *fs, struct fo_node *dir, const char *name)
{
	return fo_remove(fs, &(struct fo_place){ dir, name }, true);
}
