// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lookup: one pass over the layers of a directory, topmost first, each
 * layer's facts handed to the policy, the layers it takes made a stack.
 */
#include "overlay/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "overlay/index.h"
#include "overlay/marks.h"
#include "overlay/origin.h"
#include "overlay/probe.h"
#include "overlay/redirect.h"
#include "state/fs.h"

/* One lookup on its way down the layers. */
struct fo_lookup {
	struct fo_fs *fs;
	struct fo_node *dir;
	const char *name; /* changes to a relative redirect */
	const char *top_name; /* never changes */
	bool only_whether; /* the first layer taken says all */
	char *redirect; /* owned; name or an absolute path */
	struct fo_merge merge;
	struct fo_merged *merged;
	struct fo_stack *stack; /* directories: the lowers so far */
	uint16_t capacity;
	struct fo_probed content; /* of the last one taken */
	uint16_t content_layer;
	char *content_path;
};

bool fo_name_is_reserved(const char *name)
{
	return !strncmp(name, FO_OCI_PREFIX, FO_OCI_PREFIX_LEN);
}

static bool fo_lookup_is_absolute(const struct fo_lookup *lookup)
{
	return lookup->redirect && lookup->redirect[0] == '/';
}

/* Note what the topmost entry says about the node. */
static void fo_lookup_note_top(struct fo_lookup *lookup, uint16_t layer,
			       const struct fo_probed *probed)
{
	struct fo_found *found = &lookup->merged->found;

	lookup->merged->st = probed->st;
	lookup->merged->marks = probed->marks;
	found->type = FO_NODE_TYPE(probed->st.st_mode);
	found->upper = layer == FO_UPPER;
	found->nlink = (uint32_t)probed->st.st_nlink;
	found->key_fs = lookup->fs->layers[layer].filesystem;
	found->key_ino = probed->st.st_ino;
	found->st_ino = fo_fs_inode(lookup->fs, layer, probed->st.st_dev,
				    probed->st.st_ino);
	found->impure = probed->marks & FO_MARK_IMPURE;
	found->xwhiteouts = layer == FO_UPPER && probed->xwhiteouts;
}

static int fo_lookup_push(struct fo_lookup *lookup, uint16_t layer,
			  const struct fo_probed *probed, char *path)
{
	struct fo_lower *lower;

	if (!lookup->stack) {
		lookup->capacity = lookup->fs->n_merged;
		lookup->stack = fo_stack_new(lookup->capacity);
		if (!lookup->stack) {
			free(path);
			return -ENOMEM;
		}
		lookup->stack->count = 0;
	}
	lower = &lookup->stack->lower[lookup->stack->count++];
	lower->layer = layer;
	lower->path = path;
	lower->xwhiteouts = probed->xwhiteouts;
	return 0;
}

/* A layer that the policy took. path is the entry's own, or NULL. */
static int fo_lookup_take(struct fo_lookup *lookup, uint16_t layer,
			  const struct fo_probed *probed, char *path)
{
	struct fo_found *found = &lookup->merged->found;

	if (layer < 64)
		lookup->merged->present |= 1ULL << layer;
	if (lookup->merge.taken == 1)
		fo_lookup_note_top(lookup, layer, probed);
	if (layer == FO_UPPER)
		return 0;
	if (found->layer == FO_LAYER_NONE) {
		found->layer = layer;
		/* A merged directory shows its topmost lower's number. */
		if (S_ISDIR(probed->st.st_mode))
			found->st_ino = fo_fs_inode(lookup->fs, layer,
						    probed->st.st_dev,
						    probed->st.st_ino);
	}
	if (S_ISDIR(probed->st.st_mode))
		return fo_lookup_push(lookup, layer, probed, path);
	free(lookup->content_path);
	lookup->content_path = path;
	lookup->content_layer = layer;
	return 0;
}

/* Follow the redirect that an entry may carry, for the layers below it. */
static int fo_lookup_redirect(struct fo_lookup *lookup, int dir,
			      const char *name, const struct fo_probed *probed)
{
	char *redirect;
	int err;

	if (!(probed->marks & FO_MARK_REDIRECT) ||
	    lookup->fs->config->redirect == FO_REDIRECT_OFF)
		return 0;
	err = fo_mark_redirect(lookup->fs, dir, name, &redirect);
	if (err)
		return err == -ENODATA ? 0 : err;
	free(lookup->redirect);
	lookup->redirect = redirect;
	if (redirect[0] != '/')
		lookup->name = redirect;
	return 0;
}

