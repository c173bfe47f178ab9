// SPDX-License-Identifier: GPL-2.0-or-later
/* Extended attributes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/xattr.h"
#include "protocol/ops.h"
#include "protocol/reply.h"

/* Either the value or, if the caller asked with size 0, its length. */
static void fo_reply_value(fuse_req_t req, const char *value, ssize_t len,
			   size_t size)
{
	if (len < 0)
		fo_reply_err(req, (int)len);
	else if (size)
		fuse_reply_buf(req, value, (size_t)len);
	else
		fuse_reply_xattr(req, (size_t)len);
}

void fo_op_getxattr(fuse_req_t req, fuse_ino_t nodeid, const char *name,
		    size_t size)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_GETXATTR);
	_cleanup_free_ char *value = size ? malloc(size) : NULL;
	ssize_t len = -ENOMEM;

	if (!connection->config->xattrs)
		len = -ENOSYS; /* and the kernel asks no more */
	else if (value || !size)
		len = fo_node_getxattr(connection->fs,
				       fo_ask_node(connection, nodeid), name,
				       value, size);
	fo_reply_value(req, value, len, size);
}

void fo_op_listxattr(fuse_req_t req, fuse_ino_t nodeid, size_t size)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_LISTXATTR);
	_cleanup_free_ char *list = size ? malloc(size) : NULL;
	ssize_t len = -ENOMEM;

	if (!connection->config->xattrs)
		len = -ENOSYS;
	else if (list || !size)
		len = fo_node_listxattr(connection->fs,
					fo_ask_node(connection, nodeid), list,
					size);
	fo_reply_value(req, list, len, size);
}

/*
 * An access ACL that is set by somebody outside the file's group takes
 * setgid away, as posix_acl_update_mode() does.
 */
static bool fo_must_kill_setgid(fuse_req_t req, struct fo_node *node,
				const char *name)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct stat st;

	if (strcmp(name, "system.posix_acl_access") ||
	    fo_ask_caller(req).uid == 0 ||
	    fo_attr_get(connection->fs, node, &st) || !(st.st_mode & S_ISGID))
		return false;
	return !fo_ask_is_in_group(req, st.st_gid);
}

void fo_op_setxattr(fuse_req_t req, fuse_ino_t nodeid, const char *name,
		    const char *value, size_t size, int flags)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_SETXATTR);
	struct fo_node *node = fo_ask_node(connection, nodeid);
	const struct fo_xattr_change change = {
		.name = name,
		.value = value,
		.size = size,
		.flags = flags,
		.kill_setgid = fo_must_kill_setgid(req, node, name),
	};
	int err = -ENOSYS;

	if (connection->config->xattrs)
		err = fo_node_setxattr(connection->fs, node, &change);
	fo_reply_err(req, err);
}

void fo_op_removexattr(fuse_req_t req, fuse_ino_t nodeid, const char *name)
{
	struct fo_connection *connection =
		fo_ask_connection(req, FO_REMOVEXATTR);
	int err = -ENOSYS;

	if (connection->config->xattrs)
		err = fo_node_removexattr(
			connection->fs, fo_ask_node(connection, nodeid), name);
	fo_reply_err(req, err);
}
