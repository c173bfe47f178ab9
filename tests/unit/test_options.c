// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line: call forms, quotes and escapes, values, defaults. */
#include "parse.h"
#include "tap.h"

static void test_forms(void)
{
	struct parsed p;

	PARSE(p, "-o", "lowerdir=/a:/b,upperdir=/u,workdir=/w", "/mnt");
	is_int(p.err, 0, "PROG -o OPTIONS TARGET");
	is_str(CONFIG(p)->mountpoint, "/mnt", "its target");
	is_str(CONFIG(p)->source, "fuse-overlay", "its source");
	is_int((long long)CONFIG(p)->n_lower, 2, "two layers");
	is_str(CONFIG(p)->lowerdir[0], "/a", "the topmost first");
	is_str(CONFIG(p)->lowerdir[1], "/b", "then the next");
	is_str(CONFIG(p)->upperdir, "/u", "upperdir");
	is_str(CONFIG(p)->workdir, "/w", "workdir");
	ok(!CONFIG(p)->read_only, "writable");
	is_str(p.said.text, "", "nothing to say");
	fo_command_clear(&p.command);

	PARSE(p, "overlay", "/mnt", "-o", "lowerdir=/a", "-o", "timeout=5",
	      "-ovolatile", "-t", "fuse-overlay");
	is_int(p.err, 0, "PROG SOURCE TARGET -o ... -o ... -t TYPE");
	is_str(CONFIG(p)->mountpoint, "/mnt", "its target");
	is_str(CONFIG(p)->source, "overlay", "its source");
	ok(CONFIG(p)->timeout == 5, "the second -o counts");
	ok(CONFIG(p)->volatile_mount, "and one without a space");
	ok(!CONFIG(p)->sync, "volatile flushes nothing");
	ok(CONFIG(p)->read_only, "read-only without an upper");
	is_str(p.said.text, "", "nothing to say");
	fo_command_clear(&p.command);

	PARSE(p, "-f", "/mnt", "-d", "-olowerdir=/a", "--");
	is_int(p.err, 0, "flags between words");
	ok(CONFIG(p)->foreground && CONFIG(p)->debug, "-f and -d");
	fo_command_clear(&p.command);

	PARSE(p, "-olowerdir=/a", "--", "-odd");
	is_str(CONFIG(p)->mountpoint, "-odd", "a target behind --");
	fo_command_clear(&p.command);
}

static void test_verbs(void)
{
	struct parsed p;

	PARSE(p, "status", "/mnt");
	is_int(p.command.kind, FO_COMMAND_STATUS, "status DIR");
	is_str(CONFIG(p)->mountpoint, "/mnt", "of this mount");
	fo_command_clear(&p.command);
	PARSE(p, "refresh", "/mnt");
	is_int(p.command.kind, FO_COMMAND_REFRESH, "refresh DIR");
	fo_command_clear(&p.command);
	PARSE(p, "status", "/mnt", "-o", "lowerdir=/a");
	is_int(p.command.kind, FO_COMMAND_MOUNT, "a source named status");
	is_str(CONFIG(p)->source, "status", "is a source");
	fo_command_clear(&p.command);
	PARSE(p, "-h");
	is_int(p.command.kind, FO_COMMAND_HELP, "-h");
	fo_command_clear(&p.command);
	PARSE(p, "--help");
	is_int(p.command.kind, FO_COMMAND_HELP, "--help");
	fo_command_clear(&p.command);
	PARSE(p, "-V");
	is_int(p.command.kind, FO_COMMAND_VERSION, "-V");
	is_int(p.err, 0, "without a mount point");
	fo_command_clear(&p.command);
	PARSE(p, "--version");
	is_int(p.command.kind, FO_COMMAND_VERSION, "--version");
	fo_command_clear(&p.command);
}

