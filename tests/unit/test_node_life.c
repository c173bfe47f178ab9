// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One node's life, step by step: entered, found again, hidden, renamed,
 * removed, forgotten; and where it lies in each layer meanwhile.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "state/fs.h"
#include "state/listing.h"
#include "tap.h"

#define DEPTH 50000
#define SMALL_STACK (256 * 1024) /* bytes; with a sanitizer's frames */

static struct fo_fs *fs_new(void)
{
	struct fo_fs *fs = calloc(1, sizeof(*fs));
	struct fo_found found = {
		.type = FO_NODE_TYPE_DIR,
		.upper = true,
		.layer = FO_LAYER_NONE,
		.st_ino = 1,
	};

	pthread_rwlock_init(&fs->tree.lock, NULL);
	if (fo_node_table_init(fs) ||
	    fo_descriptors_init(&fs->descriptors, 16) ||
	    fo_listings_new(&fs->listings) ||
	    fo_node_enter(fs, &(struct fo_place){ NULL, "" }, &found, 0,
			  &fs->nodes.root))
		abort();
	return fs;
}

/* With nodes left or without: a leak is the sanitizer's to find. */
static void fs_free(struct fo_fs *fs)
{
	fo_node_table_destroy(fs);
	fo_descriptors_destroy(&fs->descriptors);
	fo_listings_free(fs->listings);
	pthread_rwlock_destroy(&fs->tree.lock);
	free(fs);
}

static long long nodes_of(const struct fo_fs *fs)
{
	return (long long)atomic_load(&fs->nodes.count);
}

static struct fo_node *enter(struct fo_fs *fs, struct fo_node *parent,
			     const char *name, struct fo_found found)
{
	const struct fo_place place = { parent, name };
	struct fo_node *node = NULL;

	fo_node_enter(fs, &place, &found, fo_tree_sequence(fs), &node);
	return node;
}

static struct fo_found a_dir(uint64_t ino)
{
	return (struct fo_found){
		.type = FO_NODE_TYPE_DIR,
		.upper = true,
		.layer = FO_LAYER_NONE,
		.key_ino = ino,
		.st_ino = ino,
	};
}

static struct fo_found a_file(uint64_t ino)
{
	struct fo_found found = a_dir(ino);

	found.type = FO_NODE_TYPE_REGULAR;
	return found;
}

/* Two lowers; the second has the directory at another path. */
static struct fo_found a_merged_dir(uint64_t ino, const char *second)
{
	struct fo_found found = a_dir(ino);

	found.layer = 1;
	found.stack = fo_stack_new(2);
	found.stack->lower[0].layer = 1;
	found.stack->lower[1].layer = 2;
	found.stack->lower[1].path = second ? strdup(second) : NULL;
	return found;
}

static void is_path(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		    const char *wanted, const char *what)
{
	_cleanup_free_ char *path = NULL;

	is_int(fo_tree_path(fs, node, layer, &path), 0, "%s: a path", what);
	is_str(path, wanted, "%s", what);
}

static void test_counts(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_node *dir = enter(fs, fs->nodes.root, "d", a_dir(2));
	struct fo_node *file = enter(fs, dir, "f", a_file(3));

	is_int(nodes_of(fs), 3, "three nodes");
	ok(enter(fs, fs->nodes.root, "d", a_dir(2)) == dir, "found again");
	ok(!fo_node_forget(fs, dir, 1), "the kernel knows it once more");
	ok(fo_node_forget(fs, dir, 1), "and no more");
	is_int(nodes_of(fs), 3, "but what is in it keeps it");
	ok(enter(fs, fs->nodes.root, "d", a_dir(2)) == dir, "and it is found");
	fo_node_forget(fs, dir, 1);
	ok(fo_node_forget(fs, file, 5),
	   "more cannot be forgotten than counted");
	is_int(nodes_of(fs), 1, "the last one takes its parents along");
	file = enter(fs, fs->nodes.root, "f", a_file(3));
	fo_node_get(file);
	fo_node_forget(fs, file, 1);
	is_int(nodes_of(fs), 2, "a user keeps what the kernel forgot");
	fo_node_put(fs, file);
	is_int(nodes_of(fs), 1, "until he is done");
	fs_free(fs);
}

