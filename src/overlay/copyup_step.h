/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two steps of a copy-up, for copyup.c alone: making the copy in work,
 * and publishing it.
 */
#ifndef FO_OVERLAY_COPYUP_STEP_H
#define FO_OVERLAY_COPYUP_STEP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "fuse-overlay/format.h"
#include "overlay/copyup.h"
#include "overlay/temporary.h"

/* One copy-up, under the node's lock. */
struct fo_copying {
	struct fo_fs *fs;
	struct fo_node *node;
	enum fo_copyup_what what;
	uint16_t layer; /* of the lower that gives the attributes */
	int lower; /* that lower, O_PATH */
	struct stat st; /* of it */
	bool metacopy; /* the content stays below */
	bool has_origin;
	struct fo_handle origin; /* of the lower, if has_origin */
	int made; /* the copy; regular files are open for writing */
	struct stat made_st;
	char name[FO_TEMPORARY_SIZE]; /* in work; "": nameless */
};

/* Make the copy, complete but for its name. */
int fo_copyup_build(struct fo_copying *copying);
/* Write the content of the node's lower to fd, which is empty or holes. */
int fo_copyup_fill(struct fo_copying *copying, int fd);

/* Move the copy from work to its name in a directory; nothing may be there. */
int fo_copyup_move(struct fo_copying *copying, int dir, const char *name);

/*
 * Give the copy the node's names, and the node its upper. -EAGAIN: a name
 * was made whose directory has no upper yet; all is as before.
 */
int fo_copyup_publish(struct fo_copying *copying);

/*
 * A node that has its upper already is split: those who hold it keep what
 * they have, the next lookup makes a new node of the upper.
 */
int fo_copyup_part(struct fo_copying *copying);

static inline bool fo_copyup_is_split(enum fo_copyup_what what)
{
	return what == FO_COPYUP_SPLIT || what == FO_COPYUP_SPLIT_EMPTY;
}

/* May the copy be an entry of the index? */
bool fo_copyup_is_indexable(const struct fo_copying *copying);

#endif
