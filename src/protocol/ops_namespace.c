// SPDX-License-Identifier: GPL-2.0-or-later
/* Names: making, linking, removing, renaming. */
#include <errno.h>
#include <unistd.h>

#include "overlay/create.h"
#include "overlay/lookup.h"
#include "overlay/remove.h"
#include "overlay/rename.h"
#include "protocol/ops.h"
#include "protocol/reply.h"
#include "protocol/screen.h"

static void fo_make(fuse_req_t req, struct fo_create *create, fuse_ino_t parent)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	const struct fo_caller caller = fo_ask_caller(req);
	struct fo_created created;
	struct fo_looked looked = { 0 };
	int err;

	create->dir = fo_ask_node(connection, parent);
	create->caller = &caller;
	err = fo_screen_target(req, create->dir, create->name);
	if (!err)
		err = fo_create(connection->fs, create, &created);
	if (err) {
		fo_reply_err(req, err);
		return;
	}
	if (created.fd >= 0)
		close(created.fd);
	looked.node = created.node;
	looked.st = created.st;
	fo_reply_looked(req, connection, &looked);
}

void fo_op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name,
		 mode_t mode, dev_t rdev)
{
	struct fo_create create = { .name = name, .mode = mode, .rdev = rdev };

	(void)fo_ask_connection(req, FO_MKNOD);
	fo_make(req, &create, parent);
}

void fo_op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name,
		 mode_t mode)
{
	struct fo_create create = {
		.name = name,
		.mode = (mode & ~(mode_t)S_IFMT) | S_IFDIR,
	};

	(void)fo_ask_connection(req, FO_MKDIR);
	fo_make(req, &create, parent);
}

void fo_op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
		   const char *name)
{
	struct fo_create create = {
		.name = name,
		.mode = S_IFLNK | 0777,
		.target = target,
	};

	(void)fo_ask_connection(req, FO_SYMLINK);
	fo_make(req, &create, parent);
}

void fo_op_link(fuse_req_t req, fuse_ino_t nodeid, fuse_ino_t parent,
		const char *name)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_LINK);
	struct fo_looked looked = {
		.node = fo_ask_node(connection, nodeid),
	};
	struct fo_node *dir = fo_ask_node(connection, parent);
	int err = fo_screen_target(req, dir, name);

	if (!err)
		err = fo_link(connection->fs, looked.node, dir, name,
			      &looked.st);
	if (err)
		fo_reply_err(req, err);
	else
		fo_reply_looked(req, connection, &looked);
}

void fo_op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_UNLINK);

	fo_reply_err(req, fo_unlink(connection->fs,
				    fo_ask_node(connection, parent), name));
}

void fo_op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_RMDIR);

	fo_reply_err(req, fo_rmdir(connection->fs,
				   fo_ask_node(connection, parent), name));
}

void fo_op_rename(fuse_req_t req, fuse_ino_t from, const char *from_name,
		  fuse_ino_t to, const char *to_name, unsigned int flags)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_RENAME2);
	const struct fo_rename rename = {
		.from = { fo_ask_node(connection, from), from_name },
		.to = { fo_ask_node(connection, to), to_name },
		.flags = flags,
	};

	int err = fo_screen_target(req, rename.to.dir, to_name);

	if (!err)
		err = fo_rename(connection->fs, &rename);
	fo_reply_err(req, err);
}
