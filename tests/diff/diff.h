/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fo-diff: the same random steps on the kernel's overlayfs and on an engine
 * of ours; every answer and every tree must be equal.
 *
 * A history is a list of lines. Those with @lower1 ... build the layers,
 * those with ! act on the mounts, all others are steps (helpers/steps.h):
 *
 *	@lower2 mkdir a 755
 *	!mount
 *	rename a b
 *	!tree		the trees are equal
 *	!remount	unmounts and mounts both, and the trees are equal
 *	!stack		the upper becomes the top lower, under a new upper
 *	!cross		each mounts the other's upper, the trees are equal
 */
#ifndef FO_TEST_DIFF_H
#define FO_TEST_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../helpers/steps.h"

enum { FO_LOWERS_MAX = 8 };

struct fo_history {
	char **lines;
	size_t count;
};

/* One of the two sides: its layers, and the mount of them. */
struct fo_side {
	const char *engine; /* "overlayfs", or ours */
	bool by_kernel; /* who has mounted it now: !cross changes sides */
	const char *options;
	char dir[256];
	int lowers; /* lower1 is the top one unless stacked ones lie on it */
	int stacked;
	bool mounted;
	struct fo_steps steps;
};

struct fo_world {
	const char *binary;
	const char *scratch;
	struct fo_side side[2]; /* 0: the oracle */
	bool verbose;
	char *lowers_before; /* listing of the lower layers at mount */
	char failure[8192];
};

struct fo_random {
	uint64_t state;
};

/* history.c */
void fo_history_add(struct fo_history *h, const char *line);
void fo_history_free(struct fo_history *h);
int fo_history_read(struct fo_history *h, const char *path);
int fo_history_write(const struct fo_history *h, const char *path);

/* side.c: 0 or -errno; what went wrong is said on stderr */
int fo_side_begin(struct fo_side *side, const char *scratch, const char *name);
void fo_side_end(struct fo_side *side);
int fo_side_mount(struct fo_side *side, const char *binary, const char *engine);
int fo_side_umount(struct fo_side *side);
int fo_side_stack(struct fo_side *side);
char *fo_side_tree(struct fo_side *side);
char *fo_side_lowers(struct fo_side *side);

/* world.c: true while both sides agree; else w->failure says where not */
bool fo_world_begin(struct fo_world *w);
void fo_world_end(struct fo_world *w);
bool fo_world_line(struct fo_world *w, const char *line);
bool fo_world_replay(struct fo_world *w, const struct fo_history *h,
		     size_t *out_failed_at);

/* known.c: is this difference one that we do not call a bug? */
bool fo_known_answer(const char *line, const char *kernel, const char *ours);
/* And one after which the descriptor that the line names is to be closed? */
bool fo_known_to_part(const char *line, const char *kernel, const char *ours);
bool fo_known_to_raise(const char *line);
/* Takes the oracle's own flaws out of a listing, in place. */
void fo_known_tree(char *listing);
/*
 * And the link counts of directories, which change with a copy-up that engine
 * plain makes later than overlayfs.
 */
void fo_known_counts(char *listing);
/* And a bit of modes, in listings and answers. */
void fo_known_modes(char *text);
/* More of them, for engine passthrough. */
void fo_known_setid(char *text);

/* generate.c */
uint32_t fo_random_below(struct fo_random *r, uint32_t limit);
void fo_generate_layers(struct fo_random *r, struct fo_history *h);
/* The tree as it is now gives names that exist. */
void fo_generate_look(const char *mount);
void fo_generate_step(struct fo_random *r, char *line, size_t size);

/* shrink.c: removes lines as long as the failure stays of its kind */
void fo_shrink(struct fo_world *w, struct fo_history *h);

#endif
