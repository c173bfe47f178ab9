/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing names: unlink and rmdir. */
#ifndef FO_OVERLAY_REMOVE_H
#define FO_OVERLAY_REMOVE_H

struct fo_fs;
struct fo_node;

/*
 * The node stays usable by those who have it open (it is pinned). A name of
 * a lower is whited out. One rename in the upper: before or after, never
 * between.
 */
int fo_unlink(struct fo_fs *fs, struct fo_node *dir, const char *name);
int fo_rmdir(struct fo_fs *fs, struct fo_node *dir, const char *name);

#endif
