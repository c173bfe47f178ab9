// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter compiled for a later version, whose context has more fields. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"

struct later_context {
	struct fo_filter_context now;
	__u64 more;
};

SEC("syscall")
int fo_filter(struct later_context *ctx)
{
	return ctx->more ? FO_FILTER_HIDE : FO_FILTER_PASS;
}

char LICENSE[] SEC("license") = "GPL";
