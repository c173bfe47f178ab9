// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies, and forgetting what did not reach the kernel. */
#include "protocol/reply.h"

#include <errno.h>

#include "overlay/lookup.h"

void fo_reply_err(fuse_req_t req, int err)
{
	fuse_reply_err(req, -err);
}

struct fuse_entry_param fo_reply_entry(struct fo_connection *connection,
				       const struct fo_looked *looked)
{
	return (struct fuse_entry_param){
		.ino = fo_ask_nodeid(connection, looked->node),
		.generation = looked->node->generation,
		.attr = looked->st,
		.attr_timeout = connection->attr_timeout,
		.entry_timeout = connection->entry_timeout,
	};
}

void fo_forget(fuse_req_t req, struct fo_connection *connection,
	       struct fo_node *node, uint64_t n)
{
	const struct fo_opened_key key = fo_opened_key_of(node);
	int id;

	if (!fo_node_forget(connection->fs, node, n) ||
	    !fo_engine_passes_through(&connection->engine))
		return;
	id = fo_opened_forget(&connection->engine.opened, &key);
	if (id)
		fuse_passthrough_close(req, id);
}

void fo_reply_looked(fuse_req_t req, struct fo_connection *connection,
		     const struct fo_looked *looked)
{
	const struct fuse_entry_param entry =
		fo_reply_entry(connection, looked);

	if (fuse_reply_entry(req, &entry) == -ENOENT)
		fo_node_forget(connection->fs, looked->node, 1);
}

void fo_reply_attr(fuse_req_t req, struct fo_connection *connection,
		   const struct stat *st)
{
	fuse_reply_attr(req, st, connection->attr_timeout);
}

void fo_reply_negative(fuse_req_t req, struct fo_connection *connection)
{
	const struct fuse_entry_param entry = {
		.entry_timeout = connection->entry_timeout,
	};

	fuse_reply_entry(req, &entry);
}
