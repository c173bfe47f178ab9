/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount point: what may be mounted on, and what is needed for it. */
#ifndef FO_PROCESS_TARGET_H
#define FO_PROCESS_TARGET_H

/*
 * The absolute path of a directory to mount on, malloced: the daemon's
 * current directory changes. "/dev/fd/N", a connection that mount.fuse3 has
 * made, stands as it is. On failure one line has been logged.
 */
int fo_target_resolve(const char *target, char **out_path);

/* Is there a /dev/fuse to connect to? Logs what to do if not. */
int fo_target_check_device(const char *target);

#endif
