// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Renaming. Whatever moves lies in the upper by then, with the marks that it
 * needs at its new place; one rename system call changes what is seen, and
 * leaves a whiteout where one is owed.
 */
#include "overlay/rename.h"

#include <errno.h>
#include <linux/fs.h>

#include "base/base.h"
#include "overlay/create.h"
#include "overlay/index.h"
#include "overlay/readdir.h"
#include "overlay/rename_step.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "state/listing.h"
#include "system/sys.h"

static bool fo_rename_exchanges(const struct fo_renaming *renaming)
{
	return renaming->flags & RENAME_EXCHANGE;
}

static int fo_rename_check_call(const struct fo_rename *rename)
{
	const unsigned int known = RENAME_NOREPLACE | RENAME_EXCHANGE |
				   RENAME_WHITEOUT;
	unsigned int flags = rename->flags;

	if ((flags & ~known) ||
	    ((flags & RENAME_EXCHANGE) &&
	     (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT))))
		return -EINVAL;
	if (fo_name_is_reserved(rename->from.name))
		return -ENOENT;
	return fo_create_check_name(rename->to.name);
}

/* May this move at all? Directories with lowers take a redirect. */
static int fo_rename_check_move(const struct fo_fs *fs,
				const struct fo_node *node)
{
	if (!fo_node_is_dir(node) || !node->stack)
		return 0;
	/* Image tools, who read .wh. files, do not know redirects. */
	return fs->config->redirect == FO_REDIRECT_ON && fs->can.xattr &&
			       fo_whiteout_form(fs) != FO_WHITEOUT_MADE_BESIDE ?
		       0 :
		       -EXDEV;
}

