/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An overlay without a mount, for unit tests of floor 3: two lowers, an
 * upper and a work directory in a folder of its own, opened by fo_fs_open()
 * and looked up by path.
 */
#ifndef FO_TESTS_UNIT_LAYERS_H
#define FO_TESTS_UNIT_LAYERS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/lookup.h"
#include "state/fs.h"
#include "system/remove.h"
#include "system/sys.h"
#include "tap.h"

struct layers {
	char folder[1024];
	struct fo_config config;
	struct fo_fs *fs;
};

/* A step of the preparation that fails ends the test. */
static inline void must(bool done, const char *what)
{
	if (done)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline char *layers_path(const struct layers *layers, const char *path)
{
	char *whole;

	must(asprintf(&whole, "%s/%s", layers->folder, path) > 0, "asprintf");
	return whole;
}

/* The folder with l1, l2 (below it), u and w; the caller fills them. */
static inline void layers_make(struct layers *layers)
{
	static const char *const names[] = { "l1", "l2", "u", "w" };
	const char *at = getenv("TMPDIR");
	size_t i;

	memset(layers, 0, sizeof(*layers));
	snprintf(layers->folder, sizeof(layers->folder),
		 "%.1000s/fo-unit-XXXXXX", at ? at : "/tmp");
	must(mkdtemp(layers->folder) != NULL, "mkdtemp");
	must(chdir(layers->folder) == 0, "chdir");
	umask(0);
	for (i = 0; i < FO_ARRAY_SIZE(names); i++)
		must(mkdir(names[i], 0755) == 0, names[i]);
	fo_config_init(&layers->config);
	layers->config.lowerdir = calloc(2, sizeof(char *));
	layers->config.n_lower = 2;
	layers->config.lowerdir[0] = layers_path(layers, "l1");
	layers->config.lowerdir[1] = layers_path(layers, "l2");
	layers->config.upperdir = layers_path(layers, "u");
	layers->config.workdir = layers_path(layers, "w");
}

static inline void layers_open(struct layers *layers)
{
	must(fo_fs_open(&layers->config, &layers->fs) == 0, "fo_fs_open");
	must(fo_root_open(layers->fs) == 0, "fo_root_open");
}

static inline void layers_close(struct layers *layers)
{
	fo_fs_free(layers->fs);
	layers->fs = NULL;
}

static inline void layers_remove(struct layers *layers)
{
	layers_close(layers);
	must(chdir("/") == 0, "chdir");
	(void)fo_remove_tree(AT_FDCWD, layers->folder);
	fo_config_clear(&layers->config);
}

/* The node of "a/b/c", counted for the kernel; NULL if there is none. */
static inline struct fo_node *layers_look(struct layers *layers,
					  const char *path, struct stat *st)
{
	struct fo_node *node = layers->fs->nodes.root;
	_cleanup_free_ char *copy = strdup(path);
	char *at = copy, *name;

	while ((name = strsep(&at, "/")) != NULL) {
		struct fo_looked looked;

		if (fo_lookup(layers->fs, node, name, &looked))
			return NULL;
		node = looked.node;
		if (st)
			*st = looked.st;
	}
	return node;
}

static inline void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	must(file && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

/* The whole of a small file, in a static buffer; NULL if there is none. */
static inline const char *read_file(const char *path)
{
	static char text[4096];
	FILE *file = fopen(path, "r");
	size_t n;

	if (!file)
		return NULL;
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static inline bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline bool has_attr(const char *path, const char *attr)
{
	return lgetxattr(path, attr, NULL, 0) >= 0;
}

/* Entries of a directory, but for "." and "..". */
static inline int count_entries(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY);
	char buf[4096] __attribute__((aligned(8)));
	int count = 0;
	ssize_t n, at;

	while ((n = fo_sys_getdents(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; count++)
			at += ((struct fo_dirent *)(buf + at))->reclen;
	}
	return count - 2;
}

/* What is in work, but for the one whiteout that all others are links of. */
static inline int count_left(void)
{
	return count_entries("w/work") - is_there("w/work/#whiteout");
}

static inline bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

#endif
