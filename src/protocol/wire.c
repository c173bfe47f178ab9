// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and writing the device for libfuse. All passes through as it is,
 * but for one flag in the answer to INIT, set if the kernel offered it.
 */
#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 18)
#include "protocol/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "engine/fuse.h"

/* include/uapi/linux/fuse.h of Linux 6.12 */
#define FO_FUSE_ALLOW_IDMAP (1ULL << 40)

/* The unique number of the INIT that offered the flag; 0: none to answer. */
static atomic_ullong fo_wire_init;

static void fo_wire_note_init(const void *buf, ssize_t size)
{
	struct {
		struct fuse_in_header header;
		struct fuse_init_in init;
	} request;

	if (size < (ssize_t)sizeof(request))
		return;
	memcpy(&request, buf, sizeof(request));
	if (request.header.opcode == FUSE_INIT &&
	    (request.init.flags & FUSE_INIT_EXT) &&
	    (request.init.flags2 & (uint32_t)(FO_FUSE_ALLOW_IDMAP >> 32)))
		atomic_store(&fo_wire_init, request.header.unique);
}

static ssize_t fo_wire_read(int fd, void *buf, size_t size, void *userdata)
{
	const struct fuse_in_header *header = buf;
	ssize_t n = read(fd, buf, size);

	(void)userdata;
	if (n >= (ssize_t)sizeof(*header) && header->opcode == FUSE_INIT)
		fo_wire_note_init(buf, n);
	return n;
}

static void fo_wire_allow_idmap(struct iovec *iov, int count)
{
	const struct fuse_out_header *header = iov[0].iov_base;
	struct fo_fuse_init_out *init;

	if (header->unique != atomic_load(&fo_wire_init) || header->error ||
	    count < 2 || iov[1].iov_len < sizeof(*init))
		return;
	init = iov[1].iov_base;
	if (init->flags & FUSE_INIT_EXT)
		init->flags2 |= (uint32_t)(FO_FUSE_ALLOW_IDMAP >> 32);
	atomic_store(&fo_wire_init, 0);
}

static ssize_t fo_wire_writev(int fd, struct iovec *iov, int count,
			      void *userdata)
{
	(void)userdata;
	if (atomic_load_explicit(&fo_wire_init, memory_order_relaxed))
		fo_wire_allow_idmap(iov, count);
	return writev(fd, iov, count);
}

static ssize_t fo_wire_splice(int from, off_t *from_off, int to, off_t *to_off,
			      size_t len, unsigned int flags, void *userdata)
{
	(void)userdata;
	return splice(from, from_off, to, to_off, len, flags);
}

int fo_wire_attach(struct fuse_session *session)
{
	static const struct fuse_custom_io io = {
		.read = fo_wire_read,
		.writev = fo_wire_writev,
		.splice_receive = fo_wire_splice,
		.splice_send = fo_wire_splice,
	};

	return fuse_session_custom_io(session, &io, sizeof(io),
				      fuse_session_fd(session));
}
