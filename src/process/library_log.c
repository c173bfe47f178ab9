// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libfuse's messages, which it would write to stderr: that is /dev/null once
 * the daemon runs, and whatever it said of a broken connection was lost.
 */
#include "process/library_log.h"

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
#include <fuse_lowlevel.h>
#include <fuse_log.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define FO_LIBRARY_LINE_SIZE 1024

static void fo_library_log(enum fuse_log_level level, const char *format,
			   va_list args)
{
	char line[FO_LIBRARY_LINE_SIZE];

	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = '\0';
	if (!*line)
		return;
	if (level <= FUSE_LOG_ERR)
		fo_log_error("%s", line);
	else if (level == FUSE_LOG_WARNING)
		fo_log_warn("%s", line);
	else
		fo_log_debug("%s", line);
}

void fo_library_log_begin(void)
{
	fuse_set_log_func(fo_library_log);
}
