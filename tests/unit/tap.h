/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP for unit tests in C: ok(), is_str(), is_int() say one line each; the
 * test returns done() from main. What fails also says what it got.
 */
#ifndef FO_TESTS_UNIT_TAP_H
#define FO_TESTS_UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count;
static int tap_failed;

__attribute__((format(printf, 2, 0))) static inline bool
tap_result(bool passed, const char *format, va_list args)
{
	tap_count++;
	tap_failed += !passed;
	printf("%sok %d - ", passed ? "" : "not ", tap_count);
	vprintf(format, args);
	putchar('\n');
	fflush(stdout);
	return passed;
}

/* Each returns whether it passed. */
__attribute__((format(printf, 2, 3))) static inline bool
ok(bool passed, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_result(passed, format, args);
	va_end(args);
	return passed;
}

/* NULL equals NULL only. */
__attribute__((format(printf, 3, 4))) static inline bool
is_str(const char *got, const char *wanted, const char *format, ...)
{
	bool same = got && wanted ? !strcmp(got, wanted) : got == wanted;
	va_list args;

	va_start(args, format);
	tap_result(same, format, args);
	va_end(args);
	if (!same)
		printf("# got:    %s\n# wanted: %s\n", got ? got : "(null)",
		       wanted ? wanted : "(null)");
	return same;
}

__attribute__((format(printf, 3, 4))) static inline bool
is_int(long long got, long long wanted, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_result(got == wanted, format, args);
	va_end(args);
	if (got != wanted)
		printf("# got:    %lld\n# wanted: %lld\n", got, wanted);
	return got == wanted;
}

__attribute__((format(printf, 1, 2))) static inline void
diag(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

/* Say that these `count` results cannot be had here, and why. */
__attribute__((format(printf, 2, 3))) static inline void
skip(int count, const char *format, ...)
{
	va_list args;

	while (count-- > 0) {
		printf("ok %d # SKIP ", ++tap_count);
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		putchar('\n');
	}
}

/* The plan; the value for main to return. */
static inline int done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
