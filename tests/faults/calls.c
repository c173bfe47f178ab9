// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls that can be made to fail, by name and number. */
#include "calls.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
	ALWAYS,
	TO_FILE, /* if the descriptor in args[where] is one of a file */
	IF_CREATING, /* flags in args[where] */
	IF_CREATING_HOW, /* struct open_how at args[where] */
	IF_CLONING, /* ioctl */
};

static const struct {
	long number;
	enum kind kind;
	int where;
	const char *name;
} calls[] = {
	{ SYS_write, TO_FILE, 0, "write" },
	{ SYS_writev, TO_FILE, 0, "writev" },
	{ SYS_pwrite64, TO_FILE, 0, "pwrite64" },
	{ SYS_pwritev, TO_FILE, 0, "pwritev" },
	{ SYS_splice, TO_FILE, 2, "splice" },
	{ SYS_sendfile, TO_FILE, 0, "sendfile" },
	{ SYS_copy_file_range, TO_FILE, 2, "copy_file_range" },
	{ SYS_openat, IF_CREATING, 2, "openat" },
	{ SYS_openat2, IF_CREATING_HOW, 2, "openat2" },
	{ SYS_ioctl, IF_CLONING, 1, "ioctl" },
	{ SYS_ftruncate, ALWAYS, 0, "ftruncate" },
	{ SYS_fallocate, ALWAYS, 0, "fallocate" },
	{ SYS_mkdirat, ALWAYS, 0, "mkdirat" },
	{ SYS_mknodat, ALWAYS, 0, "mknodat" },
	{ SYS_symlinkat, ALWAYS, 0, "symlinkat" },
	{ SYS_linkat, ALWAYS, 0, "linkat" },
	{ SYS_unlinkat, ALWAYS, 0, "unlinkat" },
	{ SYS_renameat2, ALWAYS, 0, "renameat2" },
	{ SYS_fchmod, ALWAYS, 0, "fchmod" },
	{ SYS_fchmodat, ALWAYS, 0, "fchmodat" },
	{ SYS_fchown, ALWAYS, 0, "fchown" },
	{ SYS_fchownat, ALWAYS, 0, "fchownat" },
	{ SYS_utimensat, ALWAYS, 0, "utimensat" },
	{ SYS_setxattr, ALWAYS, 0, "setxattr" },
	{ SYS_lsetxattr, ALWAYS, 0, "lsetxattr" },
	{ SYS_fsetxattr, ALWAYS, 0, "fsetxattr" },
	{ SYS_removexattr, ALWAYS, 0, "removexattr" },
	{ SYS_lremovexattr, ALWAYS, 0, "lremovexattr" },
	{ SYS_fremovexattr, ALWAYS, 0, "fremovexattr" },
	{ SYS_fsync, ALWAYS, 0, "fsync" },
	{ SYS_fdatasync, ALWAYS, 0, "fdatasync" },
	{ SYS_syncfs, ALWAYS, 0, "syncfs" },
#ifdef SYS_chmod /* architectures with the old calls */
	{ SYS_chmod, ALWAYS, 0, "chmod" },
	{ SYS_mkdir, ALWAYS, 0, "mkdir" },
	{ SYS_rename, ALWAYS, 0, "rename" },
	{ SYS_unlink, ALWAYS, 0, "unlink" },
#endif
};

static bool is_file(pid_t pid, int fd)
{
	char path[64], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return target[0] == '/' && strncmp(target, "/dev/", 5) != 0;
}

static bool creates(uint64_t flags)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

static uint64_t how_flags(pid_t pid, uint64_t at)
{
	struct open_how how = { 0 };
	struct iovec here = { &how, sizeof(how) };
	struct iovec there = { (void *)(uintptr_t)at, sizeof(how) };

	if (process_vm_readv(pid, &here, 1, &there, 1, 0) != sizeof(how))
		return 0;
	return how.flags;
}

static bool counts(pid_t pid, enum kind kind, uint64_t arg)
{
	switch (kind) {
	case TO_FILE:
		return is_file(pid, (int)arg);
	case IF_CREATING:
		return creates(arg);
	case IF_CREATING_HOW:
		return creates(how_flags(pid, arg));
	case IF_CLONING:
		return arg == FICLONE || arg == FICLONERANGE ||
		       arg == FS_IOC_SETFLAGS;
	default:
		return true;
	}
}

const char *fo_call_that_changes(pid_t pid, uint64_t number,
				 const uint64_t args[6])
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((uint64_t)calls[i].number == number &&
		    counts(pid, calls[i].kind, args[calls[i].where]))
			return calls[i].name;
	return NULL;
}
