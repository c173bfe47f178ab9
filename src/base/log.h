/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the user: one line each, on stderr, and to syslog once the
 * daemon has let go of stderr. Floors below process return errors instead,
 * but for what is found while a mount is made ready.
 */
#ifndef FO_BASE_LOG_H
#define FO_BASE_LOG_H

#include "base/base.h"

enum fo_log_to {
	FO_LOG_STDERR,
	FO_LOG_SYSLOG,
};

void fo_log_error(const char *format, ...) _printf_(1, 2);
void fo_log_warn(const char *format, ...) _printf_(1, 2);
/* Something asked for, such as statistics. */
void fo_log_note(const char *format, ...) _printf_(1, 2);
/* Only with -d. */
void fo_log_debug(const char *format, ...) _printf_(1, 2);

void fo_log_send_to(enum fo_log_to to);
void fo_log_set_debug(bool debug);

#endif
