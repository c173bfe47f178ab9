/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX ACLs as the layers store them (system.posix_acl_*): what a new
 * entry inherits from its directory, with the caller's umask.
 */
#ifndef FO_OVERLAY_ACL_H
#define FO_OVERLAY_ACL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FO_XATTR_ACL_ACCESS "system.posix_acl_access"
#define FO_XATTR_ACL_DEFAULT "system.posix_acl_default"

struct fo_fs;
struct fo_idmap;
struct fo_node;

/* What a new entry begins with. */
struct fo_inherited {
	mode_t mode; /* permission bits, umask or default ACL applied */
	char *access; /* malloced ACL value to set, or NULL */
	size_t access_size;
	char *fallback; /* directories: the default ACL to set, or NULL */
	size_t fallback_size;
};

/*
 * mode: as the caller asked, without the umask applied. -EOPNOTSUPP of the
 * layer means: no ACL.
 */
int fo_acl_inherit(struct fo_fs *fs, struct fo_node *dir, mode_t mode,
		   mode_t umask, struct fo_inherited *out_inherited);
void fo_inherited_clear(struct fo_inherited *inherited);
/* Set them on what fd names. */
int fo_acl_apply(const struct fo_inherited *inherited, int fd);

/* The number of entries of an ACL value; -EINVAL for what is none. */
int fo_acl_count(const char *acl, size_t size, size_t *out_count);

/* Map the ids of named users and groups in an ACL value, in place. */
struct fo_acl_map {
	const struct fo_idmap *uids;
	const struct fo_idmap *gids;
	uint32_t (*map)(const struct fo_idmap *ids, uint32_t id);
};
void fo_acl_map_ids(char *acl, size_t size, const struct fo_acl_map *map);

#endif
