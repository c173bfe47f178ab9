// SPDX-License-Identifier: GPL-2.0
/*
 * A filter for the module: names that end in ".secret" are hidden from all
 * but root, "forbidden" is refused, and files of mode 0 are not opened by
 * anybody. It counts how often it is asked.
 */
#include <linux/bpf.h>
#include <linux/errno.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <fuse-overlay/fusebpf_filter.h>

#define NAME_SIZE 64
static const char suffix[] = ".secret";
#define SUFFIX_LEN (sizeof(suffix) - 1)

char _license[] SEC("license") = "GPL";
__u64 lookups, entries;

static int has_suffix(struct fo_filter_question *q)
{
	char name[NAME_SIZE];
	unsigned int i;
	int len = fo_filter_name(q, name, sizeof(name));

	if (len < (int)SUFFIX_LEN || len >= NAME_SIZE)
		return 0;
	for (i = 0; i < SUFFIX_LEN; i++)
		if (name[(len - SUFFIX_LEN + i) & (NAME_SIZE - 1)] != suffix[i])
			return 0;
	return 1;
}

static int is_forbidden(struct fo_filter_question *q)
{
	static const char forbidden[] = "forbidden";
	char name[NAME_SIZE];
	unsigned int i;

	if (fo_filter_name(q, name, sizeof(name)) != sizeof(forbidden) - 1)
		return 0;
	for (i = 0; i < sizeof(forbidden) - 1; i++)
		if (name[i] != forbidden[i])
			return 0;
	return 1;
}

SEC("struct_ops/lookup")
int BPF_PROG(hide_lookup, struct fo_filter_question *q)
{
	lookups++;
	if (q->uid && has_suffix(q))
		return FO_FILTER_HIDE;
	return is_forbidden(q) ? -EPERM : FO_FILTER_PASS;
}

SEC("struct_ops/entry")
int BPF_PROG(hide_entry, struct fo_filter_question *q)
{
	entries++;
	return q->uid && has_suffix(q) ? FO_FILTER_HIDE : FO_FILTER_PASS;
}

SEC("struct_ops/open")
int BPF_PROG(hide_open, struct fo_filter_question *q)
{
	return q->mode & 07777 ? FO_FILTER_PASS : -EACCES;
}

SEC(".struct_ops.link")
struct fo_filter_ops hide = {
	.lookup = (void *)hide_lookup,
	.entry = (void *)hide_entry,
	.open = (void *)hide_open,
	.name = "hide",
};
