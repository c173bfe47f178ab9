// SPDX-License-Identifier: GPL-2.0-or-later
/* POSIX ACLs: what a new entry inherits from its directory. */
#include "overlay/acl.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "overlay/xattr.h"
#include "state/fs.h"
#include "system/xattr.h"

#define FO_ACL_RWX 07

/* The entries that a mode's bits are also in. */
struct fo_acl_classes {
	struct posix_acl_xattr_entry *owner, *group, *mask, *other;
	bool is_extended; /* more than what a mode can say */
};

static struct posix_acl_xattr_entry *fo_acl_entries(char *acl)
{
	return (struct posix_acl_xattr_entry
			*)(acl + sizeof(struct posix_acl_xattr_header));
}

int fo_acl_count(const char *acl, size_t size, size_t *out_count)
{
	const size_t header = sizeof(struct posix_acl_xattr_header);
	const size_t entry = sizeof(struct posix_acl_xattr_entry);
	uint32_t version;

	if (size < header || (size - header) % entry)
		return -EINVAL;
	memcpy(&version, acl, sizeof(version));
	if (le32toh(version) != POSIX_ACL_XATTR_VERSION)
		return -EINVAL;
	*out_count = (size - header) / entry;
	return 0;
}

static void fo_acl_classify(char *acl, size_t count,
			    struct fo_acl_classes *out_classes)
{
	struct posix_acl_xattr_entry *entry = fo_acl_entries(acl);
	struct fo_acl_classes classes = { 0 };

	for (; count; count--, entry++) {
		switch (le16toh(entry->e_tag)) {
		case ACL_USER_OBJ:
			classes.owner = entry;
			break;
		case ACL_GROUP_OBJ:
			classes.group = entry;
			break;
		case ACL_OTHER:
			classes.other = entry;
			break;
		case ACL_MASK:
			classes.mask = entry;
			classes.is_extended = true;
			break;
		default:
			classes.is_extended = true;
		}
	}
	*out_classes = classes;
}

/* Entry and mode both keep what the other has too. */
static mode_t fo_acl_meet(struct posix_acl_xattr_entry *entry, mode_t mode,
			  unsigned int shift)
{
	unsigned int perm = le16toh(entry->e_perm) & (mode >> shift) &
			    FO_ACL_RWX;

	entry->e_perm = htole16((uint16_t)perm);
	return (mode & ~((mode_t)FO_ACL_RWX << shift)) | perm << shift;
}

/* posix_acl_create_masq() of fs/posix_acl.c. */
static int fo_acl_mask_mode(char *acl, size_t size, mode_t *mode,
			    bool *out_extended)
{
	struct fo_acl_classes classes;
	size_t count;
	int err = fo_acl_count(acl, size, &count);

	if (err)
		return err;
	fo_acl_classify(acl, count, &classes);
	if (!classes.owner || !classes.group || !classes.other)
		return -EIO;
	*mode = fo_acl_meet(classes.owner, *mode, 6);
	*mode = fo_acl_meet(classes.mask ? classes.mask : classes.group, *mode,
			    3);
	*mode = fo_acl_meet(classes.other, *mode, 0);
	*out_extended = classes.is_extended;
	return 0;
}

static ssize_t fo_acl_read_default(struct fo_fs *fs, struct fo_node *dir,
				   char **out_acl)
{
	struct fo_descriptor *descriptor;
	ssize_t len;
	int err;

	if (!fs->config->acl)
		return 0;
	err = fo_tree_dir(fs, dir, fo_node_top(dir), &descriptor);
	if (err)
		return err;
	len = fo_xattr_get_all(descriptor->fd, FO_XATTR_ACL_DEFAULT, out_acl);
	fo_descriptor_put(&fs->descriptors, descriptor);
	return len == -ENODATA || len == -EOPNOTSUPP ? 0 : len;
}

int fo_acl_inherit(struct fo_fs *fs, struct fo_node *dir, mode_t mode,
		   mode_t umask, struct fo_inherited *out_inherited)
{
	_cleanup_free_ char *acl = NULL;
	struct fo_inherited inherited = { .mode = mode & 07777 };
	bool extended;
	ssize_t len = 0;
	int err;

	/* Links have no permissions of their own. */
	if (!S_ISLNK(mode))
		len = fo_acl_read_default(fs, dir, &acl);
	if (len < 0)
		return (int)len;
	if (!len) {
		if (!S_ISLNK(mode))
			inherited.mode &= ~umask;
		*out_inherited = inherited;
		return 0;
	}
	if (S_ISDIR(mode)) {
		inherited.fallback = malloc((size_t)len);
		if (!inherited.fallback)
			return -ENOMEM;
		memcpy(inherited.fallback, acl, (size_t)len);
		inherited.fallback_size = (size_t)len;
	}
	err = fo_acl_mask_mode(acl, (size_t)len, &inherited.mode, &extended);
	if (err) {
		fo_inherited_clear(&inherited);
		return err;
	}
	if (extended) {
		inherited.access = fo_take(&acl);
		inherited.access_size = (size_t)len;
	}
	*out_inherited = inherited;
	return 0;
}

void fo_inherited_clear(struct fo_inherited *inherited)
{
	free(fo_take(&inherited->access));
	free(fo_take(&inherited->fallback));
}

int fo_acl_apply(const struct fo_inherited *inherited, int fd)
{
	int err = 0;

	if (inherited->access)
		err = fo_xattr_set(fd, FO_XATTR_ACL_ACCESS, inherited->access,
				   inherited->access_size, 0);
	if (!err && inherited->fallback)
		err = fo_xattr_set(fd, FO_XATTR_ACL_DEFAULT,
				   inherited->fallback,
				   inherited->fallback_size, 0);
	return err;
}

void fo_acl_map_ids(char *acl, size_t size, const struct fo_acl_map *map)
{
	struct posix_acl_xattr_entry *entry;
	size_t count;

	if (fo_acl_count(acl, size, &count))
		return;
	for (entry = fo_acl_entries(acl); count; count--, entry++) {
		uint16_t tag = le16toh(entry->e_tag);
		const struct fo_idmap *ids = tag == ACL_USER  ? map->uids :
					     tag == ACL_GROUP ? map->gids :
								NULL;

		if (ids && ids->n)
			entry->e_id =
				htole32(map->map(ids, le32toh(entry->e_id)));
	}
}
