// SPDX-License-Identifier: GPL-2.0-or-later
/* System calls by descriptor and name, with -errno for a result. */
#include "system/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"

#define FO_FD_PATH_SIZE 32

static int fo_result(int result)
{
	return result < 0 ? -errno : result;
}

/* The name by which /proc reaches an O_PATH descriptor's very inode. */
static void fo_fd_path(int fd, char path[FO_FD_PATH_SIZE])
{
	snprintf(path, FO_FD_PATH_SIZE, "/proc/self/fd/%d", fd);
}

static int fo_openat2(int dir, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC |
						  O_NOFOLLOW),
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS |
			   RESOLVE_NO_SYMLINKS,
	};
	int fd;

	do {
		fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	} while (fd < 0 && errno == EAGAIN);
	return fo_result(fd);
}

/* How much of a long path one call can take, ending at a slash. */
static size_t fo_path_chunk(const char *path)
{
	size_t len = strlen(path);

	if (len < PATH_MAX)
		return len;
	for (len = PATH_MAX - 1; len > 0; len--)
		if (path[len] == '/')
			return len;
	return 0;
}

int fo_sys_open_beneath(int root, const char *path, int flags)
{
	_cleanup_close_ int held = -1;
	int dir = root;

	for (;;) {
		size_t len = fo_path_chunk(path);
		char chunk[PATH_MAX];
		int fd;

		if (!path[len])
			return fo_openat2(dir, *path ? path : ".", flags, 0);
		if (!len)
			return -ENAMETOOLONG;
		memcpy(chunk, path, len);
		chunk[len] = '\0';
		fd = fo_openat2(dir, chunk, O_PATH | O_DIRECTORY, 0);
		if (fd < 0)
			return fd;
		if (held >= 0)
			close(held);
		dir = held = fd;
		path += len + 1;
	}
}

int fo_sys_open(int dir, const char *name, int flags)
{
	return fo_result(openat(dir, *name ? name : ".",
				flags | O_CLOEXEC | O_NOFOLLOW, 0));
}

int fo_sys_create(int dir, const char *name, int flags, mode_t mode)
{
	return fo_result(openat(
		dir, name, flags | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		mode));
}

int fo_sys_tmpfile(int dir, mode_t mode)
{
	return fo_result(
		openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
}

int fo_sys_open_path(const char *path, int flags)
{
	return fo_result(open(path, flags | O_CLOEXEC));
}

int fo_sys_reopen(int fd, int flags)
{
	char path[FO_FD_PATH_SIZE];

	fo_fd_path(fd, path);
	/* The path is a link, and ends at the inode even if that is one. */
	flags &= ~O_NOFOLLOW;
	return fo_result(open(path, flags | O_CLOEXEC));
}

int fo_sys_stat(int dir, const char *name, struct stat *out_st)
{
	return fo_result(fstatat(dir, name, out_st,
				 AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH));
}

int fo_sys_fstat(int fd, struct stat *out_st)
{
	return fo_result(fstat(fd, out_st));
}

int fo_sys_statx(int fd, unsigned int mask, struct statx *out_stx)
{
	return fo_result(statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW,
			       mask, out_stx));
}

int fo_sys_statfs(int fd, struct statfs *out_st)
{
	return fo_result(fstatfs(fd, out_st));
}

int fo_sys_mkdir(int dir, const char *name, mode_t mode)
{
	return fo_result(mkdirat(dir, name, mode));
}

int fo_sys_mknod(int dir, const char *name, mode_t mode, dev_t rdev)
{
	return fo_result(mknodat(dir, name, mode, rdev));
}

int fo_sys_symlink(const char *target, int dir, const char *name)
{
	return fo_result(symlinkat(target, dir, name));
}

int fo_sys_link(int fd, int dir, const char *name)
{
	char path[FO_FD_PATH_SIZE];

	fo_fd_path(fd, path);
	return fo_result(linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW));
}

int fo_sys_link_name(int old_dir, const char *old_name, int new_dir,
		     const char *new_name)
{
	return fo_result(linkat(old_dir, old_name, new_dir, new_name, 0));
}

