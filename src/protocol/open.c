// SPDX-License-Identifier: GPL-2.0-or-later
/* Carrying out what the engine plans for an open. */
#include "protocol/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/content.h"
#include "overlay/copyup.h"
#include "overlay/protection.h"
#include "protocol/privilege.h"

/* execve(2) opens with it; it reaches us as it is. */
#define FO_OPEN_EXEC 040

static bool fo_is_for_write(const struct fuse_file_info *fi)
{
	return (fi->flags & O_ACCMODE) != O_RDONLY || (fi->flags & O_TRUNC);
}

int fo_open_for_write(struct fo_connection *connection, struct fo_node *node,
		      enum fo_copyup_what what)
{
	struct fo_opened_state state;

	if (!connection->fs->writable)
		return -EROFS;
	if (!fo_node_is_regular(node) ||
	    !fo_engine_passes_through(&connection->engine))
		return fo_copyup(connection->fs, node, what);
	state = fo_opened_state(&connection->engine.opened, node);
	if (fo_node_has(node, FO_NODE_SPLIT))
		return -ESTALE;
	if (!state.backed || state.layer == FO_UPPER)
		return fo_copyup(connection->fs, node, what);
	if (what == FO_COPYUP_EMPTY)
		what = FO_COPYUP_SPLIT_EMPTY;
	else
		what = FO_COPYUP_SPLIT;
	return fo_copyup(connection->fs, node, what) ?: -ESTALE;
}

static void fo_close_backing(fuse_req_t req, int id)
{
	if (id)
		fuse_passthrough_close(req, id);
}

/* The descriptor whose file the kernel is to use. */
static int fo_backing_fd(struct fo_connection *connection, struct fo_node *node,
			 uint16_t layer)
{
	int fd;

	if (layer != FO_UPPER || !connection->fs->writable)
		return fo_content_open(connection->fs, node, O_RDONLY);
	fd = fo_content_open(connection->fs, node, O_RDWR);
	/* One that nobody may write: immutable, or being executed. */
	if (fd < 0)
		fd = fo_content_open(connection->fs, node, O_RDONLY);
	return fd;
}

/* An id of the kernel for this file; 0 where it takes none. */
static int fo_register_backing(fuse_req_t req, struct fo_node *node,
			       uint16_t layer, int *out_id)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	_cleanup_close_ int fd = fo_backing_fd(connection, node, layer);
	int id, stale;

	if (fd < 0)
		return fd;
	id = fuse_passthrough_open(req, fd);
	if (id <= 0) {
		*out_id = 0;
		return 0;
	}
	*out_id = fo_opened_set_backing(&connection->engine.opened, node, id,
					&stale);
	fo_close_backing(req, stale);
	return 0;
}

static int fo_open_cached(struct fo_connection *connection,
			  const struct fo_node *node, struct fuse_file_info *fi)
{
	int err = fo_opened_add_cached(&connection->engine.opened, node);

	if (err)
		return err;
	fi->fh = FO_OPENED_CACHED;
	fi->noflush = 1;
	fi->keep_cache = connection->config->timeout < 0;
	return 0;
}

/* -EAGAIN: plan again. */
static int fo_open_backed(fuse_req_t req, struct fo_node *node, uint16_t layer,
			  struct fuse_file_info *fi)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	const struct fo_opened_want want = { node, layer };
	int stale, id, err;

	err = fo_opened_add_backed(&connection->engine.opened, &want, &stale,
				   &id);
	fo_close_backing(req, stale);
	if (err)
		return err;
	fi->fh = FO_OPENED_BACKED;
	fi->noflush = 1;
	fi->keep_cache = 0;
	if (!id)
		err = fo_register_backing(req, node, layer, &id);
	if (!err && id) {
		fi->backing_id = id;
		return 0;
	}
	fo_open_end(req, node, fi);
	/* A file that the kernel cannot pass through: by the page cache. */
	return err ? err : fo_open_cached(connection, node, fi);
}

/* Is it an executable image, whose pages are worth sharing? */
static bool fo_is_image(struct fo_connection *connection, struct fo_node *node,
			const struct fuse_file_info *fi)
{
	struct fo_descriptor *descriptor;
	char magic[4];
	bool image;

	if (fi->flags & FO_OPEN_EXEC)
		return true;
	if (fo_content_layer(node) == FO_UPPER ||
	    connection->config->passthrough == FO_PASSTHROUGH_ALL ||
	    fo_content_read(connection->fs, node, &descriptor))
		return false;
	image = pread(descriptor->fd, magic, 4, 0) == 4 &&
		!memcmp(magic, "\177ELF", 4);
	fo_descriptor_put(&connection->fs->descriptors, descriptor);
	return image;
}

