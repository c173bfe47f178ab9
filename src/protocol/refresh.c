// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refresh: what the kernel and we keep of names, attributes and content is
 * let go, so that changes below the mount are seen. The nodes are listed
 * first and told to the kernel afterwards: it may answer with requests that
 * need the locks under which they are listed.
 */
#include "protocol/refresh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "state/listing.h"

struct fo_refresh {
	struct fo_node **nodes; /* counted */
	size_t n, room;
};

static void fo_refresh_note(struct fo_node *node, void *context)
{
	struct fo_refresh *refresh = context;

	if (refresh->n < refresh->room)
		refresh->nodes[refresh->n++] = fo_node_get(node);
}

/* What may have pages in the kernel that were written and not yet sent. */
static void fo_refresh_note_written(struct fo_node *node, void *context)
{
	if (fo_node_is_regular(node) && fo_node_has_upper(node))
		fo_refresh_note(node, context);
}

static int fo_refresh_collect(struct fo_connection *connection,
			      void (*note)(struct fo_node *node, void *context),
			      struct fo_refresh *refresh)
{
	refresh->room = atomic_load(&connection->fs->nodes.count) + 1024;
	refresh->nodes = calloc(refresh->room, sizeof(*refresh->nodes));
	if (!refresh->nodes)
		return -ENOMEM;
	fo_node_each(connection->fs, note, refresh);
	return 0;
}

/* Every name of a node, "" for the root. */
static void fo_refresh_names(struct fo_connection *connection,
			     struct fo_node *node)
{
	struct fo_named named;
	unsigned int i;

	for (i = 0; !fo_tree_name(connection->fs, node, i, &named); i++) {
		fuse_ino_t parent = fo_ask_nodeid(connection, named.parent);
		size_t len = strlen(named.text);

		/* Expiry spares what is in use; kernels before 6.2 have none. */
		if (fuse_lowlevel_notify_expire_entry(connection->session,
						      parent, named.text,
						      len) == -ENOSYS)
			fuse_lowlevel_notify_inval_entry(
				connection->session, parent, named.text, len);
		fo_node_put(connection->fs, named.parent);
	}
}

static void fo_refresh_node(struct fo_connection *connection,
			    struct fo_node *node, bool names)
{
	struct fo_fs *fs = connection->fs;

	if (fo_node_is_dir(node))
		fo_listings_drop(fs->listings, node);
	if (!fo_node_has(node, FO_NODE_REMOVED))
		fo_fs_forget_node(fs, node);
	fuse_lowlevel_notify_inval_inode(connection->session,
					 fo_ask_nodeid(connection, node), 0, 0);
	if (names)
		fo_refresh_names(connection, node);
}

void fo_connection_refresh(struct fo_connection *connection)
{
	struct fo_refresh refresh = { 0 };
	bool names;
	size_t i;

	if (fo_engine_is_bpf(&connection->engine)) {
		fo_log_warn("engine=bpf has no refresh: unmount, and mount "
			    "again");
		return;
	}
	if (fo_refresh_collect(connection, fo_refresh_note, &refresh))
		return;
	/* All names at once, negative ones too; since Linux 6.16. */
	names = fuse_lowlevel_notify_increment_epoch(connection->session) != 0;
	for (i = 0; i < refresh.n; i++) {
		fo_refresh_node(connection, refresh.nodes[i], names);
		fo_node_put(connection->fs, refresh.nodes[i]);
	}
	free(refresh.nodes);
}

void fo_refresh_write_back(struct fo_connection *connection)
{
	struct fo_refresh refresh = { 0 };
	size_t i;

	if (fo_refresh_collect(connection, fo_refresh_note_written, &refresh))
		return;
	for (i = 0; i < refresh.n; i++) {
		fuse_lowlevel_notify_inval_inode(
			connection->session,
			fo_ask_nodeid(connection, refresh.nodes[i]), 0, 0);
		fo_node_put(connection->fs, refresh.nodes[i]);
	}
	free(refresh.nodes);
}
