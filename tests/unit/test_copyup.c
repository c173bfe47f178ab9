// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copy-up, against the layers themselves: what the upper has afterwards, and
 * that nothing is left in work, done or failed.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "layers.h"
#include "overlay/attr.h"
#include "overlay/content.h"
#include "overlay/copyup.h"
#include "overlay/remove.h"
#include "overlay/rename.h"

#define SPARSE_SIZE (8 << 20)
#define DEPTH 200

static const struct timespec old_times[2] = {
	{ 1000000000, 123456789 },
	{ 1100000000, 987654321 },
};

static const char *prefixed(const struct layers *layers, const char *mark)
{
	static char attr[64];

	snprintf(attr, sizeof(attr), "%s%s", layers->fs->xattr_prefix, mark);
	return attr;
}

static void make_sparse(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	must(fd >= 0 && pwrite(fd, "end", 3, SPARSE_SIZE - 3) == 3, path);
	close(fd);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	must(fd >= 0 && bind(fd, (struct sockaddr *)&address,
			     sizeof(address)) == 0,
	     path);
	close(fd);
}

static void fill_lowers(void)
{
	must(mkdir("l1/d", 0750) == 0 && mkdir("l2/d", 0700) == 0 &&
		     chmod("l1/d", 02750) == 0,
	     "d");
	write_file("l1/d/file", "lower\n");
	must(chmod("l1/d/file", 04751) == 0, "chmod");
	must(setxattr("l1/d/file", "user.kept", "v", 1, 0) == 0, "setxattr");
	must(setxattr("l1/d/file", "user.empty", "", 0, 0) == 0, "setxattr");
	write_file("l2/d/deep", "of l2\n");
	make_sparse("l1/d/sparse");
	must(symlink("nowhere", "l1/d/link") == 0, "symlink");
	must(mkfifo("l1/d/fifo", 0640) == 0, "mkfifo");
	make_socket("l1/d/socket");
	write_file("l1/d/one", "hard\n");
	must(link("l1/d/one", "l1/d/two") == 0 &&
		     link("l1/d/one", "l1/d/three") == 0,
	     "link");
	write_file("l1/d/cut", "to be cut\n");
	write_file("l1/d/gone", "gone\n");
	write_file("l1/d/meta", "content\n");
	write_file("l1/d/blocked", "blocked\n");
	write_file("l1/d/split", "split\n");
	must(utimensat(AT_FDCWD, "l1/d/file", old_times, 0) == 0 &&
		     utimensat(AT_FDCWD, "l1/d/link", old_times,
			       AT_SYMLINK_NOFOLLOW) == 0 &&
		     utimensat(AT_FDCWD, "l1/d", old_times, 0) == 0,
	     "utimensat");
}

static void test_renamed(struct layers *layers, struct fo_node *node)
{
	struct fo_node *dir = layers_look(layers, "d", NULL);
	const struct fo_rename there = { { dir, "file" }, { dir, "other" }, 0 };
	const struct fo_rename back = { { dir, "other" }, { dir, "file" }, 0 };
	struct stat st;

	is_int(fo_rename(layers->fs, &there), 0, "it is renamed");
	ok(layers_look(layers, "d/other", NULL) == node,
	   "and the node still is what it was");
	is_int(fo_attr_get(layers->fs, node, &st), 0, "to be found there");
	is_int(fo_rename(layers->fs, &back), 0, "and renamed back");
}

static void test_file(struct layers *layers)
{
	struct stat before, after, upper, dir;
	struct fo_node *node = layers_look(layers, "d/file", &before);

	is_int(fo_copyup(layers->fs, node, FO_COPYUP_ALL), 0,
	       "a file is copied up");
	must(stat("u/d/file", &upper) == 0 && stat("u/d", &dir) == 0, "stat");
	is_str(read_file("u/d/file"), "lower\n", "with its content");
	is_int(upper.st_mode, S_IFREG | 04751, "and its mode");
	ok(is_same_time(upper.st_atim, old_times[0]) &&
		   is_same_time(upper.st_mtim, old_times[1]),
	   "and its times, to the nanosecond");
	ok(has_attr("u/d/file", "user.kept") &&
		   has_attr("u/d/file", "user.empty"),
	   "and its attributes");
	is_int(dir.st_mode, S_IFDIR | 02750, "its directory came along");
	ok(is_same_time(dir.st_mtim, old_times[1]),
	   "and was not changed by what came into it");
	ok(has_attr("u/d", prefixed(layers, FO_XATTR_ORIGIN)) &&
		   has_attr("u/d", prefixed(layers, FO_XATTR_IMPURE)) &&
		   has_attr("u/d/file", prefixed(layers, FO_XATTR_ORIGIN)),
	   "both know where they came from");
	is_int(fo_attr_get(layers->fs, node, &after), 0, "it is shown");
	ok(after.st_ino == before.st_ino, "with the inode number of before");
	is_int(fo_copyup(layers->fs, node, FO_COPYUP_ALL), 0,
	       "once more is no mistake");
	ok(layers_look(layers, "d/file", NULL) == node,
	   "the node is the one it was");
	test_renamed(layers, node);
	is_int(count_left(), 0, "and work is empty");
}

