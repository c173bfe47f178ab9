// SPDX-License-Identifier: GPL-2.0-or-later
/* The workloads by name: what each needs, and the pass that is timed. */
#include <string.h>

#include "base/base.h"
#include "bench.h"

const struct fo_workload fo_workloads[] = {
	{ "stat-cold", "read", "small", FO_BENCH_COLD, NULL, fo_pass_stat },
	{ "stat-warm", "read", "small", FO_BENCH_WARM, NULL, fo_pass_stat },
	{ "readdir-cold", "read", "many", FO_BENCH_COLD, NULL,
	  fo_pass_readdir },
	{ "readdir-warm", "read", "many", FO_BENCH_WARM, NULL,
	  fo_pass_readdir },
	{ "ls-cold", "read", "many", FO_BENCH_COLD, NULL, fo_pass_ls },
	{ "ls-warm", "read", "many", FO_BENCH_WARM, NULL, fo_pass_ls },
	{ "open-close", "read", "small", FO_BENCH_WARM, NULL, fo_pass_open },
	{ "cat-cold", "read", "small", FO_BENCH_COLD, NULL, fo_pass_cat },
	{ "cat-warm", "read", "small", FO_BENCH_WARM, NULL, fo_pass_cat },
	{ "git-status-cold", "read", "repo", FO_BENCH_COLD, NULL,
	  fo_pass_git_status },
	{ "git-status-warm", "read", "repo", FO_BENCH_WARM, NULL,
	  fo_pass_git_status },
	{ "git-grep", "read", "repo", FO_BENCH_COLD, NULL, fo_pass_git_grep },

	{ "read-seq", "upper", "io", FO_BENCH_WARM, NULL, fo_pass_read_seq },
	{ "read-random", "upper", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_random },
	{ "read-direct", "upper", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_direct },
	{ "read-mmap", "upper", "io", FO_BENCH_WARM, NULL, fo_pass_read_mmap },
	{ "write-seq", "upper", "io", FO_BENCH_WARM, NULL, fo_pass_write_seq },
	{ "write-random", "upper", "io", FO_BENCH_WARM, NULL,
	  fo_pass_write_random },
	{ "write-direct", "upper", "io", FO_BENCH_WARM, NULL,
	  fo_pass_write_direct },
	{ "write-mmap", "upper", "io", FO_BENCH_WARM, NULL,
	  fo_pass_write_mmap },
	{ "read-seq-lower", "read", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_seq },
	{ "read-random-lower", "read", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_random },
	{ "read-seq-ro", "ro", "io", FO_BENCH_WARM, NULL, fo_pass_read_seq },
	{ "read-random-ro", "ro", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_random },
	{ "read-direct-ro", "ro", "io", FO_BENCH_WARM, NULL,
	  fo_pass_read_direct },
	{ "read-mmap-ro", "ro", "io", FO_BENCH_WARM, NULL, fo_pass_read_mmap },

	{ "create", "new", "-", FO_BENCH_COLD, NULL, fo_pass_create },
	{ "unlink", "new", "-", FO_BENCH_COLD, fo_prepare_create,
	  fo_pass_unlink },
	{ "untar", "new", "-", FO_BENCH_COLD, NULL, fo_pass_untar },
	{ "rm-upper", "new", "-", FO_BENCH_COLD, fo_prepare_untar,
	  fo_pass_rm_upper },
	{ "rm-lower", "change", "small", FO_BENCH_COLD, NULL,
	  fo_pass_rm_lower },
	{ "copyup-small", "change", "small", FO_BENCH_COLD, NULL,
	  fo_pass_copyup_small },
	{ "copyup-1m", "change", "mid", FO_BENCH_COLD, NULL,
	  fo_pass_copyup_mid },
	{ "copyup-1g", "change", "big", FO_BENCH_COLD, NULL,
	  fo_pass_copyup_big },
	{ "copyup-1g-reflink", "reflink", "big", FO_BENCH_COLD, NULL,
	  fo_pass_copyup_big },

	{ "memory", "memory", "inodes", FO_BENCH_COLD, NULL,
	  fo_pass_stat_inodes },
	{ "mount-1", "mount", "-", FO_BENCH_COLD, NULL, NULL },
	{ "mount-20", "mount", "-", FO_BENCH_COLD, NULL, NULL },
	{ "mount-100", "mount", "-", FO_BENCH_COLD, NULL, NULL },
	{ "mount-500", "mount", "-", FO_BENCH_COLD, NULL, NULL },
	{ 0 },
};

const struct fo_workload *fo_workload_find(const char *name)
{
	const struct fo_workload *workload;

	for (workload = fo_workloads; workload->name; workload++)
		if (!strcmp(workload->name, name))
			return workload;
	return NULL;
}
