// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what the layers say of a name to its node: again and again, until no
 * name changed meanwhile.
 */
#include <errno.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/lookup.h"
#include "state/fs.h"

int fo_lookup(struct fo_fs *fs, struct fo_node *dir, const char *name,
	      struct fo_looked *out_looked)
{
	const struct fo_place place = { dir, name };

	for (;;) {
		unsigned int sequence = fo_tree_sequence(fs);
		struct fo_merged merged;
		struct fo_node *node;
		int err = fo_lookup_merge(fs, dir, name, &merged);

		if (err && !fo_tree_is_unchanged(fs, sequence))
			continue;
		if (err)
			return err;
		err = fo_node_enter(fs, &place, &merged.found, sequence, &node);
		fo_stack_free(merged.found.stack);
		if (err == -EAGAIN)
			continue;
		if (err)
			return err;
		err = fo_attr_show(fs, node, &merged.st);
		if (err) {
			fo_node_forget(fs, node, 1);
			return err;
		}
		out_looked->node = node;
		out_looked->st = merged.st;
		out_looked->present = merged.present;
		return 0;
	}
}
