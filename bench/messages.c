// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counting the messages of a FUSE connection, exactly: by the tracepoint
 * fuse:fuse_request_send, in a tracing instance of our own, so that nobody
 * else's tracing is touched. FORGET goes without this tracepoint.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/base.h"
#include "bench.h"

/* Per processor, in KiB: room for 400,000 events of about 40 bytes. */
#define BUFFER_SIZE "16384"

static const char *const opcode_names[64] = {
	[1] = "LOOKUP",	    [3] = "GETATTR",	  [4] = "SETATTR",
	[5] = "READLINK",   [6] = "SYMLINK",	  [8] = "MKNOD",
	[9] = "MKDIR",	    [10] = "UNLINK",	  [11] = "RMDIR",
	[12] = "RENAME",    [13] = "LINK",	  [14] = "OPEN",
	[15] = "READ",	    [16] = "WRITE",	  [17] = "STATFS",
	[18] = "RELEASE",   [20] = "FSYNC",	  [21] = "SETXATTR",
	[22] = "GETXATTR",  [23] = "LISTXATTR",	  [24] = "REMOVEXATTR",
	[25] = "FLUSH",	    [26] = "INIT",	  [27] = "OPENDIR",
	[28] = "READDIR",   [29] = "RELEASEDIR",  [30] = "FSYNCDIR",
	[31] = "GETLK",	    [32] = "SETLK",	  [33] = "SETLKW",
	[34] = "ACCESS",    [35] = "CREATE",	  [36] = "INTERRUPT",
	[38] = "DESTROY",   [39] = "IOCTL",	  [40] = "POLL",
	[43] = "FALLOCATE", [44] = "READDIRPLUS", [45] = "RENAME2",
	[46] = "LSEEK",	    [47] = "COPY_FILE",	  [50] = "SYNCFS",
	[51] = "TMPFILE",   [52] = "STATX",
};

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_close_ int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	ssize_t size = (ssize_t)strlen(text);

	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)size) == size ? 0 : -errno;
}

int fo_messages_open(const char *path, struct fo_messages *out_messages)
{
	struct fo_messages messages = { .instance = -1 };
	int err;

	if (mkdir(path, 0700) && errno != EEXIST)
		return -errno;
	messages.instance = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	messages.name = strdup(path);
	err = messages.instance < 0 ? -errno : messages.name ? 0 : -ENOMEM;
	if (!err)
		err = write_file(messages.instance, "tracing_on", "0");
	if (!err)
		err = write_file(messages.instance, "buffer_size_kb",
				 BUFFER_SIZE);
	if (err) {
		fo_messages_close(&messages);
		return err;
	}
	*out_messages = messages;
	return 0;
}

int fo_messages_start(struct fo_messages *messages, dev_t connection)
{
	const char *event = "events/fuse/fuse_request_send/";
	char path[64], filter[64];
	int err;

	/* The kernel's dev_t: 20 bits of minor. */
	snprintf(filter, sizeof(filter), "connection == %u",
		 (major(connection) << 20) | minor(connection));
	snprintf(path, sizeof(path), "%sfilter", event);
	err = write_file(messages->instance, path, filter);
	snprintf(path, sizeof(path), "%senable", event);
	if (!err)
		err = write_file(messages->instance, path, "1");
	if (!err)
		err = write_file(messages->instance, "trace", "\n");
	if (!err)
		err = write_file(messages->instance, "tracing_on", "1");
	return err;
}

static void count_line(struct fo_messages *messages, const char *line)
{
	const char *at = strstr(line, " opcode ");
	unsigned int opcode;

	if (!at || sscanf(at, " opcode %u", &opcode) != 1)
		return;
	if (opcode < FO_ARRAY_SIZE(messages->count))
		messages->count[opcode]++;
}

static FILE *open_stream(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");

	if (!stream && fd >= 0)
		close(fd);
	return stream;
}

/* Events that were thrown away make a count worthless. */
static int read_lost(struct fo_messages *messages)
{
	long cpu, n = sysconf(_SC_NPROCESSORS_CONF);

	for (cpu = 0; cpu < n; cpu++) {
		char path[64], line[128];
		unsigned long lost;
		FILE *stream;

		snprintf(path, sizeof(path), "per_cpu/cpu%ld/stats", cpu);
		stream = open_stream(messages->instance, path);
		if (!stream)
			return -errno;
		while (fgets(line, sizeof(line), stream))
			if (sscanf(line, "overrun: %lu", &lost) == 1 ||
			    sscanf(line, "dropped events: %lu", &lost) == 1)
				messages->lost += lost;
		fclose(stream);
	}
	return 0;
}

int fo_messages_stop(struct fo_messages *messages)
{
	/* Background requests (RELEASE) may still wait for their turn. */
	const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	char line[512];
	FILE *stream;
	int err;

	nanosleep(&pause, NULL);
	err = write_file(messages->instance, "tracing_on", "0");
	if (err)
		return err;
	stream = open_stream(messages->instance, "trace");
	if (!stream)
		return -errno;
	while (fgets(line, sizeof(line), stream))
		count_line(messages, line);
	fclose(stream);
	err = read_lost(messages);
	return err ? err : messages->lost ? -EOVERFLOW : 0;
}

void fo_messages_print(const struct fo_messages *messages)
{
	const char *comma = "";
	size_t i;

	printf("\"messages\":{");
	for (i = 0; i < FO_ARRAY_SIZE(messages->count); i++) {
		if (!messages->count[i])
			continue;
		if (opcode_names[i])
			printf("%s\"%s\":%u", comma, opcode_names[i],
			       messages->count[i]);
		else
			printf("%s\"OPCODE_%zu\":%u", comma, i,
			       messages->count[i]);
		comma = ",";
	}
	printf("}");
}

void fo_messages_close(struct fo_messages *messages)
{
	fo_cleanup_close(&messages->instance);
	if (messages->name)
		rmdir(messages->name);
	free(messages->name);
	messages->name = NULL;
	messages->instance = -1;
}
