// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which redirects are believed: a sibling's name, or an absolute path that
 * stays where it says. What else a layer may hold is refused.
 */
#include <stdlib.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/lookup.h"
#include "overlay/marks.h"
#include "tap.h"

static void test_texts(void)
{
	static const struct {
		const char *text;
		bool valid;
	} texts[] = {
		{ "name", true },     { "/name", true },
		{ "/a/b/c", true },   { "...", true },
		{ "..a", true },      { ".hidden", true },
		{ "/a/...", true },   { "a b\\", true },
		{ "\xff\xfe", true }, { "", false },
		{ "/", false },	      { ".", false },
		{ "..", false },      { "/.", false },
		{ "/..", false },     { "/a/..", false },
		{ "/../a", false },   { "/a/../b", false },
		{ "/a/./b", false },  { "a/b", false },
		{ "../a", false },    { "./a", false },
		{ "a/", false },      { "/a/", false },
		{ "//", false },      { "//a", false },
		{ "/a//b", false },   { "a/../../etc", false },
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(texts); i++)
		is_int(fo_redirect_is_valid(texts[i].text,
					    strlen(texts[i].text)),
		       texts[i].valid, "'%s' is %s", texts[i].text,
		       texts[i].valid ? "a redirect" : "none");
}

static void test_lengths(void)
{
	char *text = malloc(2 * FO_REDIRECT_MAX);
	size_t i;

	memset(text, 'n', 2 * FO_REDIRECT_MAX);
	ok(fo_redirect_is_valid(text, 255), "a name of 255 bytes is one");
	ok(!fo_redirect_is_valid(text, 256), "one of 256 is none");
	text[0] = '/';
	ok(fo_redirect_is_valid(text, 256), "nor does its slash count");
	ok(!fo_redirect_is_valid(text, 257), "in a path either");
	for (i = 0; i < 2 * FO_REDIRECT_MAX; i += 128)
		text[i] = '/';
	ok(fo_redirect_is_valid(text, FO_REDIRECT_MAX), "a path of %d is one",
	   FO_REDIRECT_MAX);
	ok(!fo_redirect_is_valid(text, FO_REDIRECT_MAX + 2),
	   "a longer one is none");
	free(text);
}

/* len counts, not a NUL; and a NUL within is no part of any name. */
static void test_nul(void)
{
	ok(fo_redirect_is_valid("name/x", 4), "what follows does not count");
	ok(fo_redirect_is_valid("/a\n/b", 5), "a newline is like any byte");
	ok(!fo_redirect_is_valid("na\0me", 5), "a NUL within is refused");
	ok(!fo_redirect_is_valid("name\0", 5), "so is one at the end");
	ok(!fo_redirect_is_valid("/a\0/b", 5), "or in a path");
}

static void test_reserved(void)
{
	ok(fo_name_is_reserved(".wh.a"), ".wh.a is reserved");
	ok(fo_name_is_reserved(".wh..wh..opq"), "so is .wh..wh..opq");
	ok(fo_name_is_reserved(".wh."), "and .wh.");
	ok(!fo_name_is_reserved(".wh"), "but not .wh");
	ok(!fo_name_is_reserved("a.wh.b"), "nor a.wh.b");
	ok(!fo_name_is_reserved(".WH.a"), "nor .WH.a");
}

int main(void)
{
	test_texts();
	test_lengths();
	test_nul();
	test_reserved();
	return done();
}