/* One layer, by name in the parent's directory there. */
static int fo_lookup_step(struct fo_lookup *lookup, uint16_t layer,
			  const struct fo_lower *lower, bool last)
{
	struct fo_fs *fs = lookup->fs;
	struct fo_descriptor *descriptor;
	struct fo_probed probed;
	struct fo_probe_dir dir = { .layer = layer, .last = last };
	const char *name = lookup->name;
	char *path = NULL;
	int err = fo_tree_dir(fs, lookup->dir, layer, &descriptor);

	if (err)
		return err;
	dir.fd = descriptor->fd;
	dir.xwhiteouts = lower ? lower->xwhiteouts :
				 fo_node_has(lookup->dir, FO_NODE_XWHITEOUTS);
	dir.no_oci = fo_node_has(lookup->dir, FO_NODE_OCI_FREE);
	err = fo_probe(fs, &dir, name, &probed);
	if (!err && fo_policy_step(&lookup->merge, layer, &probed.probe) ==
			    FO_STEP_TAKE) {
		if (lookup->redirect)
			err = fo_redirect_sibling(fs, lookup->dir, layer, name,
						  &path);
		if (!err)
			err = fo_lookup_take(lookup, layer, &probed, path);
		if (!err && !lookup->merge.stop)
			err = fo_lookup_redirect(lookup, dir.fd, name, &probed);
	}
	fo_descriptor_put(&fs->descriptors, descriptor);
	return err;
}

/* The layers below an absolute redirect: each from its root. */
static int fo_lookup_walk(struct fo_lookup *lookup, uint16_t layer)
{
	struct fo_redirect_walk walk = {
		.fs = lookup->fs,
		.layer = layer,
		.path = &lookup->redirect,
		.last = layer + 1 == lookup->fs->n_layers,
	};
	struct fo_probed probed;
	char *path = NULL;
	int err = fo_redirect_walk(&walk, &probed, &path);

	if (err)
		return err;
	if (fo_policy_step(&lookup->merge, layer, &probed.probe) ==
	    FO_STEP_TAKE)
		err = fo_lookup_take(lookup, layer, &probed, path);
	else
		free(path);
	if (walk.stop)
		lookup->merge.stop = 1;
	return err;
}

static bool fo_lookup_has_data_only(const struct fo_lookup *lookup)
{
	return lookup->fs->n_merged < lookup->fs->n_layers;
}

static int fo_lookup_lowers(struct fo_lookup *lookup)
{
	const struct fo_stack *stack = lookup->dir->stack;
	uint16_t i, layer = 0;
	int err = 0;

	for (i = 0; stack && i < stack->count && !err; i++) {
		if (lookup->merge.stop || fo_lookup_is_absolute(lookup))
			break;
		if (lookup->only_whether && lookup->merge.taken)
			return 0;
		layer = stack->lower[i].layer;
		err = fo_lookup_step(lookup, layer, &stack->lower[i],
				     i + 1 == stack->count &&
					     !lookup->redirect &&
					     !fo_lookup_has_data_only(lookup));
	}
	if (err || !fo_lookup_is_absolute(lookup))
		return err;
	for (layer++; layer < lookup->fs->n_merged && !err; layer++) {
		if (lookup->merge.stop)
			break;
		err = fo_lookup_walk(lookup, layer);
	}
	return err;
}

/*
 * A metacopy found no content among the merged layers: data-only ones. Where
 * they have none either, overlayfs knows of it when the file is opened.
 */
static int fo_lookup_data_only(struct fo_lookup *lookup)
{
	uint16_t layer = lookup->fs->n_merged;

	if (lookup->merge.kind != FO_MERGE_METACOPY ||
	    !fo_lookup_is_absolute(lookup) || !fo_lookup_has_data_only(lookup))
		return 0;
	for (; layer < lookup->fs->n_layers && !lookup->merge.stop; layer++) {
		int err = fo_lookup_walk(lookup, layer);

		if (err)
			return err;
	}
	if (lookup->merge.kind != FO_MERGE_METACOPY)
		return 0;
	lookup->merge.kind = FO_MERGE_FILE;
	lookup->merge.taken++;
	lookup->content_layer = layer - 1;
	free(lookup->content_path);
	lookup->content_path = strdup(lookup->redirect + 1);
	return lookup->content_path ? 0 : -ENOMEM;
}

