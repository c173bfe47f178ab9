/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small language of filesystem steps: one system call a line, paths
 * relative to a root, open files and mappings named by slot. The mount tests
 * write their steps in it (fo-sys run), fo-diff generates them, and a
 * shrunk failure is printed in it, so that every finding can be replayed.
 *
 *	open 0 dir/file rw,creat 644
 *	pwrite 0 5 hello
 *	fstat 0
 *
 * DATA is the text itself, @LENGTH:SEED for a pattern, or 0x and hex digits.
 */
#ifndef FO_TEST_STEPS_H
#define FO_TEST_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { FO_STEP_FILES = 16, FO_STEP_MAPS = 4, FO_STEP_ARGS = 8 };

struct fo_step_map {
	char *at;
	size_t length;
};

struct fo_steps {
	int root;
	int file[FO_STEP_FILES];
	struct fo_step_map map[FO_STEP_MAPS];
	size_t used; /* bytes in out */
	char out[65536];
};

/* argv[0] is the step's name; returns 0 or -errno. */
typedef int (*fo_step_fn)(struct fo_steps *s, char **argv);

struct fo_step_op {
	const char *name;
	int min_args; /* without the name */
	fo_step_fn fn;
};

extern const struct fo_step_op fo_step_name_ops[];
extern const struct fo_step_op fo_step_file_ops[];
extern const struct fo_step_op fo_step_attr_ops[];
extern const struct fo_step_op fo_step_lock_ops[];

void fo_steps_init(struct fo_steps *s);
int fo_steps_open(struct fo_steps *s, const char *root);
/* Closes every file and mapping, so that the mount can be unmounted. */
void fo_steps_close(struct fo_steps *s);

/*
 * Runs one line. The answer ("0 extra" or "ENOENT") stays in s->out until
 * the next call.
 */
const char *fo_steps_run(struct fo_steps *s, const char *line);

/* For the ops. */
void fo_steps_print(struct fo_steps *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void fo_steps_bytes(struct fo_steps *s, const void *bytes, size_t length);
void fo_steps_stat(struct fo_steps *s, const struct stat *st);
/* A path that calls without an *at form accept. */
const char *fo_steps_path(struct fo_steps *s, const char *name);
int *fo_steps_file(struct fo_steps *s, const char *slot);
struct fo_step_map *fo_steps_map(struct fo_steps *s, const char *slot);
/* DATA as above; the caller frees. NULL without memory. */
char *fo_steps_value(const char *text, size_t *out_length);

uint64_t fo_hash_bytes(uint64_t hash, const void *bytes, size_t length);
#define FO_HASH_START 0xcbf29ce484222325ULL
char fo_type_letter(mode_t mode);
/* Times of today differ between two runs: "now" stands for all of them. */
const char *fo_time_text(const struct timespec *ts, char text[40]);

#endif
