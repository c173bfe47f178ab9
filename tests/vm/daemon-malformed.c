// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A daemon that answers wrongly in every way, before it answers rightly:
 *
 *	daemon-malformed MNT UPPER LOWER1 LOWER2
 *
 * The lowers have "linked" (of two names), "file", "other", and "dir"; the
 * parent of LOWER1 is no layer. A line "ok - WHAT" or "not ok - WHAT" each.
 */
#include "daemon_wrong.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int device;
static struct request request;

/* Run in a child of its own; its exit code is an errno. */
static pid_t start(int (*run)(const char *path), const char *path)
{
	pid_t pid = fork();

	if (!pid) {
		close(device);
		_exit(run(path) ? errno : 0);
	}
	return pid;
}

static int code_of(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int run_stat(const char *path)
{
	struct stat st;

	return stat(path, &st);
}

static int run_chmod(const char *path)
{
	return chmod(path, 0640);
}

/* Serve rightly until one of this kind, which is left in request. */
static void await(unsigned int opcode)
{
	while (!read_request(device, &request)) {
		if (request.header.opcode == opcode)
			return;
		serve(device, &request);
	}
	printf("not ok - a request of kind %u came\n", opcode);
	exit(1);
}

static int raw(unsigned int len, int error, __u64 unique, size_t size)
{
	char buf[512] = { 0 };
	struct fuse_out_header header = { .len = len,
					  .error = error,
					  .unique = unique };

	memcpy(buf, &header, sizeof(header));
	return write(device, buf, size) < 0 ? errno : 0;
}

/* Wrong in what every reply has; the request is any that waits. */
static void try_headers(void)
{
	__u64 unique = request.header.unique;

	is(raw(16, 0, unique, 8), EINVAL, "a reply shorter than its header");
	is(raw(17, -5, unique, 16), EINVAL, "a length that is not so");
	is(raw(20, -5, unique, 20), EINVAL, "an error with a payload");
	is(raw(16, 0, unique, 16), EINVAL, "a success without its payload");
	is(raw(300, 0, unique, 300), EINVAL, "a payload too long");
	is(raw(16, 5, unique, 16), EINVAL, "an error that is positive");
	is(raw(16, -512, unique, 16), EINVAL, "an error that means a restart");
	is(raw(16, -4096, unique, 16), EINVAL, "an error that is none");
	is(raw(16, 0, 0, 16), EINVAL, "unique 0");
	is(raw(16, -5, unique + 2, 16), ENOENT, "a request that nobody made");
	is(raw(16, -5, unique | 1, 16), ENOENT, "an interrupt answered");
}

static void try_addresses(void)
{
	struct fo_fusebpf_reply reply = { .message = 16, .message_len = 16 };
	struct fuse_out_header header = { .len = sizeof(header),
					  .error = -5,
					  .unique = request.header.unique };
	struct fo_fusebpf_block block = { 0 };

	errno = 0;
	ioctl(device, FO_FUSEBPF_IOC_REPLY, &reply);
	is(errno, EFAULT, "a message at a bad address");
	errno = 0;
	ioctl(device, FO_FUSEBPF_IOC_REPLY, 16);
	is(errno, EFAULT, "a reply at a bad address");
	reply.message = (unsigned long)&header;
	reply.blocks = (unsigned long)&block;
	reply.nr_blocks = 1;
	errno = 0;
	ioctl(device, FO_FUSEBPF_IOC_REPLY, &reply);
	is(errno, EINVAL, "an error with a block");
	errno = 0;
	ioctl(device, _IO(0xfb, 99));
	is(errno, ENOTTY, "an ioctl that is none");
}

/* Replies of random bytes, of which none may do harm. */
static void try_noise(void)
{
	char message[160];
	struct fo_fusebpf_block blocks[4];
	struct fo_fusebpf_reply reply = { .message = (unsigned long)message,
					  .blocks = (unsigned long)blocks };
	struct fuse_out_header *header = (void *)message;
	unsigned int i, j, taken = 0;

	srandom(1);
	for (i = 0; i < 2000; i++) {
		for (j = 0; j < sizeof(message); j++)
			message[j] = random();
		for (j = 0; j < sizeof(blocks); j++)
			((char *)blocks)[j] = random() % 7 ? 0 : random();
		reply.message_len = random() % (sizeof(message) + 1);
		reply.nr_blocks = random() % 5;
		header->len = random() % 3 ? reply.message_len : random();
		header->unique = request.header.unique;
		header->error = random() % 3 ? 0 : random();
		/* An honest refusal, or an entry without blocks, is none. */
		if ((header->error > -512 && header->error < 0) ||
		    (!header->error && !reply.nr_blocks &&
		     reply.message_len == 16 + sizeof(struct fuse_entry_out)))
			continue;
		taken += !ioctl(device, FO_FUSEBPF_IOC_REPLY, &reply);
	}
	is(taken, 0, "2000 replies of noise");
}

static void try_lookup(const char *mnt, const char *path, const char *other)
{
	struct fuse_entry_out entry = { .nodeid = 78,
					.attr.mode = S_IFREG | 0644 };
	pid_t pid = start(run_stat, path);

	await(FUSE_LOOKUP);
	try_headers();
	try_blocks(device, &request, mnt);
	try_addresses();
	try_noise();
	serve(device, &request);
	is(code_of(pid), 0, "at last a good one: the caller never knew");
	is(raw(16, -5, request.header.unique, 16), ENOENT,
	   "a request that was answered already");
	/* Well formed, but it says not what the kernel asked for. */
	pid = start(run_stat, other);
	await(FUSE_LOOKUP);
	answer(device, &request, 0, &entry, sizeof(entry));
	is(code_of(pid), EIO, "a file without its backing is an error");
}

static int try_copy_blocks(const struct fo_fusebpf_block *blocks, int nr,
			   int result)
{
	struct fuse_ioctl_out out = { .result = result };

	errno = 0;
	answer_blocks(device, &request, &out, sizeof(out), blocks, nr);
	return errno;
}

static void try_copy_up(const char *path)
{
	struct fo_fusebpf_block good = { .type = FO_FUSEBPF_BLOCK_COPIED_UP };
	struct fo_fusebpf_block two[2], block = good;
	struct fuse_ioctl_out out = { 0 };
	pid_t pid = start(run_chmod, path);

	await(FUSE_IOCTL);
	errno = 0;
	answer(device, &request, 0, &out, sizeof(out));
	is(errno, EINVAL, "a copy that is nowhere");
	block.fd = layer_fd[0];
	is(try_copy_blocks(&block, 1, 0), EINVAL, "the upper's root as a copy");
	block.fd = in_layer(1, "file");
	is(try_copy_blocks(&block, 1, 0), EINVAL, "the lower file as its copy");
	block.layer = 1;
	is(try_copy_blocks(&block, 1, 0), EINVAL, "a copy in a lower");
	close(block.fd);
	close(openat(layer_fd[0], "short", O_CREAT | O_WRONLY, 0600));
	good.fd = in_layer(0, "short");
	two[0] = two[1] = good;
	is(try_copy_blocks(two, 2, 0), EINVAL, "two copies");
	is(try_copy_blocks(&good, 1, 1), EINVAL, "a copy that failed");
	block = good;
	block.type = FO_FUSEBPF_BLOCK_BACKING;
	is(try_copy_blocks(&block, 1, 0), EINVAL, "a backing as a copy");
	is(try_copy_blocks(&good, 1, 0), 0, "a copy that is well formed");
	close(good.fd);
	is(code_of(pid), EIO, "but of another size is not used");
	pid = start(run_chmod, path);
	await(FUSE_IOCTL);
	serve(device, &request);
	is(code_of(pid), 0, "the next is");
}

static void try_identity(const char *path)
{
	struct fo_fusebpf_block block = BACKING(1, in_layer(1, "linked"));
	struct fuse_entry_out entry = { .nodeid = 79,
					.attr.mode = S_IFREG | 0644 };
	pid_t pid = start(run_chmod, path);
	int i;

	/* The VFS tries a second time when something is stale. */
	for (i = 0; i < 2; i++) {
		await(FUSE_LOOKUP);
		answer_blocks(device, &request, &entry, sizeof(entry), &block,
			      1);
	}
	is(code_of(pid), ESTALE, "another file's backing names nothing");
	close(block.fd);
}

static void try_before_mount(void)
{
	char buf[FO_FUSEBPF_READ_MIN];
	int fd = open(FO_FUSEBPF_DEVICE, O_RDWR);

	is(read(fd, buf, sizeof(buf)) < 0 ? errno : 0, EPERM,
	   "nothing is read before the mount");
	is(write(fd, buf, sizeof(buf)) < 0 ? errno : 0, EPERM, "nor written");
	close(fd);
	is(read(device, buf, sizeof(buf) - 1) < 0 ? errno : 0, EINVAL,
	   "a buffer too small for a request");
}

static int open_descriptors(void)
{
	int fd, open = 0;

	for (fd = 0; fd < 256; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	return open;
}

int main(int argc, char **argv)
{
	char path[4][512];
	int before;
	pid_t pid;

	if (argc != 5)
		return 2;
	snprintf(path[0], sizeof(path[0]), "%s/linked", argv[1]);
	snprintf(path[1], sizeof(path[1]), "%s/file", argv[1]);
	snprintf(path[2], sizeof(path[2]), "%s/other", argv[1]);
	snprintf(path[3], sizeof(path[3]), "%s/linked2", argv[1]);
	device = daemon_mount(argv[1], "", argv + 2, 3);
	if (device < 0)
		return 1;
	before = open_descriptors();
	try_before_mount();
	await(FUSE_INIT);
	try_headers();
	serve(device, &request);
	try_lookup(argv[1], path[0], path[3]);
	try_copy_up(path[1]);
	try_identity(path[2]);
	is(run_chmod(path[2]) ? errno : 0, EDEADLK,
	   "the daemon does not wait for itself");
	is(open_descriptors(), before, "no descriptor was left open");
	pid = start(run_chmod, path[2]);
	await(FUSE_LOOKUP);
	is(ioctl(device, FO_FUSEBPF_IOC_ABORT), 0, "an abort");
	is(code_of(pid), ENOTCONN, "ends who waits");
	is(read_request(device, &request) ? errno : 0, ENODEV,
	   "and the connection");
	return wrong_failed;
}
