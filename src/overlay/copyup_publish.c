// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Publishing a copy: one rename or link per name of the node, within one
 * change of the tree, so that a crash leaves lower or upper, never half, and
 * no lookup sees the upper's entry before the node knows of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/copyup_step.h"
#include "overlay/index.h"
#include "overlay/slot.h"
#include "state/fs.h"

/* A name of the node, and its directory in the upper. */
struct fo_target {
	struct fo_named named;
	struct fo_descriptor *dir;
};

struct fo_publishing {
	struct fo_copying *copying;
	struct fo_target *targets;
	size_t n; /* the first ones, to be used */
	size_t collected, capacity;
	bool has_names; /* also such as have no directory in the upper */
	struct fo_stack *stack; /* the node's, if it is to get one */
	bool in_index;
};

static int fo_publishing_reserve(struct fo_publishing *publishing)
{
	size_t capacity = publishing->capacity ? publishing->capacity * 2 : 1;
	struct fo_target *targets;

	if (publishing->collected < publishing->capacity)
		return 0;
	targets = realloc(publishing->targets, capacity * sizeof(*targets));
	if (!targets)
		return -ENOMEM;
	publishing->targets = targets;
	publishing->capacity = capacity;
	return 0;
}

static void fo_publishing_empty(struct fo_publishing *publishing)
{
	struct fo_fs *fs = publishing->copying->fs;
	size_t i;

	for (i = 0; i < publishing->collected; i++) {
		fo_descriptor_put(&fs->descriptors, publishing->targets[i].dir);
		fo_node_put(fs, publishing->targets[i].named.parent);
	}
	publishing->n = publishing->collected = 0;
}

static void fo_publishing_clear(struct fo_publishing *publishing)
{
	fo_publishing_empty(publishing);
	free(publishing->targets);
	fo_stack_free(publishing->stack);
}

static int fo_publishing_add(struct fo_publishing *publishing,
			     struct fo_named *named)
{
	struct fo_copying *copying = publishing->copying;
	struct fo_fs *fs = copying->fs;
	struct fo_descriptor *dir;
	int err = fo_publishing_reserve(publishing);

	if (!err)
		err = fo_tree_dir(fs, named->parent, FO_UPPER, &dir);
	if (err) {
		fo_node_put(fs, named->parent);
		return err;
	}
	publishing->targets[publishing->collected++] =
		(struct fo_target){ .named = *named, .dir = dir };
	publishing->n = publishing->collected;
	return copying->has_origin ? fo_slot_mark_impure(fs, named->parent) : 0;
}

/* The names under which to publish, as they are now. */
static int fo_publishing_collect(struct fo_publishing *publishing)
{
	struct fo_copying *copying = publishing->copying;
	unsigned int index;

	fo_publishing_empty(publishing);
	publishing->has_names = false;
	for (index = 0;; index++) {
		struct fo_named named;
		int err =
			fo_tree_name(copying->fs, copying->node, index, &named);

		if (err)
			return err == -ENOENT ? 0 : err;
		publishing->has_names = true;
		/* Only a name newer than this copy-up has none: let it be. */
		if (!fo_node_has_upper(named.parent)) {
			fo_node_put(copying->fs, named.parent);
			continue;
		}
		err = fo_publishing_add(publishing, &named);
		if (err)
			return err;
	}
}

/* Within the change: does the node still have that name? */
static bool fo_target_is_true(const struct fo_node *node,
			      const struct fo_target *target)
{
	const struct fo_name *name = &node->name;

	for (; name; name = name->next)
		if (name->parent == target->named.parent &&
		    !strcmp(name->text, target->named.text))
			return true;
	return false;
}

/* Pass over the targets that are names no more. */
static void fo_publishing_check(struct fo_publishing *publishing)
{
	struct fo_target *targets = publishing->targets;
	size_t i = 0;

	while (i < publishing->n) {
		struct fo_target *last = &targets[publishing->n - 1];
		struct fo_target gone = targets[i];

		if (fo_target_is_true(publishing->copying->node, &gone)) {
			i++;
			continue;
		}
		targets[i] = *last;
		*last = gone;
		publishing->n--;
	}
}

