// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening the layers, and refusing those that cannot go together. */
#include "state/layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "state/fs.h"
#include "system/handle.h"
#include "system/private_mount.h"
#include "system/sys.h"

/* The filesystem of dir, entered into fs->filesystems if it is new. */
static int fo_filesystem_of(struct fo_fs *fs, int dir, uint16_t *out_index)
{
	struct fo_filesystem *filesystem;
	struct stat st;
	struct statfs sfs;
	uint16_t i;
	int err = fo_sys_fstat(dir, &st);

	if (err)
		return err;
	for (i = 0; i < fs->n_filesystems; i++)
		if (fs->filesystems[i].dev == st.st_dev)
			break;
	*out_index = i;
	if (i < fs->n_filesystems)
		return 0;
	err = fo_sys_statfs(dir, &sfs);
	if (err)
		return err;
	filesystem = &fs->filesystems[fs->n_filesystems++];
	filesystem->dev = st.st_dev;
	filesystem->mount = -1;
	filesystem->magic = (long)sfs.f_type;
	memcpy(&filesystem->id, &sfs.f_fsid, sizeof(filesystem->id));
	if (!filesystem->id)
		filesystem->id = st.st_dev;
	/* Without one, zeroes stand for it, as with overlayfs' uuid=null. */
	(void)fo_handle_uuid(dir, filesystem->uuid);
	return 0;
}

static int fo_layer_open(struct fo_fs *fs, struct fo_layer *layer,
			 const char *path, const char *option)
{
	int err;

	layer->path = strdup(path);
	if (!layer->path)
		return -ENOMEM;
	layer->fd = fo_sys_open_path(path, O_PATH | O_DIRECTORY);
	err = fo_min(layer->fd, 0);
	if (!err)
		err = fo_filesystem_of(fs, layer->fd, &layer->filesystem);
	if (err)
		fo_log_error("%s: cannot open layer '%s': %s; the directory "
			     "must exist and be readable",
			     option, path, strerror(-err));
	return err;
}

/* Does inner lie strictly below outer? By the walk up to the root. */
static int fo_lies_below(int inner, const struct stat *outer, bool *out_below)
{
	_cleanup_close_ int at = fo_sys_open(inner, "", O_PATH | O_DIRECTORY);
	struct stat st, up_st;
	int err = at < 0 ? at : fo_sys_fstat(at, &st);

	while (!err) {
		int up = fo_sys_open(at, "..", O_PATH | O_DIRECTORY);

		if (up < 0)
			return up;
		close(at);
		at = up;
		err = fo_sys_fstat(at, &up_st);
		if (err)
			return err;
		if (up_st.st_dev == st.st_dev && up_st.st_ino == st.st_ino)
			break;
		st = up_st;
		if (st.st_dev == outer->st_dev && st.st_ino == outer->st_ino) {
			*out_below = true;
			return 0;
		}
	}
	*out_below = false;
	return err;
}

static int fo_refuse_below(const struct fo_fs *fs, uint16_t index,
			   const struct stat *outer, const char *what)
{
	bool below = false;
	int err = fo_lies_below(fs->layers[index].fd, outer, &below);

	/* Somewhere up a directory may not be ours to search: let it be. */
	if (err || !below)
		return 0;
	fo_log_error("layer '%s' lies below %s; choose a layer outside of it",
		     fs->layers[index].path, what);
	return -ELOOP;
}

static int fo_layers_check(const struct fo_fs *fs)
{
	const struct fo_config *config = fs->config;
	struct stat mount, upper, lower;
	bool has_mount = config->mountpoint &&
			 stat(config->mountpoint, &mount) == 0;
	uint16_t i;
	int err = 0;

	if (fo_fs_has_upper(fs))
		err = fo_sys_fstat(fs->layers[FO_UPPER].fd, &upper);
	for (i = 0; i < fs->n_layers && !err; i++) {
		if (fs->layers[i].fd < 0)
			continue;
		if (has_mount)
			err = fo_refuse_below(fs, i, &mount, "the mount point");
		if (err || i == FO_UPPER || !fo_fs_has_upper(fs))
			continue;
		err = fo_sys_fstat(fs->layers[i].fd, &lower);
		if (err || lower.st_dev != upper.st_dev ||
		    lower.st_ino != upper.st_ino)
			continue;
		fo_log_error("'%s' is both a lower and the upper layer; "
			     "give upperdir= a directory of its own",
			     fs->layers[i].path);
		err = -ELOOP;
	}
	return err;
}

int fo_layers_open(struct fo_fs *fs)
{
	const struct fo_config *config = fs->config;
	size_t n = config->n_lower + 1;
	size_t i;
	int err = 0;

	if (n > FO_LAYERS_MAX) {
		fo_log_error("lowerdir: %zu layers, at most %d are supported",
			     config->n_lower, FO_LAYERS_MAX - 1);
		return -EINVAL;
	}
	fs->layers = calloc(n, sizeof(*fs->layers));
	fs->filesystems = calloc(n + 1, sizeof(*fs->filesystems));
	if (!fs->layers || !fs->filesystems)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		fs->layers[i].fd = -1;
	fs->n_layers = (uint16_t)n;
	fs->n_merged = (uint16_t)(n - config->n_data);
	if (config->upperdir)
		err = fo_layer_open(fs, &fs->layers[FO_UPPER], config->upperdir,
				    "upperdir");
	for (i = 1; i < n && !err; i++) {
		fs->layers[i].data_only = i >= fs->n_merged;
		err = fo_layer_open(fs, &fs->layers[i], config->lowerdir[i - 1],
				    "lowerdir");
	}
	return err ? err : fo_layers_check(fs);
}

void fo_layers_make_private(struct fo_fs *fs)
{
	uint16_t i;

	for (i = 0; i < fs->n_layers; i++) {
		struct fo_layer *layer = &fs->layers[i];
		int fd;

		/* The upper stays: work and upper must share a mount. */
		if (layer->fd < 0 || i == FO_UPPER)
			continue;
		fd = fo_private_mount_clone(layer->fd,
					    FO_PRIVATE_MOUNT_READ_ONLY);
		if (fd < 0)
			return;
		close(layer->fd);
		layer->fd = fd;
		layer->is_private = true;
	}
}

void fo_layers_open_mounts(struct fo_fs *fs)
{
	uint16_t i;

	for (i = 1; i < fs->n_layers && fs->can.open_by_handle; i++) {
		struct fo_filesystem *filesystem =
			&fs->filesystems[fs->layers[i].filesystem];

		if (filesystem->mount < 0)
			filesystem->mount = fo_sys_open(fs->layers[i].fd, "",
							O_RDONLY | O_DIRECTORY);
	}
}

void fo_layers_close(struct fo_fs *fs)
{
	uint16_t i;

	for (i = 0; i < fs->n_filesystems; i++)
		if (fs->filesystems[i].mount >= 0)
			close(fs->filesystems[i].mount);
	for (i = 0; fs->layers && i < fs->n_layers; i++) {
		if (fs->layers[i].fd >= 0)
			close(fs->layers[i].fd);
		free(fs->layers[i].path);
	}
	free(fs->layers);
	free(fs->filesystems);
}
