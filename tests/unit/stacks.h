/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kind of entry that a layer can have for a name, and a second account
 * of what a stack of them is, for holding policy.h against: written from the
 * bottom up, as "an entry laid over what lies below", where policy.h goes
 * from the top down. What each entry is, is said by hand, not asked of
 * policy.h.
 */
#ifndef FO_TESTS_UNIT_STACKS_H
#define FO_TESTS_UNIT_STACKS_H

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "fuse-overlay/policy.h"

#define STACK_DEPTH 3

enum entry_is {
	ENTRY_ABSENT,
	ENTRY_HIDES, /* a whiteout, or absent with .wh.NAME beside it */
	ENTRY_FILE,
	ENTRY_METACOPY,
	ENTRY_DIR,
};

struct entry_type {
	const char *name;
	struct fo_probe probe;
	enum entry_is is;
	bool covers; /* what lies below does not shine through */
	bool regular; /* can be the content of a metacopy */
};

#define XWHITEOUT \
	(FO_FACT_EMPTY | FO_FACT_WHITEOUT_XATTR | FO_FACT_IN_XWHITEOUTS)

static const struct entry_type entry_types[] = {
	{ "absent", { 0, 0 }, ENTRY_ABSENT, false, false },
	{ "absent, x-directory",
	  { 0, FO_FACT_IN_XWHITEOUTS },
	  ENTRY_ABSENT,
	  false,
	  false },
	{ ".wh. alone", { 0, FO_FACT_OCI_WHITEOUT }, ENTRY_HIDES, true, false },
	{ "char 0:0",
	  { 0020000, FO_FACT_RDEV_ZERO | FO_FACT_EMPTY },
	  ENTRY_HIDES,
	  true,
	  false },
	{ "char 0:0, mode 0600, x-directory",
	  { 0020600,
	    FO_FACT_RDEV_ZERO | FO_FACT_EMPTY | FO_FACT_IN_XWHITEOUTS },
	  ENTRY_HIDES,
	  true,
	  false },
	{ "char 1:3", { 0020666, FO_FACT_EMPTY }, ENTRY_FILE, true, false },
	{ "block 0:0",
	  { 0060600, FO_FACT_RDEV_ZERO | FO_FACT_EMPTY },
	  ENTRY_FILE,
	  true,
	  false },
	{ "xattr whiteout", { 0100000, XWHITEOUT }, ENTRY_HIDES, true, false },
	{ "xattr whiteout outside of an x-directory",
	  { 0100644, FO_FACT_EMPTY | FO_FACT_WHITEOUT_XATTR },
	  ENTRY_FILE,
	  true,
	  true },
	{ "xattr whiteout that has content",
	  { 0100644, FO_FACT_WHITEOUT_XATTR | FO_FACT_IN_XWHITEOUTS },
	  ENTRY_FILE,
	  true,
	  true },
	{ "empty file in an x-directory",
	  { 0100644, FO_FACT_EMPTY | FO_FACT_IN_XWHITEOUTS },
	  ENTRY_FILE,
	  true,
	  true },
	{ "file", { 0100644, 0 }, ENTRY_FILE, true, true },
	{ "file, .wh. beside it",
	  { 0104755, FO_FACT_OCI_WHITEOUT },
	  ENTRY_FILE,
	  true,
	  true },
	{ "metacopy",
	  { 0100644, FO_FACT_METACOPY },
	  ENTRY_METACOPY,
	  false,
	  true },
	{ "metacopy, .wh. beside it",
	  { 0100644, FO_FACT_METACOPY | FO_FACT_OCI_WHITEOUT },
	  ENTRY_METACOPY,
	  true,
	  true },
	{ "metacopy marked opaque",
	  { 0100644, FO_FACT_METACOPY | FO_FACT_OPAQUE_XATTR },
	  ENTRY_METACOPY,
	  false,
	  true },
	{ "symlink", { 0120777, 0 }, ENTRY_FILE, true, false },
	{ "symlink marked metacopy",
	  { 0120777, FO_FACT_METACOPY },
	  ENTRY_FILE,
	  true,
	  false },
	{ "fifo", { 0010644, FO_FACT_EMPTY }, ENTRY_FILE, true, false },
	{ "socket", { 0140755, FO_FACT_EMPTY }, ENTRY_FILE, true, false },
	{ "directory", { 0040755, 0 }, ENTRY_DIR, false, false },
	{ "directory in an x-directory",
	  { 0041777, XWHITEOUT },
	  ENTRY_DIR,
	  false,
	  false },
	{ "opaque directory",
	  { 0040755, FO_FACT_OPAQUE_XATTR },
	  ENTRY_DIR,
	  true,
	  false },
	{ "directory, .wh..wh..opq in it",
	  { 0040755, FO_FACT_OPAQUE_OCI },
	  ENTRY_DIR,
	  true,
	  false },
	{ "directory, .wh. beside it",
	  { 0040700, FO_FACT_OCI_WHITEOUT },
	  ENTRY_DIR,
	  true,
	  false },
};