/* The stack that the node will have: its index entry, or its content. */
static int fo_publishing_prepare_stack(struct fo_publishing *publishing)
{
	const struct fo_copying *copying = publishing->copying;
	bool indexed = fo_copyup_is_indexable(copying);
	struct fo_stack *stack;
	int err = 0;

	if (!publishing->n || (!indexed && !copying->metacopy))
		return 0;
	stack = publishing->stack = fo_stack_new(1);
	if (!stack)
		return -ENOMEM;
	if (indexed) {
		stack->lower[0].layer = FO_LAYER_NONE;
		stack->lower[0].path = malloc(FO_INDEX_NAME_SIZE);
		if (!stack->lower[0].path)
			return -ENOMEM;
		fo_index_name(&copying->origin, stack->lower[0].path);
		return 0;
	}
	stack->lower[0].layer = copying->layer;
	err = fo_tree_path(copying->fs, copying->node, copying->layer,
			   &stack->lower[0].path);
	return err == -ESTALE ? -EAGAIN : err;
}

/* The count of all names, here and below, once all targets are made. */
static int fo_publishing_count(const struct fo_publishing *publishing)
{
	const struct fo_copying *copying = publishing->copying;

	return fo_index_set_nlink(copying->fs, copying->made,
				  (uint32_t)(publishing->n + 1),
				  (uint32_t)copying->st.st_nlink);
}

/* The index first: from then on every name of the lower finds the copy. */
static int fo_publishing_enter_index(struct fo_publishing *publishing)
{
	const struct fo_copying *copying = publishing->copying;
	struct fo_fs *fs = copying->fs;
	int err;

	/* Only who may open handles can tell how many names a lower has. */
	err = fs->can.open_by_handle ?
		      fo_index_set_lower_nlink(fs, copying->made) :
		      fo_publishing_count(publishing);
	if (err)
		return err;
	fs->index_used = true;
	err = fo_sys_link(copying->made, fs->index,
			  publishing->stack->lower[0].path);
	publishing->in_index = !err;
	return err;
}

static int fo_publishing_name(struct fo_publishing *publishing, size_t index)
{
	struct fo_copying *copying = publishing->copying;
	const struct fo_target *target = &publishing->targets[index];
	struct stat st;
	int err = fo_sys_fstat(target->dir->fd, &st);

	if (err)
		return err;
	if (copying->name[0])
		err = fo_copyup_move(copying, target->dir->fd,
				     target->named.text);
	else
		err = fo_sys_link(copying->made, target->dir->fd,
				  target->named.text);
	if (err)
		return err;
	/* Nothing has happened to the directory, for all that anyone sees. */
	(void)fo_sys_utimens(target->dir->fd,
			     (struct timespec[2]){ st.st_atim, st.st_mtim });
	return 0;
}

static int fo_publishing_names(struct fo_publishing *publishing)
{
	struct fo_copying *copying = publishing->copying;
	size_t i;
	int err = 0;

	if (fo_copyup_is_indexable(copying))
		err = fo_publishing_enter_index(publishing);
	if (!err && publishing->n)
		err = fo_publishing_name(publishing, 0);
	if (err && publishing->in_index)
		(void)fo_sys_unlink(copying->fs->index,
				    publishing->stack->lower[0].path);
	/* A further name that fails still finds the copy by the index. */
	for (i = 1; !err && i < publishing->n; i++)
		if (fo_publishing_name(publishing, i))
			break;
	/* All names are there, and the lower's may go: count from the upper. */
	if (!err && publishing->in_index && i >= publishing->n)
		(void)fo_publishing_count(publishing);
	return err;
}

static int fo_publishing_pin(const struct fo_copying *copying, uint16_t layer,
			     int fd)
{
	struct fo_fs *fs = copying->fs;
	const struct fo_descriptor key = {
		.node = copying->node,
		.layer = layer,
		.kind = FO_DESCRIPTOR_PATH,
		.pinned = 1,
	};
	struct fo_descriptor *descriptor;
	int err, pin = fo_sys_reopen(fd, O_PATH);

	if (pin < 0)
		return pin;
	fo_node_set(copying->node, FO_NODE_CACHED);
	err = fo_descriptor_add(&fs->descriptors, &key, pin, &descriptor);
	if (!err)
		fo_descriptor_put(&fs->descriptors, descriptor);
	return err;
}

