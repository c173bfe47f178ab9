// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a user does to files, each as a check of its own, by system calls:
 *
 *	operations list
 *	operations NAME MNT
 *
 * Works in any directory that can be written; says what failed and where.
 */
#include "operations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int op_make(const char *name, const char *text)
{
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0644);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

void op_holds(int fd, const char *text)
{
	char buf[256];
	ssize_t n = pread(fd, buf, sizeof(buf), 0);

	CHECK(n == (ssize_t)strlen(text) && !memcmp(buf, text, n));
}

void op_in_child(void (*run)(void), uid_t uid)
{
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (!pid) {
		CHECK(!uid || (!setgid(uid) && !setuid(uid)));
		run();
		exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "create", op_create },
	{ "unlink", op_unlink },
	{ "directory", op_directory },
	{ "rename", op_rename },
	{ "rename-directory", op_rename_directory },
	{ "link", op_link },
	{ "symlink", op_symlink },
	{ "mknod", op_mknod },
	{ "truncate", op_truncate },
	{ "times", op_times },
	{ "owner", op_owner },
	{ "permission", op_permission },
	{ "privileges", op_privileges },
	{ "setgid", op_setgid },
	{ "umask", op_umask },
	{ "xattr", op_xattr },
	{ "acl", op_acl },
	{ "mmap", op_mmap },
	{ "seek", op_seek },
	{ "allocate", op_allocate },
	{ "copy-range", op_copy_range },
	{ "splice", op_splice },
	{ "sync", op_sync },
	{ "statvfs", op_statvfs },
	{ "locks", op_locks },
	{ "flags", op_flags },
	{ "tmpfile", op_tmpfile },
	{ "names", op_names },
	{ "readdir", op_readdir },
	{ "fcntl-flags", op_fcntl_flags },
};

#define NR_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (i = 0; i < NR_OPERATIONS; i++)
			puts(operations[i].name);
		return 0;
	}
	CHECK(argc == 3 && !chdir(argv[2]));
	CHECK(!mkdir(argv[1], 0755) && !chdir(argv[1]));
	for (i = 0; i < NR_OPERATIONS; i++) {
		if (strcmp(argv[1], operations[i].name))
			continue;
		operations[i].run();
		return 0;
	}
	fprintf(stderr, "no operation %s\n", argv[1]);
	return 2;
}
