// SPDX-License-Identifier: GPL-2.0-or-later
/* A thread's own directory: every change is remembered and checked. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exercise.h"

enum { PATH_ROOM = 80 };

static const char *dir_path(const struct fo_worker *w, int dir, char *path)
{
	snprintf(path, PATH_ROOM, "own%d/dir%d", w->number, dir);
	return path;
}

static const char *file_path(const struct fo_worker *w, int i, char *path)
{
	snprintf(path, PATH_ROOM, "own%d/dir%d/file%d", w->number,
		 w->slot[i].dir, i);
	return path;
}

static void fill(unsigned char *at, size_t length, uint32_t seed)
{
	for (size_t i = 0; i < length; i++)
		at[i] = (unsigned char)((seed + i) * 2654435761u >> 24);
}

/* What the lower layer has is the same for who makes it and who checks. */
static void slot_as_in_lower(struct fo_worker *w, int i)
{
	struct fo_slot *slot = &w->slot[i];

	slot->exists = i < FO_LOWER_SLOTS;
	slot->dir = i % FO_DIRS;
	slot->size = slot->exists ? (size_t)(i * 2711) % FO_FILE_MAX : 0;
	memset(slot->bytes, 0, FO_FILE_MAX);
	fill(slot->bytes, slot->size, (uint32_t)(w->number * 1000 + i));
}

void fo_own_begin(struct fo_worker *w)
{
	for (int i = 0; i < FO_SLOTS; i++) {
		w->slot[i].bytes = malloc(FO_FILE_MAX);
		if (!w->slot[i].bytes)
			abort();
		slot_as_in_lower(w, i);
	}
}

void fo_own_end(struct fo_worker *w)
{
	for (int i = 0; i < FO_SLOTS; i++)
		free(w->slot[i].bytes);
}

static int open_slot(const struct fo_worker *w, int i, int flags)
{
	char path[PATH_ROOM];
	int fd =
		openat(w->root, file_path(w, i, path), flags | O_CLOEXEC, 0644);

	if (fd < 0)
		fo_failed(w, "open", path);
	return fd;
}

void fo_own_prepare(struct fo_worker *w)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "own%d", w->number);
	mkdirat(w->root, path, 0755);
	for (int i = 0; i < FO_DIRS; i++)
		if (mkdirat(w->root, dir_path(w, i, path), 0755) < 0)
			fo_failed(w, "mkdir", path);
	for (int i = 0; i < FO_LOWER_SLOTS; i++) {
		int fd = open_slot(w, i, O_CREAT | O_WRONLY);

		if (fd >= 0 && write(fd, w->slot[i].bytes, w->slot[i].size) !=
				       (ssize_t)w->slot[i].size)
			fo_failed(w, "write", "the lower layer");
		if (fd >= 0)
			close(fd);
	}
}

/* Does an open file hold what it must? */
static void check_content(struct fo_worker *w, int i, int fd, const char *when)
{
	static _Thread_local unsigned char found[FO_FILE_MAX + 1];
	const struct fo_slot *slot = &w->slot[i];
	ssize_t n = pread(fd, found, sizeof(found), 0);
	char path[PATH_ROOM];
	size_t at = 0;

	file_path(w, i, path);
	if (n < 0) {
		fo_failed(w, "read", path);
		return;
	}
	errno = 0;
	if ((size_t)n != slot->size) {
		fprintf(stderr, "# %zd bytes, not %zu\n", n, slot->size);
		fo_failed(w, when, path);
		return;
	}
	if (memcmp(found, slot->bytes, slot->size) == 0)
		return;
	while (found[at] == slot->bytes[at])
		at++;
	fprintf(stderr, "# byte %zu is %02x, not %02x\n", at, found[at],
		slot->bytes[at]);
	fo_failed(w, when, path);
}

