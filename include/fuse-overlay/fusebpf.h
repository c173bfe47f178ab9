/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * What the module fusebpf and a daemon say to each other over /dev/fusebpf.
 * The messages are those of FUSE (linux/fuse.h); what is added stands here.
 * doc/fusebpf.md explains the whole.
 *
 * A daemon opens /dev/fusebpf, mounts with fd=N, reads requests and writes
 * replies, one each per read(2) and write(2). The first request is FUSE_INIT.
 * A read needs room for FO_FUSEBPF_READ_MIN bytes, else EINVAL.
 *
 * The kernel sends FUSE_INIT, LOOKUP, FORGET, INTERRUPT, MKNOD, MKDIR,
 * SYMLINK, LINK, UNLINK, RMDIR, RENAME2, and for the copy-up IOCTL. Of an entry
 * reply it uses the nodeid and the type of attr.mode; attributes, timeouts
 * and generation count for nothing, as it reads the layers itself.
 *
 * Errors of read(2): ENODEV: unmounted; EPERM: not yet mounted; EAGAIN.
 * Errors of write(2) and of the reply ioctl: EINVAL: the reply is malformed,
 * its request is as it was and can be answered again; ENOENT: no such request
 * waits (it was interrupted, or answered); EPERM, ENODEV as above.
 */
#ifndef FUSE_OVERLAY_FUSEBPF_H
#define FUSE_OVERLAY_FUSEBPF_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FO_FUSEBPF_DEVICE "/dev/fusebpf"

/* Raised when something here changes its meaning; the module speaks one. */
#define FO_FUSEBPF_VERSION 1

/*
 * FUSE_INIT: the kernel sets FUSE_INIT_EXT in flags, this bit in flags2, and
 * the version, a __u32, at this offset of fuse_init_in: its last four bytes.
 * A daemon that knows them answers with the same three in fuse_init_out, of
 * 64 bytes as well; every other answer ends the connection.
 */
#define FO_FUSEBPF_INIT_FLAG (1U << 30)
#define FO_FUSEBPF_INIT_VERSION 60

/* Bytes that read(2) must have room for (FUSE_MIN_READ_BUFFER). */
#define FO_FUSEBPF_READ_MIN 8192

/*
 * A block tells what an inode stands on. Replies with blocks come by ioctl,
 * never by write(2), so that a descriptor is resolved in the daemon's own
 * table; it stays the daemon's to close.
 */
enum fo_fusebpf_block_type {
	/*
	 * An entry reply (LOOKUP, MKNOD, MKDIR, SYMLINK): a file or directory
	 * in a layer. In the order of the layers, the topmost first, each
	 * layer once; all directories, or one that is none; of the type of
	 * attr.mode. A positive LOOKUP needs them: they say what the inode
	 * stands on where the kernel cannot merge the name by itself, and
	 * elsewhere that both mean the same file.
	 */
	FO_FUSEBPF_BLOCK_BACKING = 1,
	/* The reply to FO_FUSEBPF_COPY_UP, once: the copy. Layer 0. */
	FO_FUSEBPF_BLOCK_COPIED_UP = 5,
};

struct fo_fusebpf_block {
	__u32 type; /* enum fo_fusebpf_block_type; all others: EINVAL */
	__u16 layer; /* 0: the upper, if there is one; then the lowers */
	__u16 flags; /* 0, else EINVAL */
	__u64 fd; /* open, O_PATH does; lies in the layer, else EINVAL */
};

#define FO_FUSEBPF_BLOCKS_MAX 32

struct fo_fusebpf_reply {
	__u64 message; /* address of a fuse_out_header and what follows */
	__u64 blocks; /* address of the blocks */
	__u32 message_len; /* bytes; the header's len says the same */
	__u32 nr_blocks; /* at most FO_FUSEBPF_BLOCKS_MAX */
};

/* Answer with blocks. EFAULT, and the errors of write(2). */
#define FO_FUSEBPF_IOC_REPLY _IOW(0xfb, 1, struct fo_fusebpf_reply)

/* End the connection: every waiting request fails with ENOTCONN. */
#define FO_FUSEBPF_IOC_ABORT _IO(0xfb, 2)

/*
 * The cmd of a FUSE_IOCTL that asks for a copy of the node in the upper, with
 * nothing in and nothing out: fuse_ioctl_out of result 0 and one COPIED_UP
 * block answer it. The upper has its directory already: the kernel asks for
 * the parents first. A copy appears at once and whole, by rename.
 */
#define FO_FUSEBPF_COPY_UP _IO(0xfb, 3)

#endif
