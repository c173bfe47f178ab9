// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter whose answer is a field of the question, negative, so that a test
 * sees what the program sees: the name's first letter says which. An "r"
 * answers with ino as it is, a "t" with the sum of what follows the name.
 */
#include <asm-generic/errno-base.h>
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"

/* Another program in the object, which does not load; it need not. */
SEC("syscall")
int broken(struct fo_filter_context *ctx)
{
	return *(int *)(long)ctx->ino;
}

static __always_inline int tail_of(const struct fo_filter_name *name,
				   __u32 from)
{
	int sum = 0;
	__u32 i;

	for (i = 0; i < FO_FILTER_NAME_SIZE; i++)
		if (i >= from)
			sum += name->text[i] != 0;
	return -sum;
}

SEC("syscall")
int fo_filter(struct fo_filter_context *ctx)
{
	struct fo_filter_name name;

	switch (ctx->name[0]) {
	case 'd':
		return -(int)ctx->dir_ino;
	case 'i':
		return -(int)ctx->ino;
	case 'p':
		return -(int)ctx->present;
	case 'h':
		return -(int)(ctx->present >> 52);
	case 'm':
		return -(int)(ctx->mode >> 8);
	case 'u':
		return -(int)ctx->uid;
	case 'g':
		return -(int)ctx->gid;
	case 'c':
		return -(int)ctx->pid;
	case 'l':
		return -(int)ctx->listing;
	case 'n':
		return -(int)ctx->name_len;
	case 'r':
		return (int)ctx->ino;
	case 't':
		fo_filter_copy_name(&name, ctx);
		return tail_of(&name, ctx->name_len);
	default:
		return FO_FILTER_PASS;
	}
}

char LICENSE[] SEC("license") = "GPL";
