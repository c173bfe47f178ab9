/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of nodes: reading and changing them. */
#ifndef FO_OVERLAY_ATTR_H
#define FO_OVERLAY_ATTR_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "overlay/caller.h"

struct fo_fs;
struct fo_node;

/* What setattr changes: bits of fo_change.valid. */
enum {
	FO_CHANGE_MODE = 1 << 0,
	FO_CHANGE_UID = 1 << 1,
	FO_CHANGE_GID = 1 << 2,
	FO_CHANGE_SIZE = 1 << 3,
	FO_CHANGE_ATIME = 1 << 4, /* times: UTIME_NOW is allowed */
	FO_CHANGE_MTIME = 1 << 5,
	/* The kernel asks to drop setuid, setgid and capabilities. */
	FO_CHANGE_KILL_PRIVILEGE = 1 << 6,
};

struct fo_change {
	unsigned int valid;
	mode_t mode; /* permission bits */
	uid_t uid; /* as shown */
	gid_t gid;
	off_t size;
	struct timespec times[2]; /* atime, mtime */
};

/* The attributes as shown, of the layer that answers for the node. */
int fo_attr_get(struct fo_fs *fs, struct fo_node *node, struct stat *out_st);

/*
 * Turn what a layer says of a node (fstat of its top) into what is shown:
 * true owner and mode, st_ino, link count, st_dev 0. Reads attributes only
 * where the mount's options or the node's flags call for it.
 */
int fo_attr_show(struct fo_fs *fs, struct fo_node *node, struct stat *st);

/* Birth time of what the node shows; tv_nsec -1 where the layer has none. */
int fo_attr_birth(struct fo_fs *fs, struct fo_node *node,
		  struct timespec *out_time);

/*
 * Change attributes, copying up first (a size of 0 copies no content).
 * Unchanged attributes of a lower still copy up, as under overlayfs.
 * -EROFS for a mount that is not writable.
 */
int fo_attr_set(struct fo_fs *fs, struct fo_node *node,
		const struct fo_change *change, struct stat *out_st);

int fo_attr_statfs(struct fo_fs *fs, struct statvfs *out_st);

#endif
