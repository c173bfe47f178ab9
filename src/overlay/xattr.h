/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended attributes of nodes. Overlay's own are hidden; a user's
 * "trusted.overlay.x" is stored escaped ("trusted.overlay.overlay.x"), so
 * that overlays nest. Results are lengths, 0 or -errno.
 */
#ifndef FO_OVERLAY_XATTR_H
#define FO_OVERLAY_XATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct fo_fs;
struct fo_node;

struct fo_xattr_change {
	const char *name;
	const void *value;
	size_t size;
	int flags; /* XATTR_CREATE, XATTR_REPLACE */
	/* setting an access ACL must clear setgid (FUSE_SETXATTR_ACL_KILL_SGID) */
	bool kill_setgid;
};

/* size 0 asks for the length alone. */
ssize_t fo_node_getxattr(struct fo_fs *fs, struct fo_node *node,
			 const char *name, void *out_value, size_t size);
ssize_t fo_node_listxattr(struct fo_fs *fs, struct fo_node *node,
			  char *out_list, size_t size);
int fo_node_setxattr(struct fo_fs *fs, struct fo_node *node,
		     const struct fo_xattr_change *change);
int fo_node_removexattr(struct fo_fs *fs, struct fo_node *node,
			const char *name);

/* Is this one of overlay's own, under this mount's prefix? */
bool fo_xattr_is_private(const struct fo_fs *fs, const char *name);

/*
 * All attributes of a lower that copy-up takes along, from one descriptor to
 * another; what the upper's filesystem does not know is left out.
 */
int fo_xattr_copy_all(struct fo_fs *fs, int from, int to);

#endif
