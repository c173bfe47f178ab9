/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Half-made things: entries of workdir/work with names of their own, that a
 * crash leaves behind and the next mount removes.
 */
#ifndef FO_OVERLAY_TEMPORARY_H
#define FO_OVERLAY_TEMPORARY_H

#include <sys/types.h>

struct fo_fs;

#define FO_TEMPORARY_SIZE 24

/* A name that nothing in work has. */
void fo_temporary_name(struct fo_fs *fs, char out_name[FO_TEMPORARY_SIZE]);

/* Remove name from work, whatever it is; errors do not matter. */
void fo_temporary_remove(struct fo_fs *fs, const char *name);

#endif
