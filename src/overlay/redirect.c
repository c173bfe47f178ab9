// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Redirects. A path is walked one component at a time, so that whiteouts,
 * opaque directories and further redirects on the way count, and no symlink
 * is followed: each step opens one name in one directory of the layer.
 */
#include "overlay/redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/marks.h"
#include "overlay/probe.h"
#include "state/fs.h"
#include "system/sys.h"

int fo_redirect_sibling(struct fo_fs *fs, struct fo_node *dir, uint16_t layer,
			const char *name, char **out_path)
{
	_cleanup_free_ char *parent = NULL;
	char *path;
	int err = fo_tree_path(fs, dir, layer, &parent);

	if (err)
		return err;
	if (asprintf(&path, "%s%s%s", parent, *parent ? "/" : "", name) < 0)
		return -ENOMEM;
	*out_path = path;
	return 0;
}

/*
 * A component carries a redirect: rewrite the path for the layers below,
 * where rest is what follows the component.
 */
static int fo_redirect_rewrite(char **path, size_t start, const char *redirect,
			       const char *rest)
{
	char *fresh;
	int n;

	if (redirect[0] == '/')
		n = asprintf(&fresh, "%s%s", redirect, rest);
	else
		n = asprintf(&fresh, "%.*s%s%s", (int)start, *path, redirect,
			     rest);
	if (n < 0)
		return -ENOMEM;
	if (n > FO_REDIRECT_MAX) {
		free(fresh);
		return -EINVAL;
	}
	free(*path);
	*path = fresh;
	return 0;
}

/* One component: its facts; its redirect rewrites what layers below see. */
static int fo_redirect_step(struct fo_redirect_walk *walk,
			    struct fo_probe_dir *dir, const char *name,
			    const char *rest, struct fo_probed *probed)
{
	char **below = walk->below;
	_cleanup_free_ char *redirect = NULL;
	size_t tail = strlen(rest);
	size_t len = strlen(*below), start;
	int err = fo_probe(walk->fs, dir, name, probed);

	if (err || !probed->probe.mode)
		return err;
	if (fo_policy_is_opaque(&probed->probe))
		walk->stop = true;
	if (!(probed->marks & FO_MARK_REDIRECT) || walk->stop)
		return 0;
	err = fo_mark_redirect(walk->fs, dir->fd, name, &redirect);
	if (err)
		return err == -ENODATA ? 0 : err;
	/* The component of *below that this one is: before the same rest. */
	if (len < tail)
		return -EINVAL;
	start = len - tail;
	while (start > 0 && (*below)[start - 1] != '/')
		start--;
	return fo_redirect_rewrite(below, start, redirect, rest);
}

static bool fo_is_passable(const struct fo_probed *probed)
{
	return probed->probe.mode && fo_probe_is_dir(&probed->probe) &&
	       !fo_policy_is_whiteout(&probed->probe);
}

int fo_redirect_walk(struct fo_redirect_walk *walk,
		     struct fo_probed *out_probed, char **out_path)
{
	_cleanup_free_ char *path = strdup(*walk->path + 1);
	_cleanup_free_ char *below = strdup(*walk->path);
	_cleanup_close_ int held = -1;
	struct fo_probe_dir dir = {
		.fd = walk->fs->layers[walk->layer].fd,
		.layer = walk->layer,
		.last = walk->last,
	};
	char *at = path;

	if (!path || !below)
		return -ENOMEM;
	walk->below = &below;
	for (;;) {
		char name[FO_NAME_SIZE];
		size_t len = strcspn(at, "/");
		const char *rest = at + len;
		struct fo_probed probed;
		int err, fd;

		if (len >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, at, len);
		name[len] = '\0';
		err = fo_redirect_step(walk, &dir, name, rest, &probed);
		if (err)
			return err;
		if (!*rest || !fo_is_passable(&probed)) {
			if (*rest)
				probed.probe.mode = 0;
			*out_probed = probed;
			*out_path = fo_take(&path);
			free(*walk->path);
			*walk->path = fo_take(&below);
			return 0;
		}
		fd = fo_sys_open(dir.fd, name, O_PATH | O_DIRECTORY);
		if (fd < 0)
			return fd;
		if (held >= 0)
			close(held);
		dir.fd = held = fd;
		dir.xwhiteouts = probed.xwhiteouts;
		at += len + 1;
	}
}
