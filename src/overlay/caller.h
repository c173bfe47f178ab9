/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks: the process behind a request, ids as the mount shows them. */
#ifndef FO_OVERLAY_CALLER_H
#define FO_OVERLAY_CALLER_H

#include <sys/types.h>

struct fo_caller {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	mode_t umask; /* the caller's, never the daemon's */
};

#endif
