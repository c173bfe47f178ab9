// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A directory that all threads change at once. Whoever comes late gets an
 * error that says so; what is no such error is a failure. Each file holds
 * one record, written whole, so that no reader may find half of one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exercise.h"

enum { NAMES = 12, PATH_ROOM = 80, RECORD = 4096 };

static void record(unsigned char *out, uint32_t number)
{
	memcpy(out, &number, sizeof(number));
	for (size_t i = sizeof(number); i < RECORD; i++)
		out[i] = (unsigned char)(number * 31 + i * 7);
}

static bool is_record(const unsigned char *found, ssize_t length)
{
	unsigned char wanted[RECORD];
	uint32_t number;

	if (length == 0) /* made, but not written yet */
		return true;
	if (length != RECORD)
		return false;
	memcpy(&number, found, sizeof(number));
	record(wanted, number);
	return memcmp(found, wanted, RECORD) == 0;
}

static const char *some_path(struct fo_worker *w, char *path)
{
	uint32_t i = fo_random_below(&w->random, NAMES);

	if (fo_random_below(&w->random, 2))
		snprintf(path, PATH_ROOM, "shared/n%u", i);
	else
		snprintf(path, PATH_ROOM, "shared/n%u/n%u",
			 fo_random_below(&w->random, NAMES), i);
	return path;
}

static void expect(const struct fo_worker *w, long ret, const char *what,
		   const char *path)
{
	static const int late[] = { ENOENT, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY,
				    EINVAL, ELOOP,  EMLINK,  EXDEV,  EPERM };

	if (ret >= 0)
		return;
	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++)
		if (errno == late[i])
			return;
	fo_failed(w, what, path);
}

static void share_write(struct fo_worker *w)
{
	unsigned char bytes[RECORD];
	char path[PATH_ROOM];
	int fd = openat(w->root, some_path(w, path), O_CREAT | O_WRONLY, 0644);

	expect(w, fd, "open to write", path);
	if (fd < 0)
		return;
	record(bytes, fo_random_below(&w->random, 1u << 30));
	if (write(fd, bytes, RECORD) != RECORD)
		fo_failed(w, "write", path);
	close(fd);
}

static void share_read(struct fo_worker *w)
{
	unsigned char bytes[RECORD + 1];
	char path[PATH_ROOM];
	int fd = openat(w->root, some_path(w, path), O_RDONLY | O_NOFOLLOW);
	struct stat st;
	ssize_t n;

	expect(w, fd, "open to read", path);
	if (fd < 0)
		return;
	if (fstat(fd, &st) < 0)
		fo_failed(w, "fstat", path);
	else if (S_ISREG(st.st_mode)) {
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0)
			fo_failed(w, "read", path);
		errno = 0;
		if (n >= 0 && !is_record(bytes, n))
			fo_failed(w, "half a record", path);
	}
	close(fd);
}

static void share_list(struct fo_worker *w)
{
	char path[PATH_ROOM], names[4096] = "";
	int fd = openat(w->root, some_path(w, path),
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	struct dirent *de;
	DIR *list;

	expect(w, fd, "open a directory", path);
	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list)
		return;
	while ((de = readdir(list))) {
		char quoted[300];

		snprintf(quoted, sizeof(quoted), "/%s/", de->d_name);
		errno = 0;
		if (strstr(names, quoted))
			fo_failed(w, "a name is listed twice", path);
		if (strlen(names) + strlen(quoted) < sizeof(names))
			strcat(names, quoted);
	}
	closedir(list);
}

static void share_rename(struct fo_worker *w)
{
	unsigned int flags[] = { 0, 0, 0, RENAME_NOREPLACE, RENAME_EXCHANGE };
	char from[PATH_ROOM], to[PATH_ROOM];

	some_path(w, from);
	some_path(w, to);
	expect(w,
	       renameat2(w->root, from, w->root, to,
			 flags[fo_random_below(&w->random, 5)]),
	       "rename", from);
}

static void share_other(struct fo_worker *w)
{
	char path[PATH_ROOM], to[PATH_ROOM];
	struct stat st;

	some_path(w, path);
	switch (fo_random_below(&w->random, 7)) {
	case 0:
		expect(w, mkdirat(w->root, path, 0755), "mkdir", path);
		break;
	case 1:
		expect(w, unlinkat(w->root, path, 0), "unlink", path);
		break;
	case 2:
		expect(w, unlinkat(w->root, path, AT_REMOVEDIR), "rmdir", path);
		break;
	case 3:
		expect(w, linkat(w->root, path, w->root, some_path(w, to), 0),
		       "link", path);
		break;
	case 4:
		expect(w, symlinkat("n1", w->root, path), "symlink", path);
		break;
	case 5:
		expect(w, fchmodat(w->root, path, 0755, 0), "chmod", path);
		break;
	default:
		expect(w, fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW),
		       "stat", path);
	}
}

void fo_shared_prepare(int root)
{
	unsigned char bytes[RECORD];
	char path[PATH_ROOM];

	mkdirat(root, "shared", 0755);
	for (int i = 0; i < NAMES; i++) {
		int fd;

		snprintf(path, sizeof(path), "shared/n%d", i);
		if (i % 2) {
			mkdirat(root, path, 0755);
			strcat(path, "/n1");
		}
		fd = openat(root, path, O_CREAT | O_WRONLY, 0644);
		record(bytes, (uint32_t)i);
		if (fd < 0 || write(fd, bytes, RECORD) != RECORD)
			perror(path);
		if (fd >= 0)
			close(fd);
	}
}

void fo_shared_step(struct fo_worker *w)
{
	static void (*const steps[])(struct fo_worker * w) = {
		share_write,  share_write, share_read,	share_read,
		share_rename, share_list,  share_other, share_other,
	};

	steps[fo_random_below(&w->random, sizeof(steps) / sizeof(steps[0]))](w);
}
