// SPDX-License-Identifier: GPL-2.0-or-later
/* The mount point, checked before anything is opened. */
#include "process/target.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/base.h"
#include "base/log.h"
#include "system/process.h"

#define FO_FD_PREFIX "/dev/fd/"
#define FO_DEVICE "/dev/fuse"
/* MISC_MAJOR, FUSE_MINOR: include/uapi/linux/major.h, linux/miscdevice.h */
#define FO_DEVICE_NUMBER makedev(10, 229)

static bool fo_target_is_fd(const char *target)
{
	const char *number = target + strlen(FO_FD_PREFIX);

	return strncmp(target, FO_FD_PREFIX, strlen(FO_FD_PREFIX)) == 0 &&
	       *number && !number[strspn(number, "0123456789")];
}

static const char *fo_target_remedy(int err)
{
	switch (err) {
	case -ENOENT:
		return "create the directory first";
	case -ENOTCONN:
		return "a mount whose daemon has died is there: fusermount3 "
		       "-u removes it";
	default:
		return "it must be a directory that can be reached";
	}
}

/*
 * libfuse believes what it reads from the descriptor, as the kernel's word:
 * nobody else's will do.
 */
static int fo_target_check_fd(const char *target)
{
	struct stat st;
	int err = fo_sys_stat_path(target, &st);

	if (!err && (!S_ISCHR(st.st_mode) || st.st_rdev != FO_DEVICE_NUMBER))
		err = -ENODEV;
	if (err)
		fo_log_error(
			"mount point '%s': %s; it must be an open " FO_DEVICE
			" that is mounted",
			target, strerror(-err));
	return err;
}

int fo_target_resolve(const char *target, char **out_path)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;
	int err;

	if (fo_target_is_fd(target)) {
		err = fo_target_check_fd(target);
		if (err)
			return err;
		*out_path = strdup(target);
		return *out_path ? 0 : -ENOMEM;
	}
	err = fo_sys_realpath(target, &path);
	if (!err)
		err = fo_sys_stat_path(path, &st);
	if (!err && !S_ISDIR(st.st_mode))
		err = -ENOTDIR;
	if (err) {
		fo_log_error("mount point '%s': %s; %s", target, strerror(-err),
			     fo_target_remedy(err));
		return err;
	}
	*out_path = fo_take(&path);
	return 0;
}

int fo_target_check_device(const char *target)
{
	struct stat st;
	int err;

	if (fo_target_is_fd(target))
		return 0;
	err = fo_sys_stat_path(FO_DEVICE, &st);
	if (!err && !S_ISCHR(st.st_mode))
		err = -ENODEV;
	if (err)
		fo_log_error(FO_DEVICE ": %s; load the module (modprobe fuse), "
				       "or give this container the device",
			     strerror(-err));
	return err;
}
