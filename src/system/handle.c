// SPDX-License-Identifier: GPL-2.0-or-later
/* File handles as overlayfs stores them. */
#include "system/handle.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/base.h"

/* Since Linux 6.9; older headers do not have it. */
struct fo_fsuuid2 {
	uint8_t len;
	uint8_t uuid[16];
};
#define FO_IOC_GETFSUUID _IOR(0x15, 0, struct fo_fsuuid2)

/* EXT4_IOC_GETFSUUID, Linux 6.0; fs/ext4/ext4.h. */
struct fo_ext4_uuid {
	uint32_t len;
	uint32_t flags;
	uint8_t uuid[FO_HANDLE_UUID_SIZE];
};
#define FO_EXT4_IOC_GETFSUUID _IOC(_IOC_READ, 'f', 44, 8)

/* XFS_IOC_FSGEOMETRY_V1; fs/xfs/libxfs/xfs_fs.h. */
struct fo_xfs_geometry {
	uint32_t sizes[8];
	uint64_t blocks[4];
	uint8_t uuid[FO_HANDLE_UUID_SIZE];
	uint32_t more[7];
};
#define FO_XFS_IOC_GEOMETRY _IOR('X', 100, struct fo_xfs_geometry)

/* fid types: include/linux/exportfs.h, fs/btrfs/export.h. */
#define FO_FID_INO32_GEN 1
#define FO_FID_INO32_GEN_PARENT 2
#define FO_FID_BTRFS 0x4d
#define FO_FID_BTRFS_PARENT 0x4e
#define FO_FID_XFS 0x81
#define FO_FID_XFS_PARENT 0x82

/* Since Linux 6.9, of every filesystem that keeps one in its superblock. */
static int fo_uuid_generic(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE])
{
	struct fo_fsuuid2 answer = { 0 };

	if (ioctl(fd, FO_IOC_GETFSUUID, &answer) < 0)
		return -errno;
	memcpy(out_uuid, answer.uuid, sizeof(answer.uuid));
	return 0;
}

static int fo_uuid_ext4(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE])
{
	struct fo_ext4_uuid answer = { .len = FO_HANDLE_UUID_SIZE };

	if (ioctl(fd, FO_EXT4_IOC_GETFSUUID, &answer) < 0)
		return -errno;
	memcpy(out_uuid, answer.uuid, sizeof(answer.uuid));
	return 0;
}

static int fo_uuid_xfs(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE])
{
	struct fo_xfs_geometry answer = { 0 };

	if (ioctl(fd, FO_XFS_IOC_GEOMETRY, &answer) < 0)
		return -errno;
	memcpy(out_uuid, answer.uuid, sizeof(answer.uuid));
	return 0;
}

static int fo_uuid_btrfs(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE])
{
	struct btrfs_ioctl_fs_info_args answer = { 0 };

	if (ioctl(fd, BTRFS_IOC_FS_INFO, &answer) < 0)
		return -errno;
	memcpy(out_uuid, answer.fsid, FO_HANDLE_UUID_SIZE);
	return 0;
}

int fo_handle_uuid(int fd, uint8_t out_uuid[FO_HANDLE_UUID_SIZE])
{
	_cleanup_close_ int dir = openat(fd, ".", O_RDONLY | O_CLOEXEC);
	struct statfs st;
	int err;

	memset(out_uuid, 0, FO_HANDLE_UUID_SIZE);
	if (dir < 0)
		return -errno;
	err = fo_uuid_generic(dir, out_uuid);
	if (!err || fstatfs(dir, &st))
		return err;
	/* Older kernels, and btrfs to this day: each in its own way. */
	switch ((unsigned long)st.f_type) {
	case EXT4_SUPER_MAGIC:
		return fo_uuid_ext4(dir, out_uuid);
	case XFS_SUPER_MAGIC:
		return fo_uuid_xfs(dir, out_uuid);
	case BTRFS_SUPER_MAGIC:
		return fo_uuid_btrfs(dir, out_uuid);
	default:
		return err;
	}
}

