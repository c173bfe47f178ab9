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
#include <unistd.h>

#include "overlay/copyup.h"

/* What a terminal of the usual width holds, beside the numbers. */
#define FO_PROGRESS_PATH 48

static pthread_mutex_t fo_progress_lock = PTHREAD_MUTEX_INITIALIZER;

static double fo_mebibytes(long long bytes)
{
	return (double)bytes / (1024 * 1024);
}

static void fo_progress_show(const char *path, long long done, long long size)
{
	size_t len = strlen(path);
	bool is_long = len > FO_PROGRESS_PATH;
	int percent = size > 0 ? (int)(done * 100.0 / (double)size) : 100;

	if (is_long)
		path += len - FO_PROGRESS_PATH;
	pthread_mutex_lock(&fo_progress_lock);
	/* Back to the first column, and clear what stands there. */
	fprintf(stderr, "\r\033[Kcopying up %s%s: %.0f of %.0f MiB, %d%%%s",
		is_long ? "..." : "", path, fo_mebibytes(done),
		fo_mebibytes(size), percent, done >= size ? "\n" : "");
	fflush(stderr);
	pthread_mutex_unlock(&fo_progress_lock);
}

void fo_progress_begin(void)
{
	if (isatty(STDERR_FILENO))
		fo_copyup_set_progress(fo_progress_show);
}
