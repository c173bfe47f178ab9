// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and their changes: the links between a node and its parents, and the
 * sequence that tells a reader that a name changed while it acted.
 */
#include "state/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "state/fs.h"

unsigned int fo_tree_sequence(struct fo_fs *fs)
{
	unsigned int sequence = atomic_load(&fs->tree.sequence);

	if (sequence & 1) {
		pthread_rwlock_rdlock(&fs->tree.lock);
		sequence = atomic_load(&fs->tree.sequence);
		pthread_rwlock_unlock(&fs->tree.lock);
	}
	return sequence;
}

bool fo_tree_is_unchanged(const struct fo_fs *fs, unsigned int sequence)
{
	return atomic_load(&fs->tree.sequence) == sequence;
}

void fo_tree_change_begin(struct fo_fs *fs)
{
	pthread_rwlock_wrlock(&fs->tree.lock);
	atomic_fetch_add(&fs->tree.sequence, 1);
}

void fo_tree_change_end(struct fo_fs *fs)
{
	atomic_fetch_add(&fs->tree.sequence, 1);
	pthread_rwlock_unlock(&fs->tree.lock);
}

/* The path that a node was given for a layer, in place of its names. */
static const char *fo_tree_given_path(const struct fo_node *node,
				      uint16_t layer)
{
	uint16_t i;

	if (layer == FO_UPPER || !node->stack)
		return NULL;
	for (i = 0; i < node->stack->count; i++)
		if (node->stack->lower[i].layer == layer)
			return node->stack->lower[i].path;
	return NULL;
}

/* Length of the path, and the node from which on names are used. */
static int fo_tree_measure(const struct fo_fs *fs, const struct fo_node *node,
			   uint16_t layer, size_t *out_len)
{
	size_t len = 0;

	for (; node != fs->nodes.root; node = node->name.parent) {
		const char *given = fo_tree_given_path(node, layer);

		if (given) {
			len += strlen(given) + 1;
			break;
		}
		if (!node->name.parent)
			return -ESTALE;
		len += strlen(node->name.text) + 1;
	}
	*out_len = len;
	return 0;
}

static void fo_tree_write(const struct fo_fs *fs, const struct fo_node *node,
			  uint16_t layer, char *end)
{
	*--end = '\0';
	for (; node != fs->nodes.root; node = node->name.parent) {
		const char *given = fo_tree_given_path(node, layer);
		const char *text = given ? given : node->name.text;
		size_t len = strlen(text);

		end -= len;
		memcpy(end, text, len);
		if (given || node->name.parent == fs->nodes.root)
			break;
		*--end = '/';
	}
}

int fo_tree_path(struct fo_fs *fs, struct fo_node *node, uint16_t layer,
		 char **out_path)
{
	char *path = NULL;
	size_t len;
	int err;

	pthread_rwlock_rdlock(&fs->tree.lock);
	err = fo_tree_measure(fs, node, layer, &len);
	if (!err) {
		/* One for the NUL; the root has no component before it. */
		path = malloc(len + 1);
		if (path)
			fo_tree_write(fs, node, layer, path + (len ? len : 1));
		else
			err = -ENOMEM;
	}
	pthread_rwlock_unlock(&fs->tree.lock);
	if (!err)
		*out_path = path;
	return err;
}

int fo_tree_name(struct fo_fs *fs, struct fo_node *node, unsigned int index,
		 struct fo_named *out_named)
{
	const struct fo_name *name = &node->name;
	int err = -ENOENT;

	pthread_rwlock_rdlock(&fs->tree.lock);
	while (name && index--)
		name = name->next;
	if (name && name->parent) {
		out_named->parent = fo_node_get(name->parent);
		memcpy(out_named->text, name->text, strlen(name->text) + 1);
		err = 0;
	}
	pthread_rwlock_unlock(&fs->tree.lock);
	return err;
}

int fo_tree_own_path(struct fo_fs *fs, struct fo_node *node, char **out_path)
{
	pthread_rwlock_rdlock(&fs->tree.lock);
	*out_path = strdup(node->stack->lower[0].path);
	pthread_rwlock_unlock(&fs->tree.lock);
	return *out_path ? 0 : -ENOMEM;
}

static struct fo_name *fo_name_find(struct fo_node *node,
				    const struct fo_place *place)
{
	struct fo_name *name = &node->name;

	for (; name; name = name->next)
		if (name->parent == place->dir &&
		    !strcmp(name->text, place->name))
			return name;
	return NULL;
}

/* Give a name another text; the node's own space is used while it fits. */
static int fo_name_set_text(struct fo_node *node, struct fo_name *name,
			    const char *text)
{
	size_t len = strlen(text);

	if (len > strlen(name->text)) {
		char *fresh = strdup(text);

		if (!fresh)
			return -ENOMEM;
		if (name->text != node->text)
			free(name->text);
		name->text = fresh;
		return 0;
	}
	memcpy(name->text, text, len + 1);
	return 0;
}

