// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OPEN, CREATE, TMPFILE and RELEASE. Engine plain answers OPEN and CREATE
 * with ENOSYS once: from then on the kernel opens by itself, makes files by
 * MKNOD, and data comes and goes by nodeid.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "overlay/create.h"
#include "overlay/lookup.h"
#include "protocol/open.h"
#include "protocol/ops.h"
#include "protocol/reply.h"
#include "protocol/screen.h"

void fo_op_open(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_OPEN);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	int err = connection->no_open ? -ENOSYS : fo_open_begin(req, node, fi);

	if (err)
		fo_reply_err(req, err);
	else if (fuse_reply_open(req, fi) == -ENOENT)
		fo_open_end(req, node, fi);
}

void fo_op_release(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_RELEASE);

	fo_open_end(req, fo_ask_node(connection, nodeid), fi);
	fo_reply_err(req, 0);
}

/* Open what was just made, and tell the kernel of both. */
static void fo_reply_created(fuse_req_t req, struct fo_created *created,
			     struct fuse_file_info *fi)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	const struct fo_looked looked = {
		.node = created->node,
		.st = created->st,
	};
	const struct fuse_entry_param entry =
		fo_reply_entry(connection, &looked);
	int err;

	if (created->fd >= 0)
		close(created->fd);
	fi->flags &= ~O_TRUNC;
	err = fo_open_begin(req, created->node, fi);
	if (err) {
		fo_forget(req, connection, created->node, 1);
		fo_reply_err(req, err);
		return;
	}
	if (fuse_reply_create(req, &entry, fi) == -ENOENT) {
		fo_open_end(req, created->node, fi);
		fo_node_forget(connection->fs, created->node, 1);
	}
}

void fo_op_create(fuse_req_t req, fuse_ino_t parent, const char *name,
		  mode_t mode, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_CREATE);
	const struct fo_caller caller = fo_ask_caller(req);
	const struct fo_create create = {
		.dir = fo_ask_node(connection, parent),
		.name = name,
		.mode = mode,
		.caller = &caller,
	};
	struct fo_created created;
	int err = -ENOSYS;

	if (!connection->no_open)
		err = fo_screen_target(req, create.dir, name);
	if (!err)
		err = fo_create(connection->fs, &create, &created);
	if (err)
		fo_reply_err(req, err);
	else
		fo_reply_created(req, &created, fi);
}

void fo_op_tmpfile(fuse_req_t req, fuse_ino_t parent, mode_t mode,
		   struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_TMPFILE);
	const struct fo_caller caller = fo_ask_caller(req);
	const struct fo_create create = {
		.dir = fo_ask_node(connection, parent),
		.mode = mode,
		.caller = &caller,
	};
	struct fo_created created;
	int err = fo_create_tmpfile(connection->fs, &create, &created);

	if (err)
		fo_reply_err(req, err);
	else
		fo_reply_created(req, &created, fi);
}