/* Append-only files are opened for nothing else. */
static enum fo_intent fo_open_intent(const struct fuse_file_info *fi)
{
	return (fi->flags & O_APPEND) && !(fi->flags & O_TRUNC) ?
		       FO_INTENT_WRITE :
		       FO_INTENT_CHANGE;
}

/* What an open for writing does to the file before anybody writes. */
static int fo_open_prepare(struct fo_connection *connection,
			   struct fo_node *node,
			   const struct fuse_file_info *fi)
{
	const struct fo_change cut = {
		.valid = FO_CHANGE_SIZE |
			 (fi->kill_suidgid ? FO_CHANGE_KILL_PRIVILEGE : 0),
	};
	struct stat st;
	int err;

	if (!fo_is_for_write(fi))
		return 0;
	err = fo_protection_check(connection->fs, node, fo_open_intent(fi));
	if (err)
		return err;
	err = fo_open_for_write(connection, node,
				fi->flags & O_TRUNC ? FO_COPYUP_EMPTY :
						      FO_COPYUP_ALL);
	if (err || !(fi->flags & O_TRUNC))
		return err;
	return fo_attr_set(connection->fs, node, &cut, &st);
}

/* Does the file carry what a write takes away? */
static int fo_open_is_guarded(struct fo_fs *fs, struct fo_node *node,
			      bool *out_guarded)
{
	struct stat st;
	int err = fo_tree_stat(fs, node, fo_node_top(node), &st);

	if (!err)
		*out_guarded = st.st_mode & (S_ISUID | S_ISGID);
	return err;
}

/*
 * Writes that are passed through are not heard of: what they would take away
 * goes when somebody who may not keep it opens for writing.
 */
static int fo_open_drop(fuse_req_t req, struct fo_node *node)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_fs *fs = connection->fs;
	_cleanup_close_ int fd = fo_tree_open(fs, node, FO_UPPER, O_PATH);

	return fd < 0 ? fd : fo_privilege_drop_of(req, node, fd);
}

static int fo_open_passed(fuse_req_t req, struct fo_node *node,
			  struct fuse_file_info *fi)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	bool writes = fo_is_for_write(fi);
	struct fo_open_facts facts = {
		.node = node,
		.intent = writes ? FO_OPEN_TO_WRITE : FO_OPEN_TO_READ,
		.exec = !writes && fo_is_image(connection, node, fi),
	};

	for (;;) {
		struct fo_open_plan plan;
		int err = fo_open_prepare(connection, node, fi);

		if (err)
			return err;
		facts.layer = fo_content_layer(node);
		if (facts.layer == FO_UPPER)
			err = fo_open_is_guarded(connection->fs, node,
						 &facts.guarded);
		if (err)
			return err;
		plan = fo_engine_plan_open(&connection->engine, &facts);
		if (plan.how == FO_OPEN_SPLIT)
			continue;
		if (plan.how == FO_OPEN_CACHED)
			return fo_open_cached(connection, node, fi);
		if (writes && plan.layer == FO_UPPER)
			err = fo_open_drop(req, node);
		if (!err)
			err = fo_open_backed(req, node, plan.layer, fi);
		if (err != -EAGAIN)
			return err;
	}
}

int fo_open_begin(fuse_req_t req, struct fo_node *node,
		  struct fuse_file_info *fi)
{
	struct fo_connection *connection = fuse_req_userdata(req);

	if (fo_engine_passes_through(&connection->engine))
		return fo_open_passed(req, node, fi);
	/* Engine plain reads and writes by nodeid; copy-up waits for data. */
	fi->fh = FO_OPENED_NOTHING;
	fi->noflush = 1;
	fi->keep_cache = connection->config->timeout < 0;
	return 0;
}

void fo_open_end(fuse_req_t req, struct fo_node *node,
		 const struct fuse_file_info *fi)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	int stale;

	if (fi->fh == FO_OPENED_NOTHING)
		return;
	fo_opened_remove(&connection->engine.opened, node,
			 (enum fo_opened_kind)fi->fh, &stale);
	fo_close_backing(req, stale);
}