static void test_stale_lookup(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_found found = a_merged_dir(2, "elsewhere");
	const struct fo_place place = { fs->nodes.root, "d" };
	struct fo_stack *stack = found.stack;
	unsigned int sequence = fo_tree_sequence(fs);
	struct fo_node *node = NULL;

	fo_tree_change_begin(fs);
	fo_tree_change_end(fs);
	is_int(fo_node_enter(fs, &place, &found, sequence, &node), -EAGAIN,
	       "what was looked up before a change is not entered");
	ok(!node && found.stack == stack, "and is the caller's still");
	is_int(nodes_of(fs), 1, "nothing is made of it");
	fo_stack_free(stack);
	fs_free(fs);
}

/* A layer that was changed below the mount. */
static void test_another(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_node *root = fs->nodes.root;
	struct fo_node *dir = enter(fs, root, "d", a_dir(2)), *other;
	struct fo_node *file = enter(fs, root, "f", a_file(3));
	struct fo_found fifo = a_file(3);

	other = enter(fs, root, "d", a_dir(4));
	ok(other != dir, "another directory of that name is another node");
	ok(enter(fs, root, "d", a_dir(4)) == other,
	   "and is found from then on");
	ok(enter(fs, root, "g", a_file(3)) == file, "a hard link is one node");
	fifo.type = FO_NODE_TYPE(S_IFIFO);
	other = enter(fs, root, "f", fifo);
	ok(other != file, "an inode that is a fifo now is another");
	ok(other->generation != file->generation, "of another generation");
	is_int(nodes_of(fs), 5, "the old ones stay while the kernel has them");
	fs_free(fs);
}

/* The number of a lower that was removed by hand is given to a new upper. */
static void test_number_again(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_found lower = a_file(7);
	struct fo_node *old, *fresh;

	lower.upper = false;
	lower.layer = 1;
	old = enter(fs, fs->nodes.root, "old", lower);
	fresh = enter(fs, fs->nodes.root, "fresh", a_file(7));
	ok(fresh != old, "a lower and an upper of one number are two nodes");
	ok(fo_node_has_upper(fresh), "the new one has its upper");
	ok(!fo_node_has_upper(old), "the old one has none");
	ok(enter(fs, fs->nodes.root, "fresh", a_file(7)) == fresh,
	   "the new one is found again");
	lower.key_ino = 8;
	lower.nlink = 1;
	old = enter(fs, fs->nodes.root, "first", lower);
	ok(enter(fs, fs->nodes.root, "first", lower) == old,
	   "a lower of one link is found by its name");
	ok(!enter(fs, fs->nodes.root, "second", lower),
	   "not by another: look again");
	fresh = enter(fs, fs->nodes.root, "second", lower);
	ok(fresh && fresh != old, "then it is another node");
	fs_free(fs);
}

static void test_hidden(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_node *root = fs->nodes.root;
	struct fo_node *file = enter(fs, root, "f", a_file(3)), *other;

	fo_node_hide(fs, file);
	other = enter(fs, root, "f", a_file(3));
	ok(other && other != file, "a hidden node is found by no lookup");
	fo_tree_change_begin(fs);
	fo_node_set_upper(fs, file, 0, 30);
	fo_tree_change_end(fs);
	ok(enter(fs, root, "f", a_file(30)) != file, "nor after a copy-up");
	is_path(fs, file, FO_UPPER, "f", "it has its name still");
	fo_node_forget(fs, file, 1);
	is_int(nodes_of(fs), 3, "and goes when it is forgotten");
	fs_free(fs);
}

