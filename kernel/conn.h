/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connection to a daemon: requests that wait to be read, requests that
 * wait to be answered, and notices that want no answer. It lives as long as
 * the device file and the mount; either end can break it, once and for all.
 */
#ifndef FUSEBPF_CONN_H
#define FUSEBPF_CONN_H

#include <linux/completion.h>
#include <linux/fuse.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <fuse-overlay/fusebpf.h>

#include "fusebpf.h"

/* What blocks a reply may bring. */
enum fo_blocks_kind {
	FO_BLOCKS_NONE,
	FO_BLOCKS_ENTRY, /* BACKING */
	FO_BLOCKS_COPY_UP, /* COPIED_UP, needed */
};

enum fo_request_state {
	FO_REQUEST_PENDING, /* in conn->pending */
	FO_REQUEST_SENT, /* in conn->sent */
	FO_REQUEST_ANSWERING, /* in no list: a reply is being checked */
	FO_REQUEST_DONE,
};

/* One request. conn->lock guards state, list and abandoned. */
struct fo_request {
	struct list_head list;
	refcount_t users; /* who waits, and the connection until it is done */
	struct completion done;
	enum fo_request_state state;
	bool abandoned; /* nobody waits for the answer any more */
	u32 opcode;
	u64 unique;
	struct fuse_in_header *in; /* and what follows */
	/* The answer: set before done, not changed after. */
	int error;
	enum fo_blocks_kind blocks;
	u32 out_len; /* payload of a success */
	union {
		struct fuse_init_out init;
		struct fuse_entry_out entry;
		struct fuse_ioctl_out ioctl;
	} out;
	struct fo_found found; /* of blocks; for a copy: upper alone */
	bool has_blocks;
};

/* What the daemon is told without an answer. */
struct fo_notice {
	struct list_head list;
	struct fuse_in_header in;
	union {
		struct fuse_forget_in forget;
		struct fuse_interrupt_in interrupt;
	} body;
};

enum fo_conn_state {
	FO_CONN_NEW, /* not yet mounted */
	FO_CONN_STARTING, /* FUSE_INIT is not answered */
	FO_CONN_READY,
	FO_CONN_BROKEN, /* by the daemon's end, an abort, or a bad FUSE_INIT */
	FO_CONN_UNMOUNTED,
};

struct fo_conn {
	refcount_t users; /* the device file, the mount */
	spinlock_t lock; /* guards the lists, state and next_unique */
	wait_queue_head_t readers;
	wait_queue_head_t starting; /* for state to leave STARTING */
	enum fo_conn_state state;
	struct list_head pending;
	struct list_head sent;
	struct list_head notices;
	u64 next_unique;
	pid_t reader; /* thread group that read last */
	struct fo_fs *fs; /* layers, while state is STARTING or READY */
	struct mutex fs_lock; /* held while a reply looks at fs */
};

/* queue.c */
struct fo_conn *fo_conn_new(void);
void fo_conn_put(struct fo_conn *conn);
/* -EBUSY: it is mounted, or was. */
int fo_conn_mount(struct fo_conn *conn, struct fo_fs *fs);
void fo_conn_unmount(struct fo_conn *conn, struct fo_fs *fs);
void fo_conn_break(struct fo_conn *conn);
bool fo_conn_has_work(struct fo_conn *conn);
/* The caller keeps a reference. Returns whether anybody waits for it. */
bool fo_conn_finish(struct fo_conn *conn, struct fo_request *request,
		    int error);
void fo_request_put(struct fo_request *request);

struct fo_request *fo_request_new(u32 opcode, size_t payload);
/* Send it and wait. 0: see request->out; -EINTR: killed; -ENOTCONN. */
int fo_conn_ask(struct fo_conn *conn, struct fo_request *request);
/* Tells the daemon; a notice that finds no memory is lost. */
void fo_conn_forget(struct fo_conn *conn, u64 nodeid, u64 nlookup);

/* reply.c: one answer; message is what the daemon wrote. */
int fo_conn_reply(struct fo_conn *conn, struct iov_iter *message,
		  const struct fo_fusebpf_block __user *blocks, u32 nr_blocks);

/* blocks.c */
int fo_blocks_take(struct fo_fs *fs, struct fo_request *request,
		   const struct fo_fusebpf_block *blocks, u32 nr);

/* device.c */
int fo_device_init(void);
void fo_device_exit(void);
/* The connection of an open device, counted. */
struct fo_conn *fo_device_conn(unsigned int fd);

#endif
