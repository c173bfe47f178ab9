/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * The contract between the module fusebpf and a filter: a set of BPF programs
 * of the struct_ops type fo_filter_ops, asked in the kernel about every name
 * before it is shown. doc/fusebpf.md explains, tests/vm/hide.bpf.c is one.
 *
 *	SEC("struct_ops/lookup")
 *	int BPF_PROG(hide_lookup, struct fo_filter_question *q)
 *	{
 *		return q->uid == 65534 ? -EACCES : FO_FILTER_PASS;
 *	}
 *
 *	SEC(".struct_ops.link")
 *	struct fo_filter_ops hide = {
 *		.lookup = (void *)hide_lookup,
 *		.name = "hide",
 *	};
 *
 * Registered under its name by bpf_map__attach_struct_ops() (libbpf >= 1.4), it
 * is mounted with filter=hide, or several with filter=one:two. They are asked in
 * that order; the first that does not answer FO_FILTER_PASS has decided.
 *
 * - A filter hides or refuses, it never adds. It sees names that exist once
 *   the layers have been merged, and does not sleep.
 * - Nothing that it hides or refuses is cached, and what is cached is asked
 *   about again at every lookup, so that an answer can change.
 * - Detached, its answer is FO_FILTER_UPCALL: nothing passes unfiltered.
 */
#ifndef FUSE_OVERLAY_FUSEBPF_FILTER_H
#define FUSE_OVERLAY_FUSEBPF_FILTER_H

#include <fuse-overlay/filter.h> /* enum fo_filter_verdict */

/*
 * Further verdicts. Every value that is none, and no errno, is EIO.
 * UPCALL: the daemon is asked (lookup only); without one, ENOTCONN.
 */
enum {
	FO_FILTER_UPCALL = 2,
};

#define FO_FILTER_OPS_NAME_SIZE 16

#ifdef __bpf__
#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)
#endif

/* One question. Fields are only ever appended. */
struct fo_filter_question {
	__u64 dir_ino; /* st_ino of the directory */
	__u64 ino; /* st_ino of what the name stands for */
	__u64 present; /* bit i: layer i is part of it; 0 in a listing */
	__u32 mode; /* st_mode; in a listing the type alone, or 0: unknown */
	__u32 uid; /* of the caller, in the initial user namespace */
	__u32 gid;
	__u32 pid; /* thread group, in the initial pid namespace */
	__u32 flags; /* of open(2), where that is asked about; else 0 */
	__u32 name_len; /* bytes, without a NUL; 0: the name is not known */
};

/*
 * What a filter has. A program that is left away passes everything.
 * lookup: FO_FILTER_PASS, HIDE, UPCALL or -errno;
 * entry (of a listing): PASS or HIDE, everything else passes as well, as a
 *	name that may not be read does;
 * open (of a regular file): PASS or -errno.
 */
struct fo_filter_ops {
	int (*lookup)(struct fo_filter_question *question);
	int (*entry)(struct fo_filter_question *question);
	int (*open)(struct fo_filter_question *question);
	char name[FO_FILTER_OPS_NAME_SIZE];
};

#ifdef __bpf__
#pragma clang attribute pop

/*
 * Copy the name to dst and fill up with NULs. Returns its length, or -E2BIG
 * if dst has no room for it and a NUL.
 */
extern int fo_filter_name(struct fo_filter_question *question, char *dst,
			  __u32 dst__sz) __attribute__((section(".ksyms")));
#endif

#endif
