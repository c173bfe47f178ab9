// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names: listings, creation, removal and renames, called as the protocol
 * calls them, without a mount. After each history the layers are opened
 * afresh and must show the same tree; what was written is checked where the
 * format says how it must look.
 */
#include "namespace.h"

static void test_listing(void)
{
	begin("mkdir -p l1/d l2/d && echo 1 >l1/d/a && echo 2 >l2/d/a && "
	      "echo 2 >l2/d/b && mknod l1/d/c c 0 0 && echo 2 >l2/d/c && "
	      "touch l1/d/.wh.e && echo 2 >l2/d/e && echo 2 >l2/f");
	tree_is("d/( a=1 b=2 ) f=2 ", "layers are merged");
	end();
}

static void test_create(void)
{
	struct stat st;

	begin("mkdir -p l1/d/sub l2/e && echo 1 >l1/d/a && echo 1 >l1/d/sub/x "
	      "&& chmod 2775 l2/e && chgrp 4 l2/e");
	is_int(create("d/new", S_IFREG | 0666), 0, "a file is made");
	is_int(create("d/new", S_IFREG | 0666), -EEXIST, "but once");
	is_int(stat("u/d/new", &st), 0, "it lies in the upper");
	is_int(st.st_mode, S_IFREG | 0644, "with the caller's umask");
	is_int(create("d/fifo", S_IFIFO | 0600), 0, "a fifo");
	is_int(create("d/link", S_IFLNK | 0777), 0, "a symlink");
	is_int(create("d/.wh.x", S_IFREG | 0600), -EPERM, "no .wh. by hand");
	is_int(create("d/w", S_IFCHR | 0600), -EPERM, "no whiteout by hand");
	is_int(create("e/g", S_IFDIR | 0777), 0, "a directory");
	is_int(stat("u/e/g", &st), 0, "it lies in the upper");
	is_int(st.st_mode, S_IFDIR | S_ISGID | 0755, "setgid is inherited");
	is_int(st.st_gid, 4, "and the group");
	is_int(gone("d/a", false), 0, "a lower file is removed");
	ok(is_whiteout("u/d/a"), "a whiteout stands for it");
	is_int(create("d/a", S_IFREG | 0666), 0, "and is replaced");
	is_int(gone("d/sub/x", false), 0, "a directory is emptied");
	is_int(gone("d/sub", true), 0, "and removed");
	ok(is_whiteout("u/d/sub"), "a whiteout stands for it");
	is_int(create("d/sub", S_IFDIR | 0777), 0, "and is replaced");
	ok(has_opaque("u/d/sub"), "by an opaque directory");
	tree_is("d/( a= fifo= link= new= sub/( ) ) e/( g/( ) ) ",
		"what was made");
	shell("[ -z \"$(ls -A w/work)\" ] || ls -A w/work | sed 's/^/# /'");
	end();
}

static void test_remove(void)
{
	struct fo_node *node;
	struct stat st;
	char text[16];

	begin("mkdir -p l1/d/s u/d/own && echo 1 >l1/d/a && echo u >u/d/a && "
	      "echo u >u/d/b && echo 1 >l1/d/c && echo 1 >l1/d/s/x");
	is_int(gone("d", true), -ENOTEMPTY, "what is full stays");
	is_int(gone("d/a", true), -ENOTDIR, "rmdir wants a directory");
	is_int(gone("d/s", false), -EISDIR, "unlink wants none");
	is_int(gone("d/none", false), -ENOENT, "nothing is nothing");
	node = walk("d/a", NULL);
	is_int(gone("d/a", false), 0, "an upper over a lower is removed");
	ok(is_whiteout("u/d/a"), "and whited out");
	content(node, text, sizeof(text));
	is_str(text, "u\n", "who has it open reads it still");
	is_int(fo_attr_get(fs, node, &st), 0, "and stats it");
	is_int(st.st_nlink, 0, "with no links");
	fo_node_forget(fs, node, 1);
	node = walk("d/c", NULL);
	is_int(gone("d/c", false), 0, "a lower is removed");
	content(node, text, sizeof(text));
	is_str(text, "1\n", "who has it open reads it still");
	fo_node_forget(fs, node, 1);
	is_int(gone("d/b", false), 0, "an upper is removed");
	is_int(lstat("u/d/b", &st), -1, "without a whiteout");
	is_int(gone("d/own", true), 0, "an upper directory is removed");
	is_int(gone("d/s/x", false), 0, "a directory is emptied");
	is_int(gone("d/s", true), 0, "and removed");
	tree_is("d/( ) ", "what is left");
	is_int(gone("d", true), 0, "whiteouts are no obstacle");
	tree_is("", "nothing is left");
	end();
}

