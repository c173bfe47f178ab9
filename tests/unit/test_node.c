// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The node table under threads: entering, forgetting, renaming, removing,
 * hard links, locks and copy-up at once, over a model of the tree that says
 * what each lookup would have found. What must hold: a node is the right one
 * for as long as it is counted, a path is one that was true, a lock is held
 * by one, and in the end every node is gone. Meant for the thread sanitizer
 * as much as for its own checks.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "state/fs.h"
#include "state/listing.h"
#include "tap.h"

#define THREADS 4
#define TURNS 4000
#define HOMES 4 /* directories that stay */
#define MOVERS 6 /* directories that are renamed */
#define FILES 12 /* inodes of up to LINKS names each */
#define LINKS 3
#define INO_HOME 100
#define INO_MOVER 200
#define INO_FILE 300
#define LAYER 5 /* of a stack that a copy-up gives */
#define INO_UPPER 1000 /* what is added by copy-up */

static struct fo_fs *fs;
static struct fo_node *homes[HOMES];
static pthread_mutex_t renaming = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint wrong;

/* What is on disk: written within changes, read by lookups. */
static pthread_mutex_t model_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	unsigned int home;
	char name[64];
} movers[MOVERS];
static struct {
	uint64_t ino;
	bool exists[LINKS];
} files[FILES];

/* Guarded by nothing but fo_node_lock(): the sanitizer watches. */
static unsigned long guarded[FILES], locked[FILES];

static void expect(bool holds, const char *what)
{
	if (!holds && atomic_fetch_add(&wrong, 1) < 10)
		diag("does not hold: %s", what);
}

static struct fo_fs *fs_new(void)
{
	struct fo_fs *fresh = calloc(1, sizeof(*fresh));
	struct fo_found found = {
		.type = FO_NODE_TYPE_DIR,
		.upper = true,
		.layer = FO_LAYER_NONE,
		.key_ino = 1,
		.st_ino = 1,
	};

	pthread_rwlock_init(&fresh->tree.lock, NULL);
	if (fo_node_table_init(fresh) ||
	    fo_descriptors_init(&fresh->descriptors, 16) ||
	    fo_listings_new(&fresh->listings) ||
	    fo_node_enter(fresh, &(struct fo_place){ NULL, "" }, &found, 0,
			  &fresh->nodes.root))
		abort();
	return fresh;
}

static void fs_end(void)
{
	is_int((long long)atomic_load(&fs->nodes.count), 1,
	       "nothing is left but the root");
	fo_node_forget(fs, fs->nodes.root, 1);
	is_int((long long)atomic_load(&fs->nodes.count), 0, "nor is that");
	fo_node_table_destroy(fs);
	fo_descriptors_destroy(&fs->descriptors);
	fo_listings_free(fs->listings);
	pthread_rwlock_destroy(&fs->tree.lock);
	free(fs);
}

static struct fo_found found_of(uint8_t type, uint64_t ino, uint64_t st_ino)
{
	return (struct fo_found){
		.type = type,
		.upper = true,
		.layer = FO_LAYER_NONE,
		.key_ino = ino,
		.st_ino = st_ino,
	};
}

/* As a lookup does: what the model says now, until nothing came between. */
static struct fo_node *enter_mover(unsigned int i)
{
	for (;;) {
		struct fo_found found = found_of(FO_NODE_TYPE_DIR,
						 INO_MOVER + i, INO_MOVER + i);
		unsigned int sequence = fo_tree_sequence(fs), home;
		struct fo_place place;
		struct fo_node *node;
		char name[64];
		int err;

		pthread_mutex_lock(&model_lock);
		home = movers[i].home;
		memcpy(name, movers[i].name, sizeof(name));
		pthread_mutex_unlock(&model_lock);
		place = (struct fo_place){ homes[home], name };
		err = fo_node_enter(fs, &place, &found, sequence, &node);
		if (!err)
			return node;
		expect(err == -EAGAIN, "a lookup is told to look again");
	}
}

static void link_name(char name[64], unsigned int file, unsigned int link)
{
	snprintf(name, 64, "file-%u-link-%u", file, link);
}

/* NULL: the model has no such name. */
static struct fo_node *enter_file(unsigned int file, unsigned int link)
{
	char name[64];
	const struct fo_place place = { homes[link], name };

