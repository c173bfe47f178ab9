/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New entries: files of every type, directories, hard links, nameless files. */
#ifndef FO_OVERLAY_CREATE_H
#define FO_OVERLAY_CREATE_H

#include <sys/stat.h>

#include "overlay/caller.h"

struct fo_fs;
struct fo_node;

struct fo_create {
	struct fo_node *dir;
	const char *name;
	mode_t mode; /* type and permissions, the umask not applied */
	dev_t rdev; /* devices */
	const char *target; /* symlinks */
	const struct fo_caller *caller;
};

/* What was made: the node's lookup count is raised for the kernel. */
struct fo_created {
	struct fo_node *node;
	struct stat st; /* as shown */
	int fd; /* regular files: open for reading and writing; else -1 */
};

/* A name that a user may make: -EPERM, -ENAMETOOLONG, -ENOENT. */
int fo_create_check_name(const char *name);

/*
 * Make it in the upper, copying the directory up first; over a whiteout,
 * the whiteout is replaced and a directory becomes opaque. All or nothing.
 * -EEXIST, -EROFS, -EPERM for reserved names (.wh.*), -ENOSPC, ...
 * The caller closes out_created->fd.
 */
int fo_create(struct fo_fs *fs, const struct fo_create *create,
	      struct fo_created *out_created);

/* O_TMPFILE in dir (create->name is not read). */
int fo_create_tmpfile(struct fo_fs *fs, const struct fo_create *create,
		      struct fo_created *out_created);

/* A further name of a node; copies it up first. Raises its lookup count. */
int fo_link(struct fo_fs *fs, struct fo_node *node, struct fo_node *dir,
	    const char *name, struct stat *out_st);

#endif