static void test_paths(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_node *root = fs->nodes.root;
	struct fo_node *dir = enter(fs, root, "d", a_merged_dir(2, "old/d"));
	struct fo_node *file = enter(fs, dir, "f", a_file(3));
	const struct fo_place from = { root, "d" };
	const struct fo_place to = { root, "a-name-that-is-longer" };
	struct fo_lower_paths *paths;
	struct fo_node *released;

	is_path(fs, root, FO_UPPER, "", "the root");
	is_path(fs, file, FO_UPPER, "d/f", "a file in the upper");
	is_path(fs, file, 1, "d/f", "and by its names in a lower");
	is_path(fs, file, 2, "old/d/f", "but where a redirect led in another");
	is_int(fo_tree_lower_paths(fs, dir, &paths), 0,
	       "paths before a rename");
	fo_tree_change_begin(fs);
	is_int(fo_tree_move_name(fs, dir, &from, &to, &released), 0, "renamed");
	fo_tree_keep_lower_paths(dir, paths);
	fo_tree_change_end(fs);
	fo_lower_paths_free(paths);
	ok(released == root, "its parent is given back");
	fo_node_put(fs, released);
	is_path(fs, file, FO_UPPER, "a-name-that-is-longer/f", "the new name");
	is_path(fs, file, 1, "d/f", "the lower has the old one");
	is_path(fs, file, 2, "old/d/f", "as before");
	ok(enter(fs, root, "a-name-that-is-longer", a_dir(2)) == dir,
	   "it is found by the new name");
	ok(enter(fs, root, "d", a_dir(2)) != dir, "and not by the old");
	fs_free(fs);
}

static void test_names(void)
{
	struct fo_fs *fs = fs_new();
	struct fo_node *root = fs->nodes.root, *released;
	struct fo_node *file = enter(fs, root, "one", a_file(3));
	const struct fo_place one = { root, "one" }, two = { root, "second" };
	struct fo_named named;
	char *path;

	is_int(fo_tree_add_name(fs, file, &two), 0, "a second name");
	is_int(fo_tree_add_name(fs, file, &two), 0, "which is there already");
	ok(fo_tree_has_more_names(fs, file), "it has two");
	is_int(fo_tree_name(fs, file, 2, &named), -ENOENT, "not three");
	fo_tree_change_begin(fs);
	fo_tree_remove_name(fs, file, &one, &released);
	fo_tree_change_end(fs);
	fo_node_put(fs, released);
	ok(!fo_tree_has_more_names(fs, file), "one is removed");
	is_path(fs, file, FO_UPPER, "second", "the other is its path");
	ok(!fo_node_has(file, FO_NODE_REMOVED), "it is not gone");
	fo_tree_change_begin(fs);
	fo_tree_remove_name(fs, file, &one, &released);
	ok(!released, "what was removed cannot be again");
	fo_tree_remove_name(fs, file, &two, &released);
	fo_tree_change_end(fs);
	fo_node_put(fs, released);
	ok(fo_node_has(file, FO_NODE_REMOVED), "without a name it is gone");
	is_int(fo_tree_path(fs, file, FO_UPPER, &path), -ESTALE, "and nowhere");
	is_int(fo_tree_name(fs, file, 0, &named), -ENOENT, "by no name");
	is_int(fo_tree_add_name(fs, file, &one), 0, "a name can be given anew");
	is_path(fs, file, FO_UPPER, "one", "then it is somewhere again");
	fo_node_forget(fs, file, 1);
	is_int(nodes_of(fs), 1, "and is freed with its names");
	fs_free(fs);
}

/* Forgotten from the top down, so that the last one frees all. */
static void *free_deep(void *context)
{
	struct fo_fs *fs = context;
	struct fo_node **nodes = calloc(DEPTH, sizeof(struct fo_node *));
	struct fo_node *at = fs->nodes.root;
	size_t i;

	for (i = 0; i < DEPTH; i++)
		nodes[i] = at = enter(fs, at, "d", a_dir(2 + i));
	for (i = 0; i < DEPTH; i++)
		fo_node_forget(fs, nodes[i], 1);
	free(nodes);
	return NULL;
}

static void test_deep(void)
{
	struct fo_fs *fs = fs_new();
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, SMALL_STACK);
	if (!is_int(pthread_create(&thread, &attr, free_deep, fs), 0,
		    "a thread of a small stack"))
		return;
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
	is_int(nodes_of(fs), 1, "frees a tree that is %d deep", DEPTH);
	fs_free(fs);
}

int main(void)
{
	test_counts();
	test_stale_lookup();
	test_another();
	test_number_again();
	test_hidden();
	test_paths();
	test_names();
	test_deep();
	return done();
}
