/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user's filter says of a name that is about to be shown. */
#ifndef FO_PROTOCOL_SCREEN_H
#define FO_PROTOCOL_SCREEN_H

#include "protocol/ask.h"

struct fo_looked;
struct stat;

/* 0, -ENOENT for hidden, or another -errno; then the lookup is taken back. */
int fo_screen_looked(fuse_req_t req, const struct fo_node *dir,
		     const char *name, const struct fo_looked *looked);

/*
 * Is an entry to be left out of a listing? One that is refused stays, as that
 * of a file that may not be read does. Of st the inode and the type count.
 */
bool fo_screen_hides(fuse_req_t req, const struct fo_node *dir,
		     const char *name, const struct stat *st);

/*
 * A name that is about to be made, or to be replaced by a rename: -EEXIST if
 * something has it that the caller is not shown; an -errno if it is refused.
 */
int fo_screen_target(fuse_req_t req, struct fo_node *dir, const char *name);

#endif