static void test_rename(void)
{
	begin("mkdir -p l1/d/s l2/d/s l1/t l2/m/deep && echo 1 >l1/d/a && "
	      "echo 2 >l2/d/s/x && echo 1 >l1/t/y && echo 2 >l2/m/deep/z");
	is_int(moved("d/a", "d/b", 0), 0, "a lower file moves");
	ok(is_whiteout("u/d/a"), "leaving a whiteout");
	is_int(moved("d/s", "t/s", 0), 0, "a merged directory moves");
	is_int(moved("d/none", "d/b", 0), -ENOENT, "nothing does not");
	is_int(moved("d/b", "t/y", RENAME_NOREPLACE), -EEXIST, "NOREPLACE");
	is_int(moved("d/b", "t/y", 0), 0, "a file replaces another");
	is_int(moved("m", "t", 0), -ENOTEMPTY, "what is full stays");
	tree_is("d/( ) m/( deep/( z=2 ) ) t/( s/( x=2 ) y=1 ) ", "moved");
	is_int(moved("m", "d", 0), 0, "whiteouts are no obstacle");
	is_int(moved("d/deep", "deep", 0), 0, "a directory below moves");
	is_int(moved("deep", "t/s/deep", 0), 0, "and moves again");
	is_int(moved("t/s", "d/s", 0), 0, "with what is above it");
	tree_is("d/( s/( deep/( z=2 ) x=2 ) ) t/( y=1 ) ", "moved again");
	is_int(create("m", S_IFDIR | 0777), 0, "an old name is used again");
	is_int(create("m/q", S_IFREG | 0777), 0, "and filled");
	is_int(moved("m", "d/s", RENAME_EXCHANGE), 0, "two change places");
	is_int(moved("t/y", "d", RENAME_EXCHANGE), 0, "of different kinds");
	tree_is("d=1 m/( deep/( z=2 ) x=2 ) t/( y/( s/( q= ) ) ) ",
		"exchanged");
	is_int(moved("m/x", "m/w", RENAME_WHITEOUT), 0, "RENAME_WHITEOUT");
	tree_is("d=1 m/( deep/( z=2 ) w=2 ) t/( y/( s/( q= ) ) ) ",
		"and after it");
	end();
}

/* A pure directory must not merge with what lies below its new name. */
static void test_rename_pure(void)
{
	begin("mkdir -p l1/d l1/e && echo 1 >l1/d/a && echo 1 >l1/e/b");
	is_int(create("new", S_IFDIR | 0777), 0, "a directory");
	is_int(gone("d/a", false), 0, "another is emptied");
	is_int(moved("new", "d", 0), 0, "and replaced by the first");
	is_int(moved("d", "e/d", 0), 0, "which goes on");
	tree_is("e/( b=1 d/( ) ) ", "nothing shines through");
	config.redirect = FO_REDIRECT_OFF;
	is_int(moved("e", "f", 0), -EXDEV, "no move without redirects");
	is_int(moved("e/d", "f", 0), 0, "but of what has no lower");
	config.redirect = FO_REDIRECT_ON;
	tree_is("e/( b=1 ) f/( ) ", "and nothing else");
	end();
}

static void test_links(void)
{
	struct stat one, two;

	begin("mkdir -p l1/d && echo 1 >l1/d/a && ln l1/d/a l1/d/b && "
	      "echo s >l1/d/single");
	is_int(linked("d/single", "d/double", &one), 0, "a lower is linked");
	is_int(one.st_nlink, 2, "it has two names");
	is_int(linked("d/a", "c", &one), 0, "a hard link is linked");
	is_int(one.st_nlink, 3, "it has three names");
	fo_node_forget(fs, walk("d/b", &two), 1);
	is_int((long long)two.st_ino, (long long)one.st_ino,
	       "one inode by all names");
	is_int(two.st_nlink, 3, "and one count");
	is_int(linked("d/a", "d/b", &one), -EEXIST, "no name twice");
	tree_is("c=1 d/( a=1 b=1 double=s single=s ) ", "linked");
	fo_node_forget(fs, walk("d/b", &two), 1);
	is_int(two.st_nlink, 3, "the count is kept");
	is_int(gone("d/b", false), 0, "one name is removed");
	fo_node_forget(fs, walk("c", &two), 1);
	is_int(two.st_nlink, 2, "the count follows");
	is_int(moved("d/a", "d/z", 0), 0, "one is renamed");
	is_int(gone("c", false), 0, "one is removed");
	tree_is("d/( double=s single=s z=1 ) ", "what is left");
	is_int(gone("d/z", false), 0, "the last is removed");
	shell("[ -z \"$(ls -A w/index)\" ] || touch failed");
	is_int(access("failed", F_OK), -1, "and the index' entry with it");
	tree_is("d/( double=s single=s ) ", "nothing is left of it");
	end();
}

