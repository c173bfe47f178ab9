/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guards a file beside its mode: setuid, setgid and file capabilities,
 * which a write or a change of owner takes away, and the flags immutable
 * and append-only, which refuse the change. The daemon may do what its
 * callers may not, and an upper never carries the flags itself: what the
 * kernel does by itself for a local filesystem is done by hand here.
 */
#ifndef FO_OVERLAY_PROTECTION_H
#define FO_OVERLAY_PROTECTION_H

#include <stdbool.h>
#include <sys/stat.h>

struct fo_fs;
struct fo_node;

/* Drop them from the node's upper, which fd names; nothing to do is cheap. */
int fo_protection_drop(struct fo_fs *fs, struct fo_node *node, int fd);

/* Has what fd names anything to be dropped? Where nothing can say, no. */
bool fo_protection_is_due(const struct fo_fs *fs, int fd);

/* What is about to be done. */
enum fo_intent {
	FO_INTENT_WRITE, /* content; appending is a way of writing */
	FO_INTENT_CHANGE, /* attributes; names; a size */
};

/*
 * -EPERM if the node is immutable, or append-only and that does not suffice.
 * To ask before a change of its attributes or content, and before its name
 * is linked, renamed or removed.
 */
int fo_protection_check(struct fo_fs *fs, struct fo_node *node,
			enum fo_intent intent);

/* Read, and keep, the flags that protect an upper: FS_APPEND_FL and such. */
int fo_protection_read(const struct fo_fs *fs, int fd, int *out_flags);
/* -EPERM where the upper stores no attributes. */
int fo_protection_write(const struct fo_fs *fs, int fd, int flags);

#define FO_PROTECTION_FLAGS (FS_APPEND_FL | FS_IMMUTABLE_FL)

#endif
