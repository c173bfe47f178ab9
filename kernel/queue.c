// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests on their way: made, queued, waited for, ended. Whoever waits can be
 * killed; the request then goes on without him, and its answer is undone by
 * reply.c. A broken connection ends all that wait.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "conn.h"

struct fo_conn *fo_conn_new(void)
{
	struct fo_conn *conn = kzalloc(sizeof(*conn), GFP_KERNEL);

	if (!conn)
		return NULL;
	refcount_set(&conn->users, 1);
	spin_lock_init(&conn->lock);
	init_waitqueue_head(&conn->readers);
	init_waitqueue_head(&conn->starting);
	INIT_LIST_HEAD(&conn->pending);
	INIT_LIST_HEAD(&conn->sent);
	INIT_LIST_HEAD(&conn->notices);
	mutex_init(&conn->fs_lock);
	return conn;
}

static void fo_conn_drop_notices(struct fo_conn *conn)
{
	struct fo_notice *notice, *next;

	list_for_each_entry_safe(notice, next, &conn->notices, list)
	{
		list_del(&notice->list);
		kfree(notice);
	}
}

void fo_conn_put(struct fo_conn *conn)
{
	if (!conn || !refcount_dec_and_test(&conn->users))
		return;
	fo_conn_drop_notices(conn);
	kfree(conn);
}

struct fo_request *fo_request_new(u32 opcode, size_t payload)
{
	struct fo_request *request = kzalloc(sizeof(*request), GFP_KERNEL);
	size_t len = sizeof(struct fuse_in_header) + payload;

	if (!request)
		return NULL;
	request->in = kzalloc(len, GFP_KERNEL);
	if (!request->in) {
		kfree(request);
		return NULL;
	}
	refcount_set(&request->users, 1);
	init_completion(&request->done);
	INIT_LIST_HEAD(&request->list);
	request->opcode = opcode;
	request->in->len = len;
	request->in->opcode = opcode;
	request->in->uid = from_kuid(&init_user_ns, current_fsuid());
	request->in->gid = from_kgid(&init_user_ns, current_fsgid());
	request->in->pid = current->tgid;
	return request;
}

void fo_request_put(struct fo_request *request)
{
	if (!request || !refcount_dec_and_test(&request->users))
		return;
	fo_found_release(&request->found);
	kfree(request->in);
	kfree(request);
}

bool fo_conn_has_work(struct fo_conn *conn)
{
	return !list_empty(&conn->pending) || !list_empty(&conn->notices) ||
	       conn->state == FO_CONN_BROKEN ||
	       conn->state == FO_CONN_UNMOUNTED;
}

/* Under conn->lock; the connection's reference goes to the request. */
static void fo_conn_queue(struct fo_conn *conn, struct fo_request *request)
{
	refcount_inc(&request->users);
	conn->next_unique += 2;
	request->unique = conn->next_unique;
	request->in->unique = request->unique;
	request->state = FO_REQUEST_PENDING;
	list_add_tail(&request->list, &conn->pending);
}

/* Under conn->lock. Returns whether the connection's reference is to go. */
static bool fo_request_end(struct fo_request *request, int error)
{
	if (request->state == FO_REQUEST_DONE)
		return false;
	list_del_init(&request->list);
	request->state = FO_REQUEST_DONE;
	request->error = error;
	complete(&request->done);
	return true;
}

bool fo_conn_finish(struct fo_conn *conn, struct fo_request *request, int error)
{
	bool put, wanted;

	spin_lock(&conn->lock);
	put = fo_request_end(request, error);
	wanted = !request->abandoned;
	spin_unlock(&conn->lock);
	if (put)
		fo_request_put(request);
	return wanted;
}

static void fo_conn_end_all(struct fo_conn *conn, enum fo_conn_state state)
{
	struct fo_request *request, *next;
	LIST_HEAD(all);

	spin_lock(&conn->lock);
	if (conn->state != FO_CONN_UNMOUNTED)
		conn->state = state;
	list_splice_init(&conn->pending, &all);
	list_splice_init(&conn->sent, &all);
	list_for_each_entry_safe(request, next, &all, list)
	{
		fo_request_end(request, -ENOTCONN);
		/* Nobody else has the list's reference now. */
		list_add(&request->list, &all);
	}
	fo_conn_drop_notices(conn);
	spin_unlock(&conn->lock);
	list_for_each_entry_safe(request, next, &all, list)
	{
		list_del_init(&request->list);
		fo_request_put(request);
	}
	wake_up_all(&conn->readers);
	wake_up_all(&conn->starting);
}

void fo_conn_break(struct fo_conn *conn)
{
	fo_conn_end_all(conn, FO_CONN_BROKEN);
}

static struct fo_request *fo_request_init(void)
{
	struct fuse_init_in *init;
	struct fo_request *request = fo_request_new(FUSE_INIT, sizeof(*init));