/* A name more; the first one's space may be free. */
static int fo_name_add(struct fo_node *node, const struct fo_place *place)
{
	struct fo_name *name = &node->name;
	int err;

	if (name->parent) {
		name = calloc(1, sizeof(*name));
		if (name)
			name->text = strdup(place->name);
		if (!name || !name->text) {
			free(name);
			return -ENOMEM;
		}
		name->next = node->name.next;
		node->name.next = name;
	} else {
		err = fo_name_set_text(node, name, place->name);
		if (err)
			return err;
		fo_node_clear(node, FO_NODE_REMOVED);
	}
	name->parent = fo_node_get(place->dir);
	return 0;
}

int fo_tree_add_name_at(struct fo_fs *fs, struct fo_node *node,
			const struct fo_place *place, unsigned int sequence)
{
	bool known;
	int err = 0;

	pthread_rwlock_rdlock(&fs->tree.lock);
	known = fo_name_find(node, place) != NULL;
	if (!fo_tree_is_unchanged(fs, sequence))
		err = -EAGAIN;
	pthread_rwlock_unlock(&fs->tree.lock);
	if (known || err)
		return err;

	pthread_rwlock_wrlock(&fs->tree.lock);
	if (!fo_tree_is_unchanged(fs, sequence))
		err = -EAGAIN;
	else if (!fo_name_find(node, place))
		err = fo_name_add(node, place);
	pthread_rwlock_unlock(&fs->tree.lock);
	return err;
}

int fo_tree_add_name(struct fo_fs *fs, struct fo_node *node,
		     const struct fo_place *place)
{
	int err = 0;

	pthread_rwlock_wrlock(&fs->tree.lock);
	if (!fo_name_find(node, place))
		err = fo_name_add(node, place);
	pthread_rwlock_unlock(&fs->tree.lock);
	return err;
}

bool fo_tree_has_name(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *place)
{
	bool has;

	pthread_rwlock_rdlock(&fs->tree.lock);
	has = fo_name_find(node, place) != NULL;
	pthread_rwlock_unlock(&fs->tree.lock);
	return has;
}

bool fo_tree_has_more_names(struct fo_fs *fs, struct fo_node *node)
{
	bool more;

	pthread_rwlock_rdlock(&fs->tree.lock);
	more = node->name.next != NULL;
	pthread_rwlock_unlock(&fs->tree.lock);
	return more;
}

void fo_lower_paths_free(struct fo_lower_paths *paths)
{
	uint16_t i;

	for (i = 0; paths && i < paths->count; i++)
		free(paths->path[i]);
	free(paths);
}

int fo_tree_lower_paths(struct fo_fs *fs, struct fo_node *node,
			struct fo_lower_paths **out_paths)
{
	const struct fo_stack *stack = node->stack;
	uint16_t i, count = stack ? stack->count : 0;
	struct fo_lower_paths *paths =
		calloc(1, sizeof(*paths) + count * sizeof(paths->path[0]));
	int err = 0;

	if (!paths)
		return -ENOMEM;
	paths->count = count;
	for (i = 0; i < count && !err; i++)
		if (!stack->lower[i].path)
			err = fo_tree_path(fs, node, stack->lower[i].layer,
					   &paths->path[i]);
	if (err)
		fo_lower_paths_free(paths);
	else
		*out_paths = paths;
	return err;
}

void fo_tree_keep_lower_paths(struct fo_node *node,
			      struct fo_lower_paths *paths)
{
	uint16_t i;

	for (i = 0; i < paths->count; i++)
		if (!node->stack->lower[i].path)
			node->stack->lower[i].path = fo_take(&paths->path[i]);
}

int fo_tree_move_name(struct fo_fs *fs, struct fo_node *node,
		      const struct fo_place *from, const struct fo_place *to,
		      struct fo_node **out_released)
{
	struct fo_name *name = fo_name_find(node, from);
	int err;

	*out_released = NULL;
	if (!name)
		return 0;
	/* Directories are found by name: out of the table meanwhile. */
	if (fo_node_is_dir(node))
		fo_node_unhash(fs, node);
	err = fo_name_set_text(node, name, to->name);
	if (!err) {
		*out_released = name->parent;
		name->parent = fo_node_get(to->dir);
	}
	if (fo_node_is_dir(node))
		fo_node_rehash(fs, node);
	return err;
}

/* Take the second name's place away, giving its contents to the first. */
static void fo_name_promote(struct fo_node *node)
{
	struct fo_name *next = node->name.next;

	if (!next) {
		fo_node_set(node, FO_NODE_REMOVED);
		return;
	}
	if (node->name.text != node->text)
		free(node->name.text);
	node->name = *next;
	free(next);
}

void fo_tree_remove_name(struct fo_fs *fs, struct fo_node *node,
			 const struct fo_place *place,
			 struct fo_node **out_released)
{
	struct fo_name *name = fo_name_find(node, place);
	struct fo_name **at = &node->name.next;

	*out_released = NULL;
	if (!name)
		return;
	/* A directory has one name, and is in the table by it. */
	if (fo_node_is_dir(node))
		fo_node_unhash(fs, node);
	*out_released = name->parent;
	name->parent = NULL;
	if (name == &node->name) {
		fo_name_promote(node);
		if (fo_node_is_dir(node))
			fo_node_rehash(fs, node);
		return;
	}
	while (*at != name)
		at = &(*at)->next;
	*at = name->next;
	free(name->text);
	free(name);
}