	link_name(name, file, link);
	for (;;) {
		struct fo_found found =
			found_of(FO_NODE_TYPE_REGULAR, 0, INO_FILE + file);
		unsigned int sequence = fo_tree_sequence(fs);
		struct fo_node *node;
		bool exists;
		int err;

		pthread_mutex_lock(&model_lock);
		exists = files[file].exists[link];
		found.key_ino = files[file].ino;
		pthread_mutex_unlock(&model_lock);
		if (!exists && fo_tree_is_unchanged(fs, sequence))
			return NULL;
		if (!exists)
			continue;
		err = fo_node_enter(fs, &place, &found, sequence, &node);
		if (!err)
			return node;
		expect(err == -EAGAIN, "a lookup is told to look again");
	}
}

/* A path read while nothing changes is the model's. */
static void check_path(struct fo_node *node, unsigned int i)
{
	unsigned int sequence = fo_tree_sequence(fs);
	_cleanup_free_ char *path = NULL;
	char wanted[128];
	int err = fo_tree_path(fs, node, FO_UPPER, &path);

	pthread_mutex_lock(&model_lock);
	snprintf(wanted, sizeof(wanted), "home-%u/%s", movers[i].home,
		 movers[i].name);
	pthread_mutex_unlock(&model_lock);
	if (!fo_tree_is_unchanged(fs, sequence))
		return;
	expect(!err && !strcmp(path, wanted), "a path is where the node is");
}

static void turn_look(unsigned int *seed)
{
	unsigned int i = (unsigned int)rand_r(seed) % MOVERS;
	struct fo_node *node = enter_mover(i), *again;

	expect(node->st_ino == INO_MOVER + i, "a directory is the right one");
	check_path(node, i);
	again = enter_mover(i);
	expect(again == node, "one directory is one node while it is counted");
	fo_node_forget(fs, again, 1);
	fo_node_get(node);
	fo_node_forget(fs, node, 1);
	check_path(node, i);
	fo_node_put(fs, node);
}

/* Names of many lengths: in the node's own space, and beyond it. */
static void turn_rename(unsigned int *seed)
{
	static const char pad[] = "----------------------------------------";
	unsigned int i = (unsigned int)rand_r(seed) % MOVERS;
	unsigned int home = (unsigned int)rand_r(seed) % HOMES;
	struct fo_node *node, *released = NULL;
	struct fo_place from, to;
	char old_name[64], name[64];

	snprintf(name, sizeof(name), "mover-%u%.*s", i,
		 rand_r(seed) % (int)sizeof(pad), pad);
	/* The kernel lets one directory be renamed at a time. */
	pthread_mutex_lock(&renaming);
	node = enter_mover(i);
	from.dir = homes[movers[i].home];
	memcpy(old_name, movers[i].name, sizeof(old_name));
	from.name = old_name;
	to = (struct fo_place){ homes[home], name };
	fo_tree_change_begin(fs);
	pthread_mutex_lock(&model_lock);
	movers[i].home = home;
	memcpy(movers[i].name, name, sizeof(name));
	pthread_mutex_unlock(&model_lock);
	expect(!fo_tree_move_name(fs, node, &from, &to, &released),
	       "a name is moved");
	fo_tree_change_end(fs);
	pthread_mutex_unlock(&renaming);
	expect(released == from.dir, "its former parent is given back");
	if (released)
		fo_node_put(fs, released);
	fo_node_forget(fs, node, 1);
}

/* Remove a link, or make it again. */
static void turn_link(unsigned int *seed)
{
	unsigned int file = (unsigned int)rand_r(seed) % FILES;
	/* Link 0 stays, so that the file does. */
	unsigned int link = 1 + (unsigned int)rand_r(seed) % (LINKS - 1);
	struct fo_node *node = enter_file(file, 0), *released = NULL;
	struct fo_place place = { .dir = homes[link] };
	char name[64];

	link_name(name, file, link);
	place.name = name;
	fo_node_lock(fs, node);
	fo_tree_change_begin(fs);
	pthread_mutex_lock(&model_lock);
	files[file].exists[link] = !files[file].exists[link];
	if (!files[file].exists[link])
		fo_tree_remove_name(fs, node, &place, &released);
	pthread_mutex_unlock(&model_lock);
	fo_tree_change_end(fs);
	fo_node_unlock(fs, node);
	if (released)
		fo_node_put(fs, released);
	fo_node_forget(fs, node, 1);
}

