// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The merged listing: each layer's directory read once, topmost first, what
 * is hidden found by sorting, so that the cost grows with the number of
 * entries and not with its square.
 */
#include "overlay/readdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/lookup.h"
#include "overlay/probe.h"
#include "state/fs.h"
#include "system/sys.h"

#define FO_DIRENTS_SIZE 65536

struct fo_reading {
	struct fo_fs *fs;
	struct fo_listing *listing;
	struct fo_probe_dir dir; /* of the layer that is being read */
	bool has_oci; /* a .wh. was seen in any layer */
	char *buf;
};

static bool fo_is_dot(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* .wh.NAME hides NAME below; .wh..wh.* are marks about the directory. */
static int fo_reading_add_oci(struct fo_reading *reading, const char *name)
{
	const struct fo_entry entry = {
		.layer = reading->dir.layer,
		.whiteout = 1,
	};

	reading->has_oci = true;
	if (!strncmp(name, FO_OCI_META_PREFIX, strlen(FO_OCI_META_PREFIX)))
		return 0;
	name += FO_OCI_PREFIX_LEN;
	return *name ? fo_listing_add(reading->listing, &entry, name) : 0;
}

/* An entry that may be a whiteout: look closer. */
static int fo_reading_judge(struct fo_reading *reading, const char *name,
			    struct fo_entry *entry)
{
	struct fo_probed probed;
	int err = fo_probe(reading->fs, &reading->dir, name, &probed);

	if (err)
		return err;
	if (!probed.probe.mode)
		return -ENOENT;
	entry->type = FO_NODE_TYPE(probed.st.st_mode);
	entry->whiteout = fo_policy_is_whiteout(&probed.probe) != 0;
	return 0;
}

static int fo_reading_add(struct fo_reading *reading,
			  const struct fo_dirent *dirent)
{
	struct fo_entry entry = {
		.ino = dirent->ino,
		.layer = reading->dir.layer,
		.type = dirent->type,
	};
	int err;

	if (fo_is_dot(dirent->name))
		return 0;
	if (fo_name_is_reserved(dirent->name))
		return fo_reading_add_oci(reading, dirent->name);
	if (fo_probe_is_suspect(dirent->type, reading->dir.xwhiteouts)) {
		err = fo_reading_judge(reading, dirent->name, &entry);
		/* Removed meanwhile. */
		if (err)
			return err == -ENOENT ? 0 : err;
	}
	return fo_listing_add(reading->listing, &entry, dirent->name);
}

static int fo_reading_entries(struct fo_reading *reading, int fd)
{
	for (;;) {
		ssize_t n = fo_sys_getdents(fd, reading->buf, FO_DIRENTS_SIZE);
		ssize_t at;

		if (n <= 0)
			return (int)n;
		for (at = 0; at < n;) {
			const struct fo_dirent *dirent =
				(const struct fo_dirent *)(reading->buf + at);
			int err = fo_reading_add(reading, dirent);

			if (err)
				return err;
			at += dirent->reclen;
		}
	}
}

static int fo_reading_layer(struct fo_reading *reading, struct fo_node *dir,
			    uint16_t layer, bool xwhiteouts)
{
	struct fo_fs *fs = reading->fs;
	struct fo_descriptor *descriptor;
	_cleanup_close_ int fd = -1;
	int err = fo_tree_dir(fs, dir, layer, &descriptor);

	if (err)
		return err;
	/* What stands beside an entry is read anyway: it is not asked for. */
	reading->dir = (struct fo_probe_dir){
		.fd = descriptor->fd,
		.layer = layer,
		.xwhiteouts = xwhiteouts,
		.no_oci = true,
		.last = true,
	};
	fd = fo_sys_open(descriptor->fd, "", O_RDONLY | O_DIRECTORY);
	err = fd < 0 ? fd : fo_reading_entries(reading, fd);
	fo_descriptor_put(&fs->descriptors, descriptor);
	return err;
}

static int fo_reading_layers(struct fo_reading *reading, struct fo_node *dir)
{
	const struct fo_stack *stack = dir->stack;
	uint16_t i;
	int err = 0;

	if (fo_node_has_upper(dir))
		err = fo_reading_layer(reading, dir, FO_UPPER,
				       fo_node_has(dir, FO_NODE_XWHITEOUTS));
	for (i = 0; stack && i < stack->count && !err; i++)
		err = fo_reading_layer(reading, dir, stack->lower[i].layer,
				       stack->lower[i].xwhiteouts);
	return err;
}

static int fo_readdir_build(struct fo_fs *fs, struct fo_node *dir,
			    struct fo_listing **out_listing)
{
	_cleanup_free_ char *buf = malloc(FO_DIRENTS_SIZE);
	struct fo_reading reading = {
		.fs = fs,
		.listing = fo_listing_new(),
		.buf = buf,
	};
	int err = buf && reading.listing ? 0 : -ENOMEM;

	if (!err)
		err = fo_reading_layers(&reading, dir);
	if (err) {
		fo_listing_put(reading.listing);
		return err;
	}
	if (!reading.has_oci)
		fo_node_set(dir, FO_NODE_OCI_FREE);
	fo_listing_finish(reading.listing);
	*out_listing = reading.listing;
	return 0;
}

int fo_readdir(struct fo_fs *fs, struct fo_node *dir, bool from_start,
	       struct fo_listing **out_listing)
{
	struct fo_listing *listing =
		from_start ? NULL : fo_listings_find(fs->listings, dir);
	int err;

	if (!listing) {
		err = fo_readdir_build(fs, dir, &listing);
		if (err)
			return err;
		fo_node_set(dir, FO_NODE_CACHED);
		fo_listings_keep(fs->listings, dir, listing);
	}
	*out_listing = listing;
	return 0;
}

int fo_readdir_inode(struct fo_fs *fs, struct fo_node *dir,
		     const struct fo_listing *listing,
		     const struct fo_entry *entry, uint64_t *out_ino)
{
	uint16_t filesystem = fs->layers[entry->layer].filesystem;
	struct fo_merged merged;
	int err;

	*out_ino = fo_fs_inode(fs, entry->layer,
			       fs->filesystems[filesystem].dev, entry->ino);
	/* What was copied up, and what is merged, shows another's number. */
	if (entry->layer != FO_UPPER ||
	    (!fo_node_has(dir, FO_NODE_IMPURE) &&
	     (!dir->stack || entry->type != DT_DIR)))
		return 0;
	err = fo_lookup_merge(fs, dir, fo_listing_name(listing, entry),
			      &merged);
	if (err)
		return err == -ENOENT ? 0 : err;
	*out_ino = merged.found.st_ino;
	fo_stack_free(merged.found.stack);
	return 0;
}

int fo_readdir_is_empty(struct fo_fs *fs, struct fo_node *dir)
{
	struct fo_listing *listing;
	int err = fo_readdir_build(fs, dir, &listing);

	if (err)
		return err;
	if (listing->count)
		err = -ENOTEMPTY;
	fo_listing_put(listing);
	return err;
}
