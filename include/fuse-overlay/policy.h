/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * The merge rules: what a name is, given the facts of that name in each
 * layer. Pure functions over fixed-width integers: no I/O, no allocation, no
 * loop. The daemon, the BPF filter and the tests compile this same file, so
 * whiteout and opaque rules stand nowhere else.
 *
 * The caller owns the loop, topmost layer first:
 *
 *	struct fo_merge merge = { 0 };
 *	for (i = 0; i < n && !merge.stop; i++) {
 *		probe = facts of the name in layer i;
 *		if (fo_policy_step(&merge, i, &probe) == FO_STEP_TAKE)
 *			layer i is part of the stack;
 *	}
 *	what = fo_policy_result(&merge);
 *
 * Source of the rules: ovl_lookup_single() and ovl_lookup() in
 * fs/overlayfs/namei.c; OCI image specification, layer.md.
 */
#ifndef FUSE_OVERLAY_POLICY_H
#define FUSE_OVERLAY_POLICY_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

/* The type bits of st_mode, for a program that has no sys/stat.h. */
#define FO_MODE_TYPE 0170000
#define FO_MODE_DIR 0040000
#define FO_MODE_CHAR 0020000
#define FO_MODE_REGULAR 0100000

/* Facts of one name in one layer, as bits. */
enum {
	FO_FACT_RDEV_ZERO = 1 << 0, /* a device of number 0:0 */
	FO_FACT_EMPTY = 1 << 1, /* size 0 */
	FO_FACT_WHITEOUT_XATTR = 1 << 2, /* has overlay.whiteout */
	FO_FACT_IN_XWHITEOUTS = 1 << 3, /* its directory's opaque is "x" */
	FO_FACT_OCI_WHITEOUT = 1 << 4, /* .wh.NAME stands beside it */
	FO_FACT_OPAQUE_XATTR = 1 << 5, /* overlay.opaque is "y" */
	FO_FACT_OPAQUE_OCI = 1 << 6, /* has .wh..wh..opq */
	FO_FACT_METACOPY = 1 << 7, /* has overlay.metacopy */
};

struct fo_probe {
	__u32 mode; /* st_mode; 0: the layer has no such name */
	__u32 facts; /* FO_FACT_* */
};

/* What has been decided so far. Starts zeroed. */
enum fo_merge_kind {
	FO_MERGE_NONE, /* no layer had the name yet */
	FO_MERGE_FILE, /* anything but a directory */
	FO_MERGE_DIR,
	FO_MERGE_METACOPY, /* metadata found, content wanted from below */
};

struct fo_merge {
	__u32 kind; /* enum fo_merge_kind */
	__u32 stop; /* not 0: no deeper layer matters */
	__u32 hidden; /* not 0: a whiteout ended the search */
	__u32 first; /* the topmost layer taken */
	__u32 last; /* the deepest layer taken */
	__u32 taken; /* how many layers were taken */
};

enum fo_step {
	FO_STEP_SKIP, /* this layer adds nothing */
	FO_STEP_TAKE, /* this layer belongs to the stack */
};

enum fo_result {
	FO_RESULT_NEGATIVE, /* the name does not exist */
	FO_RESULT_FILE,
	FO_RESULT_DIR,
	FO_RESULT_BROKEN, /* a metacopy without content: EIO */
};

static inline int fo_probe_is_dir(const struct fo_probe *probe)
{
	return (probe->mode & FO_MODE_TYPE) == FO_MODE_DIR;
}

static inline int fo_probe_is_regular(const struct fo_probe *probe)
{
	return (probe->mode & FO_MODE_TYPE) == FO_MODE_REGULAR;
}

/* Is the entry itself a whiteout (as against one standing beside it)? */
static inline int fo_policy_is_whiteout(const struct fo_probe *probe)
{
	const __u32 form = FO_FACT_EMPTY | FO_FACT_WHITEOUT_XATTR |
			   FO_FACT_IN_XWHITEOUTS;

	if ((probe->mode & FO_MODE_TYPE) == FO_MODE_CHAR)
		return (probe->facts & FO_FACT_RDEV_ZERO) != 0;
	return fo_probe_is_regular(probe) && (probe->facts & form) == form;
}

/*
 * Is the entry a directory that hides what lies below it? The mark means
 * nothing on another type. Source: ovl_lookup_single(), fs/overlayfs/namei.c.
 */
static inline int fo_policy_is_opaque(const struct fo_probe *probe)
{
	const __u32 form = FO_FACT_OPAQUE_XATTR | FO_FACT_OPAQUE_OCI;

	return fo_probe_is_dir(probe) && (probe->facts & form) != 0;
}

/* Must the caller read overlay.whiteout to know what the entry is? */
static inline int fo_policy_wants_whiteout_xattr(const struct fo_probe *probe)
{
	return fo_probe_is_regular(probe) &&
	       (probe->facts & FO_FACT_EMPTY) != 0 &&
	       (probe->facts & FO_FACT_IN_XWHITEOUTS) != 0;
}

/* Does an entry of this type continue a stack of that kind? */
static inline int fo_policy_continues(const struct fo_merge *merge,
				      const struct fo_probe *probe)
{
	switch (merge->kind) {
	case FO_MERGE_NONE:
		return 1;
	case FO_MERGE_DIR:
		return fo_probe_is_dir(probe);
	case FO_MERGE_METACOPY:
		return fo_probe_is_regular(probe);
	default:
		return 0;
	}
}

/* What the stack is once the entry was taken. */
static inline __u32 fo_policy_kind(const struct fo_probe *probe)
{
	if (fo_probe_is_dir(probe))
		return FO_MERGE_DIR;
	if (fo_probe_is_regular(probe) && (probe->facts & FO_FACT_METACOPY))
		return FO_MERGE_METACOPY;
	return FO_MERGE_FILE;
}

/*
 * One layer, topmost first. The caller stops when merge->stop is set.
 * Returns enum fo_step.
 */
static inline int fo_policy_step(struct fo_merge *merge, __u32 layer,
				 const struct fo_probe *probe)
{
	if (!probe->mode) {
		if (probe->facts & FO_FACT_OCI_WHITEOUT)
			merge->stop = merge->hidden = 1;
		return FO_STEP_SKIP;
	}
	if (fo_policy_is_whiteout(probe)) {
		merge->stop = merge->hidden = 1;
		return FO_STEP_SKIP;
	}
	if (!fo_policy_continues(merge, probe)) {
		merge->stop = 1;
		return FO_STEP_SKIP;
	}
	if (!merge->taken)
		merge->first = layer;
	merge->last = layer;
	merge->taken++;
	merge->kind = fo_policy_kind(probe);
	/* .wh.NAME hides what lies below, never its own sibling. */
	if (merge->kind == FO_MERGE_FILE || fo_policy_is_opaque(probe) ||
	    (probe->facts & FO_FACT_OCI_WHITEOUT))
		merge->stop = 1;
	return FO_STEP_TAKE;
}

/* What the name is, after the last step. Returns enum fo_result. */
static inline int fo_policy_result(const struct fo_merge *merge)
{
	switch (merge->kind) {
	case FO_MERGE_FILE:
		return FO_RESULT_FILE;
	case FO_MERGE_DIR:
		return FO_RESULT_DIR;
	case FO_MERGE_METACOPY:
		return FO_RESULT_BROKEN;
	default:
		return FO_RESULT_NEGATIVE;
	}
}

#endif
