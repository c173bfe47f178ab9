/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands `fuse-overlay status DIR` and `refresh DIR`, by the ioctls of
 * fuse-overlay/control.h, and a status as text.
 */
#ifndef FO_PROCESS_STATUS_H
#define FO_PROCESS_STATUS_H

#include <stdio.h>

#include "fuse-overlay/control.h"

#define FO_STATUS_LINE_SIZE 512

/* All in one line, for the log. */
void fo_status_format_line(const struct fo_status *status,
			   char out_line[FO_STATUS_LINE_SIZE]);

/* One "name value" a line, and the opcodes that were used. */
void fo_status_print(const struct fo_status *status, FILE *out);

/* Ask the mount at path, and print. On failure one line has been logged. */
int fo_status_show(const char *path, FILE *out);

/* Let the mount at path show what changed below it. */
int fo_status_refresh(const char *path);

#endif
