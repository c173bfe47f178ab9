// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads on many files: walking, reading, making, removing, copy-up. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "bench.h"

#define OPEN_THREADS 8

typedef int visit_fn(int dir, const char *name);

static int visit_nothing(int dir, const char *name)
{
	(void)dir;
	(void)name;
	return 0;
}

static int visit_stat(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
}

static int visit_cat(int dir, const char *name)
{
	static char buf[128 << 10];
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	do
		n = read(fd, buf, sizeof(buf));
	while (n > 0);
	return n < 0 ? -errno : 0;
}

static int visit_unlink(int dir, const char *name)
{
	return unlinkat(dir, name, 0) ? -errno : 0;
}

/* One byte written is what makes every filesystem here copy up. */
static int visit_write(int dir, const char *name)
{
	_cleanup_close_ int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return pwrite(fd, "x", 1, 0) == 1 ? 0 : -errno;
}

static void cleanup_closedir(DIR **stream)
{
	if (*stream)
		closedir(*stream);
}

/* Visit what is not a directory; the directories too where dirs says so. */
static long walk(int at, const char *path, visit_fn *visit, bool dirs)
{
	_cleanup_(cleanup_closedir) DIR *stream = NULL;
	struct dirent *entry;
	long count = 0;
	int fd;

	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	stream = fdopendir(fd);
	if (!stream)
		return -errno;
	while ((entry = readdir(stream))) {
		bool is_dir = entry->d_type == DT_DIR;
		long below = 0;
		int err = 0;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!is_dir || dirs)
			err = visit(dirfd(stream), entry->d_name);
		if (!err && is_dir)
			below = walk(dirfd(stream), entry->d_name, visit, dirs);
		if (err || below < 0)
			return err ? err : below;
		count += below + (!is_dir || dirs);
	}
	return count;
}

long fo_pass_stat(const struct fo_bench *bench)
{
	return walk(bench->root, "small", visit_stat, true);
}

long fo_pass_stat_inodes(const struct fo_bench *bench)
{
	return walk(bench->root, "inodes", visit_stat, true);
}

long fo_pass_readdir(const struct fo_bench *bench)
{
	return walk(bench->root, "many", visit_nothing, false);
}

long fo_pass_cat(const struct fo_bench *bench)
{
	return walk(bench->root, "small", visit_cat, false);
}

long fo_pass_copyup_small(const struct fo_bench *bench)
{
	return walk(bench->root, "small", visit_write, false);
}

long fo_pass_copyup_mid(const struct fo_bench *bench)
{
	return walk(bench->root, "mid", visit_write, false);
}

long fo_pass_copyup_big(const struct fo_bench *bench)
{
	return walk(bench->root, "big", visit_write, false);
}

struct opener {
	const struct fo_bench *bench;
	long first; /* opens the files first, first + OPEN_THREADS, ... */
	long result;
};

static void *open_and_close(void *argument)
{
	struct opener *opener = argument;
	long n = FO_BENCH_FILES / opener->bench->scale, i;

	for (i = opener->first; i < n; i += OPEN_THREADS) {
		char path[64];
		int fd;

		snprintf(path, sizeof(path), "small/d%03ld/f%05ld",
			 i / FO_BENCH_PER_DIR, i);
		fd = openat(opener->bench->root, path, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			opener->result = -errno;
			break;
		}
		close(fd);
		opener->result++;
	}
	return NULL;
}

long fo_pass_open(const struct fo_bench *bench)
{
	struct opener openers[OPEN_THREADS] = { 0 };
	pthread_t threads[OPEN_THREADS];
	long count = 0;
	int i, started, err = 0;

	for (i = 0; i < OPEN_THREADS && !err; i++) {
		openers[i].bench = bench;
		openers[i].first = i;
		err = pthread_create(&threads[i], NULL, open_and_close,
				     &openers[i]);
	}
	started = err ? i - 1 : i;
	for (i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < started; i++) {
		if (openers[i].result < 0)
			return openers[i].result;
		count += openers[i].result;
	}
	return err ? -err : count;
}

static int create_one(int root, long i)
{
	char path[64];
	int fd;

	if (i % FO_BENCH_PER_DIR == 0) {
		snprintf(path, sizeof(path), "new/d%03ld",
			 i / FO_BENCH_PER_DIR);
		if (mkdirat(root, path, 0755))
			return -errno;
	}
	snprintf(path, sizeof(path), "new/d%03ld/f%05ld", i / FO_BENCH_PER_DIR,
		 i);
	fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

long fo_pass_create(const struct fo_bench *bench)
{
	long n = FO_BENCH_FILES / bench->scale, i;
	int err;

	if (mkdirat(bench->root, "new", 0755))
		return -errno;
	for (i = 0; i < n; i++) {
		err = create_one(bench->root, i);
		if (err)
			return err;
	}
	return n;
}

int fo_prepare_create(const struct fo_bench *bench)
{
	long count = fo_pass_create(bench);

	return count < 0 ? (int)count : 0;
}

long fo_pass_unlink(const struct fo_bench *bench)
{
	return walk(bench->root, "new", visit_unlink, false);
}
