// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the daemon, one function for each kind of answer. */
#include <linux/slab.h>

#include "conn.h"
#include "upcall.h"

static int fo_upcall_conn(const struct super_block *sb,
			  struct fo_conn **out_conn)
{
	*out_conn = fo_fs(sb)->conn;
	return *out_conn ? 0 : -EOPNOTSUPP;
}

/* What stands before the names. */
union fo_upcall_head {
	struct fuse_mknod_in mknod;
	struct fuse_mkdir_in mkdir;
	struct fuse_link_in link;
	struct fuse_rename2_in rename;
	struct fuse_ioctl_in ioctl;
};

struct fo_payload {
	const union fo_upcall_head *head;
	size_t head_len;
	const struct qstr *names[2]; /* NULL: none; each with a NUL behind */
};

static struct fo_request *fo_upcall_request(u32 opcode, u64 nodeid,
					    const struct fo_payload *payload)
{
	struct fo_request *request;
	size_t len = payload->head_len;
	unsigned int i;
	char *to;

	for (i = 0; i < ARRAY_SIZE(payload->names); i++)
		if (payload->names[i])
			len += payload->names[i]->len + 1;
	request = fo_request_new(opcode, len);
	if (!request)
		return NULL;
	request->in->nodeid = nodeid;
	to = (char *)(request->in + 1);
	if (payload->head_len)
		memcpy(to, payload->head, payload->head_len);
	to += payload->head_len;
	for (i = 0; i < ARRAY_SIZE(payload->names); i++) {
		if (!payload->names[i])
			continue;
		memcpy(to, payload->names[i]->name, payload->names[i]->len);
		to += payload->names[i]->len + 1;
	}
	return request;
}

static u64 fo_upcall_nodeid(const struct inode *inode)
{
	return READ_ONCE(fo_inode(inode)->nodeid);
}

static void fo_upcall_fill(u32 opcode, const struct fo_upcall *what,
			   struct inode *old, union fo_upcall_head *head,
			   struct fo_payload *payload)
{
	switch (opcode) {
	case FUSE_MKNOD:
		head->mknod.mode = what->mode;
		head->mknod.rdev = new_encode_dev(what->rdev);
		head->mknod.umask = current_umask();
		payload->head_len = sizeof(head->mknod);
		break;
	case FUSE_MKDIR:
		head->mkdir.mode = what->mode;
		head->mkdir.umask = current_umask();
		payload->head_len = sizeof(head->mkdir);
		break;
	case FUSE_LINK:
		head->link.oldnodeid = fo_upcall_nodeid(old);
		payload->head_len = sizeof(head->link);
		break;
	default:
		break;
	}
}

static int fo_upcall_entry_result(struct fo_request *request,
				  struct fo_found *out_found, u64 *out_nodeid)
{
	*out_nodeid = request->out.entry.nodeid;
	*out_found = (struct fo_found){};
	if (*out_nodeid == FUSE_ROOT_ID)
		return -EIO;
	if (request->has_blocks) {
		*out_found = request->found;
		request->found = (struct fo_found){};
	}
	return 0;
}

int fo_upcall_entry(u32 opcode, const struct fo_upcall *what, struct inode *old,
		    struct fo_found *out_found, u64 *out_nodeid)
{
	union fo_upcall_head head = {};
	struct fo_payload payload = { .head = &head, .names = { what->name } };
	struct fo_request *request;
	struct fo_conn *conn;
	struct qstr target;
	int err;

	err = fo_upcall_conn(what->dir->i_sb, &conn);
	if (err)
		return err;
	fo_upcall_fill(opcode, what, old, &head, &payload);
	if (opcode == FUSE_SYMLINK) {
		target = (struct qstr)QSTR_INIT(what->target,
						strlen(what->target));
		payload.names[1] = &target;
	}
	request = fo_upcall_request(opcode, fo_upcall_nodeid(what->dir),
				    &payload);
	if (!request)
		return -ENOMEM;
	request->out_len = sizeof(request->out.entry);
	/* A link is of an inode that is here. */
	if (opcode != FUSE_LINK)
		request->blocks = FO_BLOCKS_ENTRY;
	err = fo_conn_ask(conn, request);
	if (!err)
		err = fo_upcall_entry_result(request, out_found, out_nodeid);
	fo_request_put(request);
	return err;
}

static int fo_upcall_simple(u32 opcode, struct inode *inode,
			    const struct fo_payload *payload)
{
	struct fo_request *request;
	struct fo_conn *conn;
	int err;

	err = fo_upcall_conn(inode->i_sb, &conn);
	if (err)
		return err;
	request = fo_upcall_request(opcode, fo_upcall_nodeid(inode), payload);
	if (!request)
		return -ENOMEM;
	err = fo_conn_ask(conn, request);
	fo_request_put(request);
	return err;
}

int fo_upcall_remove(u32 opcode, struct inode *dir, const struct qstr *name)
{
	const struct fo_payload payload = { .names = { name } };

	return fo_upcall_simple(opcode, dir, &payload);
}

int fo_upcall_rename(const struct fo_upcall *from, const struct fo_upcall *to,
		     unsigned int flags)
{
	const union fo_upcall_head head = {
		.rename.newdir = fo_upcall_nodeid(to->dir),
		.rename.flags = flags,
	};
	const struct fo_payload payload = {
		.head = &head,
		.head_len = sizeof(head.rename),
		.names = { from->name, to->name },
	};

	return fo_upcall_simple(FUSE_RENAME2, from->dir, &payload);
}

int fo_upcall_copy_up(struct inode *inode, struct dentry **out_upper)
{
	const union fo_upcall_head head = {
		.ioctl.cmd = FO_FUSEBPF_COPY_UP,
		.ioctl.flags = S_ISDIR(inode->i_mode) ? FUSE_IOCTL_DIR : 0,
	};
	const struct fo_payload payload = {
		.head = &head,
		.head_len = sizeof(head.ioctl),
	};
	struct fo_request *request;
	struct fo_conn *conn;
	int err;

	err = fo_upcall_conn(inode->i_sb, &conn);
	if (err)
		return err;
	request = fo_upcall_request(FUSE_IOCTL, fo_upcall_nodeid(inode),
				    &payload);
	if (!request)
		return -ENOMEM;
	request->out_len = sizeof(request->out.ioctl);
	request->blocks = FO_BLOCKS_COPY_UP;
	err = fo_conn_ask(conn, request);
	if (!err) {
		*out_upper = request->found.upper;
		request->found.upper = NULL;
	}
	fo_request_put(request);
	return err;
}
