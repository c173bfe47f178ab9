/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copying a file's content the cheapest way that the filesystems offer:
 * reflink, then copy_file_range, then read and write; holes stay holes.
 */
#ifndef FO_SYSTEM_COPY_H
#define FO_SYSTEM_COPY_H

#include <sys/types.h>

/* Told now and then how far a long copy is. May be NULL. */
typedef void fo_copy_progress(void *context, off_t done, off_t size);

struct fo_copy {
	int from; /* open for reading */
	int to; /* open for writing, empty */
	off_t size; /* bytes to copy; the target gets this size */
	fo_copy_progress *progress;
	void *context;
};

/* -EIO if the source turns out to be shorter than size. */
int fo_copy_content(const struct fo_copy *copy);

#endif
