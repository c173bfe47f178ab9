// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The merge rules as a BPF program: policy.h, compiled for the kernel's
 * virtual machine and run with BPF_PROG_RUN. On a stock kernel the daemon
 * has the same rules as native code, which is faster; this holds the two
 * together, and is what runs where lookups are answered in the kernel.
 */
#include <asm-generic/errno-base.h>
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "merge.h"

/*
 * What a step of the loop works on: a copy, since the context takes constant
 * offsets only.
 */
struct merge_loop {
	struct fo_merge merge;
	__u32 first;
	__u32 count;
	__u32 taken;
	struct fo_probe probe[FO_MERGE_LAYERS] __attribute__((aligned(8)));
};

static long merge_step(__u32 i, struct merge_loop *loop)
{
	__u64 at = i;

	/* What is compared must be what is indexed by, or the bound is lost. */
	barrier_var(at);
	if (at >= FO_MERGE_LAYERS || at >= loop->count || loop->merge.stop)
		return 1;
	if (fo_policy_step(&loop->merge, loop->first + i, &loop->probe[at]) ==
	    FO_STEP_TAKE)
		loop->taken |= 1U << i;
	return 0;
}

/* One name over up to FO_MERGE_LAYERS layers. Returns 0 or -E2BIG. */
SEC("syscall")
int fo_merge_name(struct fo_merge_question *question)
{
	const volatile __u64 *from = (const volatile __u64 *)question->probe;
	struct merge_loop loop = {
		.merge = question->merge,
		.first = question->first,
		.count = question->count,
	};
	volatile __u64 *to = (volatile __u64 *)loop.probe;
	__u32 i;

	if (loop.count > FO_MERGE_LAYERS)
		return -E2BIG;
#pragma clang loop unroll(full)
	for (i = 0; i < FO_MERGE_LAYERS; i++)
		to[i] = from[i];
	/* A callback is verified once, a loop once for every state. */
	bpf_loop(FO_MERGE_LAYERS, merge_step, &loop, 0);
	question->merge = loop.merge;
	question->taken = loop.taken;
	question->result = fo_policy_result(&loop.merge);
	return 0;
}

/* One step alone, for a caller that owns the loop. Returns enum fo_step. */
SEC("syscall")
int fo_merge_step(struct fo_merge_question *question)
{
	struct fo_merge merge = question->merge;
	struct fo_probe probe = question->probe[0];
	int step = fo_policy_step(&merge, question->first, &probe);

	question->merge = merge;
	question->taken = step == FO_STEP_TAKE;
	question->result = fo_policy_result(&merge);
	return step;
}

char LICENSE[] SEC("license") = "GPL";
