// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any command line, one argument a line: parsed or refused, never a crash, a
 * leak, or a config that is not whole.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "process/options.h"

#define MAX_ARGS 64

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* A warning an option would drown what the fuzzer says on fd 2. */
	stderr = fopen("/dev/null", "w");
	return 0;
}

static void check_config(const struct fo_config *config)
{
	size_t i;

	if (!config->n_lower || config->n_data >= config->n_lower)
		abort();
	for (i = 0; i < config->n_lower; i++)
		if (!config->lowerdir[i] || !*config->lowerdir[i])
			abort();
	if (!config->mountpoint || !config->source || !config->mount_options)
		abort();
	if (!config->read_only && (!config->upperdir || !config->workdir))
		abort();
	if (config->stack_depth < 1 || config->stack_depth > 2 ||
	    config->timeout != config->timeout)
		abort();
}

static void parse(int argc, char *argv[], enum fo_privilege privilege)
{
	struct fo_command command;
	int err = fo_options_parse(argc, argv, privilege, &command);

	if (!err && (command.kind == FO_COMMAND_MOUNT ||
		     command.kind == FO_COMMAND_CHECK))
		check_config(&command.config);
	fo_command_clear(&command);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1);
	char *argv[MAX_ARGS + 1] = { NULL };
	char *rest = text;
	int argc = 0;

	if (!text)
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	while (rest && argc < MAX_ARGS)
		argv[argc++] = strsep(&rest, "\n");
	parse(argc, argv, FO_PRIVILEGE_NONE);
	parse(argc, argv, FO_PRIVILEGE_ADMINISTRATOR);
	return 0;
}