/* Nobody finds it by a name: the node's own pin is all that holds it. */
static int fo_publishing_nameless(struct fo_copying *copying)
{
	int err = fo_publishing_pin(copying, FO_UPPER, copying->made);

	if (!err && copying->name[0]) {
		fo_temporary_remove(copying->fs, copying->name);
		copying->name[0] = '\0';
	}
	return err;
}

/* The node has its upper. Its own flags first, lest it be seen without. */
static void fo_publishing_settle(struct fo_publishing *publishing)
{
	struct fo_copying *copying = publishing->copying;
	struct fo_node *node = copying->node;
	struct fo_fs *fs = copying->fs;

	if (publishing->stack && publishing->n)
		atomic_store(&node->stack, fo_take(&publishing->stack));
	if (publishing->in_index)
		fo_node_set(node, FO_NODE_INDEXED);
	if (copying->metacopy)
		fo_node_set(node, FO_NODE_METACOPY);
	if (fo_copyup_is_split(copying->what))
		fo_node_set(node, FO_NODE_SPLIT);
	fo_node_set_upper(fs, node, fs->layers[FO_UPPER].filesystem,
			  copying->made_st.st_ino);
	/* A lower's content may have been that of a metacopy. */
	if (!copying->metacopy)
		fo_node_clear(node, FO_NODE_METACOPY);
	if (fo_copyup_is_split(copying->what))
		fo_node_hide(fs, node);
}

/* Within the change. */
static int fo_publishing_run(struct fo_publishing *publishing)
{
	struct fo_copying *copying = publishing->copying;
	struct fo_node *node = copying->node;
	int err;

	fo_publishing_check(publishing);
	if (!publishing->n && node->name.parent)
		return -EAGAIN;
	if (!publishing->n && copying->metacopy)
		return -EAGAIN;
	err = publishing->n ? fo_publishing_names(publishing) :
			      fo_publishing_nameless(copying);
	if (!err)
		fo_publishing_settle(publishing);
	return err;
}

/* Both files are reached by their inodes from now on, not by names. */
static int fo_publishing_split(const struct fo_copying *copying)
{
	int err;

	if (!fo_copyup_is_split(copying->what))
		return 0;
	err = fo_publishing_pin(copying, copying->layer, copying->lower);
	return err ? err : fo_publishing_pin(copying, FO_UPPER, copying->made);
}

int fo_copyup_publish(struct fo_copying *copying)
{
	struct fo_publishing publishing = { .copying = copying };
	struct fo_fs *fs = copying->fs;
	int err = fo_publishing_collect(&publishing);

	if (!err && publishing.has_names && !publishing.n)
		err = -EAGAIN;
	if (!err)
		err = fo_publishing_prepare_stack(&publishing);
	if (!err)
		err = fo_publishing_split(copying);
	if (!err) {
		fo_tree_change_begin(fs);
		err = fo_publishing_run(&publishing);
		fo_tree_change_end(fs);
	}
	if (!err)
		atomic_fetch_add(&fs->copy_ups, 1);
	if (err && fo_copyup_is_split(copying->what))
		fo_descriptor_drop(&fs->descriptors, copying->node, FO_UPPER);
	/* The copy counts from now on; readers keep what they hold. */
	if (!err && !fo_node_is_dir(copying->node) && !copying->metacopy &&
	    !fo_copyup_is_split(copying->what))
		fo_descriptor_drop(&fs->descriptors, copying->node,
				   copying->layer);
	fo_publishing_clear(&publishing);
	return err;
}

int fo_copyup_part(struct fo_copying *copying)
{
	struct fo_fs *fs = copying->fs;
	_cleanup_close_ int fd =
		fo_tree_open(fs, copying->node, FO_UPPER, O_PATH);
	int err = fd < 0 ? fd : fo_publishing_pin(copying, FO_UPPER, fd);

	if (err)
		return err;
	fo_tree_change_begin(fs);
	fo_node_hide(fs, copying->node);
	fo_tree_change_end(fs);
	return 0;
}