static int fo_rename_check_target(const struct fo_renaming *renaming)
{
	const struct fo_node *from = renaming->from.looked.node;
	struct fo_node *to = renaming->to.looked.node;

	if (renaming->flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (fo_rename_exchanges(renaming))
		return fo_rename_check_move(renaming->fs, to);
	if (!fo_node_is_dir(to))
		return fo_node_is_dir(from) ? -ENOTDIR : 0;
	if (!fo_node_is_dir(from))
		return -EISDIR;
	return fo_readdir_is_empty(renaming->fs, to);
}

static int fo_rename_check(const struct fo_renaming *renaming)
{
	int err;

	if (!renaming->from.looked.node)
		return -ENOENT;
	err = fo_slot_check_protection(renaming->fs, &renaming->from);
	if (!err)
		err = fo_slot_check_protection(renaming->fs, &renaming->to);
	if (err)
		return err;
	if (!renaming->to.looked.node)
		return fo_rename_exchanges(renaming) ?
			       -ENOENT :
			       fo_rename_check_move(renaming->fs,
						    renaming->from.looked.node);
	err = fo_rename_check_move(renaming->fs, renaming->from.looked.node);
	return err ? err : fo_rename_check_target(renaming);
}

/* Copy up what moves, and what is counted in the index. */
static int fo_rename_raise(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	struct fo_slot *to = &renaming->to;
	int err = fo_slot_raise(fs, &renaming->from);

	if (err || !to->looked.node)
		return err;
	if (fo_rename_exchanges(renaming) || fo_slot_is_counted(fs, to))
		err = fo_slot_raise(fs, to);
	return err;
}

static int fo_rename_mark_both(struct fo_renaming *renaming)
{
	int err = fo_rename_mark(renaming, &renaming->from, &renaming->to);

	if (!err && fo_rename_exchanges(renaming))
		err = fo_rename_mark(renaming, &renaming->to, &renaming->from);
	return err;
}

static int fo_rename_keep_places(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	struct fo_node *from = renaming->from.looked.node;
	struct fo_node *to = renaming->to.looked.node;
	int err = 0;

	if (fo_node_is_dir(from))
		err = fo_tree_lower_paths(fs, from, &renaming->from_paths);
	if (!err && fo_rename_exchanges(renaming) && fo_node_is_dir(to))
		err = fo_tree_lower_paths(fs, to, &renaming->to_paths);
	return err;
}

/*
 * Where nothing is seen at the target, a whiteout there changes nothing, and
 * can change places with what moves. One of the xattr form needs a directory
 * that may say "x": one that is not opaque.
 */
static bool fo_rename_can_plant(const struct fo_renaming *renaming,
				enum fo_whiteout_made form)
{
	const struct fo_slot *to = &renaming->to;

	return !to->looked.node && !to->in_upper &&
	       (form == FO_WHITEOUT_MADE_DEVICE ||
		(form == FO_WHITEOUT_MADE_XATTR && to->place.dir->stack));
}

static int fo_rename_plant(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	const struct fo_slot *to = &renaming->to;
	char temporary[FO_TEMPORARY_SIZE];
	int err = fo_whiteout_prepare(fs, to->place.dir, temporary);

	if (!err && fo_whiteout_form(fs) == FO_WHITEOUT_MADE_XATTR)
		err = fo_whiteout_allow(fs, renaming->from.place.dir);
	if (err)
		return err;
	err = fo_sys_rename2(fs->work, temporary, to->dir->fd, to->place.name,
			     RENAME_NOREPLACE);
	if (err)
		fo_temporary_remove(fs, temporary);
	renaming->planted = !err;
	return err;
}

/*
 * How the whiteout gets to the old name within the same call: the file system
 * makes it, or one at the new name changes places. Else .wh.NAME
 * is put beside, and shows its effect once the entry has gone.
 */
static int fo_rename_plan_whiteout(struct fo_renaming *renaming,
				   unsigned int *out_flags)
{
	struct fo_fs *fs = renaming->fs;
	struct fo_slot *from = &renaming->from;
	enum fo_whiteout_made form = fo_whiteout_form(fs);

	*out_flags = 0;
	if (renaming->to.is_whiteout) {
		*out_flags = RENAME_EXCHANGE;
		return form == FO_WHITEOUT_MADE_XATTR ?
			       fo_whiteout_allow(fs, from->place.dir) :
			       0;
	}
	if (form == FO_WHITEOUT_MADE_DEVICE && fs->can.rename_whiteout) {
		*out_flags = RENAME_WHITEOUT;
		return 0;
	}
	if (fo_rename_can_plant(renaming, form)) {
		*out_flags = RENAME_EXCHANGE;
		return fo_rename_plant(renaming);
	}
	renaming->hides_beside = true;
	return fo_whiteout_hide(from->place.dir, from->dir->fd,
				from->place.name);
}

/*
 * Asked for by the caller, where nothing is owed: a device can stand anywhere,
 * but a mark of another form would take the opaque mark of the directory.
 */
static bool fo_rename_wants_whiteout(const struct fo_renaming *renaming)
{
	return (renaming->flags & RENAME_WHITEOUT) &&
	       (renaming->from.place.dir->stack ||
		fo_whiteout_form(renaming->fs) == FO_WHITEOUT_MADE_DEVICE);
}

/* What must be there before the call that counts; and which that is. */
static int fo_rename_prepare(struct fo_renaming *renaming,
			     unsigned int *out_flags)
{
	struct fo_fs *fs = renaming->fs;
	struct fo_slot *from = &renaming->from, *to = &renaming->to;
	int err = fo_slot_inspect(fs, from);

	if (!err)
		err = fo_slot_inspect(fs, to);
	if (err)
		return err;
	if (fo_rename_exchanges(renaming)) {
		*out_flags = RENAME_EXCHANGE;
		return 0;
	}
	if (to->looked.node) {
		err = fo_slot_prepare_loss(fs, to, &renaming->unindex);
		if (!err && to->in_upper && fo_node_is_dir(to->looked.node))
			err = fo_rename_sweep(renaming);
		if (err)
			return err;
	}
	if (from->is_owed || fo_rename_wants_whiteout(renaming))
		return fo_rename_plan_whiteout(renaming, out_flags);
	/* A directory replaces no file: the whiteout there is sent to from. */
	renaming->leaves_whiteout = to->is_whiteout &&
				    fo_node_is_dir(from->looked.node);
	*out_flags = renaming->leaves_whiteout ? RENAME_EXCHANGE : 0;
	return 0;
}

/* A name that could not be given its new text is found by no lookup. */
static void fo_rename_move_name(struct fo_fs *fs, const struct fo_slot *slot,
				const struct fo_place *to,
				struct fo_node **out_released)
{
	struct fo_node *node = slot->looked.node;

	if (fo_tree_move_name(fs, node, &slot->place, to, out_released))
		fo_node_hide(fs, node);
}

/* Within the change: who has which name now. */
static void fo_rename_names(struct fo_renaming *renaming,
			    struct fo_node *released[2])
{
	const struct fo_slot *from = &renaming->from, *to = &renaming->to;

	if (renaming->from_paths)
		fo_tree_keep_lower_paths(from->looked.node,
					 renaming->from_paths);
	if (renaming->to_paths)
		fo_tree_keep_lower_paths(to->looked.node, renaming->to_paths);
	if (to->looked.node && !fo_rename_exchanges(renaming))
		fo_tree_remove_name(renaming->fs, to->looked.node, &to->place,
				    &released[1]);
	fo_rename_move_name(renaming->fs, from, &to->place, &released[0]);
	if (fo_rename_exchanges(renaming))
		fo_rename_move_name(renaming->fs, to, &from->place,
				    &released[1]);
}

static int fo_rename_commit(struct fo_renaming *renaming, unsigned int flags)
{
	const struct fo_slot *from = &renaming->from, *to = &renaming->to;
	struct fo_node *released[2] = { NULL, NULL };
	struct fo_fs *fs = renaming->fs;
	size_t i;
	int err;

	fo_tree_change_begin(fs);
	err = fo_sys_rename2(from->dir->fd, from->place.name, to->dir->fd,
			     to->place.name, flags);
	if (!err)
		fo_rename_names(renaming, released);
	fo_tree_change_end(fs);
	for (i = 0; i < FO_ARRAY_SIZE(released); i++)
		if (released[i])
			fo_node_put(fs, released[i]);
	return err;
}

/* Two nodes, always in the same order. */
static void fo_rename_lock(struct fo_renaming *renaming)
{
	struct fo_node *a = renaming->from.looked.node;
	struct fo_node *b = renaming->to.looked.node;

	if (b && b < a) {
		fo_node_lock(renaming->fs, b);
		fo_node_lock(renaming->fs, a);
		return;
	}
	fo_node_lock(renaming->fs, a);
	if (b)
		fo_node_lock(renaming->fs, b);
}

static void fo_rename_unlock(struct fo_renaming *renaming)
{
	fo_node_unlock(renaming->fs, renaming->from.looked.node);
	if (renaming->to.looked.node)
		fo_node_unlock(renaming->fs, renaming->to.looked.node);
}

/*
 * Where .wh.FROM hides, the mount's own form of whiteout follows; the mark
 * stays if that cannot be made, and in layers for image tools.
 */
static void fo_rename_settle_beside(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	const struct fo_slot *from = &renaming->from;
	char temporary[FO_TEMPORARY_SIZE];

	if (fo_whiteout_prepare(fs, from->place.dir, temporary))
		return;
	if (fo_sys_rename2(fs->work, temporary, from->dir->fd, from->place.name,
			   RENAME_NOREPLACE))
		fo_temporary_remove(fs, temporary);
	else
		(void)fo_whiteout_unhide(from->dir->fd, from->place.name);
}

/* What is left to be tidied up once the rename has happened. */
static void fo_rename_settle(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	const struct fo_slot *from = &renaming->from, *to = &renaming->to;

	if (renaming->leaves_whiteout)
		(void)fo_sys_unlink(from->dir->fd, from->place.name);
	if (renaming->hides_beside)
		fo_rename_settle_beside(renaming);
	if (fo_whiteout_form(fs) == FO_WHITEOUT_MADE_BESIDE)
		(void)fo_whiteout_unhide(to->dir->fd, to->place.name);
	if (renaming->unindex)
		(void)fo_index_remove(fs, to->looked.node);
	fo_listings_drop(fs->listings, from->place.dir);
	fo_listings_drop(fs->listings, to->place.dir);
}

static int fo_rename_run(struct fo_renaming *renaming)
{
	struct fo_fs *fs = renaming->fs;
	unsigned int flags;
	int err = fo_rename_raise(renaming);

	if (!err)
		err = fo_rename_mark_both(renaming);
	if (!err)
		err = fo_rename_keep_places(renaming);
	if (err)
		return err;
	fo_rename_lock(renaming);
	err = fo_rename_prepare(renaming, &flags);
	if (!err) {
		err = fo_rename_commit(renaming, flags);
		if (err)
			fo_rename_unsweep(renaming);
	}
	if (err && renaming->planted)
		(void)fo_sys_unlink(renaming->to.dir->fd,
				    renaming->to.place.name);
	fo_rename_unlock(renaming);
	if (!err)
		fo_rename_settle(renaming);
	if (renaming->has_swept)
		fo_temporary_remove(fs, renaming->swept);
	return err;
}

int fo_rename(struct fo_fs *fs, const struct fo_rename *rename)
{
	struct fo_renaming renaming = { .fs = fs, .flags = rename->flags };
	int err = fs->writable ? fo_rename_check_call(rename) : -EROFS;

	if (!err)
		err = fo_slot_open(fs, &rename->from, &renaming.from);
	if (!err)
		err = fo_slot_open(fs, &rename->to, &renaming.to);
	if (!err)
		err = fo_rename_check(&renaming);
	/* Two names of one inode: nothing is to be done. */
	if (!err && renaming.from.looked.node != renaming.to.looked.node)
		err = fo_rename_run(&renaming);
	fo_lower_paths_free(renaming.from_paths);
	fo_lower_paths_free(renaming.to_paths);
	fo_slot_close(fs, &renaming.to);
	fo_slot_close(fs, &renaming.from);
	return err;
}
