/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF program behind a filter; part of filter.c. */
#ifndef FO_ENGINE_FILTER_BPF_H
#define FO_ENGINE_FILTER_BPF_H

#include <errno.h>
#include <stdint.h>

#include "base/log.h"
#include "fuse-overlay/filter.h"

struct fo_filter_program;

#ifdef HAVE_BPF

/* Logs what is wrong; -errno. */
int fo_filter_program_load(const char *path,
			   struct fo_filter_program **out_program);
void fo_filter_program_free(struct fo_filter_program *program);

/* What the program returned; -errno if it could not be run. */
int fo_filter_program_run(const struct fo_filter_program *program,
			  struct fo_filter_context *context,
			  int32_t *out_verdict);

#else

static inline int fo_filter_program_load(const char *path,
					 struct fo_filter_program **out_program)
{
	(void)out_program;
	fo_log_error("filter '%s': this fuse-overlay was built without BPF; "
		     "mount without filter=, or build it without "
		     "--without-bpf",
		     path);
	return -EOPNOTSUPP;
}

static inline void fo_filter_program_free(struct fo_filter_program *program)
{
	(void)program;
}

static inline int fo_filter_program_run(const struct fo_filter_program *program,
					struct fo_filter_context *context,
					int32_t *out_verdict)
{
	(void)program;
	(void)context;
	(void)out_verdict;
	return -EOPNOTSUPP;
}

#endif
#endif
