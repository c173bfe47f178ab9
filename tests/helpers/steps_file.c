// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps on open files and on data. */
#include "steps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static off_t number(const char *word)
{
	return word ? (off_t)strtoll(word, NULL, 0) : 0;
}

static int open_flags(const char *words)
{
	static const struct {
		const char *name;
		int flag;
	} flags[] = {
		{ "r", O_RDONLY },	{ "w", O_WRONLY },
		{ "rw", O_RDWR },	{ "creat", O_CREAT },
		{ "excl", O_EXCL },	{ "trunc", O_TRUNC },
		{ "append", O_APPEND }, { "tmpfile", O_TMPFILE },
		{ "dir", O_DIRECTORY }, { "nofollow", O_NOFOLLOW },
		{ "path", O_PATH },	{ "direct", O_DIRECT },
		{ "sync", O_SYNC },	{ "noatime", O_NOATIME },
	};
	char copy[100], *save = NULL, *word;
	int all = O_CLOEXEC | O_NONBLOCK; /* a pipe would wait */

	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok_r(copy, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
			if (strcmp(word, flags[i].name) == 0)
				all |= flags[i].flag;
	return all;
}

static int step_open(struct fo_steps *s, char **argv)
{
	int *slot = fo_steps_file(s, argv[1]);
	mode_t mode = 0666;
	int fd;

	if (argv[4])
		mode = (mode_t)strtoul(argv[4], NULL, 8);
	fd = openat(s->root, argv[2], open_flags(argv[3]), mode);
	if (fd < 0)
		return -errno;
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
	return 0;
}

static int step_close(struct fo_steps *s, char **argv)
{
	int *slot = fo_steps_file(s, argv[1]);
	int fd = *slot;

	*slot = -1;
	return result(close(fd));
}

static int step_pread(struct fo_steps *s, char **argv)
{
	size_t length = (size_t)number(argv[3]);
	char *buffer = malloc(length + 1);
	ssize_t n;

	if (!buffer)
		return -ENOMEM;
	n = pread(*fo_steps_file(s, argv[1]), buffer, length, number(argv[2]));
	if (n >= 0)
		fo_steps_bytes(s, buffer, (size_t)n);
	free(buffer);
	return result(n);
}

static int step_pwrite(struct fo_steps *s, char **argv)
{
	size_t length;
	char *value = fo_steps_value(argv[3], &length);
	ssize_t n;

	if (!value)
		return -ENOMEM;
	n = pwrite(*fo_steps_file(s, argv[1]), value, length, number(argv[2]));
	fo_steps_print(s, " %zd", n);
	free(value);
	return result(n);
}

/* At the file's own position, so that append mode and seeks show. */
static int step_write(struct fo_steps *s, char **argv)
{
	int fd = *fo_steps_file(s, argv[1]);
	size_t length;
	char *value = fo_steps_value(argv[2], &length);
	ssize_t n;

	if (!value)
		return -ENOMEM;
	n = write(fd, value, length);
	fo_steps_print(s, " %zd at %lld", n, (long long)lseek(fd, 0, SEEK_CUR));
	free(value);
	return result(n);
}

/* put PATH DATA [MODE]: a whole file in one step */
static int step_put(struct fo_steps *s, char **argv)
{
	mode_t mode = argv[3] ? (mode_t)strtoul(argv[3], NULL, 8) : 0644;
	int fd = openat(s->root, argv[1],
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK,
			mode);
	size_t length;
	char *value = fo_steps_value(argv[2], &length);
	ssize_t n;

	if (fd < 0 || !value) {
		free(value);
		return -errno;
	}
	n = write(fd, value, length);
	free(value);
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}

static int step_cat(struct fo_steps *s, char **argv)
{
	int fd = openat(s->root, argv[1], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t hash = FO_HASH_START;
	static char buffer[65536];
	size_t all = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		if (all == 0 && n <= 100)
			fo_steps_bytes(s, buffer, (size_t)n);
		hash = fo_hash_bytes(hash, buffer, (size_t)n);
		all += (size_t)n;
	}
	if (all > 100)
		fo_steps_print(s, " %zu:%016llx", all,
			       (unsigned long long)hash);
	n = n < 0 ? -errno : 0;
	close(fd);
	return (int)n;
}

static int step_truncate(struct fo_steps *s, char **argv)
{
	return result(truncate(fo_steps_path(s, argv[1]), number(argv[2])));
}

static int step_ftruncate(struct fo_steps *s, char **argv)
{
	return result(ftruncate(*fo_steps_file(s, argv[1]), number(argv[2])));
}

static int step_fallocate(struct fo_steps *s, char **argv)
{
	static const struct {
		const char *name;
		int mode;
	} modes[] = {
		{ "keep", FALLOC_FL_KEEP_SIZE },
		{ "punch", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE },
		{ "zero", FALLOC_FL_ZERO_RANGE },
		{ "zerokeep", FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE },
		{ "collapse", FALLOC_FL_COLLAPSE_RANGE },
		{ "insert", FALLOC_FL_INSERT_RANGE },
	};
	int mode = 0;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[2], modes[i].name) == 0)
			mode = modes[i].mode;
	return result(fallocate(*fo_steps_file(s, argv[1]), mode,
				number(argv[3]), number(argv[4])));
}

