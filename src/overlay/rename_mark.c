// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must be written on a directory before it moves, so that it keeps its
 * lowers, or gets none, at the new place. As ovl_set_redirect() and
 * ovl_rename() of fs/overlayfs/dir.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/marks.h"
#include "overlay/rename_step.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "system/sys.h"

/* The redirect that a directory has in the upper, or NULL. */
static int fo_rename_redirect_of(struct fo_fs *fs, struct fo_node *dir,
				 char **out_redirect)
{
	struct fo_descriptor *descriptor;
	int err = fo_tree_dir(fs, dir, FO_UPPER, &descriptor);

	if (err)
		return err;
	*out_redirect = NULL;
	err = fo_mark_redirect(fs, descriptor->fd, "", out_redirect);
	fo_descriptor_put(&fs->descriptors, descriptor);
	return err == -ENODATA || err == -EOPNOTSUPP ? 0 : err;
}

/* Put what one directory is called in the lowers before a path. */
static int fo_rename_prepend(struct fo_fs *fs, struct fo_node *dir,
			     const char *name, char **path)
{
	_cleanup_free_ char *redirect = NULL;
	const char *text;
	char *longer;
	int err = fo_rename_redirect_of(fs, dir, &redirect);

	if (err)
		return err;
	text = redirect ? redirect : name;
	if (asprintf(&longer, "%s%s%s", *text == '/' ? "" : "/", text, *path) <
	    0)
		return -ENOMEM;
	free(*path);
	*path = longer;
	return redirect && *redirect == '/' ? 1 : 0;
}

/*
 * The path of a directory in the tree of the lowers alone: its names, but for
 * those on the way that were renamed themselves, whose redirects tell.
 */
static int fo_rename_lower_path(struct fo_fs *fs, struct fo_node *dir,
				char **out_path)
{
	_cleanup_free_ char *path = strdup("");
	struct fo_node *at = fo_node_get(dir);
	int err = path ? 0 : -ENOMEM;

	while (!err && at != fs->nodes.root) {
		struct fo_named named;

		err = fo_tree_name(fs, at, 0, &named);
		if (err)
			break;
		err = fo_rename_prepend(fs, at, named.text, &path);
		fo_node_put(fs, at);
		at = named.parent;
	}
	fo_node_put(fs, at);
	if (err < 0)
		return err;
	*out_path = fo_take(&path);
	return 0;
}

static int fo_rename_set_redirect(struct fo_fs *fs, const struct fo_slot *slot,
				  const struct fo_slot *to)
{
	_cleanup_free_ char *redirect = NULL;
	struct fo_node *dir = slot->looked.node;
	bool same_parent = slot->place.dir == to->place.dir;
	struct fo_descriptor *descriptor;
	int err = fo_rename_redirect_of(fs, dir, &redirect);

	if (err)
		return err;
	if (redirect && (same_parent || *redirect == '/'))
		return 0;
	free(fo_take(&redirect));
	if (same_parent) {
		redirect = strdup(slot->place.name);
		err = redirect ? 0 : -ENOMEM;
	} else {
		err = fo_rename_lower_path(fs, dir, &redirect);
	}
	if (!err && strlen(redirect) > FO_REDIRECT_MAX)
		err = -EXDEV;
	if (!err)
		err = fo_tree_dir(fs, dir, FO_UPPER, &descriptor);
	if (err)
		return err;
	err = fo_mark_set(fs, descriptor->fd, FO_XATTR_REDIRECT, redirect,
			  strlen(redirect));
	fo_descriptor_put(&fs->descriptors, descriptor);
	/* It finds no room: programs know what to do then, they copy. */
	return err == -EOPNOTSUPP || err == -E2BIG || err == -ENOSPC ? -EXDEV :
								       err;
}

static int fo_rename_set_opaque(struct fo_fs *fs, struct fo_node *dir)
{
	struct fo_descriptor *descriptor;
	int err = fo_tree_dir(fs, dir, FO_UPPER, &descriptor);

	if (err)
		return err;
	err = fo_whiteout_set_opaque(fs, descriptor->fd);
	fo_descriptor_put(&fs->descriptors, descriptor);
	return err == -EOPNOTSUPP ? -EXDEV : err;
}

/* Is the inode number shown not that of the upper? */
static int fo_rename_has_origin(struct fo_fs *fs, struct fo_node *node,
				bool *out_has)
{
	struct stat st;
	int err = fo_tree_stat(fs, node, FO_UPPER, &st);

	if (!err)
		*out_has = node->st_ino !=
			   fo_fs_inode(fs, FO_UPPER, st.st_dev, st.st_ino);
	return err;
}

int fo_rename_mark(struct fo_renaming *renaming, const struct fo_slot *slot,
		   const struct fo_slot *to)
{
	struct fo_fs *fs = renaming->fs;
	struct fo_node *node = slot->looked.node;
	bool has_origin;
	int err = 0;

	if (fo_node_is_dir(node) && node->stack)
		err = fo_rename_set_redirect(fs, slot, to);
	else if (fo_node_is_dir(node) && to->place.dir->stack)
		err = fo_rename_set_opaque(fs, node);
	if (!err)
		err = fo_rename_has_origin(fs, node, &has_origin);
	if (!err && has_origin)
		err = fo_slot_mark_impure(fs, to->place.dir);
	return err;
}
