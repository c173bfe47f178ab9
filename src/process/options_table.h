/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options with a meaning of ours, one table: name, values, field. */
#ifndef FO_PROCESS_OPTIONS_TABLE_H
#define FO_PROCESS_OPTIONS_TABLE_H

#include <stddef.h>

#include "process/options_mount.h"

/* What parsing fills. */
struct fo_options {
	struct fo_config *config;
	struct fo_mount_flags flags;
};

/*
 * One option, value NULL where there is none; the value may be changed.
 * Unknown ones are warned of and pass. -EINVAL after a line of log; -ENOMEM.
 */
int fo_options_set(struct fo_options *options, const char *name, char *value);

#endif
