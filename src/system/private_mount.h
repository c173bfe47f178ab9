/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A layer as a private mount: a clone of the mount it lies in, without what
 * is mounted below, so that no bind mount leads out of the layer; read-only
 * for lowers, so that the kernel itself refuses a write to one.
 */
#ifndef FO_SYSTEM_PRIVATE_MOUNT_H
#define FO_SYSTEM_PRIVATE_MOUNT_H

enum fo_private_mount_mode {
	FO_PRIVATE_MOUNT_READ_ONLY,
	FO_PRIVATE_MOUNT_WRITABLE,
};

/*
 * Returns an O_PATH descriptor of the directory dir_fd in a private mount.
 * -EPERM without CAP_SYS_ADMIN over the mount namespace, -ENOSYS before
 * Linux 5.12: the caller goes on with dir_fd.
 */
int fo_private_mount_clone(int dir_fd, enum fo_private_mount_mode mode);

#endif