static void test_mount_helper(void)
{
	struct parsed p;

	parse_as(&p, FO_PRIVILEGE_ADMINISTRATOR,
		 (const char *const[]){ "/sbin/mount.fuse.fuse-overlay",
					"overlay", "/mnt", "-sfnv", NULL });
	is_int(p.err, -EINVAL, "flags run together are no flags of ours");
	fo_command_clear(&p.command);
	parse_as(&p, FO_PRIVILEGE_ADMINISTRATOR,
		 (const char *const[]){ "/sbin/mount.fuse.fuse-overlay",
					"overlay", "/mnt", "-s", "-f", "-n",
					"-v", "-N", "/proc/1/ns/mnt", "-o",
					"rw,lowerdir=/a", NULL });
	is_int(p.err, 0, "mount(8) may say -s -f -n -v -N");
	is_int(p.command.kind, FO_COMMAND_CHECK, "-f mounts nothing there");
	ok(!CONFIG(p)->foreground, "and is not the foreground");
	is_int(CONFIG(p)->threads, 0, "-s is not one thread");
	fo_command_clear(&p.command);
}

static void test_quotes_and_escapes(void)
{
	struct parsed p;

	PARSE(p, "-o",
	      "lowerdir=/a,context=\"system_u:object_r:c:s0:c1,c2\",timeout=3",
	      "/mnt");
	is_int(p.err, 0, "commas within quotes");
	ok(CONFIG(p)->timeout == 3, "what follows is an option");
	is_str(p.said.text, "", "no part of the context is an option");
	ok(!strstr(CONFIG(p)->mount_options, "context"),
	   "the context is not sent on");
	fo_command_clear(&p.command);

	PARSE(p, "-o",
	      "lowerdir=/a\\:b:/c\\,d:/e\\\\f:/g\\x2dh,upperdir=/u\\:\\,v,"
	      "workdir=\"/w,1\"",
	      "/mnt");
	is_int(p.err, 0, "escapes");
	is_int((long long)CONFIG(p)->n_lower, 4, "an escaped colon is one");
	is_str(CONFIG(p)->lowerdir[0], "/a:b", "\\: in a layer");
	is_str(CONFIG(p)->lowerdir[1], "/c,d", "\\, in a layer");
	is_str(CONFIG(p)->lowerdir[2], "/e\\f", "\\\\ in a layer");
	is_str(CONFIG(p)->lowerdir[3], "/g\\x2dh", "another backslash stays");
	is_str(CONFIG(p)->upperdir, "/u:,v", "escapes in upperdir");
	is_str(CONFIG(p)->workdir, "/w,1", "quotes in workdir");
	fo_command_clear(&p.command);

	PARSE(p, "-o", "lowerdir=/a\"b,upperdir=\"/u,workdir=/w\\", "/mnt");
	is_int(p.err, 0, "quotes without an end are letters");
	is_str(CONFIG(p)->lowerdir[0], "/a\"b", "in the middle");
	is_str(CONFIG(p)->upperdir, "\"/u", "at the beginning");
	is_str(CONFIG(p)->workdir, "/w\\", "a backslash at the end");
	fo_command_clear(&p.command);

	PARSE(p, "-o", ",,lowerdir=/\xff\xfe\x80:/b,,", "/mnt");
	is_int(p.err, 0, "empty options, and bytes that are no UTF-8");
	is_str(CONFIG(p)->lowerdir[0], "/\xff\xfe\x80", "as they are");
	fo_command_clear(&p.command);
}

static void test_layers(void)
{
	struct parsed p;

	PARSE(p, "-o", "lowerdir=/a:/b::/d1::/d2", "/mnt");
	is_int((long long)CONFIG(p)->n_lower, 4, "layers and data-only ones");
	is_int((long long)CONFIG(p)->n_data, 2, "two are data-only");
	is_str(CONFIG(p)->lowerdir[3], "/d2", "the last ones");
	fo_command_clear(&p.command);
	PARSE(p, "-o", "lowerdir=/a:/b::/d,lowerdir=/c", "-o", "upperdir=/u",
	      "-o", "upperdir=/v,workdir=/w", "/mnt");
	is_int((long long)CONFIG(p)->n_lower, 1, "the last lowerdir wins");
	is_int((long long)CONFIG(p)->n_data, 0, "whole");
	is_str(CONFIG(p)->lowerdir[0], "/c", "so it does");
	is_str(CONFIG(p)->upperdir, "/v", "the last upperdir wins");
	fo_command_clear(&p.command);
}

