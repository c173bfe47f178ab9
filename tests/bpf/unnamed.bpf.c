// SPDX-License-Identifier: GPL-2.0-or-later
/* An object without the program that the contract names. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"

SEC("syscall")
int some_filter(struct fo_filter_context *ctx)
{
	return ctx->uid ? FO_FILTER_HIDE : FO_FILTER_PASS;
}

char LICENSE[] SEC("license") = "GPL";
