// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IOCTL: inode flags, and the mount's own questions (control.h). The kernel
 * has copied arguments in and copies answers out by the size in the number.
 */
#include <errno.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuse-overlay/control.h"
#include "overlay/flags.h"
#include "protocol/ops.h"
#include "protocol/refresh.h"
#include "protocol/reply.h"

static uint64_t fo_resident_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	if (fscanf(file, "%*s %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static unsigned int fo_status_engine(const struct fo_engine *engine)
{
	switch (engine->kind) {
	case FO_ENGINE_KIND_PASSTHROUGH:
		return FO_STATUS_PASSTHROUGH;
	case FO_ENGINE_KIND_BPF:
		return FO_STATUS_BPF;
	default:
		return FO_STATUS_PLAIN;
	}
}

void fo_connection_status(struct fo_connection *connection,
			  struct fo_status *out_status)
{
	struct fo_fs *fs = connection->fs;
	struct fo_status status = {
		.version = FO_STATUS_VERSION,
		.engine = fo_status_engine(&connection->engine),
		.layers = fs->n_layers - !fo_fs_has_upper(fs),
		.nodes = atomic_load(&fs->nodes.count),
		.descriptors = fo_descriptors_count(&fs->descriptors),
		.backings = fo_opened_backings(&connection->engine.opened),
		.memory = fo_resident_bytes(),
		.copy_ups = atomic_load(&fs->copy_ups),
		.bytes_copied = atomic_load(&fs->bytes_copied),
	};
	size_t i;

	if (fs->writable)
		status.flags |= FO_STATUS_WRITABLE;
	if (fs->config->volatile_mount)
		status.flags |= FO_STATUS_VOLATILE;
	if (connection->filter)
		status.flags |= FO_STATUS_FILTER;
	for (i = 0; i < FO_STATUS_OPCODES; i++) {
		status.by_opcode[i] = atomic_load(&connection->requests[i]);
		status.messages += status.by_opcode[i];
	}
	*out_status = status;
}

static void fo_answer_status(fuse_req_t req)
{
	struct fo_status status;

	fo_connection_status(fuse_req_userdata(req), &status);
	fuse_reply_ioctl(req, 0, &status, sizeof(status));
}

static void fo_answer_refresh(fuse_req_t req)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	uid_t uid = fo_ask_caller(req).uid;

	if (uid != 0 && uid != geteuid()) {
		fo_reply_err(req, -EPERM);
		return;
	}
	/* The kernel holds what the caller has locked: reply, then act. */
	fuse_reply_ioctl(req, 0, NULL, 0);
	fo_connection_refresh(connection);
}

static void fo_answer_get_flags(fuse_req_t req, struct fo_node *node)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	int flags;
	int err = fo_flags_get(connection->fs, node, &flags);

	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_ioctl(req, 0, &flags, sizeof(flags));
}

static void fo_answer_get_fsx(fuse_req_t req, struct fo_node *node)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fsxattr fsx;
	int err = fo_flags_get_fsx(connection->fs, node, &fsx);

	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_ioctl(req, 0, &fsx, sizeof(fsx));
}

static void fo_answer_set(fuse_req_t req, struct fo_node *node,
			  unsigned int cmd, const void *in)
{
	struct fo_connection *connection = fuse_req_userdata(req);
	struct fsxattr fsx;
	int flags, err;

	if (cmd == FS_IOC_FSSETXATTR) {
		memcpy(&fsx, in, sizeof(fsx));
		err = fo_flags_set_fsx(connection->fs, node, &fsx);
	} else {
		memcpy(&flags, in, sizeof(flags));
		err = fo_flags_set(connection->fs, node, flags);
	}
	if (err)
		fo_reply_err(req, err);
	else
		fuse_reply_ioctl(req, 0, NULL, 0);
}

void fo_op_ioctl(fuse_req_t req, fuse_ino_t nodeid, unsigned int cmd, void *arg,
		 struct fuse_file_info *fi, unsigned int flags, const void *in,
		 size_t in_size, size_t out_size)
{
	struct fo_connection *connection = fo_ask_connection(req, FO_IOCTL);
	struct fo_node *node = fo_ask_node(connection, nodeid);

	(void)arg;
	(void)fi;
	(void)flags;
	if (cmd == FS_IOC_GETFLAGS && out_size >= sizeof(int))
		fo_answer_get_flags(req, node);
	else if (cmd == FS_IOC_SETFLAGS && in_size >= sizeof(int))
		fo_answer_set(req, node, cmd, in);
	else if (cmd == FS_IOC_FSGETXATTR && out_size >= sizeof(struct fsxattr))
		fo_answer_get_fsx(req, node);
	else if (cmd == FS_IOC_FSSETXATTR && in_size >= sizeof(struct fsxattr))
		fo_answer_set(req, node, cmd, in);
	else if (cmd == FO_IOC_STATUS && out_size >= sizeof(struct fo_status))
		fo_answer_status(req);
	else if (cmd == FO_IOC_REFRESH)
		fo_answer_refresh(req);
	else
		fo_reply_err(req, -ENOTTY);
}
