// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking setuid, setgid and capabilities away. The kernel asks for it with a
 * write, and goes on believing the mode that it knows: it is told to ask.
 */
#include "protocol/privilege.h"

#include "overlay/protection.h"

int fo_privilege_drop(struct fo_connection *connection, struct fo_node *node,
		      int fd)
{
	int err;

	if (!fo_protection_is_due(connection->fs, fd))
		return 0;
	err = fo_protection_drop(connection->fs, node, fd);
	if (!err)
		/* Attributes only: whoever writes holds the inode. */
		fuse_lowlevel_notify_inval_inode(
			connection->session, fo_ask_nodeid(connection, node),
			-1, 0);
	return err;
}

int fo_privilege_drop_of(fuse_req_t req, struct fo_node *node, int fd)
{
	struct fo_connection *connection = fuse_req_userdata(req);

	/* Who asks takes a look at /proc: only where it matters. */
	if (!fo_protection_is_due(connection->fs, fd) ||
	    !fo_ask_caller(req).uid)
		return 0;
	return fo_privilege_drop(connection, node, fd);
}
