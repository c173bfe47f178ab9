/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libfuse has to say goes where our own messages go. */
#ifndef FO_PROCESS_LIBRARY_LOG_H
#define FO_PROCESS_LIBRARY_LOG_H

void fo_library_log_begin(void);

#endif
