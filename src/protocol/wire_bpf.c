// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and writing /dev/fusebpf for libfuse. */
#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 18)
#include "protocol/wire_bpf.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "engine/blocks.h"
#include "engine/fuse.h"

/* Replies with blocks are small: a header, and an entry at most. */
#define FO_WIRE_REPLY_MAX 512

/* The unique number of the INIT that waits for its answer; 0: none. */
static atomic_ullong fo_wire_bpf_init;

static _Thread_local const struct fo_blocks *fo_wire_blocks;

void fo_wire_bpf_set_blocks(const struct fo_blocks *blocks)
{
	fo_wire_blocks = blocks;
}

/*
 * The module says FUSE_IOCTL of directories, but not that it does; libfuse
 * refuses what was not said.
 */
static int fo_wire_bpf_check_init(void *buf, ssize_t size)
{
	struct {
		struct fuse_in_header header;
		struct fuse_init_in init;
	} request;
	uint32_t version = 0;

	_Static_assert(sizeof(request.init) ==
			       FO_FUSEBPF_INIT_VERSION + sizeof(version),
		       "the version is the last word of fuse_init_in");
	if (size >= (ssize_t)sizeof(request)) {
		memcpy(&request, buf, sizeof(request));
		memcpy(&version,
		       (char *)&request.init + FO_FUSEBPF_INIT_VERSION,
		       sizeof(version));
		if (!(request.init.flags & FUSE_INIT_EXT) ||
		    !(request.init.flags2 & FO_FUSEBPF_INIT_FLAG))
			version = 0;
	}
	if (version != FO_FUSEBPF_VERSION) {
		fo_log_error("engine=bpf: the module speaks version %u, this "
			     "program version %d: install both of one release",
			     version, FO_FUSEBPF_VERSION);
		return -EPROTO;
	}
	request.init.flags |= FUSE_HAS_IOCTL_DIR;
	memcpy(buf, &request, sizeof(request));
	atomic_store(&fo_wire_bpf_init, request.header.unique);
	return 0;
}

static ssize_t fo_wire_bpf_read(int fd, void *buf, size_t size, void *userdata)
{
	const struct fuse_in_header *header = buf;
	ssize_t n = read(fd, buf, size);

	(void)userdata;
	if (n >= (ssize_t)sizeof(*header) && header->opcode == FUSE_INIT &&
	    fo_wire_bpf_check_init(buf, n)) {
		errno = EPROTO;
		return -1;
	}
	return n;
}

static void fo_wire_bpf_answer_init(struct iovec *iov, int count)
{
	const struct fuse_out_header *header = iov[0].iov_base;
	const uint32_t version = FO_FUSEBPF_VERSION;
	struct fo_fuse_init_out *init;

	if (header->unique != atomic_load(&fo_wire_bpf_init) || header->error ||
	    count < 2 || iov[1].iov_len < sizeof(*init))
		return;
	init = iov[1].iov_base;
	init->flags |= FUSE_INIT_EXT;
	init->flags2 |= FO_FUSEBPF_INIT_FLAG;
	memcpy((char *)init + FO_FUSEBPF_INIT_VERSION, &version,
	       sizeof(version));
	atomic_store(&fo_wire_bpf_init, 0);
}

/* Who asked is not left waiting for an answer that was malformed. */
static void fo_wire_bpf_give_up(int fd, uint64_t unique)
{
	const struct fuse_out_header header = {
		.len = sizeof(header),
		.error = -ESTALE,
		.unique = unique,
	};

	/* Nobody waits any more, if it fails. */
	if (write(fd, &header, sizeof(header)) < 0)
		fo_log_debug("no answer to request %llu",
			     (unsigned long long)unique);
}

static ssize_t fo_wire_bpf_send_blocks(int fd, const struct iovec *iov,
				       int count,
				       const struct fo_blocks *blocks)
{
	const struct fuse_out_header *header = iov[0].iov_base;
	char message[FO_WIRE_REPLY_MAX];
	struct fo_fusebpf_reply reply = {
		.message = (uintptr_t)message,
		.blocks = (uintptr_t)blocks->block,
		.nr_blocks = blocks->count,
	};
	int i, err;

	for (i = 0; i < count; i++) {
		if (iov[i].iov_len > sizeof(message) - reply.message_len) {
			errno = EMSGSIZE;
			return -1;
		}
		memcpy(message + reply.message_len, iov[i].iov_base,
		       iov[i].iov_len);
		reply.message_len += (uint32_t)iov[i].iov_len;
	}
	if (!ioctl(fd, FO_FUSEBPF_IOC_REPLY, &reply))
		return (ssize_t)reply.message_len;
	err = errno;
	if (err != ENOENT && err != ENODEV) {
		fo_log_debug("the module refuses %u blocks: %s", blocks->count,
			     strerror(err));
		fo_wire_bpf_give_up(fd, header->unique);
	}
	errno = ENOENT;
	return -1;
}

static ssize_t fo_wire_bpf_writev(int fd, struct iovec *iov, int count,
				  void *userdata)
{
	const struct fuse_out_header *header = iov[0].iov_base;

	(void)userdata;
	if (atomic_load_explicit(&fo_wire_bpf_init, memory_order_relaxed))
		fo_wire_bpf_answer_init(iov, count);
	if (fo_wire_blocks && !header->error)
		return fo_wire_bpf_send_blocks(fd, iov, count, fo_wire_blocks);
	return writev(fd, iov, count);
}

int fo_wire_bpf_attach(struct fuse_session *session, int device)
{
	static const struct fuse_custom_io io = {
		.read = fo_wire_bpf_read,
		.writev = fo_wire_bpf_writev,
	};

	return fuse_session_custom_io(session, &io, sizeof(io), device);
}
