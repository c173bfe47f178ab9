// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Becoming a daemon: what the caller of the command sees when the mount is
 * ready, when it fails, and when the daemon just dies.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/base.h"
#include "process/daemon.h"
#include "system/process.h"
#include "tap.h"

/* What a daemon of a test does; it never returns. */
typedef void behaviour(struct fo_daemon *daemon, int report_fd);

/* What a ready daemon has become, as it sees itself. */
struct report {
	bool in_root, leads_session, fds_are_null;
};

static void run_command(behaviour *behave, int report_fd)
{
	enum fo_daemon_side side;
	struct fo_daemon daemon;
	int status = 0;

	close(STDERR_FILENO);
	fo_sys_open_standard();
	if (fo_daemon_begin(&daemon, false, &side, &status))
		_exit(99);
	if (side == FO_DAEMON_CHILD)
		behave(&daemon, report_fd);
	_exit(status);
}

/*
 * Run the command's beginning with a daemon that behaves so; returns the
 * command's exit status, and its pipe for reports in *out_fd.
 */
static int command_status(behaviour *behave, int *out_fd)
{
	int fds[2], status = 0;
	pid_t command;

	if (fo_sys_pipe(fds))
		abort();
	fflush(stdout);
	command = fork();
	if (command == 0)
		run_command(behave, fds[1]);
	close(fds[1]);
	if (waitpid(command, &status, 0) != command)
		abort();
	*out_fd = fds[0];
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_null(int fd)
{
	struct stat null, st;

	return !fo_sys_stat_path("/dev/null", &null) && !fstat(fd, &st) &&
	       st.st_rdev == null.st_rdev;
}

static void be_ready(struct fo_daemon *daemon, int report_fd)
{
	struct report report;
	char cwd[64] = "";

	fo_daemon_ready(daemon);
	/* The caller is gone by now, or goes; this process stays. */
	usleep(50000);
	report.in_root = getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, "/");
	report.leads_session = getsid(0) == getpid();
	report.fds_are_null = is_null(0) && is_null(1) && is_null(2);
	if (write(report_fd, &report, sizeof(report)) < 0)
		_exit(1);
	_exit(0);
}

static void fail_early(struct fo_daemon *daemon, int report_fd)
{
	(void)report_fd;
	fo_daemon_end(daemon);
	_exit(EXIT_FAILURE);
}

static void end_without_a_word(struct fo_daemon *daemon, int report_fd)
{
	(void)daemon;
	(void)report_fd;
	_exit(EXIT_SUCCESS);
}

static void die(struct fo_daemon *daemon, int report_fd)
{
	(void)daemon;
	(void)report_fd;
	raise(SIGKILL);
}

/* As fusermount3 would, if it kept the pipe. */
static void fail_with_program_running(struct fo_daemon *daemon, int report_fd)
{
	(void)daemon;
	close(report_fd);
	if (fork() == 0) {
		execlp("sleep", "sleep", "3", NULL);
		_exit(1);
	}
	usleep(200000);
	_exit(EXIT_FAILURE);
}

static void test_ready(void)
{
	struct report report = { 0 };
	int fd;

	is_int(command_status(be_ready, &fd), 0, "ready: the command exits 0");
	ok(read(fd, &report, sizeof(report)) == sizeof(report),
	   "the daemon lives on");
	ok(report.in_root, "in the root directory");
	ok(report.leads_session, "in a session of its own");
	ok(report.fds_are_null, "without the caller's descriptors");
	close(fd);
}

static void test_failures(void)
{
	static const struct {
		behaviour *behave;
		const char *what;
	} failures[] = {
		{ fail_early, "failing" },
		{ end_without_a_word, "ending without a word" },
		{ die, "killed" },
		{ fail_with_program_running, "with a program left behind" },
	};
	size_t i;

	alarm(60);
	for (i = 0; i < FO_ARRAY_SIZE(failures); i++) {
		time_t begin = time(NULL);
		int fd;

		is_int(command_status(failures[i].behave, &fd), 1,
		       "%s: the command exits 1", failures[i].what);
		ok(time(NULL) - begin < 2, "at once");
		close(fd);
	}
}

static void be_late(struct fo_daemon *daemon, int report_fd)
{
	int err;

	(void)signal(SIGPIPE, SIG_IGN);
	usleep(300000);
	err = fo_daemon_ready(daemon);
	if (write(report_fd, &err, sizeof(err)) < 0)
		_exit(1);
	_exit(0);
}

/* A caller that loses patience kills the command. */
static void test_killed_command(void)
{
	int fds[2], err = 0;
	pid_t command;

	if (fo_sys_pipe(fds))
		abort();
	command = fork();
	if (command == 0)
		run_command(be_late, fds[1]);
	close(fds[1]);
	usleep(100000);
	kill(command, SIGKILL);
	waitpid(command, NULL, 0);
	ok(read(fds[0], &err, sizeof(err)) == sizeof(err),
	   "the daemon outlives a command that is killed");
	is_int(err, -EPIPE, "and learns that nobody waits");
	close(fds[0]);
}

static void test_foreground(void)
{
	struct fo_daemon daemon;
	enum fo_daemon_side side;
	pid_t pid = getpid();
	int status;

	is_int(fo_daemon_begin(&daemon, true, &side, &status), 0,
	       "in the foreground");
	ok(side == FO_DAEMON_CHILD && getpid() == pid, "no fork");
	fo_daemon_ready(&daemon);
	ok(!is_null(STDOUT_FILENO), "stdout stays");
	fo_daemon_end(&daemon);
}

int main(void)
{
	test_ready();
	test_failures();
	test_killed_command();
	test_foreground();
	return done();
}