static void check_slot(struct fo_worker *w, int i, const char *when)
{
	struct fo_slot *slot = &w->slot[i];
	char path[PATH_ROOM];
	struct stat st;
	int fd;

	if (fstatat(w->root, file_path(w, i, path), &st, 0) < 0) {
		if (slot->exists || errno != ENOENT)
			fo_failed(w, "stat", path);
		return;
	}
	errno = 0;
	if (!slot->exists || (size_t)st.st_size != slot->size ||
	    st.st_nlink != 1)
		fo_failed(w, "a wrong answer of stat", path);
	fd = slot->exists ? open_slot(w, i, O_RDONLY) : -1;
	if (fd < 0)
		return;
	check_content(w, i, fd, when);
	close(fd);
}

static int pick(struct fo_worker *w, bool existing)
{
	for (int tries = 0; tries < 30; tries++) {
		int i = (int)fo_random_below(&w->random, FO_SLOTS);

		if (w->slot[i].exists == existing)
			return i;
	}
	return -1;
}

static void store(struct fo_worker *w, int i, size_t at, size_t length)
{
	struct fo_slot *slot = &w->slot[i];

	fill(slot->bytes + at, length, fo_random_below(&w->random, 1u << 30));
	if (at + length > slot->size)
		slot->size = at + length;
}

static void random_range(struct fo_worker *w, size_t limit, size_t *at,
			 size_t *length)
{
	*at = fo_random_below(&w->random, (uint32_t)limit);
	*length = 1 + fo_random_below(&w->random, (uint32_t)(limit - *at));
	if (fo_random_below(&w->random, 2) && *length > 500)
		*length = 500;
}

static void step_write(struct fo_worker *w)
{
	int i = pick(w, true), fd = i < 0 ? -1 : open_slot(w, i, O_RDWR);
	char path[PATH_ROOM];
	size_t at, length;

	if (fd < 0)
		return;
	random_range(w, FO_FILE_MAX, &at, &length);
	store(w, i, at, length);
	if (pwrite(fd, w->slot[i].bytes + at, length, (off_t)at) !=
	    (ssize_t)length)
		fo_failed(w, "write", file_path(w, i, path));
	check_content(w, i, fd, "a read after a write differs");
	close(fd);
}

static void step_map(struct fo_worker *w)
{
	int i = pick(w, true), fd;
	char path[PATH_ROOM], *map;
	size_t at, length;

	if (i < 0 || w->slot[i].size == 0)
		return;
	fd = open_slot(w, i, O_RDWR);
	if (fd < 0)
		return;
	map = mmap(NULL, w->slot[i].size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	if (map == MAP_FAILED) {
		fo_failed(w, "mmap", file_path(w, i, path));
	} else {
		random_range(w, w->slot[i].size, &at, &length);
		store(w, i, at, length);
		memcpy(map + at, w->slot[i].bytes + at, length);
		check_content(w, i, fd, "a read after a mapped write differs");
		munmap(map, w->slot[i].size);
	}
	close(fd);
}

static void step_create(struct fo_worker *w)
{
	int i = pick(w, false), fd;
	char path[PATH_ROOM];
	size_t length;

	if (i < 0)
		return;
	w->slot[i].dir = (int)fo_random_below(&w->random, FO_DIRS);
	fd = open_slot(w, i, O_CREAT | O_EXCL | O_RDWR);
	if (fd < 0)
		return;
	memset(w->slot[i].bytes, 0, FO_FILE_MAX);
	w->slot[i].exists = true;
	w->slot[i].size = 0;
	length = fo_random_below(&w->random, FO_FILE_MAX / 4);
	store(w, i, 0, length);
	if (write(fd, w->slot[i].bytes, length) != (ssize_t)length)
		fo_failed(w, "write", file_path(w, i, path));
	close(fd);
	check_slot(w, i, "a new file differs");
}

/* Removed while it is open: it stays what it was for who has it. */
static void step_unlink(struct fo_worker *w)
{
	int i = pick(w, true), fd = i < 0 ? -1 : open_slot(w, i, O_RDWR);
	char path[PATH_ROOM];

	if (fd < 0)
		return;
	if (unlinkat(w->root, file_path(w, i, path), 0) < 0)
		fo_failed(w, "unlink", path);
	check_content(w, i, fd, "a removed file differs");
	if (pwrite(fd, "gone", 4, 0) != 4)
		fo_failed(w, "write to a removed file", path);
	w->slot[i].exists = false;
	check_slot(w, i, "a removed file is there");
	close(fd);
}

static void step_truncate(struct fo_worker *w)
{
	int i = pick(w, true), fd = i < 0 ? -1 : open_slot(w, i, O_WRONLY);
	struct fo_slot *slot = &w->slot[i < 0 ? 0 : i];
	char path[PATH_ROOM];
	size_t size;

	if (fd < 0)
		return;
	size = fo_random_below(&w->random, FO_FILE_MAX);
	if (ftruncate(fd, (off_t)size) < 0)
		fo_failed(w, "truncate", file_path(w, i, path));
	if (size < slot->size)
		memset(slot->bytes + size, 0, slot->size - size);
	slot->size = size;
	close(fd);
	check_slot(w, i, "a truncated file differs");
}

static void step_rename(struct fo_worker *w)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	int i = pick(w, true);

	if (i < 0)
		return;
	file_path(w, i, from);
	w->slot[i].dir = (int)fo_random_below(&w->random, FO_DIRS);
	if (renameat(w->root, from, w->root, file_path(w, i, to)) < 0)
		fo_failed(w, "rename", from);
	check_slot(w, i, "a renamed file differs");
}

