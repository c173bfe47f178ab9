// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a merged directory holds: its layers read topmost first, names seen
 * before or whited out left away. A listing is cached with its directory and
 * is good until the directory's version changes; who reads one keeps it.
 */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

#include "compat.h"
#include "fusebpf.h"

#define FO_LISTING_BITS 10

struct fo_build {
	struct dir_context ctx;
	struct fo_fs *fs;
	struct inode *dir;
	struct fo_place place; /* the one being read */
	bool impure; /* numbers of its entries may be others */
	struct fo_listing *listing;
	struct list_head fresh; /* of this layer */
	unsigned int calls; /* of the actor in one iterate_dir() */
	int err;
	struct hlist_head names[1 << FO_LISTING_BITS];
};

static struct hlist_head *fo_build_bucket(struct fo_build *build,
					  const char *name, u32 len)
{
	u32 hash = full_name_hash(build, name, len);

	return &build->names[hash_32(hash, FO_LISTING_BITS)];
}

static bool fo_build_has(struct fo_build *build, const char *name, u32 len)
{
	struct fo_entry *entry;

	hlist_for_each_entry(entry, fo_build_bucket(build, name, len),
			     hash) if (entry->len == len &&
				       !memcmp(entry->name, name,
					       len)) return true;
	return false;
}

static bool fo_name_is_dots(const char *name, int len)
{
	return name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'));
}

static struct fo_entry *fo_entry_new(const char *name, u32 len)
{
	struct fo_entry *entry;

	entry = kzalloc(struct_size(entry, name, len + 1), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return NULL;
	entry->len = len;
	memcpy(entry->name, name, len);
	INIT_HLIST_NODE(&entry->hash);
	return entry;
}

static bool fo_build_is_oci(const char *name, int len)
{
	return len >= FO_OCI_PREFIX_LEN &&
	       !memcmp(name, FO_OCI_PREFIX, FO_OCI_PREFIX_LEN);
}

/* One name of one layer; it counts for the layers below once this is read. */
static bool fo_build_actor(struct dir_context *ctx, const char *name, int len,
			   loff_t pos, u64 ino, unsigned int type)
{
	struct fo_build *build = container_of(ctx, struct fo_build, ctx);
	struct fo_entry *entry;
	bool oci = fo_build_is_oci(name, len);

	build->calls++;
	if (fo_name_is_dots(name, len))
		return true;
	if (oci) {
		name += FO_OCI_PREFIX_LEN;
		len -= FO_OCI_PREFIX_LEN;
	}
	if (!len || (!oci && fo_build_has(build, name, len)))
		return true;
	entry = fo_entry_new(name, len);
	if (!entry) {
		build->err = -ENOMEM;
		return false;
	}
	entry->ino = fo_inode_number(build->fs, build->place.layer, ino);
	entry->type = type;
	entry->layer = build->place.layer;
	entry->hidden = oci;
	entry->suspect = !oci && (type == DT_CHR || type == DT_UNKNOWN ||
				  (type == DT_REG && build->place.xwhiteouts));
	list_add_tail(&entry->list, &build->fresh);
	return true;
}

static int fo_build_read(struct fo_build *build)
{
	struct path path = {
		.mnt = build->fs->layers[build->place.layer].mnt,
		.dentry = build->place.dentry,
	};
	struct file *file;
	int err;

	file = dentry_open(&path, O_RDONLY | O_DIRECTORY | O_LARGEFILE,
			   current_cred());
	if (IS_ERR(file))
		return PTR_ERR(file);
	do {
		build->calls = 0;
		err = iterate_dir(file, &build->ctx);
		if (!err)
			err = build->err;
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	} while (!err && build->calls);
	fput(file);
	return err;
}

/* The directory is no longer locked: now look at what may be a whiteout. */
static int fo_build_judge(struct fo_build *build, struct fo_entry *entry)
{
	const struct qstr name = QSTR_INIT(entry->name, entry->len);
	bool merged = entry->type == DT_DIR && build->fs->has_upper &&
		      !build->place.layer && fo_inode_nr_lower(build->dir);
	struct fo_probed probed;
	int err;

	if (!entry->suspect && (entry->hidden || !(build->impure || merged)))
		return 0;
	err = fo_probe_name(build->fs, &build->place, &name, &probed);
	if (err)
		return err;
	/* Gone meanwhile, or a whiteout: neither is shown. */
	entry->hidden = !probed.dentry || fo_policy_is_whiteout(&probed.facts);
	if (probed.dentry)
		entry->type = fs_umode_to_dtype(probed.facts.mode);
	if (build->impure && !entry->hidden)
		entry->ino = fo_origin_number(build->fs, probed.dentry);
	dput(probed.dentry);
	if (merged && !entry->hidden)
		return fo_lookup_dir_number(build->dir, &name, &entry->ino);
	return 0;
}

static int fo_build_layer(struct fo_build *build)
{
	struct fo_entry *entry;
	int err;

	build->ctx.pos = 0;
	build->impure = build->fs->has_upper && !build->place.layer &&
			fo_origin_is_impure(build->fs, build->place.dentry);
	err = fo_build_read(build);
	list_for_each_entry(entry, &build->fresh, list)
	{
		if (!err)
			err = fo_build_judge(build, entry);
		hlist_add_head(&entry->hash,
			       fo_build_bucket(build, entry->name, entry->len));
		build->listing->nr += !entry->hidden;
	}
	list_splice_tail_init(&build->fresh, &build->listing->all);
	return err;
}

static void fo_listing_free(struct fo_listing *listing)
{
	struct fo_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &listing->all, list) kfree(entry);
	kvfree(listing->entries);
	kfree(listing);
}

