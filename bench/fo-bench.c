// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fo-bench: one measurement at a time, for bench/run, which makes the mounts.
 * Results are fields of a JSON object, printed on one line.
 *
 *   fo-bench list
 *   fo-bench make DIR PART SCALE
 *   fo-bench split DIR LAYER...
 *   fo-bench run [-s SCALE] [-a ARCHIVE] [-t SECONDS] [-c TRACING] NAME DIR
 *   fo-bench mounts TARGET TIMES COMMAND...
 *   fo-bench overlay TARGET KEY=VALUE...
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "base/base.h"
#include "bench.h"

#define MAX_PASSES 1001

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The median of passes; warm ones go on until they took enough seconds. */
static long time_passes(const struct fo_workload *workload,
			const struct fo_bench *bench, double enough)
{
	static double seconds[MAX_PASSES];
	double total = 0;
	size_t n = 0;
	long count;

	do {
		double start = now();

		count = workload->pass(bench);
		if (count < 0)
			return count;
		seconds[n] = now() - start;
		total += seconds[n++];
	} while (workload->mode == FO_BENCH_WARM && n < MAX_PASSES &&
		 (n < 3 || total < enough));
	printf("\"seconds\":%.9f,\"passes\":%zu,\"operations\":%ld\n",
	       median(seconds, n), n, count);
	return 0;
}

static long count_pass(const struct fo_workload *workload,
		       const struct fo_bench *bench, const char *tracing)
{
	struct fo_messages messages;
	struct stat st;
	long count;
	int err;

	if (fstat(bench->root, &st))
		return -errno;
	err = fo_messages_open(tracing, &messages);
	if (err)
		return err;
	err = fo_messages_start(&messages, st.st_dev);
	count = err ? err : workload->pass(bench);
	err = fo_messages_stop(&messages);
	if (!err && count >= 0) {
		printf("\"operations\":%ld,", count);
		fo_messages_print(&messages);
		printf("\n");
	}
	fo_messages_close(&messages);
	return count < 0 ? count : err;
}

static long run(const struct fo_workload *workload,
		const struct fo_bench *bench, double enough,
		const char *tracing)
{
	long err = workload->prepare ? workload->prepare(bench) : 0;

	if (!err && workload->mode == FO_BENCH_WARM)
		err = fo_min(workload->pass(bench), 0L);
	if (err)
		return err;
	return tracing ? count_pass(workload, bench, tracing) :
			 time_passes(workload, bench, enough);
}

static long cmd_run(int argc, char **argv)
{
	struct fo_bench bench = { .root = -1, .scale = 1 };
	const struct fo_workload *workload;
	const char *tracing = NULL;
	double enough = 0.4;
	long err;
	int option;

	while ((option = getopt(argc, argv, "s:a:t:c:")) != -1) {
		switch (option) {
		case 's':
			bench.scale = atol(optarg);
			break;
		case 'a':
			bench.archive = optarg;
			break;
		case 't':
			enough = atof(optarg);
			break;
		case 'c':
			tracing = optarg;
			break;
		default:
			return -EINVAL;
		}
	}
	if (argc - optind != 2 || bench.scale < 1)
		return -EINVAL;
	workload = fo_workload_find(argv[optind]);
	if (!workload || !workload->pass)
		return -EINVAL;
	bench.root = open(argv[optind + 1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (bench.root < 0)
		return -errno;
	err = run(workload, &bench, enough, tracing);
	close(bench.root);
	return err;
}

/* A mount that is busy for a moment is tried again. */
static int unmount(const char *target)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	int i;

	for (i = 0; i < 100; i++) {
		if (!umount2(target, 0))
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return -errno;
}

/*
 * How long a command takes until its mount can be used. The daemon of the
 * mount before gets time to go: nobody waits for it, nor for its locks.
 */
static long cmd_mounts(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	static double seconds[MAX_PASSES];
	long times = argc > 3 ? atol(argv[2]) : 0, i;
	struct stat st;
	int err;

	if (times < 1 || times > MAX_PASSES)
		return -EINVAL;
	for (i = 0; i < times; i++) {
		double start = now();

		err = fo_command_run(AT_FDCWD, argv + 3);
		if (err)
			return err;
		if (stat(argv[1], &st))
			return -errno;
		seconds[i] = now() - start;
		err = unmount(argv[1]);
		if (err)
			return err;
		nanosleep(&pause, NULL);
	}
	printf("\"seconds\":%.9f,\"passes\":%ld,\"operations\":1\n",
	       median(seconds, (size_t)times), times);
	return 0;
}

static long cmd_list(int argc, char **argv)
{
	const struct fo_workload *workload;

	(void)argc;
	(void)argv;
	for (workload = fo_workloads; workload->name; workload++)
		printf("%s %s %s\n", workload->name, workload->kind,
		       workload->part);
	return 0;
}

static long cmd_make(int argc, char **argv)
{
	long scale = argc == 4 ? atol(argv[3]) : 0;

	return scale < 1 ? -EINVAL : fo_tree_make(argv[1], argv[2], scale);
}

static long cmd_split(int argc, char **argv)
{
	return argc < 3 ? -EINVAL : fo_tree_split(argv[1], argv + 2, argc - 2);
}

static long cmd_overlay(int argc, char **argv)
{
	return argc < 3 ? -EINVAL : fo_overlay_mount(argv[1], argv + 2);
}

static const struct {
	const char *name;
	long (*function)(int argc, char **argv);
} commands[] = {
	{ "list", cmd_list },	  { "make", cmd_make },
	{ "split", cmd_split },	  { "run", cmd_run },
	{ "mounts", cmd_mounts }, { "overlay", cmd_overlay },
};

int main(int argc, char **argv)
{
	size_t i;
	long err = -EINVAL;

	for (i = 0; argc > 1 && i < FO_ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			err = commands[i].function(argc - 1, argv + 1);
	if (!err)
		return 0;
	fprintf(stderr, "fo-bench %s: %s\n", argc > 1 ? argv[1] : "",
		strerror((int)-err));
	return 1;
}