/* Two directories of the thread exchange their names, and back. */
static void step_exchange(struct fo_worker *w)
{
	char a[PATH_ROOM], b[PATH_ROOM];
	int i = (int)fo_random_below(&w->random, FO_DIRS);
	int j = (int)fo_random_below(&w->random, FO_DIRS);

	if (i == j)
		return;
	dir_path(w, i, a);
	dir_path(w, j, b);
	if (renameat2(w->root, a, w->root, b, RENAME_EXCHANGE) < 0) {
		if (errno != EXDEV)
			fo_failed(w, "exchange", a);
		return;
	}
	for (int s = 0; s < FO_SLOTS; s++) {
		if (w->slot[s].dir == i)
			w->slot[s].dir = j;
		else if (w->slot[s].dir == j)
			w->slot[s].dir = i;
	}
}

static void check_list(struct fo_worker *w, int dir)
{
	int fd, listed = 0, wanted = 0;
	char path[PATH_ROOM];
	struct dirent *de;
	DIR *list;

	fd = openat(w->root, dir_path(w, dir, path), O_RDONLY | O_DIRECTORY);
	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list) {
		fo_failed(w, "opendir", path);
		return;
	}
	while ((de = readdir(list)))
		listed += de->d_name[0] != '.';
	for (int i = 0; i < FO_SLOTS; i++)
		wanted += w->slot[i].exists && w->slot[i].dir == dir;
	errno = 0;
	if (listed != wanted) {
		fprintf(stderr, "# %d names, not %d\n", listed, wanted);
		fo_failed(w, "a list is wrong", path);
	}
	closedir(list);
}

void fo_own_step(struct fo_worker *w)
{
	static void (*const steps[])(struct fo_worker * w) = {
		step_write,  step_write,    step_create,   step_create,
		step_unlink, step_truncate, step_rename,   step_map,
		step_write,  step_create,   step_exchange,
	};

	steps[fo_random_below(&w->random, sizeof(steps) / sizeof(steps[0]))](w);
	if (fo_random_below(&w->random, 10) == 0)
		check_list(w, (int)fo_random_below(&w->random, FO_DIRS));
	if (fo_random_below(&w->random, 4) == 0)
		check_slot(w, (int)fo_random_below(&w->random, FO_SLOTS),
			   "a file differs");
}

void fo_own_check(struct fo_worker *w)
{
	for (int i = 0; i < FO_DIRS; i++)
		check_list(w, i);
	for (int i = 0; i < FO_SLOTS; i++)
		check_slot(w, i, "a file differs at the end");
}
