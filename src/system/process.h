/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls about the process itself: its beginning as a daemon, its
 * privileges, and paths as users write them. The result or -errno.
 */
#ifndef FO_SYSTEM_PROCESS_H
#define FO_SYSTEM_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Open what of stdin, stdout and stderr the caller has closed, lest a layer
 * gets one of these numbers.
 */
void fo_sys_open_standard(void);

/* out_fds[0] to read from, out_fds[1] to write to; both close on exec. */
int fo_sys_pipe(int out_fds[2]);

/* 0 in the child, its pid in the parent. */
pid_t fo_sys_fork(void);

/* Wait for the child's end; its wait status. */
int fo_sys_wait(pid_t child, int *out_status);

/* Read one byte: 1, or 0 if every writer has gone without one. */
int fo_sys_read_byte(int fd);
int fo_sys_write_byte(int fd); /* -EPIPE: no reader is left */

/*
 * Let go of the terminal and of the caller: a session of its own, "/" as
 * current directory, /dev/null for the three standard descriptors.
 */
int fo_sys_detach(void);

/*
 * May we administer the user namespace that we are in? That is what mounting
 * takes; uid 0 alone says nothing.
 */
bool fo_sys_is_administrator(void);

/* Absolute, without symlinks and "..", malloced. */
int fo_sys_realpath(const char *path, char **out_path);

/* A path of the user's: follows symlinks. */
int fo_sys_stat_path(const char *path, struct stat *out_st);

/* An ioctl whose argument is a structure of the caller's, or NULL. */
int fo_sys_ioctl(int fd, unsigned long request, void *argument);

#endif
