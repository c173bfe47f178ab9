// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter that the verifier refuses: it does not check what a map gave. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u32);
} verdicts SEC(".maps");

SEC("syscall")
int fo_filter(struct fo_filter_context *ctx)
{
	__u32 uid = ctx->uid;
	__u32 *verdict = bpf_map_lookup_elem(&verdicts, &uid);

	return (int)*verdict;
}

char LICENSE[] SEC("license") = "GPL";