/* A metacopy's content: one lower with a path. */
static int fo_lookup_content(struct fo_lookup *lookup)
{
	struct fo_found *found = &lookup->merged->found;

	if (lookup->merge.taken < 2)
		return 0;
	/* There is one path to keep: the content's, not the index entry's. */
	fo_stack_free(found->stack);
	found->indexed = false;
	found->metacopy = true;
	found->stack = fo_stack_new(1);
	if (!found->stack)
		return -ENOMEM;
	found->stack->lower[0].layer = lookup->content_layer;
	if (!lookup->content_path)
		return fo_redirect_sibling(lookup->fs, lookup->dir,
					   lookup->content_layer, lookup->name,
					   &found->stack->lower[0].path);
	found->stack->lower[0].path = fo_take(&lookup->content_path);
	return 0;
}

/* The stack without the room that deeper lowers would have taken. */
static struct fo_stack *fo_lookup_trim(struct fo_lookup *lookup)
{
	struct fo_stack *stack = fo_take(&lookup->stack);
	struct fo_stack *trimmed;

	if (!stack)
		return NULL;
	trimmed = realloc(
		stack, sizeof(*stack) + stack->count * sizeof(stack->lower[0]));
	return trimmed ? trimmed : stack;
}

static int fo_lookup_finish(struct fo_lookup *lookup)
{
	struct fo_merged *merged = lookup->merged;

	switch (fo_policy_result(&lookup->merge)) {
	case FO_RESULT_NEGATIVE:
		return -ENOENT;
	case FO_RESULT_BROKEN:
		return -EIO;
	case FO_RESULT_DIR:
		merged->found.stack = fo_lookup_trim(lookup);
		if (merged->found.upper && merged->found.stack)
			fo_origin_fix(lookup->fs, lookup->dir, lookup->top_name,
				      merged);
		return 0;
	default:
		break;
	}
	if (merged->found.upper)
		fo_origin_apply(lookup->fs, lookup->dir, lookup->top_name,
				merged);
	else
		fo_index_apply(lookup->fs, lookup->dir, lookup->top_name,
			       merged);
	return fo_lookup_content(lookup);
}

static int fo_lookup_run(struct fo_lookup *lookup, bool with_upper)
{
	struct fo_fs *fs = lookup->fs;
	bool only = !lookup->dir->stack;
	int err = 0;

	lookup->merged->found.layer = FO_LAYER_NONE;
	if (with_upper && fo_node_has_upper(lookup->dir))
		err = fo_lookup_step(lookup, FO_UPPER, NULL,
				     only && fs->n_layers == 1);
	if (!err && !lookup->merge.stop)
		err = fo_lookup_lowers(lookup);
	if (!err)
		err = fo_lookup_data_only(lookup);
	return err;
}

static void fo_lookup_clear(struct fo_lookup *lookup)
{
	fo_stack_free(lookup->stack);
	free(lookup->redirect);
	free(lookup->content_path);
}

int fo_lookup_merge(struct fo_fs *fs, struct fo_node *dir, const char *name,
		    struct fo_merged *out_merged)
{
	struct fo_lookup lookup = {
		.fs = fs,
		.dir = dir,
		.name = name,
		.top_name = name,
		.merged = out_merged,
	};
	int err;

	memset(out_merged, 0, sizeof(*out_merged));
	if (fo_name_is_reserved(name))
		return -ENOENT;
	err = fo_lookup_run(&lookup, true);
	if (!err)
		err = fo_lookup_finish(&lookup);
	fo_lookup_clear(&lookup);
	if (err)
		fo_stack_free(fo_take(&out_merged->found.stack));
	return err;
}

int fo_lookup_below_upper(struct fo_fs *fs, struct fo_node *dir,
			  const char *name, bool *out_exists)
{
	struct fo_merged merged = { 0 };
	struct fo_lookup lookup = {
		.fs = fs,
		.dir = dir,
		.name = name,
		.top_name = name,
		.only_whether = true,
		.merged = &merged,
	};
	int err = fo_lookup_run(&lookup, false);

	if (!err)
		*out_exists = lookup.merge.taken > 0;
	fo_lookup_clear(&lookup);
	return err;
}
