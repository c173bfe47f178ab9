// SPDX-License-Identifier: GPL-2.0-or-later
/* From a request to a connection, a node and a caller. */
#include "protocol/ask.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

struct fo_connection *fo_ask_connection(fuse_req_t req, enum fo_opcode opcode)
{
	struct fo_connection *connection = fuse_req_userdata(req);

	atomic_fetch_add_explicit(&connection->requests[opcode], 1,
				  memory_order_relaxed);
	return connection;
}

struct fo_node *fo_ask_node(struct fo_connection *connection, fuse_ino_t nodeid)
{
	if (nodeid == FUSE_ROOT_ID)
		return connection->fs->nodes.root;
	return (struct fo_node *)(uintptr_t)nodeid;
}

fuse_ino_t fo_ask_nodeid(struct fo_connection *connection,
			 const struct fo_node *node)
{
	if (node == connection->fs->nodes.root)
		return FUSE_ROOT_ID;
	return (fuse_ino_t)(uintptr_t)node;
}

/* The ids by which a thread asks for files, as /proc shows them. */
static void fo_ask_proc(struct fo_caller *caller)
{
	char path[64], line[256];
	unsigned int id;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)caller->pid);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Uid: %*u %*u %*u %u", &id) == 1)
			caller->uid = id;
		if (sscanf(line, "Gid: %*u %*u %*u %u", &id) == 1)
			caller->gid = id;
	}
	fclose(file);
}

struct fo_caller fo_ask_caller(fuse_req_t req)
{
	const struct fuse_ctx *ctx = fuse_req_ctx(req);
	struct fo_caller caller = {
		.uid = ctx->uid,
		.gid = ctx->gid,
		.pid = ctx->pid,
		.umask = ctx->umask,
	};

	/* With FUSE_ALLOW_IDMAP the kernel names the ids of creators only. */
	if (caller.uid == (uid_t)-1)
		fo_ask_proc(&caller);
	return caller;
}

bool fo_ask_is_in_group(fuse_req_t req, gid_t gid)
{
	_cleanup_free_ gid_t *groups = NULL;
	int n, i;

	if (fo_ask_caller(req).gid == gid)
		return true;
	n = fuse_req_getgroups(req, 0, NULL);
	if (n <= 0)
		return false;
	groups = calloc((size_t)n, sizeof(*groups));
	if (!groups)
		return false;
	n = fo_min(n, fuse_req_getgroups(req, n, groups));
	for (i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return false;
}
