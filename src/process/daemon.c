// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Becoming a daemon. The pipe tells two things apart: a byte says that the
 * mount answers, its end without a byte that the child has gone. All
 * descriptors close on exec, so that no program that the child starts
 * (fusermount3) keeps the parent waiting.
 */
#include "process/daemon.h"

#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "base/base.h"
#include "base/log.h"
#include "system/process.h"

/* The exit status of a command whose child has gone without a mount. */
static int fo_daemon_failed(pid_t child)
{
	int status;

	if (fo_sys_wait(child, &status))
		return EXIT_FAILURE;
	if (WIFSIGNALED(status))
		fo_log_error("the daemon was killed by signal %d before it "
			     "could mount",
			     WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) :
							  EXIT_FAILURE;
}

int fo_daemon_begin(struct fo_daemon *daemon, bool foreground,
		    enum fo_daemon_side *out_side, int *out_status)
{
	int fds[2];
	pid_t child;
	int err;

	*daemon = (struct fo_daemon){ .ready_fd = -1 };
	*out_side = FO_DAEMON_CHILD;
	if (foreground)
		return 0;
	err = fo_sys_pipe(fds);
	child = err ? err : fo_sys_fork();
	if (child < 0) {
		fo_log_error("cannot become a daemon: %s", strerror(-child));
		if (!err) {
			close(fds[0]);
			close(fds[1]);
		}
		return child;
	}
	if (child == 0) {
		close(fds[0]);
		daemon->ready_fd = fds[1];
		return 0;
	}
	close(fds[1]);
	*out_side = FO_DAEMON_PARENT;
	*out_status = fo_sys_read_byte(fds[0]) == 1 ? EXIT_SUCCESS :
						      fo_daemon_failed(child);
	close(fds[0]);
	return 0;
}

int fo_daemon_ready(struct fo_daemon *daemon)
{
	int err;

	if (daemon->ready_fd < 0)
		return 0;
	/* From here on nobody reads stderr. */
	fo_log_send_to(FO_LOG_SYSLOG);
	err = fo_sys_detach();
	if (err)
		fo_log_warn("cannot let go of the caller: %s", strerror(-err));
	err = fo_sys_write_byte(daemon->ready_fd);
	fo_daemon_end(daemon);
	return err;
}

void fo_daemon_end(struct fo_daemon *daemon)
{
	if (daemon->ready_fd >= 0)
		close(daemon->ready_fd);
	daemon->ready_fd = -1;
}
