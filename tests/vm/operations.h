/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of operations.c have in common, and their names. */
#ifndef VM_OPERATIONS_H
#define VM_OPERATIONS_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "line %d: %s (errno: %s)\n", __LINE__, \
				#condition, strerror(errno));                  \
			exit(1);                                               \
		}                                                              \
	} while (0)

#define FAILS(call, wanted)               \
	do {                              \
		errno = 0;                \
		CHECK((call) == -1);      \
		CHECK(errno == (wanted)); \
	} while (0)

/* A new file with this text, open for reading and writing. */
int op_make(const char *name, const char *text);
/* All of the file is this text. */
void op_holds(int fd, const char *text);
/* In a process of this user; 0: the same. */
void op_in_child(void (*run)(void), uid_t uid);

void op_create(void);
void op_unlink(void);
void op_directory(void);
void op_rename(void);
void op_rename_directory(void);
void op_link(void);
void op_symlink(void);
void op_mknod(void);
void op_truncate(void);
void op_times(void);
void op_owner(void);
void op_permission(void);
void op_privileges(void);
void op_setgid(void);
void op_umask(void);
void op_xattr(void);
void op_acl(void);
void op_mmap(void);
void op_seek(void);
void op_allocate(void);
void op_copy_range(void);
void op_splice(void);
void op_sync(void);
void op_statvfs(void);
void op_locks(void);
void op_flags(void);
void op_tmpfile(void);
void op_names(void);
void op_readdir(void);
void op_fcntl_flags(void);

#endif
