// SPDX-License-Identifier: GPL-2.0-or-later
/* Nodes: made, found again, counted, locked, freed. */
#include "state/node_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "state/fs.h"

struct fo_stack *fo_stack_new(uint16_t count)
{
	struct fo_stack *stack =
		calloc(1, sizeof(*stack) + count * sizeof(stack->lower[0]));

	if (stack)
		stack->count = count;
	return stack;
}

void fo_stack_free(struct fo_stack *stack)
{
	uint16_t i;

	if (!stack)
		return;
	for (i = 0; i < stack->count; i++)
		free(stack->lower[i].path);
	free(stack);
}

void fo_node_destroy(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_name *more = node->name.next;

	while (more) {
		struct fo_name *next = more->next;

		free(more->text);
		free(more);
		more = next;
	}
	if (node->name.text != node->text)
		free(node->name.text);
	fo_stack_free(node->stack);
	free(node);
	atomic_fetch_sub(&fs->nodes.count, 1);
}

/* May a lookup that found this have the node that is there? */
static bool fo_node_is_found(const struct fo_node *node,
			     const struct fo_found *found)
{
	if (node->type != found->type)
		return false;
	/*
	 * A number that a removed lower had may be a new upper's: a copy-up
	 * would have changed the sequence.
	 */
	if (!fo_node_is_dir(node))
		return fo_node_has_upper(node) == found->upper;
	return node->key_ino == found->key_ino && node->key_fs == found->key_fs;
}

static struct fo_node *fo_node_new(struct fo_fs *fs,
				   const struct fo_place *place,
				   struct fo_found *found)
{
	size_t size = strlen(place->name) + 1;
	/* There are many nodes: the name begins in the padding. */
	size_t whole = offsetof(struct fo_node, text) + size;
	struct fo_node *node = calloc(1, fo_max(whole, sizeof(*node)));

	if (!node)
		return NULL;
	memcpy(node->text, place->name, size);
	node->name.text = node->text;
	node->name.parent = place->dir ? fo_node_get(place->dir) : NULL;
	node->type = found->type;
	node->stack = fo_take(&found->stack);
	node->layer = found->layer;
	node->key_fs = found->key_fs;
	node->key_ino = found->key_ino;
	node->st_ino = found->st_ino;
	node->generation = atomic_fetch_add(&fs->nodes.generation, 1);
	node->flags = (found->upper ? FO_NODE_UPPER : 0) |
		      (found->metacopy ? FO_NODE_METACOPY : 0) |
		      (found->indexed ? FO_NODE_INDEXED : 0) |
		      (found->impure ? FO_NODE_IMPURE : 0) |
		      (found->xwhiteouts ? FO_NODE_XWHITEOUTS : 0);
	atomic_fetch_add(&fs->nodes.count, 1);
	return node;
}

static void fo_node_count(struct fo_node *node)
{
	if (node->nlookup == 0)
		atomic_fetch_add(&node->refs, 1);
	if (node->nlookup < UINT32_MAX)
		node->nlookup++;
}

/* The node that is there, counted; NULL if a lookup may not have it. */
static struct fo_node *fo_node_find(struct fo_node_shard *shard, uint64_t hash,
				    const struct fo_node_key *key,
				    const struct fo_found *found)
{
	struct fo_link *link = fo_table_find(
		&shard->table, hash / FO_NODE_SHARDS, fo_node_match, key);
	struct fo_node *node;

	if (!link)
		return NULL;
	node = fo_container_of(link, struct fo_node, link);
	if (!fo_node_is_found(node, found)) {
		/* A layer was changed below us: another file now. */
		fo_node_set(node, FO_NODE_HIDDEN);
		return NULL;
	}
	fo_node_count(node);
	return node;
}

static struct fo_node *fo_node_add(struct fo_fs *fs,
				   const struct fo_place *place,
				   struct fo_found *found, uint8_t index)
{
	struct fo_node *node = fo_node_new(fs, place, found);

	if (!node)
		return NULL;
	node->shard = index;
	fo_node_hash_in(&fs->nodes.shards[index], node);
	fo_node_count(node);
	return node;
}

/*
 * A lower of one link is known by another name: that one was removed by
 * hand, and its number given to this.
 */
static bool fo_node_is_another(struct fo_fs *fs, struct fo_node *node,
			       const struct fo_place *place,
			       const struct fo_found *found)
{
	return !fo_node_is_dir(node) && !found->upper && found->nlink == 1 &&
	       !fo_tree_has_name(fs, node, place);
}

int fo_node_enter(struct fo_fs *fs, const struct fo_place *place,
		  struct fo_found *found, unsigned int sequence,
		  struct fo_node **out_node)
{
	const struct fo_node_key key = {
		.type = found->type,
		.fs = found->key_fs,
		.ino = found->key_ino,
		.parent = place->dir,
		.name = place->name,
	};
	uint64_t hash = fo_node_key_hash(&key);
	uint8_t index = hash % FO_NODE_SHARDS;
	struct fo_node_shard *shard = &fs->nodes.shards[index];
	struct fo_node *known = NULL, *node;
	int err = 0;

