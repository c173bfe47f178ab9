/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock on an upper or work directory. It belongs to the open directory,
 * and so ends with the process that has it, however that ends.
 *
 * umount(8) returns before the daemon has noticed, and a daemon that has
 * noticed may still have much to flush: who mounts again at once must wait
 * for it, but not for one that serves. So a daemon that is about to end
 * shares its lock, and others see that.
 */
#ifndef FO_STATE_LOCK_H
#define FO_STATE_LOCK_H

/* -EBUSY: another mount uses the directory, and goes on doing so. */
int fo_lock_take(int dir);
/* The mount is over, the lock not yet. Nothing to do for -1. */
void fo_lock_end(int dir);

#endif
