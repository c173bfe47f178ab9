/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Becoming a daemon, for callers that wait: the parent exits 0 once the
 * mount answers, or 1 after the child has said on stderr what is wrong. The
 * child lets go of stdin, stdout and stderr before, since container engines
 * also wait for those.
 */
#ifndef FO_PROCESS_DAEMON_H
#define FO_PROCESS_DAEMON_H

#include <stdbool.h>

struct fo_daemon {
	int ready_fd; /* the child's end of the pipe; -1: nobody waits */
};

enum fo_daemon_side {
	FO_DAEMON_CHILD, /* go on, and serve */
	FO_DAEMON_PARENT, /* it is over: return *out_status */
};

/*
 * Fork; the parent waits here. In the foreground there is no fork and no
 * parent. -errno if it cannot be done, after a line of log.
 */
int fo_daemon_begin(struct fo_daemon *daemon, bool foreground,
		    enum fo_daemon_side *out_side, int *out_status);

/*
 * The mount answers: let the parent go. From any thread, once, with SIGPIPE
 * ignored. -EPIPE: the parent was killed meanwhile, and its caller believes
 * that there is no mount.
 */
int fo_daemon_ready(struct fo_daemon *daemon);

/* Close what is left; without fo_daemon_ready() the parent sees failure. */
void fo_daemon_end(struct fo_daemon *daemon);

#endif
