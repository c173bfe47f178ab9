/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whiteouts and opaque marks in the upper: when one is owed, and making it
 * in the form that the mount's options and the filesystem allow.
 */
#ifndef FO_OVERLAY_WHITEOUT_H
#define FO_OVERLAY_WHITEOUT_H

#include <stdbool.h>

struct fo_fs;
struct fo_node;

enum fo_whiteout_made {
	FO_WHITEOUT_MADE_DEVICE, /* char 0:0 */
	FO_WHITEOUT_MADE_XATTR, /* in a directory whose opaque is "x" */
	FO_WHITEOUT_MADE_BESIDE, /* .wh.NAME */
};

/* The form in which this mount makes them. */
enum fo_whiteout_made fo_whiteout_form(const struct fo_fs *fs);

/* Must name be whited out in dir once its upper entry is gone? */
int fo_whiteout_is_owed(struct fo_fs *fs, struct fo_node *dir, const char *name,
			bool *out_owed);

/*
 * Make a whiteout in work, of the form that stands in the name's own place;
 * its name there.
 */
int fo_whiteout_prepare(struct fo_fs *fs, struct fo_node *dir,
			char *out_temporary);

/* Make one of the form MADE_DEVICE at a name of dir that is free. */
int fo_whiteout_make_device(struct fo_fs *fs, int dir, const char *name);

/* Where a whiteout of the xattr form will stand, its directory says so. */
int fo_whiteout_allow(struct fo_fs *fs, struct fo_node *dir);

/*
 * .wh.NAME beside name in dir, whose upper is fd: nothing of the lowers shows
 * once name itself is gone; while it is there, this changes nothing. And away
 * again.
 */
int fo_whiteout_hide(struct fo_node *dir, int fd, const char *name);
int fo_whiteout_unhide(int fd, const char *name);

/* Mark a directory (fd) of the upper opaque. -EOPNOTSUPP */
int fo_whiteout_set_opaque(struct fo_fs *fs, int fd);

#endif
