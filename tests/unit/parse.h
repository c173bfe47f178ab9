/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line, parsed by the daemon's own parser. */
#ifndef FO_TESTS_UNIT_PARSE_H
#define FO_TESTS_UNIT_PARSE_H

#include <errno.h>

#include "base/base.h"
#include "capture.h"
#include "process/options.h"

#define MAX_ARGS 16

/* A command line of one test, parsed. */
struct parsed {
	struct fo_command command;
	struct capture said;
	int err;
};

static inline void parse_as(struct parsed *parsed, enum fo_privilege privilege,
			    const char *const args[])
{
	char *argv[MAX_ARGS + 1] = { NULL };
	int argc;

	for (argc = 0; args[argc]; argc++)
		argv[argc] = strdup(args[argc]);
	capture_begin(&parsed->said);
	parsed->err = fo_options_parse(argc, argv, privilege, &parsed->command);
	capture_end(&parsed->said);
	while (argc)
		free(argv[--argc]);
}

#define PARSE(parsed, ...)                              \
	parse_as(&(parsed), FO_PRIVILEGE_ADMINISTRATOR, \
		 (const char *const[]){ "fuse-overlay", __VA_ARGS__, NULL })

#define CONFIG(parsed) (&(parsed).command.config)

#endif
