// SPDX-License-Identifier: GPL-2.0-or-later
/* A status as text: the line of the log, and what the command prints. */
#include "base/base.h"
#include "process/status.h"
#include "tap.h"

static char *printed(const struct fo_status *status)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fo_status_print(status, out);
	fclose(out);
	return text;
}

static void test_print(void)
{
	struct fo_status status = {
		.engine = FO_STATUS_PLAIN,
		.flags = FO_STATUS_WRITABLE | FO_STATUS_VOLATILE,
		.layers = 3,
		.nodes = 200000,
		.memory = 1ULL << 40,
		.messages = 7,
		.by_opcode = { [1] = 5, [52] = 1, [63] = 1 },
	};
	_cleanup_free_ char *text = printed(&status);
	const char *const lines[] = {
		"engine            plain\n",
		"mode              rw,volatile\n",
		"layers            3\n",
		"nodes             200000\n",
		"memory            1099511627776\n",
		"messages          7\n",
		"  LOOKUP          5\n",
		"  STATX           1\n",
		"  opcode 63       1\n",
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(lines); i++)
		ok(strstr(text, lines[i]), "says %.*s",
		   (int)strcspn(lines[i], "\n"), lines[i]);
	ok(!strstr(text, "GETATTR"), "nothing about what was not asked");
}

/* The largest numbers fit, and one line stays one. */
static void test_line(void)
{
	struct fo_status status;
	char line[FO_STATUS_LINE_SIZE];

	memset(&status, 0xff, sizeof(status));
	fo_status_format_line(&status, line);
	ok(!strchr(line, '\n'), "one line");
	ok(strstr(line, "engine=unknown layers=4294967295 "), "its beginning");
	ok(strstr(line, " bytes_copied=18446744073709551615"), "its end");
	status = (struct fo_status){ .engine = FO_STATUS_PASSTHROUGH };
	fo_status_format_line(&status, line);
	ok(strstr(line, "engine=passthrough "), "the engine");
}

int main(void)
{
	test_print();
	test_line();
	return done();
}
