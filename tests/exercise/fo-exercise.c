// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fo-exercise prepare DIR THREADS	fills a lower layer
 * fo-exercise run DIR THREADS SECONDS [SEED]	works on a mount of it
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exercise.h"

enum { THREADS_MAX = 64, FAILURES_SHOWN = 10 };

atomic_int fo_failures;
time_t fo_end;

/* xorshift64*: the same on every machine */
uint32_t fo_random_below(struct fo_random *r, uint32_t limit)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return (uint32_t)((r->state * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

void fo_failed(const struct fo_worker *w, const char *what, const char *path)
{
	int err = errno;

	if (atomic_fetch_add(&fo_failures, 1) < FAILURES_SHOWN)
		fprintf(stderr, "# thread %d: %s: %s%s%s\n", w->number, path,
			what, err ? ": " : "", err ? strerror(err) : "");
}

static void *work(void *argument)
{
	struct fo_worker *w = argument;

	while (time(NULL) < fo_end && fo_failures < FAILURES_SHOWN) {
		if (fo_random_below(&w->random, 3))
			fo_own_step(w);
		else
			fo_shared_step(w);
		w->operations++;
	}
	fo_own_check(w);
	return NULL;
}

static void begin(struct fo_worker *w, int number, int root, uint64_t seed)
{
	w->number = number;
	w->root = root;
	w->random.state =
		(seed * 1000 + (uint64_t)number + 1) * 0x9e3779b97f4a7c15ULL;
	w->operations = 0;
	fo_own_begin(w);
}

static int run(struct fo_worker *workers, int threads)
{
	pthread_t thread[THREADS_MAX];
	unsigned long operations = 0;

	for (int i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, work, &workers[i]) != 0)
			abort();
	for (int i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		operations += workers[i].operations;
	}
	printf("%lu operations, %d failures\n", operations, fo_failures);
	return fo_failures != 0;
}

int main(int argc, char **argv)
{
	static struct fo_worker workers[THREADS_MAX];
	bool preparing = argc > 3 && strcmp(argv[1], "prepare") == 0;
	int threads = argc > 3 ? atoi(argv[3]) : 0, root;
	uint64_t seed = argc > 5 ? strtoull(argv[5], NULL, 0) : 1;
	int ret = 0;

	if (threads < 1 || threads > THREADS_MAX || (!preparing && argc < 5)) {
		fprintf(stderr, "usage: fo-exercise prepare DIR THREADS\n"
				"       fo-exercise run DIR THREADS SECONDS "
				"[SEED]\n");
		return 2;
	}
	root = open(argv[2], O_RDONLY | O_DIRECTORY);
	if (root < 0) {
		perror(argv[2]);
		return 2;
	}
	for (int i = 0; i < threads; i++) {
		begin(&workers[i], i, root, seed);
		if (preparing)
			fo_own_prepare(&workers[i]);
	}
	if (preparing) {
		fo_shared_prepare(root);
	} else {
		fo_end = time(NULL) + atoi(argv[4]);
		ret = run(workers, threads);
	}
	for (int i = 0; i < threads; i++)
		fo_own_end(&workers[i]);
	close(root);
	return ret || fo_failures;
}
