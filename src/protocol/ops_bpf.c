// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module asks otherwise than the kernel's FUSE does. LOOKUP comes
 * where it cannot merge a name by itself, or is to know what we call it, and
 * is answered with what the node stands on; copy-up is an IOCTL of its own.
 * Names are made and removed in the upper without us, so that what we know of
 * a hard link's names is checked before it is acted on.
 */
#include <errno.h>

#include "engine/blocks.h"
#include "overlay/copyup.h"
#include "overlay/lookup.h"
#include "overlay/slot.h"
#include "protocol/ops.h"
#include "protocol/reply.h"
#include "protocol/wire_bpf.h"

static void fo_op_bpf_init(void *userdata, struct fuse_conn_info *conn)
{
	struct fo_connection *connection = userdata;

	(void)conn;
	if (!atomic_exchange(&connection->answered, true))
		connection->ready(connection->ready_context);
}

/*
 * A copied-up file that the index alone has: the module accepts nothing that
 * lies outside of the upper, so that the upper gets this name as well.
 */
static int fo_bpf_raise(struct fo_fs *fs, const struct fo_place *place)
{
	struct fo_slot slot;
	int err = fo_slot_open(fs, place, &slot);

	if (err)
		return err;
	err = slot.looked.node ? fo_slot_raise(fs, &slot) : -ESTALE;
	fo_slot_close(fs, &slot);
	return err;
}

/* Make the node something that one backing, or one a layer, says whole. */
static int fo_bpf_settle(struct fo_fs *fs, const struct fo_place *place,
			 const struct fo_looked *looked)
{
	struct fo_node *node = looked->node;
	int err = 0;

	if (fo_node_has(node, FO_NODE_METACOPY))
		err = fo_copyup(fs, node, FO_COPYUP_ALL);
	if (!err && fo_node_has(node, FO_NODE_INDEXED) &&
	    !(looked->present & 1))
		err = fo_bpf_raise(fs, place);
	fo_blocks_drop_old_names(fs, node);
	return err;
}

static void fo_bpf_reply_looked(fuse_req_t req, const struct fo_place *place,
				const struct fo_looked *looked)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_fs *fs = connection->fs;
	struct fo_blocks blocks;
	int err = fo_bpf_settle(fs, place, looked);

	if (!err)
		err = fo_blocks_collect(fs, looked->node, place, &blocks);
	if (err) {
		fo_node_forget(fs, looked->node, 1);
		fo_reply_err(req, err);
		return;
	}
	fo_wire_bpf_set_blocks(&blocks);
	fo_reply_looked(req, connection, looked);
	fo_wire_bpf_set_blocks(NULL);
	fo_blocks_clear(&blocks);
}

static void fo_op_bpf_lookup(fuse_req_t req, fuse_ino_t parent,
			     const char *name)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_LOOKUP);
	const struct fo_place place = { fo_ask_node(connection, parent), name };
	struct fo_looked looked;
	int err = fo_lookup(connection->fs, place.dir, name, &looked);

	if (err == -ENOENT)
		fo_reply_negative(req, connection);
	else if (err)
		fo_reply_err(req, err);
	else
		fo_bpf_reply_looked(req, &place, &looked);
}

static void fo_op_bpf_link(fuse_req_t req, fuse_ino_t nodeid, fuse_ino_t parent,
			   const char *name)
{
	struct fo_connection *connection = fuse_req_userdata(req);

	fo_blocks_drop_old_names(connection->fs,
				 fo_ask_node(connection, nodeid));
	fo_op_link(req, nodeid, parent, name);
}

static void fo_bpf_copy_up(fuse_req_t req, struct fo_node *node)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fo_fs *fs = connection->fs;
	struct fo_blocks blocks;
	int err = fo_copyup(fs, node, FO_COPYUP_ALL);

	if (!err)
		err = fo_blocks_collect_copy(fs, node, &blocks);
	if (err) {
		fo_reply_err(req, err);
		return;
	}
	fo_wire_bpf_set_blocks(&blocks);
	fuse_reply_ioctl(req, 0, NULL, 0);
	fo_wire_bpf_set_blocks(NULL);
	fo_blocks_clear(&blocks);
}

static void fo_op_bpf_ioctl(fuse_req_t req, fuse_ino_t nodeid, unsigned int cmd,
			    void *arg, struct fuse_file_info *fi,
			    unsigned int flags, const void *in, size_t in_size,
			    size_t out_size)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_IOCTL);

	(void)arg;
	(void)fi;
	(void)flags;
	(void)in;
	(void)in_size;
	(void)out_size;
	if (cmd == FO_FUSEBPF_COPY_UP)
		fo_bpf_copy_up(req, fo_ask_node(connection, nodeid));
	else
		fo_reply_err(req, -ENOTTY);
}

const struct fuse_lowlevel_ops fo_bpf_ops = {
	.init = fo_op_bpf_init,
	.lookup = fo_op_bpf_lookup,
	.forget = fo_op_forget,
	.forget_multi = fo_op_forget_multi,
	.mknod = fo_op_mknod,
	.mkdir = fo_op_mkdir,
	.symlink = fo_op_symlink,
	.link = fo_op_bpf_link,
	.unlink = fo_op_unlink,
	.rmdir = fo_op_rmdir,
	.rename = fo_op_rename,
	.ioctl = fo_op_bpf_ioctl,
};
