/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the FUSE protocol that the engines speak by themselves, and
 * that the system's linux/fuse.h may be too old to have.
 * Source: include/uapi/linux/fuse.h of Linux 6.9.
 */
#ifndef FO_ENGINE_FUSE_H
#define FO_ENGINE_FUSE_H

#include <linux/fuse.h>
#include <stdint.h>
#include <sys/ioctl.h>

#ifndef FUSE_INIT_EXT
#define FUSE_INIT_EXT (1 << 30)
#endif

#define FO_FUSE_PASSTHROUGH (1ULL << 37)

/* struct fuse_init_out with max_stack_depth. */
struct fo_fuse_init_out {
	uint32_t major;
	uint32_t minor;
	uint32_t max_readahead;
	uint32_t flags;
	uint16_t max_background;
	uint16_t congestion_threshold;
	uint32_t max_write;
	uint32_t time_gran;
	uint16_t max_pages;
	uint16_t map_alignment;
	uint32_t flags2;
	uint32_t max_stack_depth;
	uint32_t unused[6];
};

struct fo_fuse_backing_map {
	int32_t fd;
	uint32_t flags;
	uint64_t padding;
};

#define FO_FUSE_BACKING_OPEN _IOW(229, 1, struct fo_fuse_backing_map)

#endif
