// SPDX-License-Identifier: GPL-2.0-or-later
/* Workloads on the content of one file: io/file. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/base.h"
#include "bench.h"

#define BLOCK ((size_t)128 << 10)
#define PAGE ((size_t)4096)
#define RANDOM_OPERATIONS 16384L

enum direction { READING, WRITING };

static char block[BLOCK] __attribute__((aligned(4096)));

static int open_file(const struct fo_bench *bench, int flags, off_t *out_size)
{
	int fd = openat(bench->root, "io/file", flags | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		int err = -errno;

		close(fd);
		return err;
	}
	*out_size = st.st_size;
	return fd;
}

static int transfer(int fd, enum direction direction, size_t size, off_t offset)
{
	ssize_t n = direction == READING ? pread(fd, block, size, offset) :
					   pwrite(fd, block, size, offset);

	if (n < 0)
		return -errno;
	return n == (ssize_t)size ? 0 : -EIO;
}

static long sequential(const struct fo_bench *bench, enum direction direction,
		       int flags)
{
	off_t size = 0, offset;
	_cleanup_close_ int fd = open_file(bench, flags, &size);
	long count = 0;
	int err;

	if (fd < 0)
		return fd;
	for (offset = 0; offset + (off_t)BLOCK <= size; offset += BLOCK) {
		err = transfer(fd, direction, BLOCK, offset);
		if (err)
			return err;
		count++;
	}
	return count;
}

/* The same offsets in every pass and on every side. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static long scattered(const struct fo_bench *bench, enum direction direction,
		      int flags)
{
	off_t size = 0;
	_cleanup_close_ int fd = open_file(bench, flags, &size);
	uint64_t state = 88172645463325252ULL;
	long i;
	int err;

	if (fd < 0)
		return fd;
	for (i = 0; i < RANDOM_OPERATIONS; i++) {
		uint64_t page = next_random(&state) % ((size_t)size / PAGE);

		err = transfer(fd, direction, PAGE, (off_t)(page * PAGE));
		if (err)
			return err;
	}
	return RANDOM_OPERATIONS;
}

/* Touch every page through a mapping; written pages are synced. */
static long mapped(const struct fo_bench *bench, enum direction direction)
{
	bool writing = direction == WRITING;
	int protection = PROT_READ | (writing ? PROT_WRITE : 0);
	off_t size = 0;
	_cleanup_close_ int fd =
		open_file(bench, writing ? O_RDWR : O_RDONLY, &size);
	volatile char *map;
	long i, n = size / (long)PAGE, err = 0;
	char sum = 0;

	if (fd < 0)
		return fd;
	map = mmap(NULL, (size_t)size, protection, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	for (i = 0; i < n; i++) {
		if (writing)
			map[i * (long)PAGE] = (char)i;
		else
			sum ^= map[i * (long)PAGE];
	}
	block[0] = sum;
	if (writing && msync((void *)map, (size_t)size, MS_SYNC))
		err = -errno;
	munmap((void *)map, (size_t)size);
	return err ? err : n;
}

long fo_pass_read_seq(const struct fo_bench *bench)
{
	return sequential(bench, READING, O_RDONLY);
}

long fo_pass_read_random(const struct fo_bench *bench)
{
	return scattered(bench, READING, O_RDONLY);
}

long fo_pass_read_direct(const struct fo_bench *bench)
{
	return sequential(bench, READING, O_RDONLY | O_DIRECT);
}

long fo_pass_read_mmap(const struct fo_bench *bench)
{
	return mapped(bench, READING);
}

long fo_pass_write_seq(const struct fo_bench *bench)
{
	return sequential(bench, WRITING, O_WRONLY);
}

long fo_pass_write_random(const struct fo_bench *bench)
{
	return scattered(bench, WRITING, O_WRONLY);
}

long fo_pass_write_direct(const struct fo_bench *bench)
{
	return sequential(bench, WRITING, O_WRONLY | O_DIRECT);
}

long fo_pass_write_mmap(const struct fo_bench *bench)
{
	return mapped(bench, WRITING);
}
