/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user's own filter (option filter=): a BPF program that is asked about
 * every name that a lookup finds and every entry that is listed. The
 * contract with the program is include/fuse-overlay/filter.h.
 */
#ifndef FO_ENGINE_FILTER_H
#define FO_ENGINE_FILTER_H

#include <stdint.h>
#include <sys/types.h>

struct fo_filter;

/* One name that is about to be shown. */
struct fo_filter_query {
	const char *name;
	uint64_t dir_ino; /* st_ino of its directory */
	uint64_t ino;
	uint64_t present; /* bit i: layer i has it, 0 is the upper; listings: 0 */
	uint32_t mode; /* for listings the type alone */
	uint32_t uid, gid, pid; /* of the caller */
	uint32_t listing; /* not 0: an entry of readdir */
};

/*
 * Load and verify an object file. On failure one line (and the verifier's
 * own words) has been logged. -EPERM without BPF rights, -EOPNOTSUPP in a
 * build without BPF.
 */
int fo_filter_load(const char *path, struct fo_filter **out_filter);
void fo_filter_free(struct fo_filter *filter);

/* 0: show it; -ENOENT: hide it; another -errno: refuse with that. */
int fo_filter_ask(struct fo_filter *filter,
		  const struct fo_filter_query *query);

#endif