	pthread_mutex_lock(&shard->lock);
	if (!fo_tree_is_unchanged(fs, sequence)) {
		pthread_mutex_unlock(&shard->lock);
		return -EAGAIN;
	}
	known = fo_node_find(shard, hash, &key, found);
	node = known ? known : fo_node_add(fs, place, found, index);
	pthread_mutex_unlock(&shard->lock);
	if (!node)
		return -ENOMEM;
	if (known && fo_node_is_another(fs, node, place, found)) {
		fo_node_hide(fs, node);
		err = -EAGAIN;
	} else if (known && !fo_node_is_dir(node)) {
		err = fo_tree_add_name_at(fs, node, place, sequence);
	}
	if (err) {
		fo_node_forget(fs, node, 1);
		return err;
	}
	fo_stack_free(fo_take(&found->stack));
	*out_node = node;
	return 0;
}

struct fo_node *fo_node_known(struct fo_fs *fs, const struct fo_place *place,
			      const struct stat *st)
{
	const struct fo_node_key key = {
		.type = FO_NODE_TYPE(st->st_mode),
		.fs = fs->layers[FO_UPPER].filesystem,
		.ino = st->st_ino,
	};
	const struct fo_found found = { .type = key.type, .upper = true };
	uint64_t hash = fo_node_key_hash(&key);
	struct fo_node_shard *shard = &fs->nodes.shards[hash % FO_NODE_SHARDS];
	struct fo_node *node;

	pthread_mutex_lock(&shard->lock);
	node = fo_node_find(shard, hash, &key, &found);
	pthread_mutex_unlock(&shard->lock);
	if (!node)
		return NULL;
	if (fo_node_has_upper(node) && fo_tree_has_name(fs, node, place))
		return node;
	fo_node_forget(fs, node, 1);
	return NULL;
}

struct fo_node *fo_node_get(struct fo_node *node)
{
	atomic_fetch_add(&node->refs, 1);
	return node;
}

/* Under the lock, which it releases. Returns whether nobody is left. */
static bool fo_node_drop(struct fo_node *node, struct fo_node_shard *shard)
{
	bool last = atomic_fetch_sub(&node->refs, 1) == 1;

	if (last)
		fo_node_hash_out(shard, node);
	pthread_mutex_unlock(&shard->lock);
	return last;
}

static bool fo_node_unref(struct fo_fs *fs, struct fo_node *node)
{
	unsigned int refs = node->refs;

	/* The last reference goes under the lock, lest a lookup find it. */
	while (refs > 1)
		if (atomic_compare_exchange_weak(&node->refs, &refs, refs - 1))
			return false;
	return fo_node_drop(node, fo_node_lock_shard(fs, node));
}

/*
 * Free a node that nobody refers to, and those of its parents that then are
 * so too: in a loop, since a tree may be deeper than a stack. Only what is no
 * directory has more names, so that the calls nest once.
 */
static void fo_node_release(struct fo_fs *fs, struct fo_node *node)
{
	while (node) {
		struct fo_node *parent = node->name.parent;
		struct fo_name *name;

		if (fo_node_has(node, FO_NODE_CACHED))
			fo_fs_forget_node(fs, node);
		for (name = node->name.next; name; name = name->next)
			fo_node_put(fs, name->parent);
		fo_node_destroy(fs, node);
		node = parent && fo_node_unref(fs, parent) ? parent : NULL;
	}
}

void fo_node_put(struct fo_fs *fs, struct fo_node *node)
{
	if (fo_node_unref(fs, node))
		fo_node_release(fs, node);
}

bool fo_node_forget(struct fo_fs *fs, struct fo_node *node, uint64_t n)
{
	struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

	/* A count that has come to its top is lost: such a node stays. */
	if (node->nlookup < UINT32_MAX)
		node->nlookup -= (uint32_t)fo_min(n, (uint64_t)node->nlookup);
	if (node->nlookup) {
		pthread_mutex_unlock(&shard->lock);
		return false;
	}
	if (fo_node_drop(node, shard))
		fo_node_release(fs, node);
	return true;
}

void fo_node_remember(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

	fo_node_count(node);
	pthread_mutex_unlock(&shard->lock);
}

void fo_node_lock(struct fo_fs *fs, struct fo_node *node)
{
	for (;;) {
		struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

		if (!fo_node_has(node, FO_NODE_BUSY)) {
			fo_node_set(node, FO_NODE_BUSY);
			pthread_mutex_unlock(&shard->lock);
			return;
		}
		pthread_cond_wait(&shard->unlocked, &shard->lock);
		pthread_mutex_unlock(&shard->lock);
	}
}

void fo_node_unlock(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

	fo_node_clear(node, FO_NODE_BUSY);
	pthread_cond_broadcast(&shard->unlocked);
	pthread_mutex_unlock(&shard->lock);
}
