// SPDX-License-Identifier: GPL-2.0-only
/* The facts of one name in one layer, which policy.h decides on. */
#include <linux/slab.h>
#include <linux/xattr.h>

#include "compat.h"
#include "fusebpf.h"

/* A layer below may have been made by whoever; the upper by this mount. */
static const char *const fo_prefixes[] = {
	FO_XATTR_TRUSTED_PREFIX,
	FO_XATTR_USER_PREFIX,
	FO_XATTR_FUSEOVERLAYFS_PREFIX,
};

ssize_t fo_probe_xattr(struct fo_fs *fs, const struct fo_place *place,
		       const char *name, void *value, size_t size)
{
	bool ours = fs->has_upper && place->layer == 0;
	unsigned int nr = ours ? 1 : ARRAY_SIZE(fo_prefixes);
	char full[XATTR_NAME_MAX + 1];
	ssize_t len = -ENODATA;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		snprintf(full, sizeof(full), "%s%s", fo_prefixes[i], name);
		len = vfs_getxattr(&nop_mnt_idmap, place->dentry, full, value,
				   size);
		if (len >= 0)
			break;
	}
	return len;
}

static char fo_probe_opaque(struct fo_fs *fs, const struct fo_place *place)
{
	char value = 0;

	if (fo_probe_xattr(fs, place, FO_XATTR_OPAQUE, &value, 1) != 1)
		return 0;
	return value;
}

bool fo_probe_is_xwhiteouts(struct fo_fs *fs, unsigned int layer,
			    struct dentry *dir)
{
	struct fo_place place = { .dentry = dir, .layer = layer };

	return fo_probe_opaque(fs, &place) == FO_OPAQUE_XWHITEOUTS;
}

static bool fo_probe_exists(struct dentry *dir, const struct qstr *name)
{
	struct dentry *dentry = fo_vfs_lookup(dir, name);
	bool exists;

	if (IS_ERR(dentry))
		return false;
	exists = d_is_positive(dentry);
	dput(dentry);
	return exists;
}

bool fo_probe_has_oci_opaque(struct dentry *dir)
{
	const struct qstr name =
		QSTR_INIT(FO_OCI_OPAQUE, sizeof(FO_OCI_OPAQUE) - 1);

	return fo_probe_exists(dir, &name);
}

static bool fo_probe_has_oci_whiteout(struct dentry *dir,
				      const struct qstr *name)
{
	char buf[NAME_MAX + 1];
	struct qstr whiteout = QSTR_INIT(buf, FO_OCI_PREFIX_LEN + name->len);

	if (whiteout.len > NAME_MAX)
		return false;
	memcpy(buf, FO_OCI_PREFIX, FO_OCI_PREFIX_LEN);
	memcpy(buf + FO_OCI_PREFIX_LEN, name->name, name->len);
	buf[whiteout.len] = 0;
	return fo_probe_exists(dir, &whiteout);
}

/* What lies in a layer is a plain file of it, not a mount trap. */
static bool fo_probe_is_odd(const struct dentry *dentry)
{
	return dentry->d_flags & (DCACHE_NEED_AUTOMOUNT | DCACHE_OP_HASH |
				  DCACHE_OP_COMPARE | DCACHE_OP_REVALIDATE);
}

static void fo_probe_file(struct fo_fs *fs, const struct fo_place *dir,
			  struct fo_probed *probed)
{
	struct inode *inode = d_inode(probed->dentry);
	struct fo_place place = { .dentry = probed->dentry,
				  .layer = dir->layer };
	struct fo_probe *facts = &probed->facts;

	if (!inode->i_rdev)
		facts->facts |= FO_FACT_RDEV_ZERO;
	if (!i_size_read(inode))
		facts->facts |= FO_FACT_EMPTY;
	if (dir->xwhiteouts)
		facts->facts |= FO_FACT_IN_XWHITEOUTS;
	if (fo_policy_wants_whiteout_xattr(facts) &&
	    fo_probe_xattr(fs, &place, FO_XATTR_WHITEOUT, NULL, 0) >= 0)
		facts->facts |= FO_FACT_WHITEOUT_XATTR;
}

int fo_probe_name(struct fo_fs *fs, const struct fo_place *dir,
		  const struct qstr *name, struct fo_probed *out_probed)
{
	struct fo_probed probed = {};

	probed.dentry = fo_vfs_lookup(dir->dentry, name);
	if (IS_ERR(probed.dentry)) {
		/* A layer whose names are shorter does not have this one. */
		if (PTR_ERR(probed.dentry) != -ENAMETOOLONG || !dir->layer)
			return PTR_ERR(probed.dentry);
		probed.dentry = NULL;
	} else if (d_is_negative(probed.dentry)) {
		dput(probed.dentry);
		probed.dentry = NULL;
	} else if (fo_probe_is_odd(probed.dentry)) {
		dput(probed.dentry);
		return -EREMOTE;
	}
	if (probed.dentry)
		probed.facts.mode = d_inode(probed.dentry)->i_mode;
	if (probed.dentry && !d_is_dir(probed.dentry) && !fs->raw)
		fo_probe_file(fs, dir, &probed);
	*out_probed = probed;
	return 0;
}

static bool fo_layer_has_below(const struct fo_fs *fs, unsigned int layer)
{
	return layer + 1 < fs->nr_layers;
}

static void fo_probe_dir_marks(struct fo_fs *fs, const struct fo_place *place,
			       bool last, struct fo_probed *probed)
{
	u32 *facts = &probed->facts.facts;
	char opaque = fo_probe_opaque(fs, place);

	probed->xwhiteouts = opaque == FO_OPAQUE_XWHITEOUTS;
	if (opaque == FO_OPAQUE_YES)
		*facts |= FO_FACT_OPAQUE_XATTR;
	else if (!last && fo_probe_has_oci_opaque(place->dentry))
		*facts |= FO_FACT_OPAQUE_OCI;
	/* Its parent may have no layer below, and it still comes from there. */
	if (!fo_policy_is_opaque(&probed->facts) &&
	    fo_layer_has_below(fs, place->layer))
		probed->redirected =
			fo_probe_xattr(fs, place, FO_XATTR_REDIRECT, NULL, 0) >=
			0;
}

/* A metacopy has a size and, but for attributes, no blocks. */
static bool fo_probe_may_be_metacopy(const struct inode *inode)
{
	loff_t size = i_size_read(inode);

	return S_ISREG(inode->i_mode) && size > 0 &&
	       ((loff_t)inode->i_blocks << 9) < size;
}

void fo_probe_marks(struct fo_fs *fs, const struct fo_place *dir, bool last,
		    const struct qstr *name, struct fo_probed *probed)
{
	struct fo_place place = { .dentry = probed->dentry,
				  .layer = dir->layer };
	u32 *facts = &probed->facts.facts;
	bool is_dir = probed->dentry && d_is_dir(probed->dentry);

	/* A file ends the search anyway. */
	if (!last && (!probed->dentry || is_dir) &&
	    fo_probe_has_oci_whiteout(dir->dentry, name))
		*facts |= FO_FACT_OCI_WHITEOUT;
	if (is_dir)
		fo_probe_dir_marks(fs, &place, last, probed);
	else if (probed->dentry && fo_layer_has_below(fs, dir->layer) &&
		 fo_probe_may_be_metacopy(d_inode(probed->dentry)) &&
		 fo_probe_xattr(fs, &place, FO_XATTR_METACOPY, NULL, 0) >= 0)
		*facts |= FO_FACT_METACOPY;
}
