/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fo-exercise: threads that work on a mount and know what they must find.
 * Each owns a directory whose every byte it remembers; all of them share
 * another, where they race and only wrong errors are failures.
 */
#ifndef FO_TEST_EXERCISE_H
#define FO_TEST_EXERCISE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum {
	FO_SLOTS = 48, /* files of one thread */
	FO_DIRS = 4, /* directories that they lie in */
	FO_FILE_MAX = 65536,
	FO_LOWER_SLOTS = 24, /* those that a lower layer has */
};

struct fo_random {
	uint64_t state;
};

/* A file as it must be. */
struct fo_slot {
	bool exists;
	int dir;
	size_t size;
	unsigned char *bytes; /* FO_FILE_MAX */
};

struct fo_worker {
	int number;
	int root; /* the mount */
	struct fo_random random;
	struct fo_slot slot[FO_SLOTS];
	unsigned long operations;
};

extern atomic_int fo_failures;
extern time_t fo_end;

uint32_t fo_random_below(struct fo_random *r, uint32_t limit);
/* Prints the first failures, with what was done and errno if there is one. */
void fo_failed(const struct fo_worker *w, const char *what, const char *path);

/* own.c: what a thread owns; prepare makes the lower layer's part */
void fo_own_begin(struct fo_worker *w);
void fo_own_prepare(struct fo_worker *w);
void fo_own_step(struct fo_worker *w);
void fo_own_check(struct fo_worker *w);
void fo_own_end(struct fo_worker *w);

/* shared.c */
void fo_shared_prepare(int root);
void fo_shared_step(struct fo_worker *w);

#endif
