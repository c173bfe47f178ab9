/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One mount, from its options to its end. */
#ifndef FO_PROCESS_SESSION_H
#define FO_PROCESS_SESSION_H

struct fo_config;

/*
 * Mount, and in the daemon serve until unmounted. Makes the mountpoint of
 * the config absolute. Returns the exit status of this process, of parent
 * and daemon alike; what went wrong has been logged.
 */
int fo_session_run(struct fo_config *config);

#endif
