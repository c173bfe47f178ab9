/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A canonical listing of a tree, the same for equal trees on any mount. */
#ifndef FO_TEST_TREE_H
#define FO_TEST_TREE_H

#include <stdio.h>

enum fo_tree_flags {
	FO_TREE_NO_MTIME = 1,
	FO_TREE_NO_XATTR = 2,
	FO_TREE_NO_NLINK = 4,
	FO_TREE_RAW = 8, /* a layer: overlay's own xattrs are left out */
};

/*
 * One line a name: type, mode, owner, size, links, xattrs, content hash.
 * Names of one inode say so by the first of them. Also checks that d_ino and
 * d_type of readdir are what stat says, and prints a line where not.
 * Returns 0 or -errno; what could not be read is a line in the listing.
 */
int fo_tree_print(FILE *out, const char *root, unsigned int flags);

/* Sets the times of everything to old ones made of the path and root. */
int fo_tree_age(const char *root);

/* Adds to all owners and groups, as for a user namespace; 0 or -errno. */
int fo_tree_shift(const char *root, unsigned int by);

#endif