void fo_listing_put(struct fo_listing *listing)
{
	if (refcount_dec_and_test(&listing->users))
		fo_listing_free(listing);
}

/* Names that only hide others served their purpose. */
static int fo_listing_finish(struct fo_listing *listing)
{
	struct fo_entry *entry, *next;
	unsigned int i = 0;

	listing->entries =
		kvcalloc(listing->nr ?: 1, sizeof(entry), GFP_KERNEL_ACCOUNT);
	if (!listing->entries)
		return -ENOMEM;
	list_for_each_entry_safe(entry, next, &listing->all, list)
	{
		if (!entry->hidden) {
			listing->entries[i++] = entry;
			continue;
		}
		list_del(&entry->list);
		kfree(entry);
	}
	return 0;
}

static int fo_build_run(struct fo_build *build, struct inode *dir)
{
	const struct cred *old = fo_creds_begin(dir->i_sb);
	unsigned int i;
	int err = 0;

	for (i = 0; !err && fo_inode_place(dir, i, &build->place); i++)
		err = fo_build_layer(build);
	fo_creds_end(old);
	return err ? err : fo_listing_finish(build->listing);
}

static struct fo_listing *fo_listing_build(struct inode *dir)
{
	struct fo_listing *listing;
	struct fo_build *build;
	int err;

	listing = kzalloc(sizeof(*listing), GFP_KERNEL);
	if (!listing)
		return ERR_PTR(-ENOMEM);
	refcount_set(&listing->users, 1);
	INIT_LIST_HEAD(&listing->all);
	listing->version = fo_inode_version(dir);
	build = kvzalloc(sizeof(*build), GFP_KERNEL);
	if (!build) {
		fo_listing_put(listing);
		return ERR_PTR(-ENOMEM);
	}
	build->ctx.actor = fo_build_actor;
	build->fs = fo_fs(dir->i_sb);
	build->dir = dir;
	build->listing = listing;
	INIT_LIST_HEAD(&build->fresh);
	err = fo_build_run(build, dir);
	kvfree(build);
	if (!err)
		return listing;
	fo_listing_put(listing);
	return ERR_PTR(err);
}

struct fo_listing *fo_listing_get(struct inode *dir)
{
	struct fo_inode *fi = fo_inode(dir);
	struct fo_listing *listing, *old = NULL;

	spin_lock(&dir->i_lock);
	listing = fi->listing;
	if (listing && listing->version == fi->version)
		refcount_inc(&listing->users);
	else
		listing = NULL;
	spin_unlock(&dir->i_lock);
	if (listing)
		return listing;
	listing = fo_listing_build(dir);
	if (IS_ERR(listing))
		return listing;
	spin_lock(&dir->i_lock);
	if (listing->version == fi->version) {
		old = fi->listing;
		fi->listing = listing;
		refcount_inc(&listing->users);
	}
	spin_unlock(&dir->i_lock);
	if (old)
		fo_listing_put(old);
	return listing;
}
