/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which system calls change files: the points at which a daemon can die. */
#ifndef FO_TEST_CALLS_H
#define FO_TEST_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The name of the call that thread pid is about to make, if it changes a
 * file of a layer; else NULL. Answers to the kernel, pipes and reads do not
 * count.
 */
const char *fo_call_that_changes(pid_t pid, uint64_t number,
				 const uint64_t args[6]);

#endif
