// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads that are programs, run as users run them. */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/base.h"
#include "bench.h"

static void child(int cwd, char *const *argv)
{
	int nowhere = open("/dev/null", O_RDWR);

	if (nowhere < 0 || (cwd != AT_FDCWD && fchdir(cwd)))
		_exit(126);
	dup2(nowhere, STDIN_FILENO);
	dup2(nowhere, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

int fo_command_run(int cwd, char *const *argv)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		child(cwd, argv);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/* One operation: a whole program. */
static long run_in(const struct fo_bench *bench, const char *dir,
		   char *const *argv)
{
	_cleanup_close_ int cwd =
		openat(bench->root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	if (cwd < 0)
		return -errno;
	err = fo_command_run(cwd, argv);
	return err ? err : 1;
}

long fo_pass_ls(const struct fo_bench *bench)
{
	char *argv[] = { "ls", "-l", "many", NULL };

	return run_in(bench, ".", argv);
}

long fo_pass_git_status(const struct fo_bench *bench)
{
	char *argv[] = { "git", "--no-optional-locks", "status", "--porcelain",
			 NULL };

	return run_in(bench, "repo", argv);
}

/* A word that every file has at its end, so that every file is read. */
long fo_pass_git_grep(const struct fo_bench *bench)
{
	char *argv[] = { "git", "grep", "-c", "the last line", NULL };

	return run_in(bench, "repo", argv);
}

long fo_pass_untar(const struct fo_bench *bench)
{
	char *argv[] = { "tar", "-xf", (char *)bench->archive, NULL };

	if (!bench->archive)
		return -EINVAL;
	return run_in(bench, ".", argv);
}

int fo_prepare_untar(const struct fo_bench *bench)
{
	long done = fo_pass_untar(bench);

	return done < 0 ? (int)done : 0;
}

long fo_pass_rm_upper(const struct fo_bench *bench)
{
	char *argv[] = { "rm", "-rf", "untarred", NULL };

	return run_in(bench, ".", argv);
}

long fo_pass_rm_lower(const struct fo_bench *bench)
{
	char *argv[] = { "rm", "-rf", "small", NULL };

	return run_in(bench, ".", argv);
}
