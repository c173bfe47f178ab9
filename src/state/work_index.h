/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index belongs to one upper; part of fo_work_open(). */
#ifndef FO_STATE_WORK_INDEX_H
#define FO_STATE_WORK_INDEX_H

struct fo_fs;

/*
 * Refuse an index that has entries of another upper: they would come up in
 * this one. Says so. Source: ovl_get_indexdir(), fs/overlayfs/super.c.
 */
int fo_work_check_index(const struct fo_fs *fs);

#endif