static void test_tmpfile(void)
{
	const struct fo_caller caller = { .umask = 022 };
	struct fo_create create = {
		.mode = S_IFREG | 0600,
		.caller = &caller,
	};
	struct fo_created created;
	struct stat st;

	begin("mkdir -p l1/d");
	create.dir = walk("d", NULL);
	is_int(fo_create_tmpfile(fs, &create, &created), 0, "a nameless file");
	is_int(created.st.st_nlink, 0, "without a link");
	ok(write(created.fd, "tmp", 3) == 3, "it is written");
	is_int(fo_link(fs, created.node, create.dir, "named", &st), 0,
	       "and given a name");
	is_int(st.st_nlink, 1, "which is counted");
	close(created.fd);
	fo_node_forget(fs, created.node, 2);
	fo_node_forget(fs, create.dir, 1);
	tree_is("d/( named=tmp ) ", "it stays");
	end();
}

static void test_oci(void)
{
	config.whiteout = FO_WHITEOUT_OCI;
	begin("mkdir -p l1/d/s && echo 1 >l1/d/a && echo 1 >l1/d/b && "
	      "echo 1 >l1/d/s/x");
	is_int(gone("d/a", false), 0, "a lower is removed");
	ok(!access("u/d/.wh.a", F_OK), "by .wh.NAME");
	is_int(moved("d/b", "d/c", 0), 0, "one is renamed");
	is_int(gone("d/s/x", false), 0, "a directory is emptied");
	is_int(gone("d/s", true), 0, "and removed");
	tree_is("d/( c=1 ) ", "what is left");
	is_int(create("d/s", S_IFDIR | 0777), 0, "it comes back");
	ok(!access("u/d/s/.wh..wh..opq", F_OK), "opaque");
	is_int(create("d/a", S_IFREG | 0666), 0, "a file comes back");
	ok(access("u/d/.wh.a", F_OK), "and its mark goes");
	is_int(moved("d", "e", 0), -EXDEV, "no redirects for image tools");
	tree_is("d/( a= c=1 s/( ) ) ", "what came back");
	end();
	config.whiteout = FO_WHITEOUT_AUTO;
}

/* Where no device may be made: files with an attribute. */
static void test_xattr_whiteouts(void)
{
	begin("mkdir -p l1/d/s && echo 1 >l1/d/a && echo 1 >l1/d/b && "
	      "echo 1 >l1/d/s/x");
	fs->can.mknod_whiteout = false;
	is_int(gone("d/a", false), 0, "a lower is removed");
	ok(!is_whiteout("u/d/a") && !access("u/d/a", F_OK), "by a file");
	is_int(moved("d/b", "d/c", 0), 0, "one is renamed");
	is_int(gone("d/s/x", false), 0, "a directory is emptied");
	is_int(gone("d/s", true), 0, "and removed");
	tree_is("d/( c=1 ) ", "what is left");
	end();
}

/* Where rename(2) takes no flags. */
static void test_no_exchange(void)
{
	begin("mkdir -p l1/d/s u/d && echo 1 >l1/d/a && echo u >u/d/a && "
	      "echo 1 >l1/d/b && echo 1 >l1/d/s/x");
	fs->can.rename_exchange = false;
	is_int(gone("d/a", false), 0, "an upper over a lower is removed");
	ok(!access("u/d/.wh.a", F_OK), "by .wh.NAME");
	is_int(moved("d/b", "d/c", 0), 0, "one is renamed");
	is_int(gone("d/s/x", false), 0, "a directory is emptied");
	is_int(gone("d/s", true), 0, "and removed");
	is_int(create("d/s", S_IFDIR | 0777), 0, "it comes back");
	tree_is("d/( c=1 s/( ) ) ", "what is left");
	end();
}

int main(void)
{
	umask(0);
	if (!mkdtemp(home) || chdir(home)) {
		skip(1, "no directory in /tmp");
		return done();
	}
	fo_config_init(&config);
	config.lowerdir = lowers;
	config.n_lower = FO_ARRAY_SIZE(lowers);
	config.upperdir = "u";
	config.workdir = "w";
	test_listing();
	test_create();
	test_remove();
	test_rename();
	test_rename_pure();
	test_links();
	test_tmpfile();
	test_oci();
	test_xattr_whiteouts();
	test_no_exchange();
	if (!chdir("/"))
		(void)fo_remove_tree(AT_FDCWD, home);
	return done();
}
