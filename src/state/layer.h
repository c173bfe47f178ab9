/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening layers and the work directory; part of fo_fs_open(). */
#ifndef FO_STATE_LAYER_H
#define FO_STATE_LAYER_H

#include <stdint.h>

struct fo_fs;

/* Open upper and lowers into fs->layers. Logs what is wrong. */
int fo_layers_open(struct fo_fs *fs);
/* Where handles may be opened: a descriptor to do it by, per filesystem. */
void fo_layers_open_mounts(struct fo_fs *fs);
void fo_layers_close(struct fo_fs *fs);

/*
 * Replace each root by a private mount of it, where that is allowed. The
 * upper too, so that work and upper lie in one mount: before fo_work_open.
 */
void fo_layers_make_private(struct fo_fs *fs);

/*
 * Open, lock and clean the work directory, and try what the upper's
 * filesystem can do. A filesystem that is read-only makes a read-only mount.
 */
int fo_work_open(struct fo_fs *fs);
/* The mount is over: who wants the work directory may wait for its end. */
void fo_work_end(struct fo_fs *fs);
void fo_work_close(struct fo_fs *fs);

#endif
