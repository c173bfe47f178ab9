// SPDX-License-Identifier: GPL-2.0
/*
 * A filter that answers nonsense for names that begin with "odd-", and hides
 * "forbidden": what the kernel makes of it, and which of two filters wins.
 */
#include <linux/bpf.h>
#include <linux/errno.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <fuse-overlay/fusebpf_filter.h>

char _license[] SEC("license") = "GPL";

SEC("struct_ops/lookup")
int BPF_PROG(odd_lookup, struct fo_filter_question *q)
{
	char name[64];

	if (fo_filter_name(q, name, sizeof(name)) < 4)
		return FO_FILTER_PASS;
	if (name[0] == 'f' && name[1] == 'o' && name[2] == 'r')
		return FO_FILTER_HIDE;
	if (name[0] != 'o' || name[1] != 'd' || name[2] != 'd')
		return FO_FILTER_PASS;
	switch (name[4]) {
	case '1':
		return 77;
	case '2':
		return -5000;
	case '3':
		return -512; /* a restart, which is no answer to a user */
	default:
		return FO_FILTER_UPCALL;
	}
}

SEC(".struct_ops.link")
struct fo_filter_ops odd = {
	.lookup = (void *)odd_lookup,
	.name = "odd",
};