#define ENTRY_TYPES FO_ARRAY_SIZE(entry_types)
#define STACKS (ENTRY_TYPES * ENTRY_TYPES * ENTRY_TYPES)

struct stack {
	const struct entry_type *entry[STACK_DEPTH]; /* topmost first */
};

/* What a stack is: what policy.h is asked to find out. */
struct stack_view {
	unsigned int result; /* enum fo_result */
	unsigned int layers; /* bit i: layer i is part of it */
	bool hidden; /* a whiteout, and nothing above it, or above a dir */
};

static inline struct stack stack_number(size_t number)
{
	struct stack stack;
	int i;

	for (i = STACK_DEPTH - 1; i >= 0; i--) {
		stack.entry[i] = &entry_types[number % ENTRY_TYPES];
		number /= ENTRY_TYPES;
	}
	return stack;
}

static inline const char *stack_name(const struct stack *stack)
{
	static char name[256];

	snprintf(name, sizeof(name), "%s / %s / %s", stack->entry[0]->name,
		 stack->entry[1]->name, stack->entry[2]->name);
	return name;
}

/* What the stack from layer i down is, were there no layers above. */
static inline struct stack_view stack_view_from(const struct stack *stack,
						unsigned int i)
{
	struct stack_view view = { FO_RESULT_NEGATIVE, 0, false };
	struct stack_view below = view;
	const struct entry_type *entry, *top;
	bool below_is_regular = false;
	unsigned int j;

	if (i == STACK_DEPTH)
		return view;
	entry = stack->entry[i];
	if (!entry->covers)
		below = stack_view_from(stack, i + 1);
	for (j = i + 1; j < STACK_DEPTH; j++) {
		top = stack->entry[j];
		if (!(below.layers & 1U << j))
			continue;
		below_is_regular = top->regular;
		break;
	}
	switch (entry->is) {
	case ENTRY_ABSENT:
		return below;
	case ENTRY_HIDES:
		view.hidden = true;
		return view;
	case ENTRY_FILE:
		view.result = FO_RESULT_FILE;
		break;
	case ENTRY_METACOPY:
		view.result = FO_RESULT_BROKEN;
		if (below_is_regular) {
			view.result = below.result;
			view.layers = below.layers;
		}
		/* Its content was looked for, and a whiteout was found. */
		if (below_is_regular || below.result == FO_RESULT_NEGATIVE)
			view.hidden = below.hidden;
		break;
	case ENTRY_DIR:
		view.result = FO_RESULT_DIR;
		if (below.result == FO_RESULT_DIR)
			view.layers = below.layers;
		if (below.result == FO_RESULT_DIR ||
		    below.result == FO_RESULT_NEGATIVE)
			view.hidden = below.hidden;
		break;
	}
	view.layers |= 1U << i;
	return view;
}

#endif
