// SPDX-License-Identifier: GPL-2.0-or-later
/* Owners: as a layer stores them, and as the mount shows them. */
#include "overlay/ids.h"

#include "state/fs.h"

void fo_ids_show(const struct fo_fs *fs, uid_t *uid, gid_t *gid)
{
	const struct fo_config *config = fs->config;

	if (config->squash_uid)
		*uid = config->squash_to_uid;
	else if (config->uidmap.n)
		*uid = fo_idmap_show(&config->uidmap, *uid);
	if (config->squash_gid)
		*gid = config->squash_to_gid;
	else if (config->gidmap.n)
		*gid = fo_idmap_show(&config->gidmap, *gid);
}

void fo_ids_store(const struct fo_fs *fs, uid_t *uid, gid_t *gid)
{
	const struct fo_config *config = fs->config;

	if (*uid != (uid_t)-1) {
		if (config->squash_uid)
			*uid = config->squash_to_uid;
		else if (config->uidmap.n)
			*uid = fo_idmap_store(&config->uidmap, *uid);
	}
	if (*gid != (gid_t)-1) {
		if (config->squash_gid)
			*gid = config->squash_to_gid;
		else if (config->gidmap.n)
			*gid = fo_idmap_store(&config->gidmap, *gid);
	}
}
