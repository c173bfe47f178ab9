// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter that hides what editors, compilers and patch leave behind: every
 * name that ends in one of the suffixes below, for everybody. Directories
 * are shown whatever their name. To hide other suffixes edit the list and
 * compile it again, as doc/filters.md says.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"
#include "fuse-overlay/policy.h"

#define SUFFIX_SIZE 12 /* with the NUL */

/* Not static: in .rodata by name, so that bpftool can show it. */
const volatile char suffixes[][SUFFIX_SIZE] = {
	"~", ".bak", ".orig", ".rej", ".swp", ".tmp", ".o", ".pyc",
};

#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

static __always_inline int ends_in(const struct fo_filter_name *name, __u32 len,
				   const volatile char *suffix)
{
	__u32 n = 0, i;

	while (n < SUFFIX_SIZE - 1 && suffix[n])
		n++;
	/* A name that is all suffix, such as ".o", is not meant. */
	if (n >= len)
		return 0;
	for (i = 0; i < n; i++) {
		__u32 at = len - n + i;

		if (at >= FO_FILTER_NAME_SIZE || name->text[at] != suffix[i])
			return 0;
	}
	return 1;
}

SEC("syscall")
int fo_filter(struct fo_filter_context *ctx)
{
	struct fo_filter_name name;
	__u32 i;

	if ((ctx->mode & FO_MODE_TYPE) == FO_MODE_DIR)
		return FO_FILTER_PASS;
	fo_filter_copy_name(&name, ctx);
	for (i = 0; i < N_SUFFIXES; i++)
		if (ends_in(&name, ctx->name_len, suffixes[i]))
			return FO_FILTER_HIDE;
	return FO_FILTER_PASS;
}

char LICENSE[] SEC("license") = "GPL";
