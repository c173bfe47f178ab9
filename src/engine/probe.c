// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Trying passthrough. The right to register a backing file is only told by
 * FUSE_DEV_IOC_BACKING_OPEN on a connection that has passthrough, so one is
 * made: a superblock without a mount, whose INIT is answered here by hand.
 */
#include "engine/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/base.h"
#include "engine/fuse.h"

/* From linux/mount.h, which cannot be included beside sys/mount.h. */
enum {
	FO_FSCONFIG_SET_STRING = 1,
	FO_FSCONFIG_CMD_CREATE = 6,
};

#define FO_PROBE_TIMEOUT 2000 /* ms that the kernel has for its INIT */

static int fo_set_string(int context, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, context, FO_FSCONFIG_SET_STRING, key,
			    value, 0);
}

/* A FUSE superblock over the open device; it lives as long as the context. */
static int fo_probe_superblock(int device, int *out_context)
{
	_cleanup_close_ int context =
		(int)syscall(SYS_fsopen, "fuse", 1 /* FSOPEN_CLOEXEC */);
	char number[16];

	if (context < 0)
		return -errno;
	snprintf(number, sizeof(number), "%d", device);
	if (fo_set_string(context, "fd", number) ||
	    fo_set_string(context, "rootmode", "40000") ||
	    fo_set_string(context, "user_id", "0") ||
	    fo_set_string(context, "group_id", "0") ||
	    syscall(SYS_fsconfig, context, FO_FSCONFIG_CMD_CREATE, NULL, NULL,
		    0))
		return -errno;
	*out_context = fo_take_fd(&context);
	return 0;
}

/* Read the kernel's INIT. */
static int fo_probe_read(int device, struct fuse_in_header *out_header,
			 struct fuse_init_in *out_init)
{
	union {
		struct {
			struct fuse_in_header header;
			struct fuse_init_in init;
		} init;
		char space[FUSE_MIN_READ_BUFFER];
	} request;
	struct pollfd readable = { .fd = device, .events = POLLIN };

	if (poll(&readable, 1, FO_PROBE_TIMEOUT) != 1)
		return -ETIMEDOUT;
	if (read(device, &request, sizeof(request)) <
	    (ssize_t)sizeof(request.init))
		return -EPROTO;
	if (request.init.header.opcode != FUSE_INIT)
		return -EPROTO;
	*out_header = request.init.header;
	*out_init = request.init.init;
	return 0;
}

static int fo_probe_answer(int device, const struct fuse_in_header *header,
			   unsigned int stack_depth)
{
	struct {
		struct fuse_out_header header;
		struct fo_fuse_init_out init;
	} reply = {
		.header = { .len = sizeof(reply), .unique = header->unique },
		.init = {
			.major = FUSE_KERNEL_VERSION,
			.minor = FUSE_KERNEL_MINOR_VERSION,
			.max_write = 4096,
			.flags = FUSE_INIT_EXT,
			.flags2 = (uint32_t)(FO_FUSE_PASSTHROUGH >> 32),
			.max_stack_depth = stack_depth,
		},
	};

	return write(device, &reply, sizeof(reply)) < 0 ? -errno : 0;
}

static int fo_probe_backing(int device)
{
	_cleanup_close_ int file = memfd_create("fuse-overlay", MFD_CLOEXEC);
	struct fo_fuse_backing_map map = { .fd = file };
	int id;

	if (file < 0)
		return -errno;
	id = ioctl(device, FO_FUSE_BACKING_OPEN, &map);
	if (id < 0)
		return errno == ENOTTY ? -EOPNOTSUPP : -errno;
	return 0;
}

int fo_engine_probe_passthrough(unsigned int stack_depth)
{
	_cleanup_close_ int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	_cleanup_close_ int context = -1;
	struct fuse_in_header header;
	struct fuse_init_in init;
	int err;

	if (device < 0)
		return -errno;
	err = fo_probe_superblock(device, &context);
	if (!err)
		err = fo_probe_read(device, &header, &init);
	if (err)
		return err;
	if (!(init.flags & FUSE_INIT_EXT) ||
	    !(init.flags2 & (uint32_t)(FO_FUSE_PASSTHROUGH >> 32)))
		return -EOPNOTSUPP;
	err = fo_probe_answer(device, &header, stack_depth);
	return err ? err : fo_probe_backing(device);
}
