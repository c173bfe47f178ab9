// SPDX-License-Identifier: GPL-2.0-or-later
/* fuse-overlay: which command was given, and its exit status. */
#include <stdio.h>
#include <stdlib.h>

#include "process/help.h"
#include "process/options.h"
#include "process/session.h"
#include "process/status.h"
#include "system/process.h"

static int fo_command_run(struct fo_command *command)
{
	int err = 0;

	switch (command->kind) {
	case FO_COMMAND_MOUNT:
		return fo_session_run(&command->config);
	case FO_COMMAND_STATUS:
		err = fo_status_show(command->config.mountpoint, stdout);
		break;
	case FO_COMMAND_REFRESH:
		err = fo_status_refresh(command->config.mountpoint);
		break;
	case FO_COMMAND_HELP:
		fo_help_print(stdout);
		break;
	case FO_COMMAND_VERSION:
		fo_version_print(stdout);
		break;
	case FO_COMMAND_CHECK:
		break;
	}
	return err || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	enum fo_privilege privilege = fo_sys_is_administrator() ?
					      FO_PRIVILEGE_ADMINISTRATOR :
					      FO_PRIVILEGE_NONE;
	struct fo_command command;
	int status = EXIT_FAILURE;

	fo_sys_open_standard();
	if (!fo_options_parse(argc, argv, privilege, &command))
		status = fo_command_run(&command);
	fo_command_clear(&command);
	return status;
}
