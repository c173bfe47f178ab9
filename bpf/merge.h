/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/* One question to the merge rules, between overlay.bpf.c and who runs it. */
#ifndef FO_BPF_MERGE_H
#define FO_BPF_MERGE_H

#include "fuse-overlay/policy.h"

/* Layers of one question; more are asked in several, with merge kept. */
#define FO_MERGE_LAYERS 32

/*
 * merge stands first: clang makes a pointer to an inner struct for copying
 * it, and the verifier takes no context pointer but the original.
 */
struct fo_merge_question {
	struct fo_merge merge; /* in and out; zeroed for the topmost layer */
	__u32 first; /* which layer probe[0] is of */
	__u32 count; /* of probe[]; more than FO_MERGE_LAYERS: -E2BIG */
	__u32 result; /* out: enum fo_result */
	__u32 taken; /* out: bit i, probe[i] is part of the stack */
	struct fo_probe probe[FO_MERGE_LAYERS];
};

#endif
