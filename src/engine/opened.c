// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens and backing ids per inode, under one short lock. */
#include "engine/opened.h"

#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "state/node.h"

#define FO_IDLE_BACKINGS_MAX 1024

static uint64_t fo_opened_key_hash(const struct fo_opened_key *key)
{
	uint64_t words[2] = { (uintptr_t)key->node, key->generation };

	return fo_hash(words, sizeof(words), 0);
}

static uint64_t fo_opened_hash(const struct fo_link *link)
{
	return fo_opened_key_hash(
		&fo_container_of(link, const struct fo_opened, link)->key);
}

static bool fo_opened_match(const struct fo_link *link, const void *wanted)
{
	const struct fo_opened *entry =
		fo_container_of(link, const struct fo_opened, link);
	const struct fo_opened_key *key = wanted;

	return entry->key.node == key->node &&
	       entry->key.generation == key->generation;
}

struct fo_opened_key fo_opened_key_of(const struct fo_node *node)
{
	return (struct fo_opened_key){ node, node->generation };
}

int fo_opened_init(struct fo_opened_table *opened)
{
	int err = fo_table_init(&opened->table, fo_opened_hash);

	if (err)
		return err;
	pthread_mutex_init(&opened->lock, NULL);
	opened->newest = opened->oldest = NULL;
	opened->idle = opened->backings = 0;
	opened->idle_max = FO_IDLE_BACKINGS_MAX;
	return 0;
}

static void fo_opened_free(struct fo_link *link, void *context)
{
	(void)context;
	free(fo_container_of(link, struct fo_opened, link));
}

void fo_opened_destroy(struct fo_opened_table *opened)
{
	/* The kernel closes the ids with the connection. */
	fo_table_each(&opened->table, fo_opened_free, NULL);
	fo_table_destroy(&opened->table);
	pthread_mutex_destroy(&opened->lock);
}

static struct fo_opened *fo_opened_find(struct fo_opened_table *opened,
					const struct fo_opened_key *key)
{
	struct fo_link *link = fo_table_find(
		&opened->table, fo_opened_key_hash(key), fo_opened_match, key);

	return link ? fo_container_of(link, struct fo_opened, link) : NULL;
}

static struct fo_opened *fo_opened_make(struct fo_opened_table *opened,
					const struct fo_node *node)
{
	const struct fo_opened_key key = fo_opened_key_of(node);
	struct fo_opened *entry = fo_opened_find(opened, &key);

	if (entry)
		return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->key = key;
	fo_table_insert(&opened->table, &entry->link);
	return entry;
}

static void fo_idle_remove(struct fo_opened_table *opened,
			   struct fo_opened *entry)
{
	if (!entry->idle)
		return;
	if (entry->newer)
		entry->newer->older = entry->older;
	else
		opened->newest = entry->older;
	if (entry->older)
		entry->older->newer = entry->newer;
	else
		opened->oldest = entry->newer;
	entry->newer = entry->older = NULL;
	entry->idle = false;
	opened->idle--;
}

static void fo_idle_add(struct fo_opened_table *opened, struct fo_opened *entry)
{
	entry->idle = true;
	entry->newer = NULL;
	entry->older = opened->newest;
	if (opened->newest)
		opened->newest->newer = entry;
	else
		opened->oldest = entry;
	opened->newest = entry;
	opened->idle++;
}

static int fo_backing_take(struct fo_opened_table *opened,
			   struct fo_opened *entry)
{
	int id = entry->backing_id;

	entry->backing_id = 0;
	if (id)
		opened->backings--;
	return id;
}

/* Drop an entry that says nothing any more; its id, or 0. */
static int fo_opened_drop(struct fo_opened_table *opened,
			  struct fo_opened *entry)
{
	int id = fo_backing_take(opened, entry);

	fo_idle_remove(opened, entry);
	fo_table_remove(&opened->table, &entry->link);
	free(entry);
	return id;
}

struct fo_opened_state fo_opened_state(struct fo_opened_table *opened,
				       const struct fo_node *node)
{
	const struct fo_opened_key key = fo_opened_key_of(node);
	struct fo_opened_state state = { 0 };
	struct fo_opened *entry;

	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_find(opened, &key);
	if (entry) {
		state.cached = entry->cached;
		state.backed = entry->backed;
		state.layer = entry->layer;
	}
	pthread_mutex_unlock(&opened->lock);
	return state;
}

int fo_opened_add_cached(struct fo_opened_table *opened,
			 const struct fo_node *node)
{
	struct fo_opened *entry;
	int err = 0;

	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_make(opened, node);
	if (!entry)
		err = -ENOMEM;
	else if (entry->backed)
		err = -EAGAIN;
	else
		entry->cached++;
	/* Its idle backing waits outside of the list, as for one in use. */
	if (!err)
		fo_idle_remove(opened, entry);
	pthread_mutex_unlock(&opened->lock);
	return err;
}

int fo_opened_add_backed(struct fo_opened_table *opened,
			 const struct fo_opened_want *want, int *out_stale,
			 int *out_id)
{
	struct fo_opened *entry;
	int err = 0;

	*out_stale = *out_id = 0;
	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_make(opened, want->node);
	if (!entry) {
		err = -ENOMEM;
	} else if (entry->cached ||
		   (entry->backed && entry->layer != want->layer)) {
		err = -EAGAIN;
	} else {
		if (entry->layer != want->layer)
			*out_stale = fo_backing_take(opened, entry);
		fo_idle_remove(opened, entry);
		entry->layer = want->layer;
		entry->backed++;
		*out_id = entry->backing_id;
	}
	pthread_mutex_unlock(&opened->lock);
	return err;
}

int fo_opened_set_backing(struct fo_opened_table *opened,
			  const struct fo_node *node, int id, int *out_stale)
{
	const struct fo_opened_key key = fo_opened_key_of(node);
	struct fo_opened *entry;

	*out_stale = 0;
	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_find(opened, &key);
	if (entry->backing_id) {
		/* Two opened it at once: one id per inode. */
		*out_stale = id;
		id = entry->backing_id;
	} else {
		entry->backing_id = id;
		opened->backings++;
	}
	pthread_mutex_unlock(&opened->lock);
	return id;
}

void fo_opened_remove(struct fo_opened_table *opened,
		      const struct fo_node *node, enum fo_opened_kind kind,
		      int *out_stale)
{
	const struct fo_opened_key key = fo_opened_key_of(node);
	struct fo_opened *entry;

	*out_stale = 0;
	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_find(opened, &key);
	if (!entry)
		goto out;
	if (kind == FO_OPENED_CACHED)
		entry->cached--;
	else
		entry->backed--;
	if (entry->cached || entry->backed)
		goto out;
	if (!entry->backing_id) {
		fo_opened_drop(opened, entry);
		goto out;
	}
	fo_idle_add(opened, entry);
	if (opened->idle > opened->idle_max)
		*out_stale = fo_opened_drop(opened, opened->oldest);
out:
	pthread_mutex_unlock(&opened->lock);
}

int fo_opened_forget(struct fo_opened_table *opened,
		     const struct fo_opened_key *key)
{
	struct fo_opened *entry;
	int id = 0;

	pthread_mutex_lock(&opened->lock);
	entry = fo_opened_find(opened, key);
	if (entry)
		id = fo_opened_drop(opened, entry);
	pthread_mutex_unlock(&opened->lock);
	return id;
}

unsigned int fo_opened_backings(struct fo_opened_table *opened)
{
	unsigned int n;

	pthread_mutex_lock(&opened->lock);
	n = opened->backings;
	pthread_mutex_unlock(&opened->lock);
	return n;
}
