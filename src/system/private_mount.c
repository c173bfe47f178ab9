// SPDX-License-Identifier: GPL-2.0-or-later
/* A layer as a private mount, as overlayfs' clone_private_mount(). */
#include "system/private_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/base.h"

/* From linux/mount.h, which cannot be included beside sys/mount.h. */
#define FO_OPEN_TREE_CLONE 1
#define FO_MOUNT_ATTR_RDONLY 0x00000001
#define FO_MOUNT_ATTR__ATIME 0x00000070
#define FO_MOUNT_ATTR_NOATIME 0x00000010
#define FO_MOUNT_ATTR_NODIRATIME 0x00000080

struct fo_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

int fo_private_mount_clone(int dir_fd, enum fo_private_mount_mode mode)
{
	_cleanup_close_ int fd = -1;
	struct fo_mount_attr attr = { 0 };

	fd = (int)syscall(SYS_open_tree, dir_fd, "",
			  FO_OPEN_TREE_CLONE | AT_EMPTY_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (mode == FO_PRIVATE_MOUNT_READ_ONLY) {
		attr.attr_set = FO_MOUNT_ATTR_RDONLY | FO_MOUNT_ATTR_NOATIME |
				FO_MOUNT_ATTR_NODIRATIME;
		attr.attr_clr = FO_MOUNT_ATTR__ATIME;
		if (syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attr,
			    sizeof(attr)))
			return -errno;
	}
	return fo_take_fd(&fd);
}