static int step_seek(struct fo_steps *s, char **argv)
{
	int whence = SEEK_SET;
	struct stat st;
	off_t at;

	if (strcmp(argv[2], "data") == 0)
		whence = SEEK_DATA;
	else if (strcmp(argv[2], "hole") == 0)
		whence = SEEK_HOLE;
	else if (strcmp(argv[2], "end") == 0)
		whence = SEEK_END;
	/* overlayfs asks the layer's filesystem for the holes of directories. */
	if (whence != SEEK_SET && !fstat(*fo_steps_file(s, argv[1]), &st) &&
	    S_ISDIR(st.st_mode))
		return -EISDIR;
	at = lseek(*fo_steps_file(s, argv[1]), number(argv[3]), whence);
	fo_steps_print(s, " %lld", (long long)at);
	return result(at);
}

static int step_copyrange(struct fo_steps *s, char **argv)
{
	off_t in = number(argv[2]), out = number(argv[4]);
	ssize_t n;

	n = copy_file_range(*fo_steps_file(s, argv[1]), &in,
			    *fo_steps_file(s, argv[3]), &out,
			    (size_t)number(argv[5]), 0);
	fo_steps_print(s, " %zd", n);
	return result(n);
}

static int step_clone(struct fo_steps *s, char **argv)
{
	return result(ioctl(*fo_steps_file(s, argv[2]), FICLONE,
			    *fo_steps_file(s, argv[1])));
}

static int step_fsync(struct fo_steps *s, char **argv)
{
	int fd = *fo_steps_file(s, argv[1]);

	if (argv[2] && strcmp(argv[2], "data") == 0)
		return result(fdatasync(fd));
	if (argv[2] && strcmp(argv[2], "fs") == 0)
		return result(syncfs(fd));
	return result(fsync(fd));
}

/* map SLOT FILE shared|private|ro LENGTH */
static int step_map(struct fo_steps *s, char **argv)
{
	struct fo_step_map *map = fo_steps_map(s, argv[1]);
	int prot = PROT_READ | PROT_WRITE, flags = MAP_SHARED;
	void *at;

	if (strcmp(argv[3], "private") == 0)
		flags = MAP_PRIVATE;
	if (strcmp(argv[3], "ro") == 0)
		prot = PROT_READ;
	at = mmap(NULL, (size_t)number(argv[4]), prot, flags,
		  *fo_steps_file(s, argv[2]), 0);
	if (at == MAP_FAILED)
		return -errno;
	if (map->at)
		munmap(map->at, map->length);
	map->at = at;
	map->length = (size_t)number(argv[4]);
	return 0;
}

static int step_unmap(struct fo_steps *s, char **argv)
{
	struct fo_step_map *map = fo_steps_map(s, argv[1]);
	int err = result(munmap(map->at, map->length));

	map->at = NULL;
	return err;
}

static bool inside(const struct fo_step_map *map, off_t at, size_t length)
{
	return map->at && at >= 0 && (size_t)at + length <= map->length;
}

static sigjmp_buf past_end;

static void on_bus_error(int sig)
{
	(void)sig;
	siglongjmp(past_end, 1);
}

/* A mapping reaches past the end of its file: -EFAULT in place of SIGBUS. */
static int copy_mapped(char *to, const char *from, size_t length)
{
	struct sigaction old, sa = { .sa_handler = on_bus_error };
	volatile int err = 0;

	sigaction(SIGBUS, &sa, &old);
	if (sigsetjmp(past_end, 1) == 0)
		memcpy(to, from, length);
	else
		err = -EFAULT;
	sigaction(SIGBUS, &old, NULL);
	return err;
}

static int step_mread(struct fo_steps *s, char **argv)
{
	struct fo_step_map *map = fo_steps_map(s, argv[1]);
	size_t length = (size_t)number(argv[3]);
	char *value = malloc(length + 1);
	int err = -EFAULT;

	if (value && inside(map, number(argv[2]), length))
		err = copy_mapped(value, map->at + number(argv[2]), length);
	if (!err)
		fo_steps_bytes(s, value, length);
	free(value);
	return err;
}

static int step_mwrite(struct fo_steps *s, char **argv)
{
	struct fo_step_map *map = fo_steps_map(s, argv[1]);
	size_t length;
	char *value = fo_steps_value(argv[3], &length);
	int err = -EFAULT;

	if (value && inside(map, number(argv[2]), length))
		err = copy_mapped(map->at + number(argv[2]), value, length);
	free(value);
	return err;
}

static int step_msync(struct fo_steps *s, char **argv)
{
	struct fo_step_map *map = fo_steps_map(s, argv[1]);

	return result(msync(map->at, map->length, MS_SYNC));
}

const struct fo_step_op fo_step_file_ops[] = {
	{ "open", 3, step_open },
	{ "close", 1, step_close },
	{ "pread", 3, step_pread },
	{ "pwrite", 3, step_pwrite },
	{ "write", 2, step_write },
	{ "cat", 1, step_cat },
	{ "put", 2, step_put },
	{ "truncate", 2, step_truncate },
	{ "ftruncate", 2, step_ftruncate },
	{ "fallocate", 4, step_fallocate },
	{ "seek", 3, step_seek },
	{ "copyrange", 5, step_copyrange },
	{ "clone", 2, step_clone },
	{ "fsync", 1, step_fsync },
	{ "map", 4, step_map },
	{ "unmap", 1, step_unmap },
	{ "mread", 3, step_mread },
	{ "mwrite", 3, step_mwrite },
	{ "msync", 1, step_msync },
	{ NULL, 0, NULL },
};