static void test_types(struct layers *layers)
{
	static const char *const paths[] = { "d/link", "d/fifo", "d/socket",
					     "d/sparse" };
	struct stat lower, upper;
	char target[16] = "";
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(paths); i++) {
		char from[32], to[32];

		snprintf(from, sizeof(from), "l1/%s", paths[i]);
		snprintf(to, sizeof(to), "u/%s", paths[i]);
		must(lstat(from, &lower) == 0, from);
		is_int(fo_copyup(layers->fs,
				 layers_look(layers, paths[i], NULL),
				 FO_COPYUP_ALL),
		       0, "%s is copied up", paths[i]);
		ok(lstat(to, &upper) == 0 && upper.st_mode == lower.st_mode &&
			   upper.st_uid == lower.st_uid &&
			   upper.st_size == lower.st_size &&
			   is_same_time(upper.st_mtim, lower.st_mtim),
		   "and is what it was");
	}
	ok(upper.st_blocks <= lower.st_blocks + 16, "holes stay holes");
	ok(readlink("u/d/link", target, sizeof(target)) == 7 &&
		   !strcmp(target, "nowhere"),
	   "a link points where it pointed");
	is_int(count_left(), 0, "and work is empty");
}

static void test_hard_links(struct layers *layers)
{
	struct stat one, two, st;
	struct fo_node *node = layers_look(layers, "d/one", NULL);

	ok(layers_look(layers, "d/two", NULL) == node,
	   "two names of a lower file are one node");
	is_int(fo_copyup(layers->fs, node, FO_COPYUP_ALL), 0,
	       "a hard link is copied up");
	must(stat("u/d/one", &one) == 0, "u/d/one");
	ok(stat("u/d/two", &two) == 0 && two.st_ino == one.st_ino,
	   "under both names that were known");
	ok(!is_there("u/d/three"), "and not under the third");
	is_int(fo_attr_get(layers->fs, node, &st), 0, "it is shown");
	is_int((long long)st.st_nlink, 3, "with the count of all its names");
	is_int(count_entries("w/index"), 1, "the index has it");
	ok(layers_look(layers, "d/three", NULL) == node,
	   "by which the third name is the same node");
}

static void test_empty(struct layers *layers)
{
	struct stat upper;

	is_int(fo_copyup(layers->fs, layers_look(layers, "d/cut", NULL),
			 FO_COPYUP_EMPTY),
	       0, "what is to be truncated is copied up");
	ok(stat("u/d/cut", &upper) == 0 && upper.st_size == 0,
	   "without its content");
}

static void test_removed(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct fo_node *node = layers_look(layers, "d/gone", NULL);
	struct fo_descriptor *descriptor;
	struct stat st;
	char text[8] = "";

	is_int(fo_unlink(fs, layers_look(layers, "d", NULL), "gone"), 0,
	       "a lower file is removed");
	is_int(fo_content_write(fs, node, &descriptor), 0,
	       "and, being open, written to");
	ok(pwrite(descriptor->fd, "G", 1, 0) == 1, "a byte of it");
	fo_descriptor_put(&fs->descriptors, descriptor);
	is_int(fo_content_read(fs, node, &descriptor), 0, "and read");
	ok(pread(descriptor->fd, text, 5, 0) == 5 && !strcmp(text, "Gone\n"),
	   "with what was written");
	fo_descriptor_put(&fs->descriptors, descriptor);
	is_int(fo_attr_get(fs, node, &st), 0, "it is shown");
	is_int((long long)st.st_nlink, 0, "without a name");
	is_str(read_file("l1/d/gone"), "gone\n", "and the lower is as it was");
	is_int(count_left(), 0, "and work is empty");
}

static void test_metacopy(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct fo_node *node = layers_look(layers, "d/meta", NULL);
	struct fo_descriptor *descriptor;
	struct stat st;
	char text[16] = "";

	layers->config.metacopy = true;
	is_int(fo_copyup(fs, node, FO_COPYUP_METADATA), 0,
	       "metadata is copied up");
	layers->config.metacopy = false;
	ok(has_attr("u/d/meta", prefixed(layers, FO_XATTR_METACOPY)),
	   "and marked to be no more");
	ok(stat("u/d/meta", &st) == 0 && st.st_size == 8 && st.st_blocks < 16,
	   "of the right size, without content");
	is_int(fo_content_read(fs, node, &descriptor), 0, "it is read");
	ok(pread(descriptor->fd, text, 15, 0) == 8 &&
		   !strcmp(text, "content\n"),
	   "from below");
	fo_descriptor_put(&fs->descriptors, descriptor);
	must(utimensat(AT_FDCWD, "u/d/meta", old_times, 0) == 0, "utimensat");
	is_int(fo_copyup(fs, node, FO_COPYUP_ALL), 0, "then the content");
	is_str(read_file("u/d/meta"), "content\n", "is in the upper");
	ok(!has_attr("u/d/meta", prefixed(layers, FO_XATTR_METACOPY)),
	   "and the mark is gone");
	ok(stat("u/d/meta", &st) == 0 && is_same_time(st.st_mtim, old_times[1]),
	   "which is no change of the file");
}

