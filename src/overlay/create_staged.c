// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making new entries in work, where nobody sees them half made, and
 * publishing them with one rename or link. A whiteout at the name is replaced
 * by the same call; a directory that replaces one is opaque.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/create_step.h"
#include "overlay/lookup.h"
#include "overlay/override.h"
#include "overlay/whiteout.h"
#include "state/fs.h"
#include "system/sys.h"

int fo_make_owned(struct fo_making *making, int fd)
{
	struct stat st;
	int err = fo_sys_fstat(fd, &st);

	if (err)
		return err;
	if (making->fs->config->override != FO_OVERRIDE_NONE) {
		st.st_uid = making->uid;
		st.st_gid = making->gid;
		if (!S_ISLNK(st.st_mode))
			st.st_mode = (st.st_mode & S_IFMT) | making->mode;
		err = fo_override_write(making->fs, fd, &st);
		return err ? err : fo_acl_apply(&making->inherited, fd);
	}
	if (st.st_uid != making->uid || st.st_gid != making->gid)
		err = fo_sys_chown(fd, making->uid, making->gid);
	/* After the owner, whose change takes setuid and setgid away. */
	if (!err && !S_ISLNK(st.st_mode) &&
	    ((st.st_mode & 07777) != making->mode || (making->mode & 07000)))
		err = fo_sys_chmod(fd, making->mode);
	return err ? err : fo_acl_apply(&making->inherited, fd);
}

/* What is made in work has a name there, unless it needs none. */
static int fo_staged_make_file(struct fo_making *making)
{
	struct fo_fs *fs = making->fs;

	if (fs->can.tmpfile) {
		making->fd = fo_sys_tmpfile(fs->work, making->mode & 0777);
		return fo_min(making->fd, 0);
	}
	fo_temporary_name(fs, making->temporary);
	making->fd = fo_sys_create(fs->work, making->temporary, O_RDWR,
				   making->mode & 0777);
	return fo_min(making->fd, 0);
}

static int fo_staged_make_other(struct fo_making *making)
{
	const struct fo_create *create = making->create;
	struct fo_fs *fs = making->fs;
	mode_t type = create->mode & S_IFMT;
	int err;

	fo_temporary_name(fs, making->temporary);
	if (S_ISDIR(type))
		err = fo_sys_mkdir(fs->work, making->temporary,
				   making->mode & 0777);
	else if (S_ISLNK(type))
		err = fo_sys_symlink(create->target, fs->work,
				     making->temporary);
	else
		err = fo_sys_mknod(fs->work, making->temporary,
				   type | (making->mode & 0777), create->rdev);
	if (err)
		return err;
	making->fd = fo_sys_open(fs->work, making->temporary, O_PATH);
	return fo_min(making->fd, 0);
}

static int fo_staged_make(struct fo_making *making)
{
	int err = S_ISREG(making->create->mode) ? fo_staged_make_file(making) :
						  fo_staged_make_other(making);

	if (!err)
		err = fo_make_owned(making, making->fd);
	if (!err && making->is_opaque)
		err = fo_whiteout_set_opaque(making->fs, making->fd);
	return err;
}

/* Something is there: a whiteout, which gives way, or it exists. */
static int fo_staged_replace(struct fo_making *making)
{
	const struct fo_create *create = making->create;
	struct fo_fs *fs = making->fs;
	struct fo_merged merged;
	bool is_dir = S_ISDIR(create->mode);
	int err = fo_lookup_merge(fs, create->dir, create->name, &merged);

	if (!err)
		fo_stack_free(merged.found.stack);
	if (err != -ENOENT)
		return err ? err : -EEXIST;
	if (!*making->temporary) {
		fo_temporary_name(fs, making->temporary);
		err = fo_sys_link(making->fd, fs->work, making->temporary);
		if (err)
			return err;
	}
	/* A directory replaces no file, but changes places with it. */
	err = fo_sys_rename2(fs->work, making->temporary, making->dir->fd,
			     create->name, is_dir ? RENAME_EXCHANGE : 0);
	/* What came back, or was not published, is removed from work. */
	if (!err && !is_dir)
		*making->temporary = '\0';
	return err;
}

static int fo_staged_publish(struct fo_making *making)
{
	const struct fo_create *create = making->create;
	struct fo_fs *fs = making->fs;
	int err;

	if (!*create->name)
		return 0;
	if (!*making->temporary)
		err = fo_sys_link(making->fd, making->dir->fd, create->name);
	else
		err = fo_sys_rename2(fs->work, making->temporary,
				     making->dir->fd, create->name,
				     RENAME_NOREPLACE);
	if (err == -EEXIST)
		return fo_staged_replace(making);
	if (!err)
		*making->temporary = '\0';
	return err;
}

/*
 * A directory among merged ones is opaque from the start, as overlayfs makes
 * it: its lookups stay in the upper. Layers for image tools get the mark only
 * where something would shine through.
 */
static int fo_staged_plan_opaque(struct fo_making *making)
{
	const struct fo_create *create = making->create;

	making->is_opaque = S_ISDIR(create->mode) && create->dir->stack;
	if (!making->is_opaque ||
	    fo_whiteout_form(making->fs) != FO_WHITEOUT_MADE_BESIDE)
		return 0;
	return fo_whiteout_is_owed(making->fs, create->dir, create->name,
				   &making->is_opaque);
}

int fo_make_staged(struct fo_making *making)
{
	int err = *making->create->name ? fo_staged_plan_opaque(making) : 0;

	if (!err)
		err = fo_staged_make(making);
	if (!err)
		err = fo_staged_publish(making);
	if (*making->temporary)
		fo_temporary_remove(making->fs, making->temporary);
	return err ? err : fo_sys_fstat(making->fd, &making->st);
}