int fo_sys_unlink(int dir, const char *name)
{
	return fo_result(unlinkat(dir, name, 0));
}

int fo_sys_rmdir(int dir, const char *name)
{
	return fo_result(unlinkat(dir, name, AT_REMOVEDIR));
}

int fo_sys_rename2(int old_dir, const char *old_name, int new_dir,
		   const char *new_name, unsigned int flags)
{
	int err = fo_result((int)syscall(SYS_renameat2, old_dir, old_name,
					 new_dir, new_name, flags));
	struct stat st;

	/* NFS knows no flags; this one can be done without. */
	if (err != -EINVAL || flags != RENAME_NOREPLACE)
		return err;
	if (!fo_sys_stat(new_dir, new_name, &st))
		return -EEXIST;
	return fo_sys_rename2(old_dir, old_name, new_dir, new_name, 0);
}

int fo_sys_rename(int old_dir, const char *old_name, int new_dir,
		  const char *new_name)
{
	return fo_sys_rename2(old_dir, old_name, new_dir, new_name, 0);
}

int fo_sys_readlink(int fd, char **out_target)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(fd, "", target, sizeof(target) - 1);

	if (len < 0)
		return -errno;
	*out_target = strndup(target, (size_t)len);
	return *out_target ? 0 : -ENOMEM;
}

int fo_sys_chmod(int fd, mode_t mode)
{
	char path[FO_FD_PATH_SIZE];

	fo_fd_path(fd, path);
	return fo_result(chmod(path, mode));
}

int fo_sys_chown(int fd, uid_t uid, gid_t gid)
{
	return fo_result(fchownat(fd, "", uid, gid, AT_EMPTY_PATH));
}

int fo_sys_utimens(int fd, const struct timespec times[2])
{
	char path[FO_FD_PATH_SIZE];

	fo_fd_path(fd, path);
	return fo_result(utimensat(AT_FDCWD, path, times, 0));
}

int fo_sys_truncate(int fd, off_t size)
{
	char path[FO_FD_PATH_SIZE];

	fo_fd_path(fd, path);
	return fo_result(truncate(path, size));
}

int fo_sys_ftruncate(int fd, off_t size)
{
	return fo_result(ftruncate(fd, size));
}

int fo_sys_fsync(int fd, bool only_content)
{
	return fo_result(only_content ? fdatasync(fd) : fsync(fd));
}

int fo_sys_syncfs(int fd)
{
	return fo_result(syncfs(fd));
}

int fo_sys_lock(int fd, enum fo_lock_mode mode)
{
	static const int operations[] = {
		[FO_LOCK_ALONE] = LOCK_EX | LOCK_NB,
		[FO_LOCK_SHARED] = LOCK_SH | LOCK_NB,
		[FO_LOCK_NONE] = LOCK_UN,
	};

	return fo_result(flock(fd, operations[mode]));
}

ssize_t fo_sys_getdents(int fd, void *buf, size_t size)
{
	long n = syscall(SYS_getdents64, fd, buf, size);

	return n < 0 ? -errno : n;
}

int fo_sys_get_flags(int fd, int *out_flags)
{
	return fo_result(ioctl(fd, FS_IOC_GETFLAGS, out_flags));
}

int fo_sys_set_flags(int fd, int flags)
{
	return fo_result(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

int fo_sys_get_fsx(int fd, struct fsxattr *out_fsx)
{
	return fo_result(ioctl(fd, FS_IOC_FSGETXATTR, out_fsx));
}

int fo_sys_set_fsx(int fd, const struct fsxattr *fsx)
{
	return fo_result(ioctl(fd, FS_IOC_FSSETXATTR, fsx));
}

bool fo_sys_is_read_only(int fd)
{
	struct statvfs st;

	return fstatvfs(fd, &st) == 0 && (st.f_flag & ST_RDONLY);
}

bool fo_sys_may_use_trusted_xattr(void)
{
	_cleanup_close_ int fd = memfd_create("fuse-overlay", MFD_CLOEXEC);

	return fd >= 0 && fsetxattr(fd, "trusted.overlay.try", "y", 1, 0) == 0;
}
