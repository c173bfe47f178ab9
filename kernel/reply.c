// SPDX-License-Identifier: GPL-2.0-only
/*
 * The daemon's answers. Nothing in one is believed before it was checked, and
 * a malformed one leaves its request as it was.
 */
#include <linux/slab.h>
#include <linux/uio.h>

#include "conn.h"

static struct fo_request *fo_reply_find(struct fo_conn *conn, u64 unique)
{
	struct fo_request *request;

	spin_lock(&conn->lock);
	list_for_each_entry(request, &conn->sent, list)
	{
		if (request->unique != unique)
			continue;
		list_del_init(&request->list);
		request->state = FO_REQUEST_ANSWERING;
		/* The connection's own could go by the end of the connection. */
		refcount_inc(&request->users);
		spin_unlock(&conn->lock);
		return request;
	}
	spin_unlock(&conn->lock);
	return NULL;
}

/* The reply was malformed: the request waits on. */
static void fo_reply_give_back(struct fo_conn *conn, struct fo_request *request)
{
	bool alive;

	spin_lock(&conn->lock);
	alive = conn->state == FO_CONN_STARTING || conn->state == FO_CONN_READY;
	if (alive) {
		request->state = FO_REQUEST_SENT;
		list_add_tail(&request->list, &conn->sent);
	}
	spin_unlock(&conn->lock);
	if (!alive)
		fo_conn_finish(conn, request, -ENOTCONN);
}

static bool fo_reply_knows_us(const struct fuse_init_out *init)
{
	return init->major == FUSE_KERNEL_VERSION &&
	       (init->flags & FUSE_INIT_EXT) &&
	       (init->flags2 & FO_FUSEBPF_INIT_FLAG) &&
	       init->unused[ARRAY_SIZE(init->unused) - 1] == FO_FUSEBPF_VERSION;
}

static void fo_reply_start(struct fo_conn *conn, struct fo_request *request,
			   int error)
{
	if (error || !fo_reply_knows_us(&request->out.init)) {
		pr_warn("fusebpf: the daemon does not speak version %u\n",
			FO_FUSEBPF_VERSION);
		fo_conn_break(conn);
		return;
	}
	spin_lock(&conn->lock);
	if (conn->state == FO_CONN_STARTING)
		conn->state = FO_CONN_READY;
	spin_unlock(&conn->lock);
	wake_up_all(&conn->starting);
}

static int fo_reply_blocks(struct fo_conn *conn, struct fo_request *request,
			   const struct fo_fusebpf_block __user *user, u32 nr)
{
	struct fo_fusebpf_block *blocks;
	int err = -ENODEV;

	blocks = memdup_array_user(user, nr, sizeof(*blocks));
	if (IS_ERR(blocks))
		return PTR_ERR(blocks);
	mutex_lock(&conn->fs_lock);
	if (conn->fs)
		err = fo_blocks_take(conn->fs, request, blocks, nr);
	mutex_unlock(&conn->fs_lock);
	kfree(blocks);
	return err;
}

/* Takes what the reply says over into the request. */
static int fo_reply_take(struct fo_conn *conn, struct fo_request *request,
			 const struct fuse_out_header *header,
			 struct iov_iter *message,
			 const struct fo_fusebpf_block __user *blocks, u32 nr)
{
	size_t len = header->len - sizeof(*header);

	if (header->error)
		return len || nr ? -EINVAL : 0;
	if (len != request->out_len)
		return -EINVAL;
	if (copy_from_iter(&request->out, len, message) != len)
		return -EFAULT;
	if (nr)
		return fo_reply_blocks(conn, request, blocks, nr);
	return request->blocks == FO_BLOCKS_COPY_UP ? -EINVAL : 0;
}

/* A node that nobody asked for any more is given back. */
static void fo_reply_undo(struct fo_conn *conn, struct fo_request *request)
{
	if (request->out_len == sizeof(request->out.entry) &&
	    request->out.entry.nodeid)
		fo_conn_forget(conn, request->out.entry.nodeid, 1);
}

int fo_conn_reply(struct fo_conn *conn, struct iov_iter *message,
		  const struct fo_fusebpf_block __user *blocks, u32 nr_blocks)
{
	size_t len = iov_iter_count(message);
	struct fuse_out_header header;
	struct fo_request *request;
	int err;

	if (READ_ONCE(conn->state) == FO_CONN_NEW)
		return -EPERM;
	if (len < sizeof(header))
		return -EINVAL;
	if (copy_from_iter(&header, sizeof(header), message) != sizeof(header))
		return -EFAULT;
	/* Unique 0 would be a notification, of which there is none. */
	if (header.len != len || !header.unique || header.error > 0 ||
	    header.error <= -ERESTARTSYS)
		return -EINVAL;
	request = fo_reply_find(conn, header.unique);
	if (!request)
		return -ENOENT;
	err = fo_reply_take(conn, request, &header, message, blocks, nr_blocks);
	if (err) {
		fo_reply_give_back(conn, request);
	} else {
		if (request->opcode == FUSE_INIT)
			fo_reply_start(conn, request, header.error);
		if (!fo_conn_finish(conn, request, header.error) &&
		    !header.error)
			fo_reply_undo(conn, request);
	}
	fo_request_put(request);
	return err;
}
