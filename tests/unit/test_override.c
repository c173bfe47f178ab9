// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * override_stat, "UID:GID:MODE:TYPE": what is read and what is written.
 * Source: containers/storage, pkg/idtools/idtools.go.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "base/base.h"
#include "overlay/override.h"
#include "tap.h"

/* What is there before: a parse that fails must leave all of it. */
static struct stat before(void)
{
	return (struct stat){
		.st_mode = S_IFREG | 0600,
		.st_uid = 7,
		.st_gid = 8,
		.st_size = 9,
		.st_rdev = 10,
	};
}

static void test_valid(void)
{
	const struct {
		const char *text;
		uid_t uid;
		gid_t gid;
		mode_t mode;
		dev_t rdev;
	} texts[] = {
		{ "0:0:755", 0, 0, S_IFREG | 0755, 10 },
		{ "0:0:0755", 0, 0, S_IFREG | 0755, 10 },
		{ "1000:1001:4755:file", 1000, 1001, S_IFREG | 04755, 10 },
		{ "0:0:0", 0, 0, S_IFREG, 10 },
		{ "4294967294:4294967294:7777", 4294967294, 4294967294,
		  S_IFREG | 07777, 10 },
		{ "1:2:0777:symlink", 1, 2, S_IFLNK | 0777, 10 },
		{ "1:2:0644:pipe", 1, 2, S_IFIFO | 0644, 10 },
		{ "1:2:0644:socket", 1, 2, S_IFSOCK | 0644, 10 },
		{ "1:2:1777:dir", 1, 2, S_IFDIR | 01777, 10 },
		{ "0:6:0660:block-8-1", 0, 6, S_IFBLK | 0660, makedev(8, 1) },
		{ "0:0:0666:char-1-3", 0, 0, S_IFCHR | 0666, makedev(1, 3) },
		{ "0:0:0666:char-4095-1048575", 0, 0, S_IFCHR | 0666,
		  makedev(4095, 1048575) },
		/* A mode with its type bits: the type is the file's own. */
		{ "0:0:100644", 0, 0, S_IFREG | 0644, 10 },
		{ "0:0:040755:file", 0, 0, S_IFREG | 0755, 10 },
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(texts); i++) {
		struct stat st = before();
		int err = fo_override_parse(texts[i].text,
					    strlen(texts[i].text), &st);

		if (!ok(!err && st.st_uid == texts[i].uid &&
				st.st_gid == texts[i].gid &&
				st.st_mode == texts[i].mode &&
				st.st_rdev == texts[i].rdev && st.st_size == 9,
			"'%s' is read", texts[i].text))
			diag("err %d uid %u gid %u mode %o rdev %lx", err,
			     st.st_uid, st.st_gid, st.st_mode,
			     (unsigned long)st.st_rdev);
	}
}

static void test_invalid(void)
{
	static const char *const texts[] = {
		"",
		":",
		"::",
		"0",
		"0:0",
		"0:0:",
		":0:755",
		"0::755",
		"a:0:755",
		"0:a:755",
		"0:0:a",
		"0:0:8",
		"0:0:789",
		"-1:0:755",
		"+1:0:755",
		" 1:0:755",
		"1 :0:755",
		"0x1:0:755",
		"4294967296:0:755",
		"0:18446744073709551616:755",
		"0:0:200000",
		"0:0:755:",
		"0:0:755:files",
		"0:0:755:fil",
		"0:0:755:FILE",
		"0:0:755:block",
		"0:0:755:block-8",
		"0:0:755:block-8-",
		"0:0:755:block--1",
		"0:0:755:block-8-a",
		"0:0:755:block-8-1x",
		"0:0:755:file-1-2",
		"0:0:755 file",
	};
	struct stat wanted = before();
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(texts); i++) {
		struct stat st = before();

		is_int(fo_override_parse(texts[i], strlen(texts[i]), &st),
		       -EINVAL, "'%s' is refused", texts[i]);
		if (memcmp(&st, &wanted, sizeof(st)) != 0)
			ok(false, "'%s' left nothing changed", texts[i]);
	}
}

/* The attribute's length counts; it need not end in a NUL. */
static void test_lengths(void)
{
	struct stat st = before();
	char text[4096];

	is_int(fo_override_parse("1:2:7554", 7, &st), 0, "a length is heeded");
	is_int(st.st_mode, S_IFREG | 0755, "to the digit");
	is_int(fo_override_parse("1:2:755\0file", 12, &st), -EINVAL,
	       "a NUL within is refused");
	is_int(fo_override_parse("1:2:755\n", 8, &st), -EINVAL,
	       "so is a newline behind it");
	memset(text, '0', sizeof(text));
	is_int(fo_override_parse(text, sizeof(text), &st), -EINVAL,
	       "so is what no number is as long as");
}

static void test_round_trip(void)
{
	static const mode_t types[] = { S_IFREG,  S_IFDIR, S_IFLNK, S_IFIFO,
					S_IFSOCK, S_IFBLK, S_IFCHR };
	static const mode_t modes[] = { 0, 0644, 04755, 07777 };
	char text[FO_OVERRIDE_SIZE];
	size_t i, j, len;

	for (i = 0; i < FO_ARRAY_SIZE(types); i++) {
		for (j = 0; j < FO_ARRAY_SIZE(modes); j++) {
			struct stat st = {
				.st_mode = types[i] | modes[j],
				.st_uid = UINT32_MAX - 1,
				.st_gid = UINT32_MAX - 1,
				.st_rdev = makedev(4095, 1048575),
			};
			struct stat back = { .st_rdev = st.st_rdev };

			len = fo_override_format(&st, text);
			is_int((long long)len, (long long)strlen(text),
			       "%s has its length", text);
			ok(!fo_override_parse(text, len, &back) &&
				   !memcmp(&st, &back, sizeof(st)),
			   "%s is read as it was written", text);
		}
	}
}

static void test_format(void)
{
	struct stat st = { .st_mode = S_IFREG | 04755,
			   .st_uid = 1,
			   .st_gid = 2 };
	char text[FO_OVERRIDE_SIZE];

	fo_override_format(&st, text);
	is_str(text, "1:2:4755:file", "a file is written as the tools do");
	st.st_mode = S_IFCHR | 0600;
	st.st_rdev = makedev(1, 3);
	fo_override_format(&st, text);
	is_str(text, "1:2:0600:char-1-3", "so is a device");
}

int main(void)
{
	test_valid();
	test_invalid();
	test_lengths();
	test_round_trip();
	test_format();
	return done();
}
