// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter that refuses names to users: a rule is a range of uids and how a
 * name begins, and who falls under one gets EACCES from open, stat and all
 * else that names the file or directory. The name stays in listings, as that
 * of a file without read permission does. To have other rules edit the list
 * and compile it again, as doc/filters.md says.
 */
#include <asm-generic/errno-base.h>
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"

#define PREFIX_SIZE 16 /* with the NUL */

struct rule {
	__u32 first_uid, last_uid;
	char prefix[PREFIX_SIZE]; /* "": every name */
};

const volatile struct rule rules[] = {
	/* People do not read what services keep to themselves. */
	{ 1000, 59999, "private" },
	/* Nobody but root sees what is handed to programs at start. */
	{ 1, 0xffffffff, ".env" },
	/* Who has no identity here gets nothing. */
	{ 65534, 65534, "" },
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

static __always_inline int begins_with(const struct fo_filter_name *name,
				       const volatile char *prefix)
{
	__u32 i;

	for (i = 0; i < PREFIX_SIZE && prefix[i]; i++)
		if (name->text[i] != prefix[i])
			return 0;
	return 1;
}

SEC("syscall")
int fo_filter(struct fo_filter_context *ctx)
{
	struct fo_filter_name name;
	__u32 uid = ctx->uid;
	__u32 i;

	if (ctx->listing)
		return FO_FILTER_PASS;
	fo_filter_copy_name(&name, ctx);
	for (i = 0; i < N_RULES; i++)
		if (uid >= rules[i].first_uid && uid <= rules[i].last_uid &&
		    begins_with(&name, rules[i].prefix))
			return -EACCES;
	return FO_FILTER_PASS;
}

char LICENSE[] SEC("license") = "GPL";
