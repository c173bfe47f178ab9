// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mounting kernel overlayfs. By fsopen() and one "lowerdir+" per layer,
 * because mount(2) has one page for all options and 500 layers need more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/base.h"
#include "bench.h"

static int set_string(int fs, const char *key, const char *value)
{
	return fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0) ? -errno : 0;
}

static int add_lowers(int fs, char *lowers)
{
	char *lower, *rest = lowers;
	int err = 0;

	while (!err && (lower = strsep(&rest, ":")))
		err = set_string(fs, "lowerdir+", lower);
	return err;
}

/* option: KEY=VALUE; is cut in pieces. */
static int set_option(int fs, char *option)
{
	char *value = option;
	const char *key = strsep(&value, "=");

	if (!value)
		return -EINVAL;
	if (!strcmp(key, "lowerdir"))
		return add_lowers(fs, value);
	return set_string(fs, key, value);
}

int fo_overlay_mount(const char *target, char **options)
{
	_cleanup_close_ int fs = fsopen("overlay", FSOPEN_CLOEXEC);
	_cleanup_close_ int mnt = -1;
	int err;

	if (fs < 0)
		return -errno;
	for (; *options; options++) {
		err = set_option(fs, *options);
		if (err)
			return err;
	}
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -errno;
	mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		return -errno;
	if (move_mount(mnt, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH))
		return -errno;
	return 0;
}
