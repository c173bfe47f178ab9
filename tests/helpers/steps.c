// SPDX-License-Identifier: GPL-2.0-or-later
/* The step language: parsing, slots, and how answers are written. */
#include "steps.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* 2025-01-01: layers are older than this, whatever a test changes is not. */
#define NOW_STARTS 1735689600

static const struct fo_step_op *const op_tables[] = {
	fo_step_name_ops,
	fo_step_file_ops,
	fo_step_attr_ops,
	fo_step_lock_ops,
};

void fo_steps_init(struct fo_steps *s)
{
	int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < FO_STEP_FILES; i++)
		s->file[i] = -1;
	s->root = -1;
}

int fo_steps_open(struct fo_steps *s, const char *root)
{
	fo_steps_init(s);
	s->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return s->root < 0 ? -errno : 0;
}

void fo_steps_close(struct fo_steps *s)
{
	int i;

	for (i = 0; i < FO_STEP_MAPS; i++)
		if (s->map[i].at)
			munmap(s->map[i].at, s->map[i].length);
	for (i = 0; i < FO_STEP_FILES; i++)
		if (s->file[i] >= 0)
			close(s->file[i]);
	if (s->root >= 0)
		close(s->root);
	memset(s->map, 0, sizeof(s->map));
	for (i = 0; i < FO_STEP_FILES; i++)
		s->file[i] = -1;
	s->root = -1;
}

void fo_steps_print(struct fo_steps *s, const char *format, ...)
{
	size_t room = sizeof(s->out) - s->used;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(s->out + s->used, room, format, ap);
	va_end(ap);
	if (n > 0)
		s->used += (size_t)n < room ? (size_t)n : room - 1;
}

void fo_steps_bytes(struct fo_steps *s, const void *bytes, size_t length)
{
	const unsigned char *p = bytes;
	bool text = length <= 100;
	size_t i;

	for (i = 0; i < length; i++)
		text = text && (isprint(p[i]) || p[i] == '\n');
	if (text) {
		fo_steps_print(s, " '%.*s'", (int)length, (const char *)p);
		return;
	}
	fo_steps_print(s, " %zu:%016llx", length,
		       (unsigned long long)fo_hash_bytes(FO_HASH_START, p,
							 length));
}

void fo_steps_stat(struct fo_steps *s, const struct stat *st)
{
	char text[40];

	fo_steps_print(s, " %c %04o %u:%u nlink=%lu",
		       fo_type_letter(st->st_mode), st->st_mode & 07777,
		       st->st_uid, st->st_gid, (unsigned long)st->st_nlink);
	if (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode))
		fo_steps_print(s, " size=%lld", (long long)st->st_size);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		fo_steps_print(s, " rdev=%u:%u", major(st->st_rdev),
			       minor(st->st_rdev));
	fo_steps_print(s, " mtime=%s", fo_time_text(&st->st_mtim, text));
}

const char *fo_steps_path(struct fo_steps *s, const char *name)
{
	static char path[2][8192];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "/proc/self/fd/%d/%s", s->root,
		 name);
	return path[turn];
}

int *fo_steps_file(struct fo_steps *s, const char *slot)
{
	return &s->file[strtoul(slot, NULL, 10) % FO_STEP_FILES];
}

struct fo_step_map *fo_steps_map(struct fo_steps *s, const char *slot)
{
	return &s->map[strtoul(slot, NULL, 10) % FO_STEP_MAPS];
}

static char *from_hex(const char *text, size_t *out_length)
{
	size_t length = strlen(text) / 2, i;
	char *value = malloc(length + 1);
	unsigned int byte;

	for (i = 0; value && i < length; i++)
		if (sscanf(text + 2 * i, "%2x", &byte) == 1)
			value[i] = (char)byte;
	*out_length = length;
	return value;
}

char *fo_steps_value(const char *text, size_t *out_length)
{
	unsigned long length, seed = 0, i;
	char *end, *value;

	if (strncmp(text, "0x", 2) == 0)
		return from_hex(text + 2, out_length);
	if (text[0] != '@') {
		*out_length = strlen(text);
		return strdup(text);
	}
	length = strtoul(text + 1, &end, 0);
	if (*end == ':')
		seed = strtoul(end + 1, NULL, 0);
	value = malloc(length + 1);
	if (!value)
		return NULL;
	for (i = 0; i < length; i++)
		value[i] = (char)((i * 131 + (i >> 8) * 31 + seed * 17) & 0xff);
	*out_length = length;
	return value;
}

uint64_t fo_hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < length; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ULL;
	return hash;
}

char fo_type_letter(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return 'f';
	case S_IFDIR:
		return 'd';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFBLK:
		return 'b';
	case S_IFIFO:
		return 'p';
	case S_IFSOCK:
		return 's';
	default:
		return '?';
	}
}

const char *fo_time_text(const struct timespec *ts, char text[40])
{
	if (ts->tv_sec >= NOW_STARTS)
		return "now";
	snprintf(text, 40, "%lld.%09ld", (long long)ts->tv_sec, ts->tv_nsec);
	return text;
}

static const struct fo_step_op *op_by_name(const char *name)
{
	const struct fo_step_op *op;
	size_t i;

	for (i = 0; i < sizeof(op_tables) / sizeof(op_tables[0]); i++)
		for (op = op_tables[i]; op->name; op++)
			if (strcmp(op->name, name) == 0)
				return op;
	return NULL;
}

static void answer(struct fo_steps *s, int err)
{
	char extra[sizeof(s->out)];
	const char *name = err ? strerrorname_np(-err) : "0";

	memcpy(extra, s->out, s->used + 1);
	s->used = 0;
	fo_steps_print(s, "%s%s", name ? name : "E???", err ? "" : extra);
}

const char *fo_steps_run(struct fo_steps *s, const char *line)
{
	char *argv[FO_STEP_ARGS + 2] = { NULL };
	const struct fo_step_op *op;
	char *copy = strdup(line), *save = NULL;
	int argc = 0;

	s->used = 0;
	s->out[0] = '\0';
	for (char *word = strtok_r(copy, " \t\n", &save);
	     word && argc <= FO_STEP_ARGS;
	     word = strtok_r(NULL, " \t\n", &save))
		argv[argc++] = word;
	op = argc ? op_by_name(argv[0]) : NULL;
	if (!op)
		fo_steps_print(s, "no such step: %s", line);
	else if (argc - 1 < op->min_args)
		fo_steps_print(s, "%s wants %d words", op->name, op->min_args);
	else
		answer(s, op->fn(s, argv));
	free(copy);
	return s->out;
}