static void turn_file(unsigned int *seed)
{
	unsigned int file = (unsigned int)rand_r(seed) % FILES;
	unsigned int link = (unsigned int)rand_r(seed) % LINKS;
	struct fo_node *node = enter_file(file, link), *first;
	struct fo_named named;

	if (!node)
		return;
	first = enter_file(file, 0);
	expect(node->st_ino == INO_FILE + file, "a file is the right one");
	expect(node == first, "hard links are one node");
	if (!fo_tree_name(fs, node, 0, &named)) {
		expect(!strncmp(named.text, "file-", 5), "a name is whole");
		fo_node_put(fs, named.parent);
	}
	fo_node_forget(fs, node, 1);
	fo_node_forget(fs, first, 1);
}

/* The node's lock, with the move to another shard that a copy-up makes. */
static void turn_lock(unsigned int *seed)
{
	unsigned int file = (unsigned int)rand_r(seed) % FILES;
	struct fo_node *node = enter_file(file, 0);
	struct fo_stack *stack = node->stack;

	/* Given by a copy-up, read by whoever likes. */
	expect(!stack || stack->lower[0].layer == LAYER, "a stack is whole");
	fo_node_lock(fs, node);
	guarded[file]++;
	if (rand_r(seed) % 4 == 0) {
		fo_tree_change_begin(fs);
		pthread_mutex_lock(&model_lock);
		files[file].ino += INO_UPPER;
		if (!node->stack) {
			stack = fo_stack_new(1);
			stack->lower[0].layer = LAYER;
			node->stack = stack;
		}
		fo_node_set_upper(fs, node, 0, files[file].ino);
		pthread_mutex_unlock(&model_lock);
		fo_tree_change_end(fs);
	}
	locked[file]++;
	expect(guarded[file] == locked[file], "a locked node is one thread's");
	fo_node_unlock(fs, node);
	fo_node_forget(fs, node, 1);
}

static void count_node(struct fo_node *node, void *context)
{
	*(unsigned int *)context += node->st_ino != 0;
}

static void turn_each(unsigned int *seed)
{
	unsigned int n = 0;

	(void)seed;
	fo_node_each(fs, count_node, &n);
	expect(n >= 1 + HOMES && n <= 1 + HOMES + MOVERS + FILES,
	       "the table holds what the model has");
}

static void *run_thread(void *number)
{
	static void (*const turns[])(unsigned int *seed) = {
		turn_look, turn_rename, turn_file,
		turn_link, turn_lock,	turn_each,
	};
	unsigned int seed = (unsigned int)(uintptr_t)number;
	int i;

	for (i = 0; i < TURNS; i++)
		turns[(size_t)rand_r(&seed) % FO_ARRAY_SIZE(turns)](&seed);
	return NULL;
}

static void model_begin(void)
{
	char name[16];
	const struct fo_place place = { fs->nodes.root, name };
	unsigned int i;

	for (i = 0; i < HOMES; i++) {
		struct fo_found found =
			found_of(FO_NODE_TYPE_DIR, INO_HOME + i, INO_HOME + i);

		snprintf(name, sizeof(name), "home-%u", i);
		fo_node_enter(fs, &place, &found, 0, &homes[i]);
	}
	for (i = 0; i < MOVERS; i++) {
		movers[i].home = i % HOMES;
		snprintf(movers[i].name, sizeof(movers[i].name), "m%u", i);
	}
	for (i = 0; i < FILES; i++) {
		files[i].ino = INO_FILE + i;
		files[i].exists[0] = true;
	}
}

int main(void)
{
	pthread_t threads[THREADS];
	unsigned long turns = 0;
	size_t i;

	fs = fs_new();
	model_begin();
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run_thread,
			       (void *)(uintptr_t)(i + 1));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	is_int(wrong, 0, "all held for %d threads of %d turns", THREADS, TURNS);
	for (i = 0; i < FILES; i++)
		turns += guarded[i];
	ok(turns > TURNS / 2, "locks were taken %lu times", turns);
	for (i = 0; i < HOMES; i++)
		fo_node_forget(fs, homes[i], 1);
	fs_end();
	return done();
}
