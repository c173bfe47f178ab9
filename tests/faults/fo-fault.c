// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fo-fault kill|ERRNO PID N COMMAND...: runs the command, and when process
 * PID, the daemon, is about to make its N-th call that changes a file, kills
 * it, or makes that call fail. N = 0 counts alone.
 *
 * Prints "at CALL" if the point was reached, else "COUNT calls"; the exit
 * code is that of the command, or 255 for a failure of our own.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "calls.h"

struct fault {
	pid_t daemon;
	pid_t command;
	int error; /* 0: kill */
	unsigned long point; /* 0: only count */
	unsigned long count;
	const char *reached;
	/* Threads in whose call an error has to be written at its end. */
	pid_t failing;
};

static const struct {
	const char *name;
	int value;
} errors[] = {
	{ "kill", 0 },	      { "EIO", EIO },	  { "ENOSPC", ENOSPC },
	{ "EDQUOT", EDQUOT }, { "EROFS", EROFS }, { "ENOMEM", ENOMEM },
	{ "EMFILE", EMFILE }, { "EPERM", EPERM }, { "EOPNOTSUPP", EOPNOTSUPP },
};

static int usage(void)
{
	fprintf(stderr, "usage: fo-fault kill|ERRNO PID N COMMAND...\n");
	return 255;
}

static int failed(const char *what)
{
	perror(what);
	return 255;
}

static int attach(pid_t daemon)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
	char path[40];
	struct dirent *de;
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", daemon);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((de = readdir(dir))) {
		pid_t tid = (pid_t)atoi(de->d_name);

		if (tid <= 0 || ptrace(PTRACE_SEIZE, tid, NULL, options) < 0)
			continue;
		ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
		count++;
	}
	closedir(dir);
	return count ? count : -EPERM;
}

static pid_t run(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(254);
	}
	return pid;
}

/* Turns the call into none; its answer is written when it returns. */
static void refuse_call(struct fault *f, pid_t tid)
{
#ifdef __x86_64__
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, tid, NULL, &regs) < 0)
		return;
	regs.orig_rax = (unsigned long long)-1;
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
	f->failing = tid;
#else
	(void)f;
	(void)tid;
#endif
}

static void answer_call(struct fault *f, pid_t tid)
{
#ifdef __x86_64__
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, tid, NULL, &regs) < 0)
		return;
	regs.rax = (unsigned long long)-f->error;
	ptrace(PTRACE_SETREGS, tid, NULL, &regs);
#endif
	f->failing = 0;
}

static void on_call(struct fault *f, pid_t tid)
{
	struct ptrace_syscall_info info;
	const char *name;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && f->failing == tid)
		answer_call(f, tid);
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	name = fo_call_that_changes(tid, info.entry.nr,
				    (const uint64_t *)info.entry.args);
	if (!name || ++f->count != f->point)
		return;
	f->reached = name;
	if (f->error)
		refuse_call(f, tid);
	else
		kill(f->daemon, SIGKILL);
}

/* A stop of a thread of the daemon: let it go on to its next call. */
static void on_stop(struct fault *f, pid_t tid, int status)
{
	int sig = WSTOPSIG(status), pass = 0;

	if (sig == (SIGTRAP | 0x80))
		on_call(f, tid);
	else if (status >> 16 == 0)
		pass = sig;
	ptrace(PTRACE_SYSCALL, tid, NULL, (long)pass);
}

static int watch(struct fault *f)
{
	int status, code = 255;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, __WALL);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return code;
		if (pid == f->command) {
			if (WIFSTOPPED(status))
				continue;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
		}
		if (WIFSTOPPED(status))
			on_stop(f, pid, status);
	}
}

int main(int argc, char **argv)
{
	struct fault f = { .error = -1 };
	int code;

	if (argc < 5)
		return usage();
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(argv[1], errors[i].name) == 0)
			f.error = errors[i].value;
	f.daemon = (pid_t)atoi(argv[2]);
	f.point = strtoul(argv[3], NULL, 10);
	if (f.error < 0 || f.daemon <= 0)
		return usage();
	if (attach(f.daemon) < 0)
		return failed("cannot trace the daemon");
	f.command = run(argv + 4);
	if (f.command < 0)
		return failed("fork");
	code = watch(&f);
	if (f.reached)
		printf("at %s\n", f.reached);
	else
		printf("%lu calls\n", f.count);
	return code;
}
