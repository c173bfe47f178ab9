// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy.h compiled for BPF against policy.h compiled natively: every stack
 * of entry types in three layers through BPF_PROG_RUN, the whole loop in one
 * program and step by step in another, and stacks as deep as a question goes.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <time.h>

#include "../../bpf/merge.h"
#include "../unit/stacks.h"
#include "../unit/tap.h"
#include "bpf/overlay.skel.h"

static int run(const struct bpf_program *program,
	       struct fo_merge_question *question, int *out_returned)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = question,
		    .ctx_size_in = sizeof(*question));
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &opts);

	if (!err)
		*out_returned = (int)opts.retval;
	return err;
}

/* The same question, answered by the native compilation. */
static void merge_natively(struct fo_merge_question *question)
{
	unsigned int i;

	question->taken = 0;
	for (i = 0; i < question->count && !question->merge.stop; i++)
		if (fo_policy_step(&question->merge, question->first + i,
				   &question->probe[i]) == FO_STEP_TAKE)
			question->taken |= 1U << i;
	question->result = (unsigned int)fo_policy_result(&question->merge);
}

static bool answers_equal(const struct fo_merge_question *a,
			  const struct fo_merge_question *b)
{
	return !memcmp(&a->merge, &b->merge, sizeof(a->merge)) &&
	       a->result == b->result && a->taken == b->taken;
}

static struct fo_merge_question question_of(const struct stack *stack)
{
	struct fo_merge_question question = { .count = STACK_DEPTH };
	unsigned int i;

	for (i = 0; i < STACK_DEPTH; i++)
		question.probe[i] = stack->entry[i]->probe;
	return question;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void test_every_stack(const struct overlay_bpf *overlay)
{
	double start = seconds();
	size_t number, wrong = 0;

	for (number = 0; number < STACKS; number++) {
		struct stack stack = stack_number(number);
		struct fo_merge_question native = question_of(&stack);
		struct fo_merge_question asked = native;
		int returned = -1;
		int err = run(overlay->progs.fo_merge_name, &asked, &returned);

		merge_natively(&native);
		if (!err && !returned && answers_equal(&asked, &native))
			continue;
		if (wrong++ < 10)
			diag("%s: err %d returned %d result %u taken %x, "
			     "natively %u %x",
			     stack_name(&stack), err, returned, asked.result,
			     asked.taken, native.result, native.taken);
	}
	is_int((long long)wrong, 0, "BPF and native agree on %zu stacks",
	       (size_t)STACKS);
	diag("%.0f ns a stack", (seconds() - start) * 1e9 / STACKS);
}

/* One stack by single steps, the caller owning the loop; NULL if equal. */
static bool steps_agree(const struct overlay_bpf *overlay,
			const struct stack *stack)
{
	struct fo_merge native = { 0 };
	struct fo_merge_question step = { 0 };
	unsigned int i;

	for (i = 0; i < STACK_DEPTH; i++) {
		const struct fo_probe *probe = &stack->entry[i]->probe;
		int wanted = fo_policy_step(&native, i, probe);
		int returned = -1;

		step.first = i;
		step.probe[0] = *probe;
		if (run(overlay->progs.fo_merge_step, &step, &returned) ||
		    returned != wanted ||
		    step.taken != (unsigned int)(wanted == FO_STEP_TAKE) ||
		    memcmp(&step.merge, &native, sizeof(native)) != 0 ||
		    step.result != (unsigned int)fo_policy_result(&native))
			return false;
	}
	return true;
}

/* Without a stop: a step must be right in any state, or stop is not heeded. */
static void test_every_step(const struct overlay_bpf *overlay)
{
	size_t number, wrong = 0;

	for (number = 0; number < STACKS; number++) {
		struct stack stack = stack_number(number);

		if (!steps_agree(overlay, &stack) && wrong++ < 10)
			diag("%s: steps differ", stack_name(&stack));
	}
	is_int((long long)wrong, 0, "and step by step on %zu", (size_t)STACKS);
}

/* Directories in all layers of a question but one. */
static void test_deep(const struct overlay_bpf *overlay, unsigned int hole,
		      const char *what)
{
	struct fo_merge_question native = {
		.first = 7,
		.count = FO_MERGE_LAYERS,
	};
	struct fo_merge_question asked;
	int returned = -1;
	unsigned int i;

	for (i = 0; i < FO_MERGE_LAYERS; i++)
		native.probe[i].mode = i == hole ? 0 : FO_MODE_DIR | 0755;
	asked = native;
	merge_natively(&native);
	is_int(run(overlay->progs.fo_merge_name, &asked, &returned), 0,
	       "%s: runs", what);
	ok(!returned && answers_equal(&asked, &native), "%s: agree", what);
	is_int(asked.merge.taken,
	       FO_MERGE_LAYERS - (hole < FO_MERGE_LAYERS ? 1 : 0),
	       "%s: layers taken", what);
	is_int(asked.merge.last,
	       7 + FO_MERGE_LAYERS - 1 - (hole == FO_MERGE_LAYERS - 1),
	       "%s: the deepest one", what);
}

/* Layers that two questions ask about, the state kept between them. */
static void test_continued(const struct overlay_bpf *overlay)
{
	struct fo_merge_question asked = { .count = 1 };
	int returned = -1;

	asked.probe[0].mode = FO_MODE_DIR;
	run(overlay->progs.fo_merge_name, &asked, &returned);
	asked.first = 1;
	asked.probe[0].facts = FO_FACT_OPAQUE_XATTR;
	run(overlay->progs.fo_merge_name, &asked, &returned);
	is_int(asked.merge.taken, 2, "a second question goes on");
	is_int(asked.merge.stop, 1, "and stops at an opaque directory");
	asked.first = 2;
	run(overlay->progs.fo_merge_name, &asked, &returned);
	is_int(asked.merge.taken, 2, "a third takes nothing");
}

static void test_too_many(const struct overlay_bpf *overlay)
{
	struct fo_merge_question asked = { .count = FO_MERGE_LAYERS + 1 };
	int returned = 0;

	is_int(run(overlay->progs.fo_merge_name, &asked, &returned), 0,
	       "a question of too many layers is answered");
	is_int(returned, -E2BIG, "with E2BIG");
}

/* Rights first: a machine without them skips, whatever else may be wrong. */
static bool may_use_bpf(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);

	if (map < 0)
		return false;
	close(map);
	return true;
}

int main(void)
{
	struct overlay_bpf *overlay;

	if (!may_use_bpf()) {
		printf("1..0 # SKIP no right to use BPF here\n");
		return 0;
	}
	overlay = overlay_bpf__open_and_load();
	if (!ok(overlay != NULL, "overlay.bpf.o loads"))
		return done();
	test_every_stack(overlay);
	test_every_step(overlay);
	test_deep(overlay, FO_MERGE_LAYERS, "all layers");
	test_deep(overlay, 5, "a hole");
	test_deep(overlay, FO_MERGE_LAYERS - 1, "a hole at the end");
	test_continued(overlay);
	test_too_many(overlay);
	overlay_bpf__destroy(overlay);
	return done();
}
