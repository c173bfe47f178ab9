// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts of one name in one layer. */
#include "overlay/probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "fuse-overlay/format.h"
#include "overlay/marks.h"
#include "state/fs.h"
#include "system/sys.h"

/* Bytes of an inode's attributes, as st_blocks counts them. */
#define FO_ATTRIBUTES_MAX 65536

/* Longest name that can have a .wh. beside it. */
#define FO_OCI_NAME_MAX (FO_NAME_SIZE - 1 - FO_OCI_PREFIX_LEN)

static bool fo_has_oci_whiteout(int dir, const char *name)
{
	char whiteout[FO_NAME_SIZE];
	struct stat st;

	if (strlen(name) > FO_OCI_NAME_MAX)
		return false;
	snprintf(whiteout, sizeof(whiteout), FO_OCI_PREFIX "%s", name);
	return fo_sys_stat(dir, whiteout, &st) == 0;
}

static bool fo_has_oci_opaque(int dir, const char *name)
{
	char path[FO_NAME_SIZE + sizeof(FO_OCI_OPAQUE) + 1];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "%s/" FO_OCI_OPAQUE, *name ? name : ".");
	fd = fo_sys_open_beneath(dir, path, O_PATH);
	return fd >= 0;
}

/*
 * A metacopy has a size and no blocks, but for its attributes: a small one
 * may have as many of these as a whole file has of content.
 */
static bool fo_may_be_metacopy(const struct stat *st)
{
	const off_t held = st->st_blocks * 512;

	return S_ISREG(st->st_mode) && st->st_size > 0 &&
	       (held < st->st_size || held <= FO_ATTRIBUTES_MAX);
}

static int fo_probe_dir_facts(const struct fo_fs *fs, int dir, const char *name,
			      bool last, struct fo_probed *probed)
{
	int err = fo_marks_read(fs, dir, name, &probed->marks);

	if (err)
		return err;
	if (probed->marks & FO_MARK_OPAQUE) {
		char opaque = fo_mark_opaque(fs, dir, name);

		if (opaque == FO_OPAQUE_YES)
			probed->probe.facts |= FO_FACT_OPAQUE_XATTR;
		probed->xwhiteouts = opaque == FO_OPAQUE_XWHITEOUTS;
	}
	if (!last && !(probed->probe.facts & FO_FACT_OPAQUE_XATTR) &&
	    fo_has_oci_opaque(dir, name))
		probed->probe.facts |= FO_FACT_OPAQUE_OCI;
	return 0;
}

static int fo_probe_file_facts(const struct fo_fs *fs,
			       const struct fo_probe_dir *dir, const char *name,
			       struct fo_probed *probed)
{
	const struct stat *st = &probed->st;
	struct fo_probe *probe = &probed->probe;
	int err;

	if ((S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) && !st->st_rdev)
		probe->facts |= FO_FACT_RDEV_ZERO;
	if (!st->st_size)
		probe->facts |= FO_FACT_EMPTY;
	if (dir->xwhiteouts)
		probe->facts |= FO_FACT_IN_XWHITEOUTS;
	if (fo_policy_wants_whiteout_xattr(probe) &&
	    fo_mark_has_whiteout(dir->fd, name))
		probe->facts |= FO_FACT_WHITEOUT_XATTR;
	if (!fo_may_be_metacopy(st) || dir->last)
		return 0;
	err = fo_marks_read(fs, dir->fd, name, &probed->marks);
	if (err)
		return err;
	if (probed->marks & FO_MARK_METACOPY)
		probe->facts |= FO_FACT_METACOPY;
	probed->marks |= FO_MARKS_KNOWN;
	return 0;
}

int fo_probe(const struct fo_fs *fs, const struct fo_probe_dir *dir,
	     const char *name, struct fo_probed *out_probed)
{
	struct fo_probed probed = { 0 };
	int err = fo_sys_stat(dir->fd, name, &probed.st);

	if (err && err != -ENOENT)
		return err;
	if (!err)
		probed.probe.mode = probed.st.st_mode;
	/* A file ends the search anyway. */
	if (!dir->last && !dir->no_oci && (err || S_ISDIR(probed.st.st_mode)) &&
	    fo_has_oci_whiteout(dir->fd, name))
		probed.probe.facts |= FO_FACT_OCI_WHITEOUT;
	if (err)
		err = 0;
	else if (!S_ISDIR(probed.st.st_mode))
		err = fo_probe_file_facts(fs, dir, name, &probed);
	else
		err = fo_probe_dir_facts(fs, dir->fd, name, dir->last, &probed);
	if (!err)
		*out_probed = probed;
	return err;
}

int fo_probe_root(const struct fo_fs *fs, uint16_t layer,
		  struct fo_probed *out_probed)
{
	int fd = fs->layers[layer].fd;
	struct fo_probed probed = { 0 };
	int err = fo_sys_fstat(fd, &probed.st);

	if (err)
		return err;
	probed.probe.mode = probed.st.st_mode;
	err = fo_probe_dir_facts(fs, fd, "", false, &probed);
	if (!err)
		*out_probed = probed;
	return err;
}

bool fo_probe_is_suspect(uint8_t d_type, bool xwhiteouts)
{
	return d_type == DT_CHR || d_type == DT_UNKNOWN ||
	       (d_type == DT_REG && xwhiteouts);
}
