// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * engine/filter.h with real programs: what a program is told, what becomes of
 * its verdicts, the examples of bpf/, and what does not load.
 */
#include "engine/filter.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "base/base.h"
#include "fuse-overlay/filter.h"

static struct fo_filter *load(const char *path)
{
	struct fo_filter *filter = NULL;

	is_int(fo_filter_load(path, &filter), 0, "%s loads", path);
	return filter;
}

static int ask(struct fo_filter *filter, const char *name)
{
	const struct fo_filter_query query = { .name = name, .mode = 0100644 };

	return fo_filter_ask(filter, &query);
}

/* Each field arrives as it was given. */
static void test_context(void)
{
	struct fo_filter *filter = load("tests/bpf/echo.bpf.o");
	char longest[FO_FILTER_NAME_SIZE];
	struct fo_filter_query query = {
		.dir_ino = 11,
		.ino = 12,
		.present = 5 | 0xabcULL << 52,
		.mode = 0040700,
		.uid = 1000,
		.gid = 1001,
		.pid = 1002,
		.listing = 1,
	};
	static const struct {
		const char *name;
		int wanted;
	} fields[] = {
		{ "d", -11 },	{ "i", -12 },	{ "p", -5 },	{ "h", -0xabc },
		{ "m", -0x41 }, { "u", -1000 }, { "g", -1001 }, { "c", -1002 },
		{ "l", -1 },	{ "name", -4 }, { "tail", 0 },
	};
	size_t i;

	if (!filter)
		return;
	for (i = 0; i < FO_ARRAY_SIZE(fields); i++) {
		query.name = fields[i].name;
		is_int(fo_filter_ask(filter, &query), fields[i].wanted,
		       "the program is told: %s", fields[i].name);
	}
	query.listing = 0;
	query.name = "l";
	is_int(fo_filter_ask(filter, &query), 0, "and a lookup is no listing");
	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	is_int(ask(filter, longest), -255, "the longest name has its length");
	longest[0] = 't';
	is_int(ask(filter, longest), 0, "and its NUL");
	fo_filter_free(filter);
}

static void test_verdicts(void)
{
	struct fo_filter *filter = load("tests/bpf/echo.bpf.o");
	static const struct {
		int verdict, wanted;
	} verdicts[] = {
		{ FO_FILTER_PASS, 0 }, { FO_FILTER_HIDE, -ENOENT },
		{ -ENOENT, -ENOENT },  { -EACCES, -EACCES },
		{ -EPERM, -EPERM },    { -4095, -4095 },
		{ -4096, -EIO },       { 2, -EIO },
		{ INT32_MIN, -EIO },   { INT32_MAX, -EIO },
	};
	struct fo_filter_query query = { .name = "r" };
	size_t i;

	if (!filter)
		return;
	for (i = 0; i < FO_ARRAY_SIZE(verdicts); i++) {
		query.ino = (uint64_t)verdicts[i].verdict;
		is_int(fo_filter_ask(filter, &query), verdicts[i].wanted,
		       "verdict %d", verdicts[i].verdict);
	}
	fo_filter_free(filter);
}

static void test_hide_suffix(void)
{
	struct fo_filter *filter = load("bpf/hide_suffix.bpf.o");
	struct fo_filter_query dir = { .name = "x.bak", .mode = 0040755 };
	char longest[FO_FILTER_NAME_SIZE];

	if (!filter)
		return;
	is_int(ask(filter, "main.c"), 0, "main.c is shown");
	is_int(ask(filter, "main.o"), -ENOENT, "main.o is hidden");
	is_int(ask(filter, "main.c~"), -ENOENT, "so is main.c~");
	is_int(ask(filter, "a.orig"), -ENOENT, "and a.orig");
	is_int(ask(filter, "a.orig.c"), 0, "a suffix in the middle is none");
	is_int(ask(filter, "orig"), 0, "nor is one without its dot");
	is_int(ask(filter, "rig"), 0, "nor a part of one");
	is_int(ask(filter, ".orig"), 0, "a name that is all suffix is shown");
	is_int(ask(filter, "~"), 0, "so is ~");
	is_int(fo_filter_ask(filter, &dir), 0, "and a directory");
	memset(longest, 'n', sizeof(longest));
	strcpy(longest + sizeof(longest) - 5, ".pyc");
	is_int(ask(filter, longest), -ENOENT, "the longest name is seen whole");
	fo_filter_free(filter);
}

