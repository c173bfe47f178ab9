// SPDX-License-Identifier: GPL-2.0-only
/*
 * The daemon's answers. Nothing in one is believed before it was checked, and
 * a malformed one leaves its request as it was.
 */
#include <linux/slab.h>
#include <linux/uio.h>

#include "conn.h"

/* What the daemon wrote, in memory of ours. */
struct fo_answer {
	struct fuse_out_header header;
	typeof_member(struct fo_request, out) payload;
	size_t len; /* of the payload */
	struct fo_fusebpf_block *blocks;
	u32 nr_blocks;
};

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

/* Takes what the reply says over into the request. */
static int fo_reply_take(struct fo_conn *conn, struct fo_request *request,
			 const struct fo_answer *answer)
{
	if (answer->header.error)
		return answer->len || answer->nr_blocks ? -EINVAL : 0;
	if (answer->len != request->out_len)
		return -EINVAL;
	request->out = answer->payload;
	if (answer->nr_blocks)
		return fo_blocks_take(conn->fs, request, answer->blocks,
				      answer->nr_blocks);
	return request->blocks == FO_BLOCKS_COPY_UP ? -EINVAL : 0;
}

/* A node that nobody asked for any more is given back. */
static void fo_reply_undo(struct fo_conn *conn, struct fo_request *request)
{
	if (request->out_len == sizeof(request->out.entry) &&
	    request->out.entry.nodeid)
		fo_conn_forget(conn, request->out.entry.nodeid, 1);
}

/* The layers stay until this is done and the request's hold on them gone. */
static int fo_reply_apply(struct fo_conn *conn, const struct fo_answer *answer)
{
	int error = answer->header.error;
	struct fo_request *request;
	int err;

	request = fo_reply_find(conn, answer->header.unique);
	if (!request)
		return -ENOENT;
	err = conn->fs ? fo_reply_take(conn, request, answer) : -ENODEV;
	if (err) {
		fo_reply_give_back(conn, request);
	} else {
		if (request->opcode == FUSE_INIT)
			fo_reply_start(conn, request, error);
		if (!fo_conn_finish(conn, request, error) && !error)
			fo_reply_undo(conn, request);
	}
	fo_request_put(request);
	return err;
}

/* Nothing sleeps on the daemon's memory once its request was found. */
static int fo_answer_read(struct fo_answer *answer, struct iov_iter *message)
{
	struct fuse_out_header *header = &answer->header;
	size_t len = iov_iter_count(message);

	if (len < sizeof(*header) ||
	    len > sizeof(*header) + sizeof(answer->payload))
		return -EINVAL;
	if (copy_from_iter(header, sizeof(*header), message) != sizeof(*header))
		return -EFAULT;
	/* Unique 0 would be a notification, of which there is none. */
	if (header->len != len || !header->unique || header->error > 0 ||
	    header->error <= -ERESTARTSYS)
		return -EINVAL;
	answer->len = len - sizeof(*header);
	if (copy_from_iter(&answer->payload, answer->len, message) !=
	    answer->len)
		return -EFAULT;
	return 0;
}

int fo_conn_reply(struct fo_conn *conn, struct iov_iter *message,
		  const struct fo_fusebpf_block __user *blocks, u32 nr_blocks)
{
	struct fo_answer answer = { .nr_blocks = nr_blocks };
	int err;

	if (READ_ONCE(conn->state) == FO_CONN_NEW)
		return -EPERM;
	err = fo_answer_read(&answer, message);
	if (err)
		return err;
	if (nr_blocks) {
		answer.blocks =
			memdup_array_user(blocks, nr_blocks, sizeof(*blocks));
		if (IS_ERR(answer.blocks))
			return PTR_ERR(answer.blocks);
	}
	mutex_lock(&conn->fs_lock);
	err = fo_reply_apply(conn, &answer);
	mutex_unlock(&conn->fs_lock);
	kfree(answer.blocks);
	return err;
}
