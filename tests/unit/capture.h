/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a piece of code says on stderr, for tests of messages. */
#ifndef FO_TESTS_UNIT_CAPTURE_H
#define FO_TESTS_UNIT_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct capture {
	FILE *file;
	int stderr_fd;
	char text[8192];
};

static inline void capture_begin(struct capture *capture)
{
	fflush(stderr);
	capture->file = tmpfile();
	capture->stderr_fd = dup(STDERR_FILENO);
	if (!capture->file || capture->stderr_fd < 0)
		abort();
	dup2(fileno(capture->file), STDERR_FILENO);
}

/* Everything since capture_begin() is in capture->text. */
static inline void capture_end(struct capture *capture)
{
	size_t n;

	fflush(stderr);
	dup2(capture->stderr_fd, STDERR_FILENO);
	close(capture->stderr_fd);
	rewind(capture->file);
	n = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
	capture->text[n] = '\0';
	fclose(capture->file);
}

static inline int capture_lines(const struct capture *capture)
{
	const char *at;
	int n = 0;

	for (at = capture->text; (at = strchr(at, '\n')); at++)
		n++;
	return n;
}

#endif
