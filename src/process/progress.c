// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Progress of copy-ups. One line is written over and over; copies that run
 * side by side take turns on it, and the last word about each stays.
 */
#include "process/progress.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "overlay/copyup.h"

/* What a terminal of the usual width holds, beside the numbers. */
#define FO_PROGRESS_PATH 48

/* As often as people can read it. */
#define FO_PROGRESS_PAUSE 0.25 /* seconds */

static pthread_mutex_t fo_progress_lock = PTHREAD_MUTEX_INITIALIZER;
static double fo_progress_shown; /* when; by the lock above */

static double fo_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double fo_mebibytes(long long bytes)
{
	return (double)bytes / (1024 * 1024);
}

static void fo_progress_write(const char *path, long long done, long long size)
{
	size_t len = strlen(path);
	bool is_long = len > FO_PROGRESS_PATH;
	int percent = size > 0 ? (int)((double)done * 100 / (double)size) : 100;

	if (is_long)
		path += len - FO_PROGRESS_PATH;
	/* Back to the first column, and clear what stands there. */
	fprintf(stderr, "\r\033[Kcopying up %s%s: %.0f of %.0f MiB, %d%%%s",
		is_long ? "..." : "", path, fo_mebibytes(done),
		fo_mebibytes(size), percent, done >= size ? "\n" : "");
	fflush(stderr);
}

static void fo_progress_show(const char *path, long long done, long long size)
{
	double now = fo_now();

	pthread_mutex_lock(&fo_progress_lock);
	if (done >= size || now - fo_progress_shown >= FO_PROGRESS_PAUSE) {
		fo_progress_shown = now;
		fo_progress_write(path, done, size);
	}
	pthread_mutex_unlock(&fo_progress_lock);
}

void fo_progress_begin(void)
{
	if (isatty(STDERR_FILENO))
		fo_copyup_set_progress(fo_progress_show);
}
