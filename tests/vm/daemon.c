// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon of the tests:
 *
 *	daemon LOG MNT OPTIONS UPPER LOWER...
 *
 * Mounts, says "ready" and serves until the unmount. The opcodes that it was
 * asked stand in LOG, a line each; SIGUSR1 appends "nodes N", how many nodes
 * the kernel has not forgotten. With FO_DIE_AT=OPCODE in the environment it
 * ends without an answer where it is asked that.
 */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t asked;

static void on_signal(int signal)
{
	(void)signal;
	asked = 1;
}

static const char *name_of(unsigned int opcode)
{
	static const char *const names[] = {
		[FUSE_LOOKUP] = "lookup",   [FUSE_FORGET] = "forget",
		[FUSE_SYMLINK] = "symlink", [FUSE_MKNOD] = "mknod",
		[FUSE_MKDIR] = "mkdir",	    [FUSE_UNLINK] = "unlink",
		[FUSE_RMDIR] = "rmdir",	    [FUSE_LINK] = "link",
		[FUSE_INIT] = "init",	    [FUSE_INTERRUPT] = "interrupt",
		[FUSE_IOCTL] = "copy-up",   [FUSE_RENAME2] = "rename",
	};

	if (opcode >= sizeof(names) / sizeof(*names) || !names[opcode])
		return "unknown";
	return names[opcode];
}

int main(int argc, char **argv)
{
	static struct request request;
	const char *die_at = getenv("FO_DIE_AT");
	int device, log;

	if (argc < 6)
		return 2;
	log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0644);
	device = daemon_mount(argv[2], argv[3], argv + 4, argc - 4);
	if (device < 0) {
		fprintf(stderr, "mount: %s\n", strerror(errno));
		return 1;
	}
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = on_signal },
		  NULL);
	puts("ready");
	fflush(stdout);
	for (;;) {
		if (!read_request(device, &request)) {
			const char *name = name_of(request.header.opcode);

			dprintf(log, "%s\n", name);
			if (die_at && !strcmp(name, die_at))
				return 3;
			serve(device, &request);
		} else if (errno != EINTR) {
			break;
		}
		if (asked)
			dprintf(log, "nodes %d\n", nodes_in_use());
		asked = 0;
	}
	if (errno == ENODEV)
		return 0;
	fprintf(stderr, "read: %s\n", strerror(errno));
	return 1;
}
