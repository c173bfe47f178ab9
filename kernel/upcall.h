/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is asked of the daemon. Nothing of a layer is locked meanwhile. Without
 * a daemon all of it fails: with EOPNOTSUPP where there never was one, with
 * ENOTCONN where it is gone.
 */
#ifndef FUSEBPF_UPCALL_H
#define FUSEBPF_UPCALL_H

#include "fusebpf.h"

/* A name that the daemon is asked about or is to change. */
struct fo_upcall {
	struct inode *dir;
	const struct qstr *name;
	umode_t mode;
	dev_t rdev;
	const char *target; /* of a symlink */
};

/* upcall.c */
/*
 * LOOKUP, MKNOD, MKDIR, SYMLINK, LINK (of old): out_found has what blocks
 * said, or result FO_RESULT_NEGATIVE without any. out_nodeid is 0 for a
 * negative answer, else counted once.
 */
int fo_upcall_entry(u32 opcode, const struct fo_upcall *what, struct inode *old,
		    struct fo_found *out_found, u64 *out_nodeid);
/* FUSE_UNLINK, FUSE_RMDIR */
int fo_upcall_remove(u32 opcode, struct inode *dir, const struct qstr *name);
int fo_upcall_rename(const struct fo_upcall *from, const struct fo_upcall *to,
		     unsigned int flags);
/* The copy in the upper, counted. */
int fo_upcall_copy_up(struct inode *inode, struct dentry **out_upper);

/* nodeid.c: what the daemon calls our inodes. */
/* Ask the daemon for the names on the way until the inode has one. */
int fo_nodeid_get(struct dentry *dentry);
/* Note what a reply said; takes over the one count. */
void fo_nodeid_note(struct inode *inode, u64 nodeid);
void fo_nodeid_forget(struct inode *inode);

#endif
