/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File handles in the form that overlayfs stores (struct fo_handle): how an
 * upper file remembers which lower inode it was copied from.
 */
#ifndef FO_SYSTEM_HANDLE_H
#define FO_SYSTEM_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fuse-overlay/format.h"

/* The filesystem's uuid; zeroes and -errno where it has or tells none. */
int fo_handle_uuid(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE]);

/* The handle of what fd (O_PATH is enough) names. -EOPNOTSUPP: it has none. */
int fo_handle_encode(int fd, const uint8_t uuid[FO_HANDLE_UUID_SIZE],
		     struct fo_handle *out_handle);

/* Is this, of size bytes, a handle as overlayfs writes them? */
bool fo_handle_is_valid(const struct fo_handle *handle, size_t size);

/*
 * The inode number within a handle of a filesystem of that magic
 * (statfs f_type): for those who may not open_by_handle_at. -EOPNOTSUPP for
 * a form that is not known.
 */
int fo_handle_inode(const struct fo_handle *handle, long fs_magic,
		    uint64_t *out_ino);

/* Open a handle (CAP_DAC_READ_SEARCH); mount_fd lies in its filesystem. */
int fo_handle_open(int mount_fd, const struct fo_handle *handle, int flags);

#endif
