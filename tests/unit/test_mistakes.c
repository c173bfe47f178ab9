// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line: what is unknown and passes, and what is a mistake. */
#include "parse.h"
#include "tap.h"

static void test_unknown(void)
{
	static const char *const known[] = {
		"private",	   "fast_ino=1",	  "ino32_t=1",
		"threaded=1",	   "plugins=/p",	  "splice_read",
		"no_splice_write", "x-systemd.automount", "_netdev",
		"defaults",	   "context=a",		  "default_permissions",
		"lazytime",
	};
	struct parsed p;
	size_t i;

	PARSE(p, "-o", "lowerdir=/a,what_is_this=1,timeout=2", "/mnt");
	is_int(p.err, 0, "an unknown option is no error");
	is_str(p.said.text,
	       "fuse-overlay: warning: unknown option 'what_is_this' is "
	       "ignored\n",
	       "but worth one line");
	ok(CONFIG(p)->timeout == 2, "what follows counts");
	fo_command_clear(&p.command);
	for (i = 0; i < FO_ARRAY_SIZE(known); i++) {
		char *text = NULL;

		if (asprintf(&text, "lowerdir=/a,%s", known[i]) < 0)
			abort();
		PARSE(p, "-o", text, "/mnt");
		ok(!p.err && !*p.said.text, "%s is accepted", known[i]);
		fo_command_clear(&p.command);
		free(text);
	}
}

static void test_mistakes(void)
{
	static const struct {
		const char *options, *says;
	} mistakes[] = {
		{ "upperdir=/u,workdir=/w", "lowerdir" },
		{ "lowerdir=", "lowerdir" },
		{ "lowerdir", "lowerdir" },
		{ "lowerdir=/a:", "lowerdir" },
		{ "lowerdir=:/a", "lowerdir" },
		{ "lowerdir=::/a", "lowerdir" },
		{ "lowerdir=/a:::/b", "lowerdir" },
		{ "lowerdir=/a::/b:/c", "lowerdir" },
		{ "lowerdir=/a,upperdir=/u", "workdir" },
		{ "lowerdir=/a,upperdir=", "upperdir" },
		{ "lowerdir=/a,engine=fast", "auto, plain or passthrough" },
		{ "lowerdir=/a,engine", "auto, plain or passthrough" },
		{ "lowerdir=/a,passthrough=1", "safe, all or off" },
		{ "lowerdir=/a,stack_depth=3", "1 or 2" },
		{ "lowerdir=/a,stack_depth=0", "1 or 2" },
		{ "lowerdir=/a,threads=-1", "threads" },
		{ "lowerdir=/a,threads=1x", "threads" },
		{ "lowerdir=/a,threads=99999999999999999999", "threads" },
		{ "lowerdir=/a,timeout=-1", "seconds" },
		{ "lowerdir=/a,timeout=nan", "seconds" },
		{ "lowerdir=/a,timeout=1s", "seconds" },
		{ "lowerdir=/a,timeout=", "timeout" },
		{ "lowerdir=/a,writeback=2", "0 or 1" },
		{ "lowerdir=/a,metacopy=on,redirect_dir=off", "redirect_dir" },
		{ "lowerdir=/a,redirect_dir=maybe", "on, follow or off" },
		{ "lowerdir=/a,xino=maybe", "0 or 1" },
		{ "lowerdir=/a,whiteout=aufs", "auto, overlay or oci" },
		{ "lowerdir=/a,xattr_permissions=3", "0, 1 or 2" },
		{ "lowerdir=/a,uidmapping=0:1", "STORED:SHOWN:COUNT" },
		{ "lowerdir=/a,gidmapping=0:0:10:5:50:1", "overlap" },
		{ "lowerdir=/a,squash_to_uid=4294967295", "user id" },
		{ "lowerdir=/a,squash_to_gid=x", "group id" },
		{ "lowerdir=/a,remount", "remount" },
	};
	struct parsed p;
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(mistakes); i++) {
		PARSE(p, "-o", mistakes[i].options, "/mnt");
		if (!ok(p.err == -EINVAL && capture_lines(&p.said) == 1 &&
				strstr(p.said.text, mistakes[i].says),
			"one line about %s", mistakes[i].options))
			diag("%d, said: %s", p.err, p.said.text);
		fo_command_clear(&p.command);
	}
	PARSE(p, "-o", "lowerdir=/a");
	ok(p.err && strstr(p.said.text, "mount point"), "no mount point");
	fo_command_clear(&p.command);
	PARSE(p, "a", "b", "c", "-o", "lowerdir=/a");
	ok(p.err && strstr(p.said.text, "too many"), "three words");
	fo_command_clear(&p.command);
	PARSE(p, "/mnt", "-o");
	ok(p.err && strstr(p.said.text, "argument"), "-o without options");
	fo_command_clear(&p.command);
	PARSE(p, "/mnt", "-x");
	ok(p.err && strstr(p.said.text, "'-x'"), "an unknown flag");
	fo_command_clear(&p.command);
	PARSE(p, "/mnt", "--xyz");
	ok(p.err && strstr(p.said.text, "'--xyz'"), "a long one");
	fo_command_clear(&p.command);
}

int main(void)
{
	test_unknown();
	test_mistakes();
	return done();
}
