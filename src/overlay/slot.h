/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slot: one name of a directory, as those see it who remove, replace or
 * rename what stands there.
 */
#ifndef FO_OVERLAY_SLOT_H
#define FO_OVERLAY_SLOT_H

#include <stdbool.h>

#include "overlay/lookup.h"
#include "state/tree.h"

struct fo_descriptor;
struct fo_fs;

struct fo_slot {
	struct fo_place place;
	struct fo_descriptor *dir; /* the upper directory, counted */
	/* node NULL: nothing is visible; st of what has an upper: as stored */
	struct fo_looked looked;
	/* By fo_slot_inspect(): what the upper directory has by that name. */
	bool in_upper; /* the entry, or a whiteout */
	bool is_whiteout;
	bool is_owed; /* gone from the upper, it must be whited out */
};

/* Copies the directory up; place is kept, not copied. */
int fo_slot_open(struct fo_fs *fs, const struct fo_place *place,
		 struct fo_slot *out_slot);
void fo_slot_close(struct fo_fs *fs, struct fo_slot *slot);

/* Look at the upper; what is there must not change meanwhile (node lock). */
int fo_slot_inspect(struct fo_fs *fs, struct fo_slot *slot);

/* -EPERM: immutable or append-only, the directory or what stands there. */
int fo_slot_check_protection(struct fo_fs *fs, const struct fo_slot *slot);

/* Has the node hard links whose number is kept in the index? */
bool fo_slot_is_counted(const struct fo_fs *fs, const struct fo_slot *slot);

/*
 * Have this very name of the node in the upper: copy-up, and for an indexed
 * inode that was found by another of its names, a link.
 */
int fo_slot_raise(struct fo_fs *fs, struct fo_slot *slot);

/*
 * Keep the node reachable if this is its last name; and tell whether the
 * index' entry goes with it.
 */
int fo_slot_prepare_loss(struct fo_fs *fs, struct fo_slot *slot,
			 bool *out_unindex);

/* The upper of dir now has children whose number is not their own. */
int fo_slot_mark_impure(struct fo_fs *fs, struct fo_node *dir);

#endif
