/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing whole trees. */
#ifndef FO_SYSTEM_REMOVE_H
#define FO_SYSTEM_REMOVE_H

/*
 * Remove name in dir and all that is below it; symlinks are removed, not
 * followed, and other mounts not entered. What is not there is no error.
 */
int fo_remove_tree(int dir, const char *name);

/* Remove all that is in the directory, but not itself. */
int fo_remove_contents(int dir);

#endif
