/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line on the terminal about copy-ups that last longer than a second. */
#ifndef FO_PROCESS_PROGRESS_H
#define FO_PROCESS_PROGRESS_H

/* Only when stderr is a terminal and nothing becomes a daemon. */
void fo_progress_begin(void);

#endif
