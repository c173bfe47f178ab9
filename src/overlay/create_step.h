/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One creation on its way: shared by create.c and create_staged.c. */
#ifndef FO_OVERLAY_CREATE_STEP_H
#define FO_OVERLAY_CREATE_STEP_H

#include <stdbool.h>
#include <sys/stat.h>

#include "overlay/acl.h"
#include "overlay/create.h"
#include "overlay/temporary.h"

struct fo_descriptor;

struct fo_making {
	struct fo_fs *fs;
	const struct fo_create *create;
	struct fo_descriptor *dir; /* the upper directory, counted */
	struct fo_inherited inherited;
	/* As stored; the mode's permission bits are complete. */
	uid_t uid;
	gid_t gid;
	mode_t mode;
	bool is_staged; /* made in work, then published */
	bool is_opaque; /* directories: nothing may shine through */
	int fd; /* what was made; regular files: open for writing */
	char temporary[FO_TEMPORARY_SIZE]; /* in work; "": it has no name */
	struct stat st; /* at the end */
};

/*
 * Make it, under a name if create->name asks for one, without that name being
 * seen before it is complete. -EEXIST
 */
int fo_make_staged(struct fo_making *making);

/* Owner, mode and ACL of what fd names, where they are not yet right. */
int fo_make_owned(struct fo_making *making, int fd);

#endif
