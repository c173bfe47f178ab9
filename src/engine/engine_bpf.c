// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Engine bpf: may the module have this mount, and has it taken it? The kernel
 * then merges, reads and writes by itself, so that whatever changes how that
 * is done has to be known to the module.
 */
#include "engine/engine_bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/base.h"
#include "engine/engine_bpf_mount.h"
#include "fuse-overlay/fusebpf.h"
#include "state/fs.h"

void fo_fusebpf_init(struct fo_fusebpf *fusebpf)
{
	fusebpf->device = -1;
	fusebpf->mount = -1;
}

unsigned int fo_fusebpf_layer(const struct fo_fs *fs, unsigned int layer)
{
	return layer - !fo_fs_has_upper(fs);
}

static bool fo_has_mount_option(const struct fo_config *config,
				const char *option)
{
	const char *at = config->mount_options;
	size_t len = strlen(option);

	while (at && *at) {
		size_t word = strcspn(at, ",");

		if (word == len && !strncmp(at, option, len))
			return true;
		at += word + (at[word] == ',');
	}
	return false;
}

static bool fo_maps_ids(const struct fo_config *config)
{
	return config->uidmap.n || config->gidmap.n || config->squash_uid ||
	       config->squash_gid || config->override != FO_OVERRIDE_NONE;
}

/* In a writable mount the module reads marks where it is known to write. */
static bool fo_marks_are_odd(const struct fo_fs *fs)
{
	return fs->config->user_xattr ||
	       fs->config->whiteout == FO_WHITEOUT_OCI ||
	       (fs->writable &&
		(!fs->can.trusted_xattr || !fs->can.mknod_whiteout));
}

/* What was asked for that only the other engines do; NULL: nothing. */
static const char *fo_fusebpf_find_unfit(const struct fo_fs *fs)
{
	const struct fo_config *config = fs->config;
	const struct {
		bool is_wanted;
		const char *what;
	} unfit[] = {
		{ config->filter != NULL, "option filter=" },
		{ fo_maps_ids(config), "ids or modes that are mapped" },
		{ fo_marks_are_odd(fs),
		  "marks other than trusted.overlay.* and devices" },
		{ config->n_data != 0 || config->metacopy,
		  "metacopy=on or data-only layers" },
		{ !config->acl || !config->xattrs, "noacl or noxattrs" },
		{ !config->sync, "volatile or fsync=0" },
		{ config->static_nlink, "static_nlink" },
		{ config->timeout >= 0, "timeout=" },
		{ fs->n_layers > FO_FUSEBPF_BLOCKS_MAX,
		  "more than 31 lower layers" },
		{ fo_has_mount_option(config, "auto_unmount"), "auto_unmount" },
		{ !strncmp(config->mountpoint, "/dev/fd/", 8),
		  "a mount that somebody else made" },
	};
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(unfit); i++)
		if (unfit[i].is_wanted)
			return unfit[i].what;
	return NULL;
}

static int fo_fusebpf_open_device(char *out_why)
{
	int fd = open(FO_FUSEBPF_DEVICE, O_RDWR | O_CLOEXEC);
	int err = errno;

	if (fd >= 0)
		return fd;
	snprintf(out_why, FO_FUSEBPF_WHY_SIZE, "%s: %s; %s", FO_FUSEBPF_DEVICE,
		 strerror(err),
		 err == ENOENT || err == ENODEV || err == ENXIO ?
			 "the module is not loaded (modprobe fusebpf)" :
			 "it is for root of the machine");
	return -err;
}

int fo_fusebpf_open(struct fo_fusebpf *fusebpf, const struct fo_fs *fs,
		    char out_why[FO_FUSEBPF_WHY_SIZE])
{
	const char *unfit = fo_fusebpf_find_unfit(fs);
	_cleanup_close_ int device = -1;
	int err;

	if (unfit) {
		snprintf(out_why, FO_FUSEBPF_WHY_SIZE,
			 "it cannot be combined with %s", unfit);
		return -EOPNOTSUPP;
	}
	device = fo_fusebpf_open_device(out_why);
	if (device < 0)
		return device;
	*out_why = '\0';
	err = fo_fusebpf_make_mount(device, fs, out_why, &fusebpf->mount);
	if (err) {
		if (!*out_why)
			snprintf(out_why, FO_FUSEBPF_WHY_SIZE,
				 "the module refuses the mount: %s",
				 strerror(-err));
		return err;
	}
	fusebpf->device = fo_take_fd(&device);
	return 0;
}

void fo_fusebpf_close(struct fo_fusebpf *fusebpf)
{
	if (fusebpf->mount >= 0)
		close(fusebpf->mount);
	if (fusebpf->device >= 0)
		close(fusebpf->device);
	fo_fusebpf_init(fusebpf);
}

void fo_fusebpf_detach(int device, const char *mountpoint)
{
	struct pollfd end = { .fd = device };

	/* The module says so when the mount is gone: another may be there. */
	if (poll(&end, 1, 0) == 1 && (end.revents & POLLERR))
		return;
	(void)umount2(mountpoint, MNT_DETACH);
}