static void test_deny_uid(void)
{
	struct fo_filter *filter = load("bpf/deny_uid.bpf.o");
	struct fo_filter_query query = { .name = "private.key" };

	if (!filter)
		return;
	is_int(fo_filter_ask(filter, &query), 0, "root has private.key");
	query.uid = 999;
	is_int(fo_filter_ask(filter, &query), 0, "so has a service");
	query.uid = 1000;
	is_int(fo_filter_ask(filter, &query), -EACCES, "uid 1000 has not");
	query.uid = 59999;
	is_int(fo_filter_ask(filter, &query), -EACCES, "nor has 59999");
	query.listing = 1;
	is_int(fo_filter_ask(filter, &query), 0, "but sees it listed");
	query.listing = 0;
	query.name = "privat";
	is_int(fo_filter_ask(filter, &query), 0, "another name is no matter");
	query.name = ".env";
	query.uid = 1;
	is_int(fo_filter_ask(filter, &query), -EACCES, ".env is root's alone");
	query.uid = 65534;
	query.name = "x";
	is_int(fo_filter_ask(filter, &query), -EACCES, "nobody gets nothing");
	fo_filter_free(filter);
}

static void *test_thread(void *context)
{
	struct fo_filter *filter = context;
	struct fo_filter_query query = { .name = "u" };
	intptr_t wrong = 0;
	int i;

	/* Every thread's own question gets its own answer. */
	for (i = 1; i < 5000; i++) {
		query.uid = (uint32_t)(i % 4000);
		wrong += fo_filter_ask(filter, &query) != -(i % 4000);
	}
	return (void *)wrong;
}

static void test_threads(void)
{
	struct fo_filter *filter = load("tests/bpf/echo.bpf.o");
	pthread_t threads[8];
	void *wrong;
	intptr_t sum = 0;
	size_t i;

	if (!filter)
		return;
	for (i = 0; i < FO_ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, test_thread, filter);
	for (i = 0; i < FO_ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &wrong);
		sum += (intptr_t)wrong;
	}
	is_int(sum, 0, "eight threads get their own answers");
	fo_filter_free(filter);
}

/* stderr while fo_filter_load fails, in a static buffer. */
static const char *said_by_load(const char *path, int *out_err)
{
	static char said[16384];
	struct fo_filter *filter;
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t len;

	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	*out_err = fo_filter_load(path, &filter);
	if (!*out_err)
		fo_filter_free(filter);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	len = fread(said, 1, sizeof(said) - 1, file);
	said[len] = '\0';
	fclose(file);
	return said;
}

static unsigned int lines_of(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_refusals(void)
{
	static const struct {
		const char *path;
		int err;
		const char *says;
		bool one_line;
	} refusals[] = {
		{ "no/such.bpf.o", -ENOENT, "No such file or directory", true },
		{ "config.h", -EINVAL, "not a BPF object", true },
		{ "tests/bpf", -EINVAL, "not a BPF object", true },
		{ "tests/bpf/unnamed.bpf.o", -EINVAL, "no program 'fo_filter'",
		  true },
		{ "tests/bpf/newer.bpf.o", -EINVAL, "reads beyond the context",
		  true },
		{ "tests/bpf/refused.bpf.o", -EACCES,
		  "verifier refused it: R0 invalid mem access "
		  "'map_value_or_null'",
		  false },
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(refusals); i++) {
		int err;
		const char *said = said_by_load(refusals[i].path, &err);

		is_int(err, refusals[i].err, "%s is refused", refusals[i].path);
		if (!ok(strstr(said, refusals[i].says) != NULL,
			"%s: and it is said why", refusals[i].path))
			diag("%s", said);
		ok(refusals[i].one_line ? lines_of(said) == 1 :
					  lines_of(said) > 1,
		   "%s: in as many lines as it takes", refusals[i].path);
	}
}

static void test_cost(void)
{
	struct fo_filter *filter = load("bpf/hide_suffix.bpf.o");
	struct timespec start, end;
	int i, n = 100000;

	if (!filter)
		return;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < n; i++)
		ask(filter, "some-name.c");
	clock_gettime(CLOCK_MONOTONIC, &end);
	diag("a question costs %.0f ns",
	     ((double)(end.tv_sec - start.tv_sec) * 1e9 +
	      (double)(end.tv_nsec - start.tv_nsec)) /
		     n);
	fo_filter_free(filter);
}

static bool may_use_bpf(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);

	if (map < 0)
		return false;
	close(map);
	return true;
}

int main(void)
{
	if (!may_use_bpf()) {
		printf("1..0 # SKIP no right to use BPF here\n");
		return 0;
	}
	test_context();
	test_verdicts();
	test_hide_suffix();
	test_deny_uid();
	test_threads();
	test_refusals();
	test_cost();
	return done();
}
