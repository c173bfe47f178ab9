// SPDX-License-Identifier: GPL-2.0-or-later
/* System calls about the process itself. */
#include "system/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

void fo_sys_open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int fo_sys_pipe(int out_fds[2])
{
	return pipe2(out_fds, O_CLOEXEC) ? -errno : 0;
}

pid_t fo_sys_fork(void)
{
	pid_t pid = fork();

	return pid < 0 ? -errno : pid;
}

int fo_sys_wait(pid_t child, int *out_status)
{
	while (waitpid(child, out_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int fo_sys_read_byte(int fd)
{
	ssize_t n;
	char byte;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : (int)n;
}

int fo_sys_write_byte(int fd)
{
	ssize_t n;

	do
		n = write(fd, "", 1);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int fo_sys_detach(void)
{
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fd;

	if (null < 0)
		return -errno;
	/* Fails for the leader of a group, which then has its own session. */
	(void)setsid();
	if (chdir("/"))
		return -errno;
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	return 0;
}

bool fo_sys_is_administrator(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, caps))
		return false;
	return caps[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &
	       CAP_TO_MASK(CAP_SYS_ADMIN);
}

int fo_sys_realpath(const char *path, char **out_path)
{
	char *real = realpath(path, NULL);

	if (!real)
		return -errno;
	*out_path = real;
	return 0;
}

int fo_sys_stat_path(const char *path, struct stat *out_st)
{
	return stat(path, out_st) ? -errno : 0;
}

int fo_sys_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}
