/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners: as a layer stores them, and as the mount shows them. */
#ifndef FO_OVERLAY_IDS_H
#define FO_OVERLAY_IDS_H

#include <sys/types.h>

struct fo_fs;

/* uidmapping, gidmapping, squash_to_*: stored becomes shown, in place. */
void fo_ids_show(const struct fo_fs *fs, uid_t *uid, gid_t *gid);
/*
 * Shown becomes stored, in place; (uid_t)-1 and (gid_t)-1 stay. A squashed
 * id is stored as the id that it is squashed to.
 */
void fo_ids_store(const struct fo_fs *fs, uid_t *uid, gid_t *gid);

#endif
