// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The trees that workloads work on. Made flat once, always the same; then
 * dealt out to layers: file i goes to layer i modulo n, and every directory
 * is in every layer, so that with several layers every directory is merged.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "bench.h"

/* A file of that size, of lines of text that differ. */
static int make_file(int dir, const char *path, long size, long seed)
{
	static char block[64 << 10];
	_cleanup_close_ int fd = openat(
		dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t used = 0;

	if (fd < 0)
		return -errno;
	while (used + 64 < sizeof(block))
		used += (size_t)snprintf(block + used, 64,
					 "%ld words of line %zu of a file\n",
					 seed, used);
	while (size > 0) {
		ssize_t n = write(fd, block, (size_t)fo_min(size, (long)used));

		if (n < 0)
			return -errno;
		size -= n;
	}
	return 0;
}

static int append_last_line(int dir, const char *path)
{
	_cleanup_close_ int fd = openat(dir, path, O_WRONLY | O_APPEND);
	const char line[] = "this is the last line\n";
	ssize_t size = sizeof(line) - 1;

	if (fd < 0)
		return -errno;
	return write(fd, line, (size_t)size) == size ? 0 : -errno;
}

struct population {
	const char *part;
	long files;
	long per_dir; /* 0: all in one directory, without subdirectories */
	long max_size;
	bool last_line;
};

static const struct population populations[] = {
	{ "small", FO_BENCH_FILES, FO_BENCH_PER_DIR, 4096, false },
	{ "many", FO_BENCH_ENTRIES, 0, 0, false },
	{ "inodes", FO_BENCH_INODES, 2 * FO_BENCH_PER_DIR, 0, false },
	{ "repo", FO_BENCH_SOURCES, FO_BENCH_PER_DIR / 2, 12000, true },
	{ "untarred", FO_BENCH_SOURCES, FO_BENCH_PER_DIR / 2, 12000, false },
};

static int populate_one(int dir, const struct population *what, long i)
{
	char path[64] = "";
	/* Sizes spread evenly, the same for the same i. */
	long size = what->max_size ? i * 7919 % what->max_size : 0;
	int err;

	if (what->per_dir && i % what->per_dir == 0) {
		snprintf(path, sizeof(path), "d%03ld", i / what->per_dir);
		if (mkdirat(dir, path, 0755))
			return -errno;
	}
	if (what->per_dir)
		snprintf(path, sizeof(path), "d%03ld/f%05ld", i / what->per_dir,
			 i);
	else
		snprintf(path, sizeof(path), "f%05ld", i);
	err = make_file(dir, path, size, i);
	return err || !what->last_line ? err : append_last_line(dir, path);
}

static int populate(int dir, const struct population *what, long scale)
{
	long i;
	int err = 0;

	for (i = 0; i < what->files / scale && !err; i++)
		err = populate_one(dir, what, i);
	return err;
}

static int make_mid(int dir, long scale)
{
	long i;
	int err = 0;

	for (i = 0; i < fo_max(FO_BENCH_MIB / scale, 1) && !err; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%02ld", i);
		err = make_file(dir, name, 1L << 20, i);
	}
	return err;
}

int fo_tree_make(const char *dir, const char *part, long scale)
{
	_cleanup_close_ int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int sub = -1;
	size_t i;

	if (at < 0)
		return -errno;
	if (mkdirat(at, part, 0755))
		return -errno;
	sub = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sub < 0)
		return -errno;
	for (i = 0; i < FO_ARRAY_SIZE(populations); i++)
		if (!strcmp(part, populations[i].part))
			return populate(sub, &populations[i], scale);
	if (!strcmp(part, "mid"))
		return make_mid(sub, scale);
	if (!strcmp(part, "io"))
		return make_file(sub, "file", FO_BENCH_IO / scale, 0);
	if (!strcmp(part, "big"))
		return make_file(sub, "file", FO_BENCH_BIG / scale, 0);
	return -EINVAL;
}

/* One directory as it is in each of the n layers. */
struct deal {
	int *layers;
	long n;
};

static int copy_file(int from, int to, const char *name)
{
	_cleanup_close_ int in = openat(from, name, O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int out = -1;
	struct stat st;
	ssize_t n;

	if (in < 0 || fstat(in, &st))
		return -errno;
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		     st.st_mode & 07777);
	if (out < 0)
		return -errno;
	do
		n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
	while (n > 0);
	if (n < 0)
		return -errno;
	/* git compares the time with what its index says. */
	return futimens(out, (struct timespec[]){ st.st_atim, st.st_mtim }) ?
		       -errno :
		       0;
}

static int deal_dir(const struct deal *deal, int from, const char *name,
		    long *next);

static int deal_entry(const struct deal *deal, int from,
		      const struct dirent *entry, long *next)
{
	if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
		return 0;
	if (entry->d_type == DT_DIR)
		return deal_dir(deal, from, entry->d_name, next);
	return copy_file(from, deal->layers[(*next)++ % deal->n],
			 entry->d_name);
}

/* All files below one directory, which is made in every layer. */
static int deal_dir(const struct deal *deal, int from, const char *name,
		    long *next)
{
	int fd = openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct deal below = { .n = deal->n };
	struct dirent *entry;
	int err = stream ? 0 : -errno;
	long i;

	below.layers = calloc((size_t)deal->n, sizeof(int));
	if (!below.layers)
		err = -ENOMEM;
	for (i = 0; i < deal->n && !err; i++) {
		if (mkdirat(deal->layers[i], name, 0755) && errno != EEXIST)
			err = -errno;
		below.layers[i] = openat(deal->layers[i], name,
					 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below.layers[i] < 0)
			err = -errno;
	}
	while (!err && (entry = readdir(stream)))
		err = deal_entry(&below, dirfd(stream), entry, next);
	while (below.layers && i > 0)
		close(below.layers[--i]);
	free(below.layers);
	if (stream)
		closedir(stream);
	return err;
}

int fo_tree_split(const char *from, char **layers, long n)
{
	_cleanup_close_ int at = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ int *fds = calloc((size_t)n, sizeof(int));
	struct deal deal = { .layers = fds, .n = n };
	long i, next = 0;

	if (at < 0 || !fds)
		return at < 0 ? -errno : -ENOMEM;
	for (i = 0; i < n; i++) {
		fds[i] = open(layers[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fds[i] < 0)
			return -errno;
	}
	return deal_dir(&deal, at, ".", &next);
}
