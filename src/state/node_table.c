// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The node table: nodes by name (directories) or by real inode (the rest),
 * in shards, each with its lock.
 */
#include "state/node_table.h"

#include <string.h>

#include "base/base.h"
#include "state/fs.h"

uint64_t fo_node_key_hash(const struct fo_node_key *key)
{
	if (key->type == FO_NODE_TYPE_DIR)
		return fo_hash(key->name, strlen(key->name),
			       (uintptr_t)key->parent);
	return fo_hash(&key->ino, sizeof(key->ino), key->fs);
}

static uint64_t fo_node_hash_full(const struct fo_node *node)
{
	const struct fo_node_key key = {
		.type = node->type,
		.fs = node->key_fs,
		.ino = node->key_ino,
		.parent = node->name.parent,
		.name = node->name.text,
	};

	return fo_node_key_hash(&key);
}

/* Within a shard: the low bits chose it. */
static uint64_t fo_node_hash(const struct fo_link *link)
{
	return fo_node_hash_full(
		       fo_container_of(link, const struct fo_node, link)) /
	       FO_NODE_SHARDS;
}

bool fo_node_match(const struct fo_link *link, const void *wanted)
{
	const struct fo_node *node =
		fo_container_of(link, const struct fo_node, link);
	const struct fo_node_key *key = wanted;

	if (fo_node_has(node, FO_NODE_HIDDEN))
		return false;
	if (key->type == FO_NODE_TYPE_DIR)
		return fo_node_is_dir(node) &&
		       node->name.parent == key->parent &&
		       !strcmp(node->name.text, key->name);
	return !fo_node_is_dir(node) && node->key_ino == key->ino &&
	       node->key_fs == key->fs;
}

int fo_node_table_init(struct fo_fs *fs)
{
	size_t i;
	int err;

	for (i = 0; i < FO_NODE_SHARDS; i++) {
		struct fo_node_shard *shard = &fs->nodes.shards[i];

		pthread_mutex_init(&shard->lock, NULL);
		pthread_cond_init(&shard->unlocked, NULL);
		err = fo_table_init(&shard->table, fo_node_hash);
		if (err)
			return err;
	}
	return 0;
}

static void fo_node_destroy_link(struct fo_link *link, void *context)
{
	fo_node_destroy(context, fo_container_of(link, struct fo_node, link));
}

void fo_node_table_destroy(struct fo_fs *fs)
{
	size_t i;

	for (i = 0; i < FO_NODE_SHARDS; i++) {
		struct fo_node_shard *shard = &fs->nodes.shards[i];

		if (!shard->table.buckets)
			continue;
		fo_table_each(&shard->table, fo_node_destroy_link, fs);
		fo_table_destroy(&shard->table);
		pthread_cond_destroy(&shard->unlocked);
		pthread_mutex_destroy(&shard->lock);
	}
}

struct fo_node_shard *fo_node_lock_shard(struct fo_fs *fs, struct fo_node *node)
{
	for (;;) {
		uint8_t i = node->shard;
		struct fo_node_shard *shard = &fs->nodes.shards[i];

		pthread_mutex_lock(&shard->lock);
		if (node->shard == i)
			return shard;
		pthread_mutex_unlock(&shard->lock);
	}
}

void fo_node_hash_in(struct fo_node_shard *shard, struct fo_node *node)
{
	fo_table_insert(&shard->table, &node->link);
	fo_node_set(node, FO_NODE_HASHED);
}

void fo_node_hash_out(struct fo_node_shard *shard, struct fo_node *node)
{
	if (!fo_node_has(node, FO_NODE_HASHED))
		return;
	fo_table_remove(&shard->table, &node->link);
	fo_node_clear(node, FO_NODE_HASHED);
}

void fo_node_hide(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

	fo_node_set(node, FO_NODE_HIDDEN);
	pthread_mutex_unlock(&shard->lock);
}

void fo_node_unhash(struct fo_fs *fs, struct fo_node *node)
{
	struct fo_node_shard *shard = fo_node_lock_shard(fs, node);

	fo_node_hash_out(shard, node);
	pthread_mutex_unlock(&shard->lock);
}

void fo_node_rehash(struct fo_fs *fs, struct fo_node *node)
{
	uint8_t index = fo_node_hash_full(node) % FO_NODE_SHARDS;
	struct fo_node_shard *old = fo_node_lock_shard(fs, node);
	struct fo_node_shard *shard = &fs->nodes.shards[index];

	/* Waiters for BUSY sleep on the old shard: wake them to look again. */
	node->shard = index;
	pthread_cond_broadcast(&old->unlocked);
	pthread_mutex_unlock(&old->lock);
	pthread_mutex_lock(&shard->lock);
	fo_node_hash_in(shard, node);
	pthread_mutex_unlock(&shard->lock);
}

void fo_node_set_upper(struct fo_fs *fs, struct fo_node *node, uint16_t key_fs,
		       uint64_t key_ino)
{
	bool hashed = fo_node_has(node, FO_NODE_HASHED);

	fo_node_unhash(fs, node);
	node->key_fs = key_fs;
	node->key_ino = key_ino;
	fo_node_set(node, FO_NODE_UPPER);
	if (hashed)
		fo_node_rehash(fs, node);
}

struct fo_visit {
	void (*visit)(struct fo_node *node, void *context);
	void *context;
};

static void fo_visit_link(struct fo_link *link, void *context)
{
	const struct fo_visit *visit = context;

	visit->visit(fo_container_of(link, struct fo_node, link),
		     visit->context);
}

void fo_node_each(struct fo_fs *fs,
		  void (*visit)(struct fo_node *node, void *context),
		  void *context)
{
	struct fo_visit each = { visit, context };
	size_t i;

	for (i = 0; i < FO_NODE_SHARDS; i++) {
		struct fo_node_shard *shard = &fs->nodes.shards[i];

		pthread_mutex_lock(&shard->lock);
		fo_table_each(&shard->table, fo_visit_link, &each);
		pthread_mutex_unlock(&shard->lock);
	}
}
