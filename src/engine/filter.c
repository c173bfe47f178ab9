// SPDX-License-Identifier: GPL-2.0-or-later
/* A user's filter: questions in the words of filter.h, verdicts as errors. */
#include "engine/filter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "engine/filter_bpf.h"

/* The greatest errno. Source: MAX_ERRNO, include/linux/err.h. */
#define FO_ERRNO_MAX 4095

struct fo_filter {
	struct fo_filter_program *program;
	atomic_flag has_failed; /* said once that it cannot be run */
};

static int fo_filter_run(struct fo_filter *filter,
			 const struct fo_filter_query *query,
			 int32_t *out_verdict)
{
	size_t len = strlen(query->name);
	struct fo_filter_context context = {
		.dir_ino = query->dir_ino,
		.ino = query->ino,
		.present = query->present,
		.mode = query->mode,
		.uid = query->uid,
		.gid = query->gid,
		.pid = query->pid,
		.listing = query->listing != 0,
		.name_len = (uint32_t)len,
	};

	if (len >= sizeof(context.name))
		return -ENAMETOOLONG;
	memcpy(context.name, query->name, len);
	return fo_filter_program_run(filter->program, &context, out_verdict);
}

/* A verdict as an error; what the contract does not know is refused. */
static int fo_filter_judge(int32_t verdict)
{
	switch (verdict) {
	case FO_FILTER_PASS:
		return 0;
	case FO_FILTER_HIDE:
		return -ENOENT;
	default:
		if (verdict < 0 && verdict >= -FO_ERRNO_MAX)
			return verdict;
		return -EIO;
	}
}

/* Asks once, so that a program that cannot be run fails the mount. */
static int fo_filter_try(struct fo_filter *filter, const char *path)
{
	const struct fo_filter_query query = { .name = "." };
	int32_t verdict;
	int err = fo_filter_run(filter, &query, &verdict);

	if (err == -EINVAL)
		fo_log_error("filter '%s': the program reads beyond the "
			     "context, or the kernel cannot run it; compile "
			     "it with this version's filter.h",
			     path);
	else if (err)
		fo_log_error("filter '%s': the program cannot be run: %s", path,
			     strerror(-err));
	return err;
}

int fo_filter_load(const char *path, struct fo_filter **out_filter)
{
	struct fo_filter *filter = calloc(1, sizeof(*filter));
	int err;

	if (!filter)
		return -ENOMEM;
	atomic_flag_clear(&filter->has_failed);
	err = fo_filter_program_load(path, &filter->program);
	if (!err)
		err = fo_filter_try(filter, path);
	if (err)
		fo_filter_free(filter);
	else
		*out_filter = filter;
	return err;
}

void fo_filter_free(struct fo_filter *filter)
{
	if (!filter)
		return;
	fo_filter_program_free(filter->program);
	free(filter);
}

int fo_filter_ask(struct fo_filter *filter, const struct fo_filter_query *query)
{
	int32_t verdict;
	int err = fo_filter_run(filter, query, &verdict);

	if (!err)
		return fo_filter_judge(verdict);
	/* Nothing is shown that the filter has not seen. */
	if (!atomic_flag_test_and_set(&filter->has_failed))
		fo_log_error("the filter cannot be run: %s; names are refused",
			     strerror(-err));
	return -EIO;
}