static uint8_t fo_handle_native_flags(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ?
		       FO_HANDLE_FLAG_BIG_ENDIAN :
		       0;
}

int fo_handle_encode(int fd, const uint8_t uuid[FO_HANDLE_UUID_SIZE],
		     struct fo_handle *out_handle)
{
	union {
		struct file_handle handle;
		char space[sizeof(struct file_handle) + FO_HANDLE_MAX];
	} raw;
	int mount_id;

	raw.handle.handle_bytes = FO_HANDLE_MAX;
	if (name_to_handle_at(fd, "", &raw.handle, &mount_id, AT_EMPTY_PATH))
		return -errno;
	if (raw.handle.handle_type <= 0 || raw.handle.handle_type > 0xff)
		return -EOPNOTSUPP;
	memset(out_handle, 0, sizeof(*out_handle));
	out_handle->version = FO_HANDLE_VERSION;
	out_handle->magic = FO_HANDLE_MAGIC;
	out_handle->len =
		(uint8_t)(FO_HANDLE_HEADER_SIZE + raw.handle.handle_bytes);
	out_handle->flags = fo_handle_native_flags();
	out_handle->type = (uint8_t)raw.handle.handle_type;
	memcpy(out_handle->uuid, uuid, FO_HANDLE_UUID_SIZE);
	memcpy(out_handle->fid, raw.handle.f_handle, raw.handle.handle_bytes);
	return 0;
}

bool fo_handle_is_valid(const struct fo_handle *handle, size_t size)
{
	const uint8_t any = FO_HANDLE_FLAG_ANY_ENDIAN;

	return size > FO_HANDLE_HEADER_SIZE && size <= sizeof(*handle) &&
	       handle->version == FO_HANDLE_VERSION &&
	       handle->magic == FO_HANDLE_MAGIC && handle->len <= size &&
	       handle->len > FO_HANDLE_HEADER_SIZE &&
	       ((handle->flags & any) ||
		(handle->flags & FO_HANDLE_FLAG_BIG_ENDIAN) ==
			fo_handle_native_flags());
}

static uint64_t fo_fid_word(const struct fo_handle *handle, size_t index)
{
	uint32_t word;

	memcpy(&word, handle->fid + index * sizeof(word), sizeof(word));
	return word;
}

int fo_handle_inode(const struct fo_handle *handle, long fs_magic,
		    uint64_t *out_ino)
{
	size_t words = (handle->len - FO_HANDLE_HEADER_SIZE) / 4;

	if (fs_magic == TMPFS_MAGIC && words >= 3) {
		/* generation, low word, high word: shmem_encode_fh() */
		*out_ino = fo_fid_word(handle, 1) | fo_fid_word(handle, 2)
							    << 32;
		return 0;
	}
	switch (handle->type) {
	case FO_FID_INO32_GEN:
	case FO_FID_INO32_GEN_PARENT:
		if (words < 2)
			return -EINVAL;
		*out_ino = fo_fid_word(handle, 0);
		return 0;
	case FO_FID_BTRFS:
	case FO_FID_BTRFS_PARENT:
	case FO_FID_XFS:
	case FO_FID_XFS_PARENT:
		if (words < 3)
			return -EINVAL;
		memcpy(out_ino, handle->fid, sizeof(*out_ino));
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

int fo_handle_open(int mount_fd, const struct fo_handle *handle, int flags)
{
	union {
		struct file_handle handle;
		char space[sizeof(struct file_handle) + FO_HANDLE_MAX];
	} raw;
	int fd;

	raw.handle.handle_bytes = handle->len - FO_HANDLE_HEADER_SIZE;
	raw.handle.handle_type = handle->type;
	memcpy(raw.handle.f_handle, handle->fid, raw.handle.handle_bytes);
	fd = open_by_handle_at(mount_fd, &raw.handle, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
