/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls as the rest of the program wants them: a directory descriptor
 * plus a name, the result or -errno, descriptors closed on exec. No call here
 * follows a symlink in its last component, or leaves the directory it was
 * given.
 */
#ifndef FO_SYSTEM_SYS_H
#define FO_SYSTEM_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/types.h>

/* Longest name of one directory entry, with its NUL. */
#define FO_NAME_SIZE 256

/*
 * Open a path below root, which may be longer than PATH_MAX. Symlinks
 * (ELOOP), ".." above root and magic links (EXDEV) are refused on the way.
 * "" opens root itself again.
 */
int fo_sys_open_beneath(int root, const char *path, int flags);

/* Open one name in a directory; never follows a symlink. "" is dir itself. */
int fo_sys_open(int dir, const char *name, int flags);
int fo_sys_create(int dir, const char *name, int flags, mode_t mode);
/* A nameless file, open for reading and writing, that may be linked. */
int fo_sys_tmpfile(int dir, mode_t mode);

/* A path of the user's: follows symlinks. */
int fo_sys_open_path(const char *path, int flags);

/* Turn an O_PATH descriptor into one for reading or writing. */
int fo_sys_reopen(int fd, int flags);

int fo_sys_stat(int dir, const char *name, struct stat *out_st);
int fo_sys_fstat(int fd, struct stat *out_st);
int fo_sys_statx(int fd, unsigned int mask, struct statx *out_stx);
int fo_sys_statfs(int fd, struct statfs *out_st);

int fo_sys_mkdir(int dir, const char *name, mode_t mode);
int fo_sys_mknod(int dir, const char *name, mode_t mode, dev_t rdev);
int fo_sys_symlink(const char *target, int dir, const char *name);
int fo_sys_link(int fd, int dir, const char *name);
int fo_sys_link_name(int old_dir, const char *old_name, int new_dir,
		     const char *new_name);
int fo_sys_unlink(int dir, const char *name);
int fo_sys_rmdir(int dir, const char *name);
int fo_sys_rename(int old_dir, const char *old_name, int new_dir,
		  const char *new_name);
int fo_sys_rename2(int old_dir, const char *old_name, int new_dir,
		   const char *new_name, unsigned int flags);

/* Target of the symlink that fd (O_PATH) is. *out_target is malloced. */
int fo_sys_readlink(int fd, char **out_target);

/* The same on an O_PATH descriptor of any type of file. */
int fo_sys_chmod(int fd, mode_t mode);
int fo_sys_chown(int fd, uid_t uid, gid_t gid);
int fo_sys_utimens(int fd, const struct timespec times[2]);
int fo_sys_truncate(int fd, off_t size);

/* On a descriptor that is open for writing. */
int fo_sys_ftruncate(int fd, off_t size);

int fo_sys_fsync(int fd, bool only_content);
int fo_sys_syncfs(int fd);

enum fo_lock_mode {
	FO_LOCK_ALONE,
	FO_LOCK_SHARED,
	FO_LOCK_NONE,
};
/* flock, without waiting; -EWOULDBLOCK if held by another. */
int fo_sys_lock(int fd, enum fo_lock_mode mode);

/*
 * Read directory entries. Returns bytes filled, 0 at the end. Entries are
 * struct fo_dirent, each reclen bytes long.
 */
struct fo_dirent {
	uint64_t ino;
	int64_t off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};
ssize_t fo_sys_getdents(int fd, void *buf, size_t size);

/* FS_IOC_GETFLAGS and friends; O_PATH will not do. */
struct fsxattr;
int fo_sys_get_flags(int fd, int *out_flags);
int fo_sys_set_flags(int fd, int flags);
int fo_sys_get_fsx(int fd, struct fsxattr *out_fsx);
int fo_sys_set_fsx(int fd, const struct fsxattr *fsx);

/* Is the mount of this directory read-only? */
bool fo_sys_is_read_only(int fd);

/*
 * May we use trusted.* attributes? That takes CAP_SYS_ADMIN in the initial
 * user namespace; reading says nothing (ENODATA), so one is written to a
 * file in memory.
 */
bool fo_sys_may_use_trusted_xattr(void);

#endif
