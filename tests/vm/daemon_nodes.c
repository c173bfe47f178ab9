// SPDX-License-Identifier: GPL-2.0-or-later
/* What has a nodeid, and how often the kernel was given it. */
#include "daemon.h"

#include <stdio.h>
#include <string.h>

#define NODES_MAX 4096

static struct node nodes[NODES_MAX];

/* 1 is the root, whose path is empty. */
struct node *node_get(__u64 nodeid)
{
	if (nodeid == FUSE_ROOT_ID)
		return &nodes[0];
	if (nodeid < 2 || nodeid > NODES_MAX || !nodes[nodeid - 1].nlookup)
		return NULL;
	return &nodes[nodeid - 1];
}

__u64 node_find(const char *path, const struct stat *st)
{
	int i, unused = 0;

	for (i = 1; i < NODES_MAX; i++) {
		if (!nodes[i].nlookup) {
			unused = unused ? unused : i;
			continue;
		}
		if (!strcmp(nodes[i].path, path) ||
		    (!S_ISDIR(st->st_mode) && nodes[i].dev == st->st_dev &&
		     nodes[i].ino == st->st_ino))
			break;
	}
	if (i == NODES_MAX) {
		i = unused;
		snprintf(nodes[i].path, PATH_SIZE, "%s", path);
		nodes[i].dev = st->st_dev;
		nodes[i].ino = st->st_ino;
		nodes[i].lower_ino = 0;
	}
	nodes[i].nlookup++;
	return i + 1;
}

struct node *node_copied(const struct stat *st)
{
	int i;

	for (i = 1; i < NODES_MAX; i++)
		if (nodes[i].nlookup && nodes[i].lower_ino == st->st_ino)
			return &nodes[i];
	return NULL;
}

void node_forget(__u64 nodeid, __u64 nlookup)
{
	struct node *node = node_get(nodeid);

	if (node && node != nodes)
		node->nlookup -= nlookup;
}

void nodes_moved(const char *from, const char *to)
{
	size_t len = strlen(from);
	char rest[PATH_SIZE];
	int i;

	for (i = 1; i < NODES_MAX; i++) {
		if (!nodes[i].nlookup || strncmp(nodes[i].path, from, len) ||
		    (nodes[i].path[len] && nodes[i].path[len] != '/'))
			continue;
		strcpy(rest, nodes[i].path + len);
		snprintf(nodes[i].path, PATH_SIZE, "%.200s%.300s", to, rest);
	}
}

int node_path(__u64 dir, const char *name, char *out_path)
{
	struct node *node = node_get(dir);

	if (!node)
		return -1;
	snprintf(out_path, PATH_SIZE, "%.200s%s%.300s", node->path,
		 *node->path ? "/" : "", name);
	return 0;
}

int nodes_in_use(void)
{
	int i, used = 0;

	for (i = 1; i < NODES_MAX; i++)
		used += nodes[i].nlookup != 0;
	return used;
}
