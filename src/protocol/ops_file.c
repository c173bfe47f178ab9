// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * READ, WRITE and FSYNC, by node: descriptors come from the bounded cache, so
 * an old reader reads what was written since, whoever opened first.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/content.h"
#include "overlay/copyup.h"
#include "overlay/protection.h"
#include "protocol/open.h"
#include "protocol/ops.h"
#include "protocol/privilege.h"
#include "protocol/reply.h"

/* Below this a copy is cheaper than the calls that splicing takes. */
#define FO_SPLICE_MIN (64 << 10)

static int fo_read_copied(fuse_req_t req, int fd, size_t size, off_t off)
{
	_cleanup_free_ char *buf = malloc(size);
	ssize_t n;

	if (!buf)
		return -ENOMEM;
	n = pread(fd, buf, size, off);
	if (n < 0)
		return -errno;
	fuse_reply_buf(req, buf, (size_t)n);
	return 0;
}

static void fo_read_spliced(fuse_req_t req, int fd, size_t size, off_t off)
{
	struct fuse_bufvec bufs = FUSE_BUFVEC_INIT(size);

	bufs.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
	bufs.buf[0].fd = fd;
	bufs.buf[0].pos = off;
	fuse_reply_data(req, &bufs, FUSE_BUF_SPLICE_MOVE);
}

void fo_op_read(fuse_req_t req, fuse_ino_t nodeid, size_t size, off_t off,
		struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_READ);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	struct fo_descriptor *descriptor;
	int err = fo_content_read(connection->fs, node, &descriptor);

	(void)fi;
	if (err) {
		fo_reply_err(req, err);
		return;
	}
	if (size < FO_SPLICE_MIN)
		err = fo_read_copied(req, descriptor->fd, size, off);
	else
		fo_read_spliced(req, descriptor->fd, size, off);
	fo_descriptor_put(&connection->fs->descriptors, descriptor);
	if (err)
		fo_reply_err(req, err);
}

/* All of it, unless the filesystem takes no more. */
static ssize_t fo_write_all(int fd, const char *buf, size_t size, off_t off)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n =
			pwrite(fd, buf + done, size - done, off + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return done ? (ssize_t)done : -errno;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

void fo_op_write(fuse_req_t req, fuse_ino_t nodeid, const char *buf,
		 size_t size, off_t off, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_WRITE);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	struct fo_descriptor *descriptor;
	ssize_t done;
	/* Where opening asks nobody, an append-only file is guarded here. */
	int err = fo_protection_check(connection->fs, node,
				      fi->flags & O_APPEND ? FO_INTENT_WRITE :
							     FO_INTENT_CHANGE);

	if (!err)
		err = fo_content_write(connection->fs, node, &descriptor);
	if (err) {
		fo_reply_err(req, err);
		return;
	}
	if (fi->kill_suidgid)
		err = fo_privilege_drop(connection, node, descriptor->fd);
	done = err ? err : fo_write_all(descriptor->fd, buf, size, off);
	fo_descriptor_put(&connection->fs->descriptors, descriptor);
	if (done < 0)
		fo_reply_err(req, (int)done);
	else
		fuse_reply_write(req, (size_t)done);
}

void fo_op_fsync(fuse_req_t req, fuse_ino_t nodeid, int only_content,
		 struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_FSYNC);

	(void)fi;
	fo_reply_err(req, fo_content_sync(connection->fs,
					  fo_ask_node(connection, nodeid),
					  only_content));
}

/* Nothing is kept back at a close: the kernel need not tell us of it. */
void fo_op_flush(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi)
{
	(void)fo_ask_connection(req, FO_FLUSH);
	(void)nodeid;
	(void)fi;
	fo_reply_err(req, -ENOSYS);
}
