// SPDX-License-Identifier: GPL-2.0-or-later
/* Id maps: parsing, both directions, and what is no map. */
#include <errno.h>

#include "base/base.h"
#include "state/idmap.h"
#include "tap.h"

static void test_no_map(void)
{
	struct fo_idmap map = { .n = 0 };

	is_int(fo_idmap_show(&map, 0), 0, "without a map root is root");
	is_int(fo_idmap_show(&map, 4294967294U), 4294967294U,
	       "and the last id the last");
	is_int(fo_idmap_store(&map, 1000), 1000, "in both directions");
}

static void test_ranges(void)
{
	struct fo_idmap map;

	is_int(fo_idmap_parse(":0:1000:1:1:110000:65536", &map), 0,
	       "what a container engine writes");
	is_int((long long)map.n, 2, "two ranges");
	is_int(fo_idmap_show(&map, 0), 1000, "root is shown as the user");
	is_int(fo_idmap_store(&map, 1000), 0, "and stored as root");
	is_int(fo_idmap_show(&map, 1), 110000, "first of the second range");
	is_int(fo_idmap_show(&map, 65536), 175535, "last of it");
	is_int(fo_idmap_store(&map, 175535), 65536, "and back");
	is_int(fo_idmap_show(&map, 65537), FO_ID_OVERFLOW, "one behind");
	is_int(fo_idmap_store(&map, 175536), FO_ID_OVERFLOW, "back as well");
	is_int(fo_idmap_store(&map, 0), FO_ID_OVERFLOW,
	       "an id that nothing is shown as");
	fo_idmap_clear(&map);
	is_int((long long)map.n, 0, "cleared");
	is_int(fo_idmap_parse("5:6:7", &map), 0, "no leading colon");
	is_int(fo_idmap_show(&map, 11), 12, "the same meaning");
	fo_idmap_clear(&map);
}

/* Every id that has an answer comes back from it. */
static void test_round_trip(void)
{
	static const uint32_t ids[] = { 0,    1,     9,	    10,	  99,
					1000, 65533, 65535, 70000 };
	struct fo_idmap map;
	uint32_t id;
	size_t i;

	is_int(fo_idmap_parse("0:100000:10:1000:0:1:60000:200000:20000", &map),
	       0, "three ranges");
	for (i = 0; i < FO_ARRAY_SIZE(ids); i++) {
		id = fo_idmap_show(&map, ids[i]);
		ok(id == FO_ID_OVERFLOW || fo_idmap_store(&map, id) == ids[i],
		   "%u comes back", ids[i]);
	}
	fo_idmap_clear(&map);
}

static void test_limits(void)
{
	struct fo_idmap map;

	is_int(fo_idmap_parse("0:0:4294967295", &map), 0, "all ids");
	is_int(fo_idmap_show(&map, 4294967294U), 4294967294U, "to the last");
	fo_idmap_clear(&map);
	is_int(fo_idmap_parse("4294967294:0:1", &map), 0, "the last id");
	fo_idmap_clear(&map);
	is_int(fo_idmap_parse("0:10:5:5:0:10", &map), 0, "ranges that touch");
	fo_idmap_clear(&map);
}

static void test_mistakes(void)
{
	static const char *const mistakes[] = {
		"",
		":",
		"::",
		"0",
		"0:0",
		"0:0:",
		":0:0:1:",
		"0:0:1:1",
		"0:0:1:1:1",
		"0:0:0",
		"a:0:1",
		"-1:0:1",
		"+1:0:1",
		" 1:0:1",
		"0:0:1 ",
		"0:0:1,1:1:1",
		"0::1",
		"4294967295:0:1",
		"0:4294967295:1",
		"4294967296:0:1",
		"1:0:4294967295",
		"0:0:4294967296",
		"99999999999999999999999:0:1",
		"0:0:10:9:100:1", /* stored twice */
		"0:0:10:100:9:1", /* shown twice */
		"5:100:1:0:0:10",
	};
	struct fo_idmap map = { .n = 77 };
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(mistakes); i++)
		is_int(fo_idmap_parse(mistakes[i], &map), -EINVAL,
		       "'%s' is no map", mistakes[i]);
	is_int((long long)map.n, 77, "nothing is written on failure");
}

/* As many ranges as the kernel takes, and one more. */
static void test_many(void)
{
	struct fo_idmap map;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int i;

	for (i = 0; i < 340; i++)
		fprintf(out, ":%d:%d:1", i, 1000 - i);
	fflush(out);
	is_int(fo_idmap_parse(text, &map), 0, "340 ranges");
	is_int(fo_idmap_show(&map, 339), 661, "with the last one");
	fo_idmap_clear(&map);
	fprintf(out, ":2000:2000:1");
	fclose(out);
	is_int(fo_idmap_parse(text, &map), -EINVAL, "one too many");
	free(text);
}

int main(void)
{
	test_no_map();
	test_ranges();
	test_round_trip();
	test_limits();
	test_mistakes();
	test_many();
	return done();
}
