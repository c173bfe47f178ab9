// SPDX-License-Identifier: GPL-2.0-or-later
/* Ranges of files: FALLOCATE, LSEEK, COPY_FILE_RANGE. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "overlay/content.h"
#include "protocol/ops.h"
#include "protocol/privilege.h"
#include "protocol/reply.h"

void fo_op_fallocate(fuse_req_t req, fuse_ino_t nodeid, int mode, off_t offset,
		     off_t length, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_FALLOCATE);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	struct fo_descriptor *descriptor;
	int err = fo_content_write(connection->fs, node, &descriptor);

	(void)fi;
	if (!err) {
		if (fallocate(descriptor->fd, mode, offset, length))
			err = -errno;
		else
			err = fo_privilege_drop_of(req, node, descriptor->fd);
		fo_descriptor_put(&connection->fs->descriptors, descriptor);
	}
	fo_reply_err(req, err);
}

void fo_op_lseek(fuse_req_t req, fuse_ino_t nodeid, off_t off, int whence,
		 struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_LSEEK);
	struct fo_descriptor *descriptor;
	off_t at = -1;
	int err = fo_content_read(connection->fs,
				  fo_ask_node(connection, nodeid), &descriptor);

	(void)fi;
	if (!err) {
		/* The position is shared, but set and read by one call. */
		at = lseek(descriptor->fd, off, whence);
		err = at < 0 ? -errno : 0;
		fo_descriptor_put(&connection->fs->descriptors, descriptor);
	}
	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_lseek(req, at);
}

/* The two places of a copy. */
struct fo_range_copy {
	const struct fo_descriptor *from;
	off_t from_off;
	struct fo_node *to;
	off_t to_off;
	size_t len;
};

static ssize_t fo_copy_between(fuse_req_t req, struct fo_range_copy *copy)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_descriptor *descriptor;
	ssize_t n = fo_content_write(connection->fs, copy->to, &descriptor);

	if (n)
		return n;
	n = copy_file_range(copy->from->fd, &copy->from_off, descriptor->fd,
			    &copy->to_off, copy->len, 0);
	if (n < 0)
		n = -errno;
	if (n > 0)
		(void)fo_privilege_drop_of(req, copy->to, descriptor->fd);
	fo_descriptor_put(&connection->fs->descriptors, descriptor);
	return n;
}

void fo_op_copy_file_range(fuse_req_t req, fuse_ino_t from, off_t from_off,
			   struct fuse_file_info *from_fi, fuse_ino_t to,
			   off_t to_off, struct fuse_file_info *to_fi,
			   size_t len, int flags)
{
	struct fo_connection *connection =
		fo_ask_connection(req, FO_COPY_FILE_RANGE);
	struct fo_descriptor *descriptor;
	ssize_t n = fo_content_read(connection->fs,
				    fo_ask_node(connection, from), &descriptor);

	(void)from_fi;
	(void)to_fi;
	(void)flags;
	if (!n) {
		struct fo_range_copy copy = {
			.from = descriptor,
			.from_off = from_off,
			.to = fo_ask_node(connection, to),
			.to_off = to_off,
			.len = len,
		};

		n = fo_copy_between(req, &copy);
		fo_descriptor_put(&connection->fs->descriptors, descriptor);
	}
	if (n < 0)
		fo_reply_err(req, (int)n);
	else
		fuse_reply_write(req, (size_t)n);
}
