/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copy-up: a node gets its upper. Built in workdir, published by one rename
 * or link, so that a crash leaves lower or upper, never half.
 */
#ifndef FO_OVERLAY_COPYUP_H
#define FO_OVERLAY_COPYUP_H

struct fo_fs;
struct fo_node;

enum fo_copyup_what {
	FO_COPYUP_ALL,
	/* Content may stay below (option metacopy=on), else as ALL. */
	FO_COPYUP_METADATA,
	/* The file is truncated next: no content is copied. */
	FO_COPYUP_EMPTY,
	/*
	 * As ALL, but this node keeps its lower (FO_NODE_SPLIT) and no lookup
	 * finds it any more: readers hold the lower's backing. The next
	 * lookup makes a new node of the same st_ino.
	 */
	FO_COPYUP_SPLIT,
	/* As SPLIT, without content. */
	FO_COPYUP_SPLIT_EMPTY,
};

/*
 * Give the node an upper, its directories first. Nothing to do where it has
 * one already (and, for ALL, its content). Takes the node's lock.
 * -EROFS, -ENOSPC, -EDQUOT, -EIO, ...: nothing has changed.
 */
int fo_copyup(struct fo_fs *fs, struct fo_node *node, enum fo_copyup_what what);

/* Told of copies that last: path is of the layer, for people to read. */
typedef void fo_copyup_progress(const char *path, long long done,
				long long size);
void fo_copyup_set_progress(fo_copyup_progress *progress);

#endif
