// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * READDIR and READDIRPLUS: a window of the merged listing. Offsets are those
 * of the listing, so nothing is kept for an open directory and OPENDIR is
 * answered with ENOSYS once and for all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/base.h"
#include "overlay/content.h"
#include "overlay/lookup.h"
#include "overlay/readdir.h"
#include "protocol/ops.h"
#include "protocol/reply.h"
#include "protocol/screen.h"
#include "state/listing.h"

/* One answer that is being filled. */
struct fo_window {
	fuse_req_t req;
	struct fo_connection *connection;
	struct fo_node *dir;
	struct fo_listing *listing;
	bool plus;
	char *buf;
	size_t size, used;
};

/* Returned when the answer is full. */
#define FO_WINDOW_FULL 1

static int fo_window_add(struct fo_window *window, const char *name,
			 const struct fuse_entry_param *entry, uint64_t offset)
{
	char *at = window->buf + window->used;
	size_t left = window->size - window->used;
	size_t need;

	if (window->plus)
		need = fuse_add_direntry_plus(window->req, at, left, name,
					      entry, (off_t)offset);
	else
		need = fuse_add_direntry(window->req, at, left, name,
					 &entry->attr, (off_t)offset);
	if (need > left)
		return FO_WINDOW_FULL;
	window->used += need;
	return 0;
}

/* "." and "..": the kernel takes their inodes from what it has. */
static int fo_window_add_dots(struct fo_window *window, uint64_t offset)
{
	struct fo_named parent = { 0 };
	struct fuse_entry_param entry = {
		.attr = { .st_ino = window->dir->st_ino, .st_mode = S_IFDIR },
	};
	int result = 0;

	if (offset < FO_OFFSET_DOT)
		result = fo_window_add(window, ".", &entry, FO_OFFSET_DOT);
	if (result || offset >= FO_OFFSET_DOTDOT)
		return result;
	if (!fo_tree_name(window->connection->fs, window->dir, 0, &parent)) {
		entry.attr.st_ino = parent.parent->st_ino;
		fo_node_put(window->connection->fs, parent.parent);
	}
	return fo_window_add(window, "..", &entry, FO_OFFSET_DOTDOT);
}

/* What the filter shows of a name that was looked up; else it is forgotten. */
static int fo_window_screen(struct fo_window *window, const char *name,
			    const struct fo_looked *looked,
			    struct fuse_entry_param *entry)
{
	struct fo_connection *connection = window->connection;

	if (fo_screen_hides(window->req, window->dir, name, &looked->st)) {
		fo_forget(window->req, connection, looked->node, 1);
		return -ENOENT;
	}
	/* Listed, but not to be had: the name and no inode. */
	if (fo_screen_looked(window->req, window->dir, name, looked))
		*entry = (struct fuse_entry_param){ .attr = looked->st };
	return 0;
}

/* A name with its attributes, looked up for the kernel. */
static int fo_window_add_looked(struct fo_window *window,
				const struct fo_entry *at)
{
	struct fo_connection *connection = window->connection;
	const char *name = fo_listing_name(window->listing, at);
	struct fuse_entry_param entry;
	struct fo_looked looked;
	int result = fo_lookup(connection->fs, window->dir, name, &looked);

	if (!result) {
		entry = fo_reply_entry(connection, &looked);
		if (connection->filter)
			result =
				fo_window_screen(window, name, &looked, &entry);
	}
	/* Gone meanwhile, hidden, or unreadable: stat of it will say so. */
	if (result)
		return 0;
	result = fo_window_add(window, name, &entry, at->offset);
	if (result && entry.ino)
		fo_forget(window->req, connection, looked.node, 1);
	return result;
}

static int fo_window_add_name(struct fo_window *window,
			      const struct fo_entry *at)
{
	const char *name = fo_listing_name(window->listing, at);
	struct fuse_entry_param entry = {
		.attr = { .st_mode = (mode_t)at->type << 12 },
	};

	/* What it has lost meanwhile is no reason to fail the whole. */
	if (fo_readdir_inode(window->connection->fs, window->dir,
			     window->listing, at, &entry.attr.st_ino))
		return 0;
	if (window->connection->filter &&
	    fo_screen_hides(window->req, window->dir, name, &entry.attr))
		return 0;
	return fo_window_add(window, name, &entry, at->offset);
}

static void fo_window_fill(struct fo_window *window, uint64_t offset)
{
	const struct fo_listing *listing = window->listing;
	int result = fo_window_add_dots(window, offset);
	size_t i;

	for (i = fo_listing_after(listing, offset);
	     i < listing->count && !result; i++)
		result = window->plus ?
				 fo_window_add_looked(window,
						      &listing->entries[i]) :
				 fo_window_add_name(window,
						    &listing->entries[i]);
}

static void fo_answer_window(struct fo_window *window, size_t size, off_t off)
{
	_cleanup_free_ char *buf = malloc(size);
	int err = -ENOMEM;

	if (buf)
		err = fo_readdir(window->connection->fs, window->dir, off == 0,
				 &window->listing);
	if (err) {
		fo_reply_err(window->req, err);
		return;
	}
	window->buf = buf;
	window->size = size;
	fo_window_fill(window, (uint64_t)off);
	fuse_reply_buf(window->req, buf, window->used);
	fo_listing_put(window->listing);
}

void fo_op_readdir(fuse_req_t req, fuse_ino_t nodeid, size_t size, off_t off,
		   struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_READDIR);
	struct fo_window window = {
		.req = req,
		.connection = connection,
		.dir = fo_ask_node(connection, nodeid),
	};

	(void)fi;
	fo_answer_window(&window, size, off);
}

void fo_op_readdirplus(fuse_req_t req, fuse_ino_t nodeid, size_t size,
		       off_t off, struct fuse_file_info *fi)
{
	struct fo_connection *connection =
		fo_ask_connection(req, FO_READDIRPLUS);
	struct fo_window window = {
		.req = req,
		.connection = connection,
		.dir = fo_ask_node(connection, nodeid),
		.plus = true,
	};

	(void)fi;
	fo_answer_window(&window, size, off);
}

void fo_op_opendir(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_OPENDIR);

	(void)nodeid;
	/* What the kernel keeps would pass by a filter's later answers. */
	fi->cache_readdir = fi->keep_cache = !connection->filter;
	if (connection->no_opendir)
		fo_reply_err(req, -ENOSYS);
	else
		fuse_reply_open(req, fi);
}

void fo_op_fsyncdir(fuse_req_t req, fuse_ino_t nodeid, int only_content,
		    struct fuse_file_info *fi)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_FSYNCDIR);

	(void)fi;
	fo_reply_err(req, fo_content_sync(connection->fs,
					  fo_ask_node(connection, nodeid),
					  only_content));
}