/* 500 layers of long names, as an engine gives them. */
static void test_many_layers(void)
{
	struct parsed p;
	char *text = NULL, *dir;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int i;

	fputs("lowerdir=", out);
	for (i = 0; i < 500; i++)
		fprintf(out, "%s/var/lib/containers/storage/overlay/l/%026d",
			i ? ":" : "", i);
	fclose(out);
	PARSE(p, "-o", text, "/mnt");
	is_int((long long)CONFIG(p)->n_lower, 500, "500 layers");
	dir = CONFIG(p)->lowerdir[499];
	is_str(dir + strlen(dir) - 3, "499", "in their order");
	fo_command_clear(&p.command);
	free(text);
}

static void test_values(void)
{
	struct parsed p;

	PARSE(p, "-o",
	      "lowerdir=/a,engine=passthrough,passthrough=all,stack_depth=2,"
	      "threads=3,timeout=1.5,writeback=1,filter=/f.bpf.o,"
	      "redirect_dir=on,metacopy=on,xino=off,noacl,noxattrs=1,"
	      "static_nlink,whiteout=oci,xattr_permissions=2,"
	      "max_write=65536,userxattr",
	      "/mnt");
	is_int(p.err, 0, "options with values");
	is_str(p.said.text, "", "without a warning");
	is_int(CONFIG(p)->engine, FO_ENGINE_PASSTHROUGH, "engine");
	is_int(CONFIG(p)->passthrough, FO_PASSTHROUGH_ALL, "passthrough");
	is_int(CONFIG(p)->stack_depth, 2, "stack_depth");
	is_int(CONFIG(p)->threads, 3, "threads");
	ok(CONFIG(p)->timeout == 1.5, "timeout");
	ok(CONFIG(p)->writeback, "writeback");
	is_str(CONFIG(p)->filter, "/f.bpf.o", "filter");
	is_int(CONFIG(p)->redirect, FO_REDIRECT_ON, "redirect_dir");
	ok(CONFIG(p)->metacopy, "metacopy");
	ok(!CONFIG(p)->xino, "xino");
	ok(!CONFIG(p)->acl, "noacl");
	ok(!CONFIG(p)->xattrs, "noxattrs");
	ok(CONFIG(p)->static_nlink, "static_nlink");
	is_int(CONFIG(p)->whiteout, FO_WHITEOUT_OCI, "whiteout");
	is_int(CONFIG(p)->override, FO_OVERRIDE_USER, "xattr_permissions");
	is_int(CONFIG(p)->max_write, 65536, "max_write");
	ok(CONFIG(p)->user_xattr, "userxattr");
	fo_command_clear(&p.command);
}

static void test_defaults(void)
{
	struct parsed p;

	PARSE(p, "-o", "lowerdir=/a", "/mnt");
	is_int(CONFIG(p)->engine, FO_ENGINE_AUTO, "engine=auto");
	is_int(CONFIG(p)->passthrough, FO_PASSTHROUGH_SAFE, "passthrough=safe");
	is_int(CONFIG(p)->redirect, FO_REDIRECT_ON, "redirect_dir=on");
	ok(!CONFIG(p)->metacopy, "metacopy=off");
	ok(CONFIG(p)->xino, "xino=on");
	ok(CONFIG(p)->acl && CONFIG(p)->xattrs, "ACLs and xattrs");
	ok(CONFIG(p)->sync && !CONFIG(p)->volatile_mount, "fsync is done");
	ok(CONFIG(p)->timeout < 0, "cached for ever");
	ok(!CONFIG(p)->writeback, "writeback=0");
	is_int(CONFIG(p)->stack_depth, 1, "stack_depth=1");
	is_int(CONFIG(p)->threads, 0, "threads by processors");
	is_int((long long)CONFIG(p)->uidmap.n, 0, "ids stand");
	ok(!CONFIG(p)->squash_uid && !CONFIG(p)->squash_gid, "unsquashed");
	fo_command_clear(&p.command);
}