static void test_split(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct stat before, after;
	struct fo_node *node = layers_look(layers, "d/split", &before);
	struct fo_node *other;

	is_int(fo_copyup(fs, node, FO_COPYUP_SPLIT), 0, "a node is split");
	other = layers_look(layers, "d/split", &after);
	ok(other && other != node, "the next lookup makes another");
	ok(after.st_ino == before.st_ino, "of the same inode number");
	is_int(fo_content_layer(node), node->layer, "one keeps the lower");
	is_int(fo_content_layer(other), FO_UPPER, "one has the upper");
	/* No table has it any more: it goes with the last who knows it. */
	ok(fo_node_forget(fs, node, 1), "and the first goes when forgotten");
}

/* The upper has, behind our back, what the copy would be called. */
static void test_failure(struct layers *layers)
{
	struct fo_node *node = layers_look(layers, "d/blocked", NULL);

	must(mkdir("u/d/blocked", 0755) == 0, "mkdir");
	is_int(fo_copyup(layers->fs, node, FO_COPYUP_ALL), -EEXIST,
	       "a copy-up fails");
	is_int(count_left(), 0, "and leaves nothing in work");
	ok(!fo_node_has_upper(node), "the node is what it was");
	must(rmdir("u/d/blocked") == 0, "rmdir");
	is_int(fo_copyup(layers->fs, node, FO_COPYUP_ALL), 0,
	       "and can be copied up later");
}

static void all_of(bool tmpfile)
{
	struct layers layers;

	layers_make(&layers);
	fill_lowers();
	layers_open(&layers);
	diag("%s", tmpfile ? "with O_TMPFILE, if it is had" : "without");
	layers.fs->can.tmpfile = layers.fs->can.tmpfile && tmpfile;
	test_file(&layers);
	test_types(&layers);
	if (layers.fs->can.handles)
		test_hard_links(&layers);
	else
		skip(8, "the filesystem has no file handles");
	test_empty(&layers);
	test_removed(&layers);
	test_metacopy(&layers);
	test_split(&layers);
	test_failure(&layers);
	layers_remove(&layers);
}

static void test_depth(void)
{
	struct layers layers;
	struct fo_node *node;
	char path[DEPTH * 2 + 8] = "d", lower[sizeof(path) + 8];
	size_t i;

	layers_make(&layers);
	for (i = 0; i < DEPTH; i++) {
		snprintf(lower, sizeof(lower), "l2/%s", path);
		must(mkdir(lower, 0755) == 0, lower);
		strcat(path, "/d");
	}
	snprintf(lower, sizeof(lower), "l2/%s", path);
	write_file(lower, "deep\n");
	layers_open(&layers);
	node = layers_look(&layers, path, NULL);
	is_int(fo_copyup(layers.fs, node, FO_COPYUP_ALL), 0,
	       "a file in %d directories is copied up", DEPTH);
	snprintf(lower, sizeof(lower), "u/%s", path);
	is_str(read_file(lower), "deep\n", "to where it was");
	layers_remove(&layers);
}

#define RACERS 8
#define RACED 50

struct race {
	struct layers *layers;
	struct fo_node *nodes[RACED];
	int failed;
};

static void *race_run(void *context)
{
	struct race *race = context;
	size_t i;

	for (i = 0; i < RACED; i++)
		if (fo_copyup(race->layers->fs, race->nodes[i], FO_COPYUP_ALL))
			__atomic_fetch_add(&race->failed, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void test_race(void)
{
	struct layers layers;
	struct race race = { .layers = &layers };
	pthread_t threads[RACERS];
	char path[32];
	size_t i;

	layers_make(&layers);
	must(mkdir("l1/d", 0755) == 0, "d");
	for (i = 0; i < RACED; i++) {
		snprintf(path, sizeof(path), "l1/d/%zu", i);
		write_file(path, "raced\n");
	}
	layers_open(&layers);
	for (i = 0; i < RACED; i++) {
		snprintf(path, sizeof(path), "d/%zu", i);
		race.nodes[i] = layers_look(&layers, path, NULL);
	}
	for (i = 0; i < RACERS; i++)
		must(!pthread_create(&threads[i], NULL, race_run, &race),
		     "pthread_create");
	for (i = 0; i < RACERS; i++)
		pthread_join(threads[i], NULL);
	is_int(race.failed, 0, "several threads copy the same files up");
	is_int(count_entries("u/d"), RACED, "each once");
	is_int((long long)layers.fs->copy_ups, RACED + 1, "and no more often");
	is_int(count_left(), 0, "and work is empty");
	layers_remove(&layers);
}

int main(void)
{
	all_of(true);
	all_of(false);
	test_depth();
	test_race();
	return done();
}
