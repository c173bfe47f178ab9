// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks that need more than one call: listings, extents, inotify. */
#include "probes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int failed(const char *what)
{
	printf("%s: %s\n", what, strerrorname_np(errno));
	return 1;
}

/*
 * seekdir DIR: every position, taken backwards, must find the same name. Of
 * large directories a thousand will do: FUSE walks its list for each.
 */
int probe_seekdir(char **argv)
{
	DIR *dir = opendir(argv[1]);
	char **names = NULL;
	long *at = NULL, here;
	size_t count = 0, bad = 0, i, every;
	struct dirent *de;

	if (!dir)
		return failed("opendir");
	for (here = telldir(dir); (de = readdir(dir)); here = telldir(dir)) {
		names = reallocarray(names, count + 1, sizeof(*names));
		at = reallocarray(at, count + 1, sizeof(*at));
		if (!names || !at)
			abort();
		names[count] = strdup(de->d_name);
		at[count++] = here;
	}
	every = 1 + count / 1000;
	for (i = count; i-- > 0;) {
		if (i % every)
			continue;
		seekdir(dir, at[i]);
		de = readdir(dir);
		bad += !de || strcmp(de->d_name, names[i]) != 0;
	}
	for (i = 0; i < count; i += 7 * every) {
		seekdir(dir, at[i]);
		de = readdir(dir);
		bad += !de || strcmp(de->d_name, names[i]) != 0;
	}
	printf("%zu positions, %zu wrong\n", count, bad);
	for (i = 0; i < count; i++)
		free(names[i]);
	free(names);
	free(at);
	closedir(dir);
	return bad != 0;
}

static unsigned char *seen_times(DIR *dir, unsigned int limit,
				 unsigned char *seen, unsigned int count)
{
	struct dirent *de;
	unsigned int n;

	while (limit-- && (de = readdir(dir)))
		if (sscanf(de->d_name, "old-%u", &n) == 1 && n < count)
			seen[n]++;
	return seen;
}

/*
 * readdir-change DIR COUNT: DIR holds old-0 ... old-COUNT-1. Reads a part,
 * removes each third name and adds others, reads the rest: what stayed must
 * have been seen exactly once.
 */
int probe_readdir_change(char **argv)
{
	unsigned int count = (unsigned int)atoi(argv[2]), i;
	unsigned int lost = 0, twice = 0;
	unsigned char *seen = calloc(count, 1);
	DIR *dir = opendir(argv[1]);
	char name[40];
	int fd;

	if (!dir || !seen)
		return failed("opendir");
	seen_times(dir, count / 3, seen, count);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "old-%u", i);
		if (i % 3 == 0 && unlinkat(dirfd(dir), name, 0) < 0)
			return failed("unlink");
		snprintf(name, sizeof(name), "new-%u", i);
		fd = openat(dirfd(dir), name, O_CREAT | O_WRONLY, 0644);
		if (fd < 0)
			return failed("creat");
		close(fd);
	}
	seen_times(dir, ~0U, seen, count);
	for (i = 0; i < count; i++) {
		lost += i % 3 != 0 && seen[i] == 0;
		twice += seen[i] > 1;
	}
	printf("%u lost, %u twice\n", lost, twice);
	closedir(dir);
	free(seen);
	return lost || twice;
}

/* count DIR: names and milliseconds, with a check for duplicates by d_ino */
int probe_count(char **argv)
{
	struct timespec start, end;
	DIR *dir = opendir(argv[1]);
	struct dirent *de;
	size_t count = 0;

	if (!dir)
		return failed("opendir");
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (errno = 0; (de = readdir(dir));)
		count += de->d_name[0] != '.';
	if (errno)
		return failed("readdir");
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%zu\n", count);
	fprintf(stderr, "# listed in %ld ms\n",
		(end.tv_sec - start.tv_sec) * 1000 +
			(end.tv_nsec - start.tv_nsec) / 1000000);
	closedir(dir);
	return 0;
}

/* extents FILE: where SEEK_DATA and SEEK_HOLE see data */
int probe_extents(char **argv)
{
	int fd = open(argv[1], O_RDONLY);
	off_t data = 0, hole;

	if (fd < 0)
		return failed("open");
	while ((data = lseek(fd, data, SEEK_DATA)) >= 0) {
		hole = lseek(fd, data, SEEK_HOLE);
		printf("%lld-%lld\n", (long long)data, (long long)hole);
		data = hole;
	}
	close(fd);
	return errno == ENXIO ? 0 : failed("lseek");
}

static void print_event(const struct inotify_event *e)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} bits[] = {
		{ IN_CREATE, "create" },    { IN_DELETE, "delete" },
		{ IN_MOVED_FROM, "from" },  { IN_MOVED_TO, "to" },
		{ IN_MODIFY, "modify" },    { IN_ATTRIB, "attrib" },
		{ IN_DELETE_SELF, "gone" },
	};

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (e->mask & bits[i].bit)
			printf("%s %s\n", bits[i].name, e->len ? e->name : ".");
}

/* inotify PATH COMMAND: what PATH reports while the command runs */
int probe_inotify(char **argv)
{
	char room[65536] __attribute__((aligned(8)));
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ssize_t n;

	if (inotify_add_watch(fd, argv[1],
			      IN_CREATE | IN_DELETE | IN_MOVE | IN_MODIFY |
				      IN_ATTRIB | IN_DELETE_SELF) < 0)
		return failed("inotify_add_watch");
	if (system(argv[2]) != 0)
		printf("the command failed\n");
	n = read(fd, room, sizeof(room));
	for (char *p = room; n > 0 && p < room + n;) {
		struct inotify_event *e = (struct inotify_event *)p;

		print_event(e);
		p += sizeof(*e) + e->len;
	}
	close(fd);
	return 0;
}

/* fill DIR PREFIX FROM TO: empty files, fast */
int probe_fill(char **argv)
{
	int dir = open(argv[1], O_RDONLY | O_DIRECTORY);
	long from = atol(argv[3]), to = atol(argv[4]);
	char name[300];

	if (dir < 0)
		return failed("open");
	for (; from < to; from++) {
		snprintf(name, sizeof(name), "%s%ld", argv[2], from);
		int fd = openat(dir, name, O_CREAT | O_WRONLY, 0644);

		if (fd < 0)
			return failed(name);
		close(fd);
	}
	close(dir);
	return 0;
}

/* deep DIR LEVELS: nests directories below DIR until done or refused */
int probe_deep(char **argv)
{
	int levels = atoi(argv[2]), i;
	char name[201];

	memset(name, 'n', 200);
	name[200] = '\0';
	if (chdir(argv[1]) < 0)
		return failed("chdir");
	for (i = 0; i < levels; i++)
		if ((mkdir(name, 0755) < 0 && errno != EEXIST) ||
		    chdir(name) < 0)
			return failed("mkdir");
	i = open("leaf", O_CREAT | O_RDWR, 0644);
	if (i < 0 || write(i, "leaf", 4) != 4)
		return failed("leaf");
	close(i);
	if (rename("leaf", "leaf2") < 0 || access("leaf2", F_OK) < 0)
		return failed("rename");
	printf("%d levels\n", levels);
	return 0;
}

/* hold FLAGS FILE...: opens, says so, and waits for its stdin to end */
int probe_hold(char **argv)
{
	int flags = strcmp(argv[1], "rw") == 0 ? O_RDWR : O_RDONLY;
	char byte;

	for (argv += 2; *argv; argv++)
		if (open(*argv, flags) < 0)
			return failed(*argv);
	printf("held\n");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