static void test_ids(void)
{
	struct parsed p;

	PARSE(p, "-o",
	      "lowerdir=/a,uidmapping=:0:1000:1:1:110000:65536,"
	      "gidmapping=0:7:1,squash_to_uid=12",
	      "/mnt");
	is_int(p.err, 0, "id maps");
	is_int((long long)CONFIG(p)->uidmap.n, 2, "two ranges of users");
	is_int(CONFIG(p)->uidmap.ranges[1].shown, 110000, "as written");
	is_int((long long)CONFIG(p)->gidmap.n, 1, "one of groups");
	ok(CONFIG(p)->squash_uid && CONFIG(p)->squash_to_uid == 12,
	   "users squashed");
	ok(!CONFIG(p)->squash_gid, "groups not");
	fo_command_clear(&p.command);
	PARSE(p, "-o", "lowerdir=/a,squash_to_gid=5,squash_to_root,fsync=0",
	      "/mnt");
	ok(CONFIG(p)->squash_uid && CONFIG(p)->squash_gid &&
		   CONFIG(p)->squash_to_gid == 0,
	   "squash_to_root is both, and the last wins");
	ok(!CONFIG(p)->sync && !CONFIG(p)->volatile_mount,
	   "fsync=0 is not volatile");
	fo_command_clear(&p.command);
}

static void test_mount_options(void)
{
	struct parsed p;

	PARSE(p, "-o", "lowerdir=/a,upperdir=/u,workdir=/w", "/mnt");
	is_str(CONFIG(p)->mount_options,
	       "default_permissions,suid,dev,noatime,allow_other",
	       "defaults of an administrator");
	fo_command_clear(&p.command);
	parse_as(&p, FO_PRIVILEGE_NONE,
		 (const char *const[]){ "fuse-overlay", "-o",
					"lowerdir=/a,upperdir=/u,workdir=/w",
					"/mnt", NULL });
	is_str(CONFIG(p)->mount_options, "default_permissions,noatime",
	       "defaults of other users");
	fo_command_clear(&p.command);
	PARSE(p, "-o",
	      "lowerdir=/a,nosuid,nodev,noexec,sync,allow_root,relatime,rw",
	      "/mnt");
	is_str(CONFIG(p)->mount_options,
	       "default_permissions,ro,nosuid,nodev,noexec,sync,allow_root",
	       "what is said counts; no upper is read-only");
	fo_command_clear(&p.command);
	PARSE(p, "-o",
	      "lowerdir=/a,upperdir=/u,workdir=/w,ro,noexec,rw,exec,suid,"
	      "nosuid,max_read=131072",
	      "/mnt");
	is_str(CONFIG(p)->mount_options,
	       "default_permissions,nosuid,dev,noatime,allow_other,"
	       "max_read=131072",
	       "of contradictions the last counts");
	ok(!CONFIG(p)->read_only, "rw after ro");
	fo_command_clear(&p.command);
	PARSE(p, "-o", "lowerdir=/a,upperdir=/u,ro", "/mnt");
	is_int(p.err, 0, "ro needs no workdir");
	ok(CONFIG(p)->read_only, "ro");
	fo_command_clear(&p.command);
}

int main(void)
{
	test_forms();
	test_verbs();
	test_mount_helper();
	test_quotes_and_escapes();
	test_layers();
	test_many_layers();
	test_values();
	test_defaults();
	test_ids();
	test_mount_options();
	return done();
}
