// SPDX-License-Identifier: GPL-2.0-or-later
/* One line per message, to stderr or syslog. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <syslog.h>

#define FO_LOG_NAME "fuse-overlay"

/* Changed while other threads may log. */
static _Atomic enum fo_log_to fo_log_to;
static atomic_bool fo_log_debugs;

static void fo_log_write(int priority, const char *kind, const char *format,
			 va_list args)
{
	char line[2048];

	vsnprintf(line, sizeof(line), format, args);
	if (fo_log_to == FO_LOG_SYSLOG)
		syslog(priority, "%s%s", kind, line);
	else
		fprintf(stderr, FO_LOG_NAME ": %s%s\n", kind, line);
}

void fo_log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fo_log_write(LOG_ERR, "", format, args);
	va_end(args);
}

void fo_log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fo_log_write(LOG_WARNING, "warning: ", format, args);
	va_end(args);
}

void fo_log_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fo_log_write(LOG_INFO, "", format, args);
	va_end(args);
}

void fo_log_debug(const char *format, ...)
{
	va_list args;

	if (!fo_log_debugs)
		return;
	va_start(args, format);
	fo_log_write(LOG_DEBUG, "", format, args);
	va_end(args);
}

void fo_log_send_to(enum fo_log_to to)
{
	if (to == FO_LOG_SYSLOG)
		openlog(FO_LOG_NAME, LOG_PID, LOG_DAEMON);
	fo_log_to = to;
}

void fo_log_set_debug(bool debug)
{
	fo_log_debugs = debug;
}
