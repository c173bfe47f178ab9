// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy.h over every stack of entry types in three layers, against a second
 * account of the rules (stacks.h) and against stacks whose answer overlayfs'
 * documentation gives.
 */
#include "stacks.h"
#include "tap.h"

static struct fo_merge merge_stack(const struct stack *stack,
				   unsigned int *out_taken)
{
	struct fo_merge merge = { 0 };
	unsigned int taken = 0, i;

	for (i = 0; i < STACK_DEPTH && !merge.stop; i++) {
		if (fo_policy_step(&merge, i, &stack->entry[i]->probe) ==
		    FO_STEP_TAKE)
			taken |= 1U << i;
	}
	*out_taken = taken;
	return merge;
}

static bool merge_agrees(const struct fo_merge *merge, unsigned int taken,
			 const struct stack_view *view)
{
	if ((unsigned int)fo_policy_result(merge) != view->result ||
	    taken != view->layers || !!merge->hidden != view->hidden)
		return false;
	if (merge->taken != (unsigned int)__builtin_popcount(taken))
		return false;
	return !taken ||
	       (merge->first == (unsigned int)__builtin_ctz(taken) &&
		merge->last == 31U - (unsigned int)__builtin_clz(taken));
}

static void test_every_stack(void)
{
	size_t number, wrong = 0;

	for (number = 0; number < STACKS; number++) {
		struct stack stack = stack_number(number);
		struct stack_view view = stack_view_from(&stack, 0);
		unsigned int taken;
		struct fo_merge merge = merge_stack(&stack, &taken);

		if (merge_agrees(&merge, taken, &view))
			continue;
		if (wrong++ < 10)
			diag("%s: result %u layers %x hidden %u, wanted %u %x "
			     "%u",
			     stack_name(&stack), fo_policy_result(&merge),
			     taken, merge.hidden, view.result, view.layers,
			     view.hidden);
	}
	is_int((long long)wrong, 0, "every one of %zu stacks is as it should",
	       (size_t)STACKS);
}

/* What an entry is by hand against the predicates, one layer alone. */
static void test_predicates(void)
{
	size_t i;

	for (i = 0; i < ENTRY_TYPES; i++) {
		const struct entry_type *type = &entry_types[i];
		const struct fo_probe *probe = &type->probe;

		if (!probe->mode)
			continue;
		is_int(fo_policy_is_whiteout(probe), type->is == ENTRY_HIDES,
		       "%s: a whiteout or not", type->name);
	}
}

static const struct entry_type *entry_named(const char *name)
{
	size_t i;

	for (i = 0; i < ENTRY_TYPES; i++)
		if (!strcmp(entry_types[i].name, name))
			return &entry_types[i];
	return NULL;
}

/*
 * Stacks whose answer is written out, so that an error that the model shares
 * with the policy is found. Source: overlayfs.rst, "Upper and Lower",
 * "whiteouts and opaque directories", "Metadata only copy up"; OCI layer.md.
 */
static const struct {
	const char *entry[STACK_DEPTH];
	unsigned int result, layers;
	const char *why;
} known[] = {
	{ { "absent", "absent", "absent" },
	  FO_RESULT_NEGATIVE,
	  0,
	  "what no layer has is not there" },
	{ { "file", "directory", "file" },
	  FO_RESULT_FILE,
	  1,
	  "the upper's object hides the lower's" },
	{ { "directory", "directory", "directory" },
	  FO_RESULT_DIR,
	  7,
	  "directories merge" },
	{ { "directory", "file", "directory" },
	  FO_RESULT_DIR,
	  1,
	  "a file between two directories parts them" },
	{ { "directory", "absent", "directory" },
	  FO_RESULT_DIR,
	  5,
	  "a layer without the name does not" },
	{ { "directory", "char 0:0", "directory" },
	  FO_RESULT_DIR,
	  1,
	  "nor does anything come up from below a whiteout" },
	{ { "char 0:0", "directory", "file" },
	  FO_RESULT_NEGATIVE,
	  0,
	  "a whiteout hides the lower layers" },
	{ { "absent", "opaque directory", "directory" },
	  FO_RESULT_DIR,
	  2,
	  "nothing shines through an opaque directory" },
	{ { "metacopy", "metacopy", "file" },
	  FO_RESULT_FILE,
	  7,
	  "metacopies go down to the content" },
	{ { "metacopy", "directory", "file" },
	  FO_RESULT_BROKEN,
	  1,
	  "a directory is no content" },
	{ { "metacopy", "absent", "absent" },
	  FO_RESULT_BROKEN,
	  1,
	  "a metacopy without content is broken" },
	{ { ".wh. alone", "file", "file" },
	  FO_RESULT_NEGATIVE,
	  0,
	  "an OCI whiteout hides lower layers" },
	{ { "file, .wh. beside it", "directory", "file" },
	  FO_RESULT_FILE,
	  1,
	  "but not its own sibling" },
	{ { "directory, .wh. beside it", "directory", "file" },
	  FO_RESULT_DIR,
	  1,
	  "and makes a directory beside it start afresh" },
};

static void test_known_stacks(void)
{
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(known); i++) {
		struct stack stack;
		unsigned int taken, j;
		struct fo_merge merge;

		for (j = 0; j < STACK_DEPTH; j++)
			stack.entry[j] = entry_named(known[i].entry[j]);
		merge = merge_stack(&stack, &taken);
		ok((unsigned int)fo_policy_result(&merge) == known[i].result &&
			   taken == known[i].layers,
		   "%s", known[i].why);
	}
}

int main(void)
{
	test_predicates();
	test_known_stacks();
	test_every_stack();
	return done();
}
