/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rename on its way: shared by rename.c, rename_mark.c, rename_sweep.c. */
#ifndef FO_OVERLAY_RENAME_STEP_H
#define FO_OVERLAY_RENAME_STEP_H

#include <stdbool.h>

#include "overlay/rename.h"
#include "overlay/slot.h"
#include "overlay/temporary.h"
#include "state/tree.h"

struct fo_renaming {
	struct fo_fs *fs;
	unsigned int flags; /* as the caller gave them */
	struct fo_slot from, to;
	/* Of directories that keep lowers; NULL else. */
	struct fo_lower_paths *from_paths, *to_paths;
	bool unindex; /* the target was an indexed inode's last name */
	bool leaves_whiteout; /* an old whiteout ends up at from */
	bool hides_beside; /* .wh.FROM was made */
	bool planted; /* a whiteout was put at the target, to change places */
	/* The target's former upper directory, with whiteouts in it. */
	char swept[FO_TEMPORARY_SIZE];
	bool has_swept;
};

/*
 * Marks that the node of slot needs at its new place, beside to: redirect,
 * opaque, impure. Where it is now they change nothing.
 */
int fo_rename_mark(struct fo_renaming *renaming, const struct fo_slot *slot,
		   const struct fo_slot *to);

/*
 * A target directory in which only whiteouts are left becomes an empty one,
 * opaque, so that one rename can replace it; and back, if that failed.
 */
int fo_rename_sweep(struct fo_renaming *renaming);
void fo_rename_unsweep(struct fo_renaming *renaming);

#endif
