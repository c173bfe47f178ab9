// SPDX-License-Identifier: GPL-2.0-or-later
/* The lock on an upper or work directory. */
#include "state/lock.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "system/sys.h"

/* How often to look, and for how long at a daemon that serves or ends. */
#define FO_LOCK_PAUSE_NS (10 * 1000 * 1000)
#define FO_LOCK_PATIENCE 100
#define FO_LOCK_PATIENCE_ENDING 6000

static bool fo_lock_is_ending(int dir)
{
	if (fo_sys_lock(dir, FO_LOCK_SHARED))
		return false;
	/* Not kept: of two that wait, neither may stop the other. */
	(void)fo_sys_lock(dir, FO_LOCK_NONE);
	return true;
}

int fo_lock_take(int dir)
{
	const struct timespec pause = { .tv_nsec = FO_LOCK_PAUSE_NS };
	unsigned int serving = 0, ending = 0;

	for (;;) {
		int err = fo_sys_lock(dir, FO_LOCK_ALONE);

		if (err != -EWOULDBLOCK)
			return err;
		if (fo_lock_is_ending(dir))
			ending++;
		else
			serving++;
		if (serving > FO_LOCK_PATIENCE ||
		    ending > FO_LOCK_PATIENCE_ENDING)
			return -EBUSY;
		(void)nanosleep(&pause, NULL);
	}
}

void fo_lock_end(int dir)
{
	if (dir >= 0)
		(void)fo_sys_lock(dir, FO_LOCK_SHARED);
}