	BUILD_BUG_ON(sizeof(struct fuse_init_in) !=
		     FO_FUSEBPF_INIT_VERSION + sizeof(u32));
	BUILD_BUG_ON(sizeof(struct fuse_init_out) !=
		     FO_FUSEBPF_INIT_VERSION + sizeof(u32));
	if (!request)
		return NULL;
	init = (struct fuse_init_in *)(request->in + 1);
	init->major = FUSE_KERNEL_VERSION;
	init->minor = FUSE_KERNEL_MINOR_VERSION;
	init->flags = FUSE_INIT_EXT;
	init->flags2 = FO_FUSEBPF_INIT_FLAG;
	init->unused[ARRAY_SIZE(init->unused) - 1] = FO_FUSEBPF_VERSION;
	request->out_len = sizeof(request->out.init);
	return request;
}

int fo_conn_mount(struct fo_conn *conn, struct fo_fs *fs)
{
	struct fo_request *request = fo_request_init();
	int err = 0;

	if (!request)
		return -ENOMEM;
	spin_lock(&conn->lock);
	if (conn->state == FO_CONN_NEW) {
		conn->state = FO_CONN_STARTING;
		conn->fs = fs;
		fo_conn_queue(conn, request);
	} else {
		err = -EBUSY;
	}
	spin_unlock(&conn->lock);
	/* Nobody waits for it: reply.c looks at the answer. */
	fo_request_put(request);
	wake_up(&conn->readers);
	return err;
}

void fo_conn_unmount(struct fo_conn *conn, struct fo_fs *fs)
{
	/* A mount that failed may have been given another's connection. */
	if (READ_ONCE(conn->fs) != fs)
		return;
	fo_conn_end_all(conn, FO_CONN_UNMOUNTED);
	/* A reply may still be looking at the layers. */
	mutex_lock(&conn->fs_lock);
	conn->fs = NULL;
	mutex_unlock(&conn->fs_lock);
}

static void fo_conn_notify(struct fo_conn *conn, struct fo_notice *notice)
{
	bool queued;

	spin_lock(&conn->lock);
	queued = conn->state == FO_CONN_READY;
	if (queued)
		list_add_tail(&notice->list, &conn->notices);
	spin_unlock(&conn->lock);
	if (queued)
		wake_up(&conn->readers);
	else
		kfree(notice);
}

void fo_conn_forget(struct fo_conn *conn, u64 nodeid, u64 nlookup)
{
	struct fo_notice *notice = kzalloc(sizeof(*notice), GFP_KERNEL);

	if (!notice)
		return;
	notice->in.len = sizeof(notice->in) + sizeof(notice->body.forget);
	notice->in.opcode = FUSE_FORGET;
	notice->in.nodeid = nodeid;
	notice->body.forget.nlookup = nlookup;
	fo_conn_notify(conn, notice);
}

static void fo_conn_interrupt(struct fo_conn *conn, u64 unique)
{
	struct fo_notice *notice = kzalloc(sizeof(*notice), GFP_KERNEL);

	if (!notice)
		return;
	notice->in.len = sizeof(notice->in) + sizeof(notice->body.interrupt);
	notice->in.opcode = FUSE_INTERRUPT;
	notice->in.unique = unique | 1;
	notice->body.interrupt.unique = unique;
	fo_conn_notify(conn, notice);
}

static bool fo_conn_is_alive(struct fo_conn *conn)
{
	enum fo_conn_state state = READ_ONCE(conn->state);

	return state == FO_CONN_STARTING || state == FO_CONN_READY;
}

static bool fo_conn_is_starting(struct fo_conn *conn)
{
	return READ_ONCE(conn->state) == FO_CONN_STARTING;
}

/* The one who waits was killed. */
static int fo_conn_abandon(struct fo_conn *conn, struct fo_request *request)
{
	bool put = false, sent = false;

	spin_lock(&conn->lock);
	switch (request->state) {
	case FO_REQUEST_PENDING:
		put = fo_request_end(request, -EINTR);
		break;
	case FO_REQUEST_DONE:
		break;
	default:
		request->abandoned = true;
		sent = true;
		break;
	}
	spin_unlock(&conn->lock);
	if (put)
		fo_request_put(request);
	if (sent)
		fo_conn_interrupt(conn, request->unique);
	/* What was done in the last moment is no longer wanted, but is done. */
	return put || sent ? -EINTR : request->error;
}

int fo_conn_ask(struct fo_conn *conn, struct fo_request *request)
{
	bool ready;

	/* The daemon would wait for itself. */
	if (fo_conn_is_alive(conn) && current->tgid == READ_ONCE(conn->reader))
		return -EDEADLK;
	if (wait_event_killable(conn->starting, !fo_conn_is_starting(conn)))
		return -EINTR;
	spin_lock(&conn->lock);
	ready = conn->state == FO_CONN_READY;
	if (ready)
		fo_conn_queue(conn, request);
	spin_unlock(&conn->lock);
	if (!ready)
		return -ENOTCONN;
	wake_up(&conn->readers);
	if (wait_for_completion_killable(&request->done))
		return fo_conn_abandon(conn, request);
	return request->error;
}
