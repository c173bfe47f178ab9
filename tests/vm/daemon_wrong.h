/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies with blocks that are wrong, and saying what became of them. */
#ifndef VM_DAEMON_WRONG_H
#define VM_DAEMON_WRONG_H

#include "daemon.h"

#define BACKING(l, f)                                                     \
	{                                                                 \
		.type = FO_FUSEBPF_BLOCK_BACKING, .layer = (l), .fd = (f) \
	}

extern int wrong_failed; /* not 0: something was not as wanted */

/* Says "ok - WHAT" if both errnos are the same. */
void is(int got, int wanted, const char *what);
/* A descriptor of O_PATH. */
int in_layer(int layer, const char *path);
/* Every field of a block wrong, in answer to a lookup, which waits on. */
void try_blocks(int device, const struct request *request, const char *mnt);

#endif
