/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renaming: files, directories, exchange, whiteout left behind. */
#ifndef FO_OVERLAY_RENAME_H
#define FO_OVERLAY_RENAME_H

#include "state/tree.h"

struct fo_fs;

struct fo_rename {
	struct fo_place from;
	struct fo_place to;
	unsigned int flags; /* RENAME_NOREPLACE, _EXCHANGE, _WHITEOUT */
};

/* -EXDEV for a merged directory where redirect_dir is not on. */
int fo_rename(struct fo_fs *fs, const struct fo_rename *rename);

#endif
