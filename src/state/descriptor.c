// SPDX-License-Identifier: GPL-2.0-or-later
/* A bounded cache of descriptors, least recently used first out. */
#include "state/descriptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

static uint64_t fo_descriptor_key_hash(const struct fo_node *node,
				       uint16_t layer, unsigned int kind)
{
	uint64_t words[2] = { (uintptr_t)node, (uint64_t)layer << 8 | kind };

	return fo_hash(words, sizeof(words), 0);
}

static uint64_t fo_descriptor_hash(const struct fo_link *link)
{
	const struct fo_descriptor *descriptor =
		fo_container_of(link, const struct fo_descriptor, link);

	return fo_descriptor_key_hash(descriptor->node, descriptor->layer,
				      descriptor->kind);
}

static bool fo_descriptor_match(const struct fo_link *link, const void *key)
{
	const struct fo_descriptor *wanted = key;
	const struct fo_descriptor *descriptor =
		fo_container_of(link, const struct fo_descriptor, link);

	return descriptor->node == wanted->node &&
	       descriptor->layer == wanted->layer &&
	       descriptor->kind == wanted->kind;
}

int fo_descriptors_init(struct fo_descriptors *cache, unsigned int max)
{
	int err = fo_table_init(&cache->table, fo_descriptor_hash);

	if (err)
		return err;
	pthread_mutex_init(&cache->lock, NULL);
	memset(cache->lists, 0, sizeof(cache->lists));
	cache->count = 0;
	cache->max = max;
	return 0;
}

static void fo_descriptor_free(struct fo_descriptor *descriptor)
{
	close(descriptor->fd);
	free(descriptor);
}

void fo_descriptors_destroy(struct fo_descriptors *cache)
{
	size_t i;

	if (!cache->table.buckets)
		return;
	for (i = 0; i < FO_ARRAY_SIZE(cache->lists); i++) {
		while (cache->lists[i].newest) {
			struct fo_descriptor *old = cache->lists[i].newest;

			cache->lists[i].newest = old->older;
			fo_descriptor_free(old);
		}
	}
	fo_table_destroy(&cache->table);
	pthread_mutex_destroy(&cache->lock);
}

static void fo_list_remove(struct fo_descriptors *cache,
			   struct fo_descriptor *descriptor)
{
	struct fo_descriptor_list *list = &cache->lists[descriptor->pinned];

	if (descriptor->newer)
		descriptor->newer->older = descriptor->older;
	else
		list->newest = descriptor->older;
	if (descriptor->older)
		descriptor->older->newer = descriptor->newer;
	else
		list->oldest = descriptor->newer;
}

static void fo_list_add(struct fo_descriptors *cache,
			struct fo_descriptor *descriptor)
{
	struct fo_descriptor_list *list = &cache->lists[descriptor->pinned];

	descriptor->newer = NULL;
	descriptor->older = list->newest;
	if (list->newest)
		list->newest->newer = descriptor;
	else
		list->oldest = descriptor;
	list->newest = descriptor;
}

static void fo_descriptor_detach(struct fo_descriptors *cache,
				 struct fo_descriptor *descriptor)
{
	fo_table_remove(&cache->table, &descriptor->link);
	fo_list_remove(cache, descriptor);
	cache->count--;
}

static struct fo_descriptor *fo_find_locked(struct fo_descriptors *cache,
					    const struct fo_descriptor *key)
{
	struct fo_link *link = fo_table_find(
		&cache->table,
		fo_descriptor_key_hash(key->node, key->layer, key->kind),
		fo_descriptor_match, key);
	struct fo_descriptor *found;

	if (!link)
		return NULL;
	found = fo_container_of(link, struct fo_descriptor, link);
	found->users++;
	fo_list_remove(cache, found);
	found->pinned |= key->pinned;
	fo_list_add(cache, found);
	return found;
}

struct fo_descriptor *fo_descriptor_find(struct fo_descriptors *cache,
					 const struct fo_node *node,
					 uint16_t layer,
					 enum fo_descriptor_kind kind)
{
	const struct fo_descriptor key = {
		.node = node,
		.layer = layer,
		.kind = (uint8_t)kind,
	};
	struct fo_descriptor *found;

	pthread_mutex_lock(&cache->lock);
	found = fo_find_locked(cache, &key);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

/* Take out the oldest that nobody uses, or NULL. */
static struct fo_descriptor *fo_evict(struct fo_descriptors *cache)
{
	struct fo_descriptor *old = cache->lists[0].oldest;

	if (cache->count <= cache->max)
		return NULL;
	while (old && old->users)
		old = old->newer;
	if (old)
		fo_descriptor_detach(cache, old);
	return old;
}

int fo_descriptor_add(struct fo_descriptors *cache,
		      const struct fo_descriptor *key, int fd,
		      struct fo_descriptor **out_descriptor)
{
	struct fo_descriptor *fresh = calloc(1, sizeof(*fresh));
	struct fo_descriptor *found, *evicted = NULL;

	if (!fresh) {
		close(fd);
		return -ENOMEM;
	}
	fresh->node = key->node;
	fresh->layer = key->layer;
	fresh->kind = key->kind;
	fresh->pinned = key->pinned;
	fresh->fd = fd;
	fresh->users = 1;

	pthread_mutex_lock(&cache->lock);
	found = fo_find_locked(cache, key);
	if (!found) {
		fo_table_insert(&cache->table, &fresh->link);
		fo_list_add(cache, fresh);
		cache->count++;
		evicted = fo_evict(cache);
	}
	pthread_mutex_unlock(&cache->lock);

	if (evicted)
		fo_descriptor_free(evicted);
	if (found)
		fo_descriptor_free(fresh);
	*out_descriptor = found ? found : fresh;
	return 0;
}

void fo_descriptor_put(struct fo_descriptors *cache,
		       struct fo_descriptor *descriptor)
{
	bool last;

	pthread_mutex_lock(&cache->lock);
	last = --descriptor->users == 0 && descriptor->stale;
	pthread_mutex_unlock(&cache->lock);
	if (last)
		fo_descriptor_free(descriptor);
}

static void fo_drop_one(struct fo_descriptors *cache,
			const struct fo_descriptor *key)
{
	struct fo_descriptor *found;
	bool unused = false;

	pthread_mutex_lock(&cache->lock);
	found = fo_find_locked(cache, key);
	if (found) {
		fo_descriptor_detach(cache, found);
		found->stale = 1;
		unused = --found->users == 0;
	}
	pthread_mutex_unlock(&cache->lock);
	if (unused)
		fo_descriptor_free(found);
}

void fo_descriptor_drop(struct fo_descriptors *cache,
			const struct fo_node *node, uint16_t layer)
{
	struct fo_descriptor key = { .node = node, .layer = layer };

	for (key.kind = 0; key.kind < FO_DESCRIPTOR_KINDS; key.kind++)
		fo_drop_one(cache, &key);
}

unsigned int fo_descriptors_count(struct fo_descriptors *cache)
{
	unsigned int n;

	pthread_mutex_lock(&cache->lock);
	n = cache->count;
	pthread_mutex_unlock(&cache->lock);
	return n;
}
