// SPDX-License-Identifier: GPL-2.0-or-later
/* Asking a live mount about itself, and telling it. */
#include "process/status.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fuse.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "system/process.h"
#include "system/sys.h"

/* By number, as linux/fuse.h has them; those that a daemon may see. */
static const char *const fo_opcode_names[FO_STATUS_OPCODES] = {
	[FUSE_LOOKUP] = "LOOKUP",
	[FUSE_FORGET] = "FORGET",
	[FUSE_GETATTR] = "GETATTR",
	[FUSE_SETATTR] = "SETATTR",
	[FUSE_READLINK] = "READLINK",
	[FUSE_SYMLINK] = "SYMLINK",
	[FUSE_MKNOD] = "MKNOD",
	[FUSE_MKDIR] = "MKDIR",
	[FUSE_UNLINK] = "UNLINK",
	[FUSE_RMDIR] = "RMDIR",
	[FUSE_RENAME] = "RENAME",
	[FUSE_LINK] = "LINK",
	[FUSE_OPEN] = "OPEN",
	[FUSE_READ] = "READ",
	[FUSE_WRITE] = "WRITE",
	[FUSE_STATFS] = "STATFS",
	[FUSE_RELEASE] = "RELEASE",
	[FUSE_FSYNC] = "FSYNC",
	[FUSE_SETXATTR] = "SETXATTR",
	[FUSE_GETXATTR] = "GETXATTR",
	[FUSE_LISTXATTR] = "LISTXATTR",
	[FUSE_REMOVEXATTR] = "REMOVEXATTR",
	[FUSE_FLUSH] = "FLUSH",
	[FUSE_INIT] = "INIT",
	[FUSE_OPENDIR] = "OPENDIR",
	[FUSE_READDIR] = "READDIR",
	[FUSE_RELEASEDIR] = "RELEASEDIR",
	[FUSE_FSYNCDIR] = "FSYNCDIR",
	[FUSE_ACCESS] = "ACCESS",
	[FUSE_CREATE] = "CREATE",
	[FUSE_INTERRUPT] = "INTERRUPT",
	[FUSE_DESTROY] = "DESTROY",
	[FUSE_IOCTL] = "IOCTL",
	[FUSE_BATCH_FORGET] = "BATCH_FORGET",
	[FUSE_FALLOCATE] = "FALLOCATE",
	[FUSE_READDIRPLUS] = "READDIRPLUS",
	[FUSE_RENAME2] = "RENAME2",
	[FUSE_LSEEK] = "LSEEK",
	[FUSE_COPY_FILE_RANGE] = "COPY_FILE_RANGE",
	/* Newer than the linux/fuse.h of some releases that we build on. */
	[50] = "SYNCFS",
	[51] = "TMPFILE",
	[52] = "STATX",
};

static const char *fo_status_engine(const struct fo_status *status)
{
	switch (status->engine) {
	case FO_STATUS_PLAIN:
		return "plain";
	case FO_STATUS_PASSTHROUGH:
		return "passthrough";
	case FO_STATUS_BPF:
		return "bpf";
	default:
		return "unknown";
	}
}

void fo_status_format_line(const struct fo_status *status,
			   char out_line[FO_STATUS_LINE_SIZE])
{
	snprintf(out_line, FO_STATUS_LINE_SIZE,
		 "engine=%s layers=%" PRIu32 " nodes=%" PRIu64
		 " descriptors=%" PRIu64 " backings=%" PRIu64 " memory=%" PRIu64
		 " messages=%" PRIu64 " copy_ups=%" PRIu64
		 " bytes_copied=%" PRIu64,
		 fo_status_engine(status), (uint32_t)status->layers,
		 (uint64_t)status->nodes, (uint64_t)status->descriptors,
		 (uint64_t)status->backings, (uint64_t)status->memory,
		 (uint64_t)status->messages, (uint64_t)status->copy_ups,
		 (uint64_t)status->bytes_copied);
}

static void fo_status_print_opcodes(const struct fo_status *status, FILE *out)
{
	size_t i;

	for (i = 0; i < FO_STATUS_OPCODES; i++) {
		uint64_t n = status->by_opcode[i];

		if (n && fo_opcode_names[i])
			fprintf(out, "  %-15s %" PRIu64 "\n",
				fo_opcode_names[i], n);
		else if (n)
			fprintf(out, "  opcode %-8zu %" PRIu64 "\n", i, n);
	}
}

void fo_status_print(const struct fo_status *status, FILE *out)
{
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {
		{ "layers", status->layers },
		{ "nodes", status->nodes },
		{ "descriptors", status->descriptors },
		{ "backings", status->backings },
		{ "memory", status->memory },
		{ "copy_ups", status->copy_ups },
		{ "bytes_copied", status->bytes_copied },
		{ "messages", status->messages },
	};
	size_t i;

	fprintf(out, "%-17s %s\n", "engine", fo_status_engine(status));
	fprintf(out, "%-17s %s%s%s\n", "mode",
		status->flags & FO_STATUS_WRITABLE ? "rw" : "ro",
		status->flags & FO_STATUS_VOLATILE ? ",volatile" : "",
		status->flags & FO_STATUS_FILTER ? ",filter" : "");
	for (i = 0; i < FO_ARRAY_SIZE(counts); i++)
		fprintf(out, "%-17s %" PRIu64 "\n", counts[i].name,
			counts[i].value);
	fo_status_print_opcodes(status, out);
}

static int fo_status_ask(const char *path, unsigned long request,
			 void *argument)
{
	_cleanup_close_ int fd = fo_sys_open_path(path, O_RDONLY | O_DIRECTORY);
	int err = fd < 0 ? fd : fo_sys_ioctl(fd, request, argument);

	if (err == -ENOTTY || err == -EINVAL || err == -ENOSYS)
		fo_log_error("'%s' is no mount of fuse-overlay", path);
	else if (err)
		fo_log_error("'%s': %s", path, strerror(-err));
	return err;
}

int fo_status_show(const char *path, FILE *out)
{
	struct fo_status status = { 0 };
	int err = fo_status_ask(path, FO_IOC_STATUS, &status);

	if (err)
		return err;
	if (status.version != FO_STATUS_VERSION) {
		fo_log_error("'%s' is served by another version of "
			     "fuse-overlay",
			     path);
		return -EPROTO;
	}
	fo_status_print(&status, out);
	return 0;
}

int fo_status_refresh(const char *path)
{
	return fo_status_ask(path, FO_IOC_REFRESH, NULL);
}
