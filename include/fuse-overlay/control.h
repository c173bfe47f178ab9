/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * Asking a live mount about itself: ioctls on its root directory (any open
 * directory of the mount will do). `fuse-overlay status` and `refresh` are
 * these two calls.
 */
#ifndef FUSE_OVERLAY_CONTROL_H
#define FUSE_OVERLAY_CONTROL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FO_STATUS_VERSION 1

/* Room for the opcodes of linux/fuse.h; later ones count in messages only. */
#define FO_STATUS_OPCODES 64

enum fo_status_engine {
	FO_STATUS_PLAIN = 1,
	FO_STATUS_PASSTHROUGH = 2,
	FO_STATUS_BPF = 3,
};

enum fo_status_flag {
	FO_STATUS_WRITABLE = 1 << 0, /* there is an upper to write to */
	FO_STATUS_VOLATILE = 1 << 1, /* nothing is flushed to disk */
	FO_STATUS_FILTER = 1 << 2, /* a filter is asked about names */
};

/* What FO_IOC_STATUS fills. Counts are since the mount, unless said. */
struct fo_status {
	__u32 version; /* FO_STATUS_VERSION */
	__u32 engine; /* enum fo_status_engine */
	__u32 flags; /* enum fo_status_flag */
	__u32 layers; /* lowers, data-only ones, and the upper if any */
	__u64 nodes; /* inodes known now */
	__u64 descriptors; /* kept open now for layers' files */
	__u64 backings; /* backing ids registered now */
	__u64 memory; /* resident bytes of the daemon now */
	__u64 messages; /* requests answered, of all opcodes */
	__u64 copy_ups; /* things copied to the upper */
	__u64 bytes_copied; /* content copied, shared extents included */
	__u64 by_opcode[FO_STATUS_OPCODES]; /* requests, by enum fuse_opcode */
};

/* ENOTTY: the directory is of another filesystem. */
#define FO_IOC_STATUS _IOR(0xf0, 0x6f, struct fo_status)

/*
 * Forget what the kernel keeps of names, attributes, listings and content,
 * so that what was changed in a lower layer is seen. For the mount's owner
 * and for root; EPERM for others.
 */
#define FO_IOC_REFRESH _IO(0xf0, 0x70)

#endif
