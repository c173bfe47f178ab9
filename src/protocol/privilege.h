/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking setuid, setgid and capabilities away, as FUSE leaves it to us. */
#ifndef FO_PROTOCOL_PRIVILEGE_H
#define FO_PROTOCOL_PRIVILEGE_H

#include "protocol/ask.h"

/* From the node's upper, which fd names; the kernel is told. */
int fo_privilege_drop(struct fo_connection *connection, struct fo_node *node,
		      int fd);

/* Unless the caller is root, for requests that do not say who may. */
int fo_privilege_drop_of(fuse_req_t req, struct fo_node *node, int fd);

#endif
