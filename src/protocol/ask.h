/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a request to what the overlay is asked: the connection, the node
 * behind a nodeid, the caller. What every ops_*.c begins with.
 */
#ifndef FO_PROTOCOL_ASK_H
#define FO_PROTOCOL_ASK_H

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 18)
#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "engine/engine.h"
#include "fuse-overlay/control.h"
#include "overlay/caller.h"
#include "protocol/connection.h"
#include "state/fs.h"

struct fo_filter;

struct fo_connection {
	struct fo_fs *fs;
	const struct fo_config *config;
	struct fo_engine engine;
	struct fo_filter *filter; /* NULL: none */
	struct fuse_session *session;
	double entry_timeout; /* seconds that the kernel may believe us */
	double attr_timeout;
	bool mounted;
	bool no_open; /* the kernel opens by itself: engine plain */
	bool no_opendir; /* and keeps listings by itself */
	fo_connection_ready *ready;
	void *ready_context;
	atomic_bool answered; /* the kernel's INIT */
	atomic_ullong requests[FO_STATUS_OPCODES]; /* by enum fo_opcode */
};

/* FUSE opcodes, for counting. Source: linux/fuse.h, enum fuse_opcode. */
enum fo_opcode {
	FO_LOOKUP = 1,
	FO_GETATTR = 3,
	FO_SETATTR = 4,
	FO_READLINK = 5,
	FO_SYMLINK = 6,
	FO_MKNOD = 8,
	FO_MKDIR = 9,
	FO_UNLINK = 10,
	FO_RMDIR = 11,
	FO_LINK = 13,
	FO_OPEN = 14,
	FO_READ = 15,
	FO_WRITE = 16,
	FO_STATFS = 17,
	FO_RELEASE = 18,
	FO_FSYNC = 20,
	FO_SETXATTR = 21,
	FO_GETXATTR = 22,
	FO_LISTXATTR = 23,
	FO_REMOVEXATTR = 24,
	FO_FLUSH = 25,
	FO_OPENDIR = 27,
	FO_READDIR = 28,
	FO_FSYNCDIR = 30,
	FO_CREATE = 35,
	FO_IOCTL = 39,
	FO_FALLOCATE = 43,
	FO_READDIRPLUS = 44,
	FO_RENAME2 = 45,
	FO_LSEEK = 46,
	FO_COPY_FILE_RANGE = 47,
	FO_TMPFILE = 51,
	FO_STATX = 52,
};

/* The connection; the request is counted as one of this opcode. */
struct fo_connection *fo_ask_connection(fuse_req_t req, enum fo_opcode opcode);

/* A nodeid is a node's address; 1 is the root. */
struct fo_node *fo_ask_node(struct fo_connection *connection,
			    fuse_ino_t nodeid);
fuse_ino_t fo_ask_nodeid(struct fo_connection *connection,
			 const struct fo_node *node);

/* (uid_t)-1 and (gid_t)-1 where nobody can say. */
struct fo_caller fo_ask_caller(fuse_req_t req);

/* Is the caller, by its groups as /proc tells them, in this group? */
bool fo_ask_is_in_group(fuse_req_t req, gid_t gid);

#endif
