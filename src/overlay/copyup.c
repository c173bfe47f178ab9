// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copy-up: who is copied, and when. The directories above a node come first,
 * from the top, each under its own lock; then the node itself, built in work
 * (copyup_build.c) and published (copyup_publish.c).
 */
#include "overlay/copyup.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/copyup_step.h"
#include "overlay/marks.h"
#include "state/fs.h"
#include "system/xattr.h"

#define FO_XATTR_CAPABILITY "security.capability"

static bool fo_copyup_wants_content(enum fo_copyup_what what)
{
	return what != FO_COPYUP_METADATA;
}

static bool fo_copyup_is_done(const struct fo_node *node,
			      enum fo_copyup_what what)
{
	if (!fo_node_has_upper(node) ||
	    (fo_copyup_is_split(what) && !fo_node_has(node, FO_NODE_HIDDEN)))
		return false;
	return !fo_copyup_wants_content(what) ||
	       !fo_node_has(node, FO_NODE_METACOPY);
}

/* The highest directory above the node, by one name, that has no upper. */
static int fo_copyup_highest(struct fo_fs *fs, struct fo_node *node,
			     unsigned int index, struct fo_node **out_dir)
{
	struct fo_node *highest = NULL;
	struct fo_named named;
	int err = fo_tree_name(fs, node, index, &named);

	while (!err && !fo_node_has_upper(named.parent)) {
		if (highest)
			fo_node_put(fs, highest);
		highest = named.parent;
		err = fo_tree_name(fs, highest, 0, &named);
	}
	if (!err)
		fo_node_put(fs, named.parent);
	/* No name: the root, or removed; what was found so far counts. */
	*out_dir = highest;
	return highest ? 0 : err;
}

static void fo_copying_clear(struct fo_copying *copying)
{
	if (copying->made >= 0)
		close(copying->made);
	if (copying->lower >= 0)
		close(copying->lower);
	if (copying->name[0])
		fo_temporary_remove(copying->fs, copying->name);
}

/* What writing takes away although the file stays what it was. */
struct fo_kept {
	struct stat st;
	char *capability; /* malloced, or NULL */
	ssize_t capability_size;
};

static int fo_kept_read(int fd, struct fo_kept *out_kept)
{
	out_kept->capability = NULL;
	out_kept->capability_size = fo_xattr_get_all(fd, FO_XATTR_CAPABILITY,
						     &out_kept->capability);
	return fo_sys_fstat(fd, &out_kept->st);
}

static int fo_kept_restore(const struct fo_kept *kept, int fd)
{
	const struct timespec times[2] = { kept->st.st_atim, kept->st.st_mtim };
	int err = 0;

	if (kept->capability)
		err = fo_xattr_set(fd, FO_XATTR_CAPABILITY, kept->capability,
				   (size_t)kept->capability_size, 0);
	if (!err)
		err = fo_sys_chmod(fd, kept->st.st_mode & 07777);
	return err ? err : fo_sys_utimens(fd, times);
}

static int fo_copyup_fill_metacopy(struct fo_copying *copying, int fd)
{
	struct fo_kept kept;
	int err = fo_kept_read(fd, &kept);

	if (!err)
		err = fo_copyup_fill(copying, fd);
	if (!err)
		err = fo_kept_restore(&kept, fd);
	if (!err && copying->fs->config->sync)
		err = fo_sys_fsync(fd, false);
	free(kept.capability);
	return err;
}

/*
 * The upper is there but for its content. While the mark stands the content
 * counts that lies below; an empty file needs no mark, so that for one
 * truncation is the moment of change.
 */
static int fo_copyup_complete(struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	struct fo_node *node = copying->node;
	bool empty = copying->what == FO_COPYUP_EMPTY ||
		     copying->what == FO_COPYUP_SPLIT_EMPTY;
	_cleanup_close_ int path = fo_tree_open(fs, node, FO_UPPER, O_PATH);
	int err = path < 0 ? path : 0;

	if (!err && empty) {
		err = fo_sys_truncate(path, 0);
	} else if (!err) {
		_cleanup_close_ int fd = fo_sys_reopen(path, O_RDWR);

		err = fd < 0 ? fd : fo_copyup_fill_metacopy(copying, fd);
	}
	if (!err)
		err = fo_mark_clear(fs, path, FO_XATTR_METACOPY);
	if (!err)
		err = fo_mark_clear(fs, path, FO_XATTR_REDIRECT);
	if (err)
		return err;
	fo_node_clear(node, FO_NODE_METACOPY);
	fo_descriptor_drop(&fs->descriptors, node, node->stack->lower[0].layer);
	return 0;
}

/* The node alone, its lock held, its directories in the upper. */
static int fo_copyup_node(struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	int err = 0;

	if (fo_copyup_is_done(copying->node, copying->what))
		return 0;
	if (fo_node_has_upper(copying->node)) {
		if (fo_node_has(copying->node, FO_NODE_METACOPY))
			err = fo_copyup_complete(copying);
		if (!err && fo_copyup_is_split(copying->what))
			err = fo_copyup_part(copying);
		return err;
	}
	copying->layer = fo_node_top(copying->node);
	copying->lower =
		fo_tree_open(fs, copying->node, copying->layer, O_PATH);
	err = copying->lower < 0 ? copying->lower :
				   fo_sys_fstat(copying->lower, &copying->st);
	if (!err)
		err = fo_copyup_build(copying);
	return err ? err : fo_copyup_publish(copying);
}

static int fo_copyup_one(struct fo_fs *fs, struct fo_node *node,
			 enum fo_copyup_what what)
{
	struct fo_copying copying = {
		.fs = fs,
		.node = node,
		.what = what,
		.lower = -1,
		.made = -1,
	};
	bool merges = fo_node_is_dir(node) && !fo_node_has_upper(node);
	int err;

	fo_node_lock(fs, node);
	err = fo_copyup_node(&copying);
	fo_node_unlock(fs, node);
	fo_copying_clear(&copying);
	if (!err && merges && fs->copied_up)
		fs->copied_up(fs->copied_up_context, node);
	return err;
}

/* All directories by which the node has a name. */
static int fo_copyup_above(struct fo_fs *fs, struct fo_node *node)
{
	unsigned int index;

	for (index = 0;; index++) {
		struct fo_node *dir = NULL;
		int err;

		for (;;) {
			err = fo_copyup_highest(fs, node, index, &dir);
			if (err || !dir)
				break;
			err = fo_copyup_one(fs, dir, FO_COPYUP_METADATA);
			fo_node_put(fs, dir);
			if (err && err != -EAGAIN)
				return err;
		}
		if (err)
			return err == -ENOENT ? 0 : err;
	}
}

int fo_copyup(struct fo_fs *fs, struct fo_node *node, enum fo_copyup_what what)
{
	int err;

	if (fo_copyup_is_done(node, what))
		return 0;
	if (!fs->writable)
		return -EROFS;
	do {
		err = fo_copyup_above(fs, node);
		if (!err)
			err = fo_copyup_one(fs, node, what);
	} while (err == -EAGAIN);
	return err;
}
