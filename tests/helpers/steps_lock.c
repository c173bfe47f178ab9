// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps on locks, identities and file handles. */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <unistd.h>

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int step_flock(struct fo_steps *s, char **argv)
{
	int how = LOCK_SH;

	if (strcmp(argv[2], "ex") == 0)
		how = LOCK_EX;
	if (strcmp(argv[2], "un") == 0)
		how = LOCK_UN;
	return result(flock(*fo_steps_file(s, argv[1]), how | LOCK_NB));
}

/* lock FILE r|w|un START LENGTH: of the open file, for one process is one */
static int step_lock(struct fo_steps *s, char **argv)
{
	struct flock fl = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (argv[2][0] == 'w')
		fl.l_type = F_WRLCK;
	if (argv[2][0] == 'u')
		fl.l_type = F_UNLCK;
	fl.l_start = strtoll(argv[3], NULL, 0);
	fl.l_len = strtoll(argv[4], NULL, 0);
	return result(fcntl(*fo_steps_file(s, argv[1]), F_OFD_SETLK, &fl));
}

static int step_lease(struct fo_steps *s, char **argv)
{
	int how = argv[2][0] == 'r' ? F_RDLCK :
		  argv[2][0] == 'w' ? F_WRLCK :
				      F_UNLCK;

	return result(fcntl(*fo_steps_file(s, argv[1]), F_SETLEASE, how));
}

static int step_umask(struct fo_steps *s, char **argv)
{
	(void)s;
	umask((mode_t)strtoul(argv[1], NULL, 8));
	return 0;
}

/* as UID GID: who the following steps are, to the filesystem */
static int step_as(struct fo_steps *s, char **argv)
{
	uid_t uid = (uid_t)strtoul(argv[1], NULL, 10);
	gid_t gid = (gid_t)strtoul(argv[2], NULL, 10);

	(void)s;
	setfsuid(0);
	if (setgroups(0, NULL) < 0)
		return -errno;
	setfsgid(gid);
	setfsuid(uid);
	return 0;
}

static int step_access(struct fo_steps *s, char **argv)
{
	int mode = 0;

	mode |= strchr(argv[2], 'r') ? R_OK : 0;
	mode |= strchr(argv[2], 'w') ? W_OK : 0;
	mode |= strchr(argv[2], 'x') ? X_OK : 0;
	return result(faccessat(s->root, argv[1], mode, AT_EACCESS));
}

/* handle FILE PATH: opens PATH by its file handle into a slot */
static int step_handle(struct fo_steps *s, char **argv)
{
	char room[sizeof(struct file_handle) + MAX_HANDLE_SZ]
		__attribute__((aligned(8)));
	struct file_handle *handle = (struct file_handle *)room;
	int *slot = fo_steps_file(s, argv[1]);
	int mount_id, dir, fd, err;

	handle->handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(s->root, argv[2], handle, &mount_id, 0) < 0)
		return -errno;
	dir = openat(s->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = open_by_handle_at(dir, handle, O_RDONLY | O_CLOEXEC);
	err = result(fd);
	close(dir);
	if (err)
		return err;
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
	return 0;
}

const struct fo_step_op fo_step_lock_ops[] = {
	{ "flock", 2, step_flock },   { "lock", 4, step_lock },
	{ "lease", 2, step_lease },   { "umask", 1, step_umask },
	{ "as", 2, step_as },	      { "access", 2, step_access },
	{ "handle", 2, step_handle }, { NULL, 0, NULL },
};
