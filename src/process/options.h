/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line, in every form in which people, mount(8) and container
 * engines write it (doc/containers.md), made into a struct fo_config:
 *
 *   PROG -o OPTIONS TARGET
 *   PROG SOURCE TARGET -o OPTIONS [-o OPTIONS]... [-t TYPE]
 *   PROG status TARGET, PROG refresh TARGET
 */
#ifndef FO_PROCESS_OPTIONS_H
#define FO_PROCESS_OPTIONS_H

#include <stdbool.h>

#include "state/config.h"

enum fo_command_kind {
	FO_COMMAND_MOUNT,
	FO_COMMAND_CHECK, /* mount -f: options are looked at, no more */
	FO_COMMAND_HELP,
	FO_COMMAND_VERSION,
	FO_COMMAND_STATUS,
	FO_COMMAND_REFRESH,
};

struct fo_command {
	enum fo_command_kind kind;
	/*
	 * Complete for a mount; for status and refresh the mountpoint alone.
	 * The mountpoint is as it was written: fo_target_resolve() is next.
	 */
	struct fo_config config;
};

/* Who mounts: decides over default options. */
enum fo_privilege {
	FO_PRIVILEGE_NONE, /* by the help of fusermount3 */
	FO_PRIVILEGE_ADMINISTRATOR, /* of this user namespace */
};

/*
 * Parse and check. argv[0] counts: as mount.* the flags are mount(8)'s. On
 * failure one line has been logged; fo_command_clear() in any case.
 * -EINVAL, -ENOMEM.
 */
int fo_options_parse(int argc, char *const argv[], enum fo_privilege privilege,
		     struct fo_command *out_command);
void fo_command_clear(struct fo_command *command);

#endif
