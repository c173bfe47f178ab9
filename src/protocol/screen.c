// SPDX-License-Identifier: GPL-2.0-or-later
/* Asking the user's filter, with the request's caller. */
#include "protocol/screen.h"

#include <errno.h>

#include "engine/filter.h"
#include "overlay/lookup.h"

static struct fo_filter_query fo_screen_query(fuse_req_t req,
					      const struct fo_node *dir)
{
	const struct fuse_ctx *ctx = fuse_req_ctx(req);

	return (struct fo_filter_query){
		.dir_ino = dir->st_ino,
		.uid = ctx->uid,
		.gid = ctx->gid,
		.pid = (uint32_t)ctx->pid,
	};
}

int fo_screen_looked(fuse_req_t req, const struct fo_node *dir,
		     const char *name, const struct fo_looked *looked)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_filter_query query = fo_screen_query(req, dir);
	int err;

	query.name = name;
	query.ino = looked->st.st_ino;
	query.present = looked->present;
	query.mode = looked->st.st_mode;
	err = fo_filter_ask(connection->filter, &query);
	if (err)
		fo_node_forget(connection->fs, looked->node, 1);
	return err;
}

bool fo_screen_hides(fuse_req_t req, const struct fo_node *dir,
		     const char *name, const struct stat *st)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_filter_query query = fo_screen_query(req, dir);

	query.name = name;
	query.ino = st->st_ino;
	query.mode = st->st_mode & S_IFMT;
	query.listing = 1;
	return fo_filter_ask(connection->filter, &query) == -ENOENT;
}

int fo_screen_target(fuse_req_t req, struct fo_node *dir, const char *name)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_looked looked;
	int err;

	if (!connection->filter)
		return 0;
	err = fo_lookup(connection->fs, dir, name, &looked);
	if (err)
		return err == -ENOENT ? 0 : err;
	err = fo_screen_looked(req, dir, name, &looked);
	if (!err)
		fo_node_forget(connection->fs, looked.node, 1);
	return err == -ENOENT ? -EEXIST : err;
}
