/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls of the protocol by path, and the tree as a line of text, for the
 * test of names. Two lowers l1 and l2, an upper u, in a directory of its own.
 */
#ifndef FO_TESTS_UNIT_NAMESPACE_H
#define FO_TESTS_UNIT_NAMESPACE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"
#include "overlay/attr.h"
#include "overlay/content.h"
#include "overlay/create.h"
#include "overlay/lookup.h"
#include "overlay/readdir.h"
#include "overlay/remove.h"
#include "overlay/rename.h"
#include "state/fs.h"
#include "state/listing.h"
#include "system/remove.h"
#include "system/sys.h"
#include "tap.h"

#define TREE_SIZE 65536

static char home[] = "/tmp/fo-namespace-XXXXXX";
static struct fo_config config;
static char *lowers[] = { "l1", "l2" };
static struct fo_fs *fs;

static void shell(const char *command)
{
	if (system(command))
		diag("failed: %s", command);
}

static void begin(const char *layers)
{
	shell("rm -rf l1 l2 u w && mkdir l1 l2 u w");
	shell(layers);
	if (fo_fs_open(&config, &fs) || fo_root_open(fs))
		abort();
}

static void reopen(void)
{
	fo_fs_free(fs);
	if (fo_fs_open(&config, &fs) || fo_root_open(fs))
		abort();
}

/* The node of a path, counted; NULL. */
static struct fo_node *walk(const char *path, struct stat *out_st)
{
	struct fo_node *at = fs->nodes.root;
	struct fo_looked looked;
	char copy[512];
	char *save, *name;

	fo_node_remember(fs, at);
	snprintf(copy, sizeof(copy), "%s", path);
	for (name = strtok_r(copy, "/", &save); name;
	     name = strtok_r(NULL, "/", &save)) {
		int err = fo_lookup(fs, at, name, &looked);

		fo_node_forget(fs, at, 1);
		if (err) {
			errno = -err;
			return NULL;
		}
		at = looked.node;
		if (out_st)
			*out_st = looked.st;
	}
	return at;
}

/* The directory of a path, counted, and the name in it. */
static struct fo_node *walk_to(const char *path, const char **out_name)
{
	const char *slash = strrchr(path, '/');
	char dir[512] = "";

	if (slash)
		memcpy(dir, path, (size_t)(slash - path));
	*out_name = slash ? slash + 1 : path;
	return walk(dir, NULL);
}

static int create(const char *path, mode_t mode)
{
	const struct fo_caller caller = { .umask = 022 };
	struct fo_create create = { .mode = mode, .caller = &caller };
	struct fo_created created;
	int err;

	if (S_ISLNK(mode))
		create.target = "target";
	create.dir = walk_to(path, &create.name);
	err = fo_create(fs, &create, &created);
	fo_node_forget(fs, create.dir, 1);
	if (err)
		return err;
	if (created.fd >= 0)
		close(created.fd);
	fo_node_forget(fs, created.node, 1);
	return 0;
}

static int gone(const char *path, bool dir)
{
	const char *name;
	struct fo_node *parent = walk_to(path, &name);
	int err = dir ? fo_rmdir(fs, parent, name) :
			fo_unlink(fs, parent, name);

	fo_node_forget(fs, parent, 1);
	return err;
}

static int moved(const char *from, const char *to, unsigned int flags)
{
	struct fo_rename rename = { .flags = flags };
	int err;

	rename.from.dir = walk_to(from, &rename.from.name);
	rename.to.dir = walk_to(to, &rename.to.name);
	err = fo_rename(fs, &rename);
	fo_node_forget(fs, rename.from.dir, 1);
	fo_node_forget(fs, rename.to.dir, 1);
	return err;
}

static int linked(const char *from, const char *to, struct stat *out_st)
{
	const char *name;
	struct fo_node *node = walk(from, NULL);
	struct fo_node *dir = walk_to(to, &name);
	int err = fo_link(fs, node, dir, name, out_st);

	if (!err)
		fo_node_forget(fs, node, 1);
	fo_node_forget(fs, node, 1);
	fo_node_forget(fs, dir, 1);
	return err;
}

static void content(struct fo_node *node, char *out, size_t size)
{
	struct fo_descriptor *descriptor;
	ssize_t n = -1;

	if (!fo_content_read(fs, node, &descriptor)) {
		n = pread(descriptor->fd, out, size - 1, 0);
		fo_descriptor_put(&fs->descriptors, descriptor);
	}
	out[n > 0 ? n : 0] = '\0';
}

static bool numbers_agree = true;

/* "name/ name=content ..." of all that is below, sorted by name. */
static void describe(struct fo_node *dir, char *out, size_t size);

static void describe_entry(struct fo_node *dir, struct fo_listing *listing,
			   const struct fo_entry *entry, char *out, size_t size)
{
	const char *name = fo_listing_name(listing, entry);
	struct fo_looked looked;
	char text[256] = "";
	uint64_t ino;
	size_t len;

	if (fo_lookup(fs, dir, name, &looked)) {
		snprintf(out, size, "%s? ", name);
		return;
	}
	if (fo_readdir_inode(fs, dir, listing, entry, &ino) ||
	    ino != looked.st.st_ino) {
		numbers_agree = false;
		diag("%s: d_ino and st_ino differ", name);
	}
	if (fo_node_is_regular(looked.node))
		content(looked.node, text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	snprintf(out, size, "%s%s%s ", name,
		 fo_node_is_dir(looked.node) ? "/" : "=", text);
	len = strlen(out);
	if (fo_node_is_dir(looked.node)) {
		snprintf(out + len - 1, size - len, "( ");
		describe(looked.node, out + len + 1, size - len - 1);
		len = strlen(out);
		snprintf(out + len, size - len, ") ");
	}
	fo_node_forget(fs, looked.node, 1);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void describe(struct fo_node *dir, char *out, size_t size)
{
	_cleanup_free_ char **parts = NULL;
	struct fo_listing *listing;
	size_t i, n, used = 0;

	*out = '\0';
	if (fo_readdir(fs, dir, true, &listing)) {
		snprintf(out, size, "unreadable ");
		return;
	}
	n = listing->count;
	parts = calloc(n + 1, sizeof(*parts));
	for (i = 0; i < n; i++) {
		char *part = malloc(TREE_SIZE);

		describe_entry(dir, listing, &listing->entries[i], part,
			       TREE_SIZE);
		parts[i] = part;
	}
	fo_listing_put(listing);
	qsort(parts, n, sizeof(*parts), by_text);
	for (i = 0; i < n; i++) {
		used += (size_t)snprintf(out + used, size - used, "%s",
					 parts[i]);
		free(parts[i]);
	}
}

static void tree_is(const char *wanted, const char *what)
{
	_cleanup_free_ char *now = malloc(TREE_SIZE);
	_cleanup_free_ char *later = malloc(TREE_SIZE);

	numbers_agree = true;
	describe(fs->nodes.root, now, TREE_SIZE);
	is_str(now, wanted, "%s", what);
	reopen();
	describe(fs->nodes.root, later, TREE_SIZE);
	is_str(later, now, "%s: the same after a remount", what);
	ok(numbers_agree, "%s: d_ino is st_ino", what);
}

static void end(void)
{
	fo_fs_free(fs);
}

static bool is_whiteout(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISCHR(st.st_mode) && !st.st_rdev;
}

static bool has_opaque(const char *path)
{
	char value = 0;

	return lgetxattr(path,
			 fs->can.trusted_xattr ? "trusted.overlay.opaque" :
						 "user.overlay.opaque",
			 &value, 1) == 1 &&
	       value == 'y';
}

#endif
