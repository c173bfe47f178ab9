/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies: entries and attributes with the timeouts of the mount. */
#ifndef FO_PROTOCOL_REPLY_H
#define FO_PROTOCOL_REPLY_H

#include "protocol/ask.h"

struct fo_created;
struct fo_looked;

/* err: 0 or -errno */
void fo_reply_err(fuse_req_t req, int err);

/*
 * An entry for the kernel. If the reply does not reach it, the lookup that
 * was counted for it is taken back.
 */
void fo_reply_looked(fuse_req_t req, struct fo_connection *connection,
		     const struct fo_looked *looked);
void fo_reply_attr(fuse_req_t req, struct fo_connection *connection,
		   const struct stat *st);
/* "No such name", which the kernel may keep too. */
void fo_reply_negative(fuse_req_t req, struct fo_connection *connection);

struct fuse_entry_param fo_reply_entry(struct fo_connection *connection,
				       const struct fo_looked *looked);

/* The kernel forgets n lookups of a node. */
void fo_forget(fuse_req_t req, struct fo_connection *connection,
	       struct fo_node *node, uint64_t n);

#endif
