// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The superblock: its options are the device and the layers as descriptors,
 * said one by one through fsopen(2), whose context also tells what was wrong.
 */
#include "engine/engine_bpf_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/base.h"
#include "state/fs.h"
#include "system/sys.h"

/* From linux/mount.h, which cannot be included beside sys/mount.h. */
enum {
	FO_FSOPEN_CLOEXEC = 1,
	FO_FSMOUNT_CLOEXEC = 1,
	FO_FSCONFIG_SET_FLAG = 0,
	FO_FSCONFIG_SET_STRING = 1,
	FO_FSCONFIG_CMD_CREATE = 6,
	FO_MOVE_MOUNT_F_EMPTY_PATH = 4,
	FO_MOUNT_ATTR_RDONLY = 0x1,
	FO_MOUNT_ATTR_NOSUID = 0x2,
	FO_MOUNT_ATTR_NODEV = 0x4,
	FO_MOUNT_ATTR_NOEXEC = 0x8,
	FO_MOUNT_ATTR_NOATIME = 0x10,
	FO_MOUNT_ATTR_NODIRATIME = 0x80,
	FO_MOUNT_ATTR_NOSYMFOLLOW = 0x200000,
};

/* A word of config->mount_options, as libfuse reads it. */
static const struct fo_word {
	const char *word;
	unsigned int set, clear; /* of the mount */
	bool is_of_superblock;
} fo_words[] = {
	{ .word = "ro", .set = FO_MOUNT_ATTR_RDONLY, .is_of_superblock = true },
	{ .word = "sync", .is_of_superblock = true },
	{ .word = "dirsync", .is_of_superblock = true },
	{ .word = "suid", .clear = FO_MOUNT_ATTR_NOSUID },
	{ .word = "nosuid", .set = FO_MOUNT_ATTR_NOSUID },
	{ .word = "dev", .clear = FO_MOUNT_ATTR_NODEV },
	{ .word = "nodev", .set = FO_MOUNT_ATTR_NODEV },
	{ .word = "noexec", .set = FO_MOUNT_ATTR_NOEXEC },
	{ .word = "noatime", .set = FO_MOUNT_ATTR_NOATIME },
	{ .word = "nodiratime", .set = FO_MOUNT_ATTR_NODIRATIME },
	{ .word = "nosymfollow", .set = FO_MOUNT_ATTR_NOSYMFOLLOW },
};

static int fo_context_set(int context, const char *key, const char *value)
{
	unsigned int cmd = value ? FO_FSCONFIG_SET_STRING :
				   FO_FSCONFIG_SET_FLAG;

	if (syscall(SYS_fsconfig, context, cmd, key, value, 0))
		return -errno;
	return 0;
}

static int fo_context_set_fd(int context, const char *key, int fd)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	return fo_context_set(context, key, number);
}

/*
 * The module clones the mount that a layer lies in. Ours is private, and may
 * be one that the kernel does not clone: the layer is opened as the user
 * said it, if that still is the same directory.
 */
static int fo_context_add_layer(int context, const struct fo_layer *layer,
				const char *key)
{
	_cleanup_close_ int fd =
		open(layer->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat ours, theirs;
	int err;

	if (fd < 0)
		return -errno;
	err = fo_sys_fstat(layer->fd, &ours);
	if (!err)
		err = fo_sys_fstat(fd, &theirs);
	if (!err &&
	    (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino))
		err = -ESTALE;
	return err ? err : fo_context_set_fd(context, key, fd);
}

static int fo_context_add_layers(int context, const struct fo_fs *fs)
{
	uint16_t i;
	int err = 0;

	for (i = fo_fs_has_upper(fs) ? 0 : 1; i < fs->n_layers && !err; i++)
		err = fo_context_add_layer(context, &fs->layers[i],
					   i == FO_UPPER ? "upper_dir" :
							   "lower_dir");
	return err;
}

static const struct fo_word *fo_word_find(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_words); i++)
		if (strlen(fo_words[i].word) == len &&
		    !strncmp(fo_words[i].word, text, len))
			return &fo_words[i];
	return NULL;
}

/* What is no word of ours is about /dev/fuse, and has no meaning here. */
static int fo_context_add_words(int context, const struct fo_fs *fs,
				unsigned int *out_attr)
{
	const char *at = fs->config->mount_options;
	/* As libfuse does unless it is told otherwise. */
	unsigned int attr = FO_MOUNT_ATTR_NOSUID | FO_MOUNT_ATTR_NODEV;
	int err = 0;

	while (at && *at && !err) {
		size_t len = strcspn(at, ",");
		const struct fo_word *word = fo_word_find(at, len);

		if (word) {
			attr = (attr & ~word->clear) | word->set;
			if (word->is_of_superblock)
				err = fo_context_set(context, word->word, NULL);
		}
		at += len + (at[len] == ',');
	}
	if (!err && !fs->writable) {
		attr |= FO_MOUNT_ATTR_RDONLY;
		err = fo_context_set(context, "ro", NULL);
	}
	if (!err)
		*out_attr = attr;
	return err;
}

/* The last thing that the kernel said of an error: "e fusebpf: ..." */
static void fo_context_complaint(int context, char *out_why)
{
	char line[FO_FUSEBPF_WHY_SIZE];
	ssize_t n;

	while ((n = read(context, line, sizeof(line) - 1)) > 0) {
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "e ", 2))
			memcpy(out_why, line + 2, strlen(line + 2) + 1);
	}
}

static int fo_context_fill(int context, int device, const struct fo_fs *fs,
			   unsigned int *out_attr)
{
	const char *source = fs->config->source;
	int err = fo_context_set(context, "source",
				 source ? source : "fuse-overlay");

	if (!err)
		err = fo_context_set_fd(context, "fd", device);
	if (!err)
		err = fo_context_add_layers(context, fs);
	if (!err)
		err = fo_context_add_words(context, fs, out_attr);
	if (!err && syscall(SYS_fsconfig, context, FO_FSCONFIG_CMD_CREATE, NULL,
			    NULL, 0))
		err = -errno;
	return err;
}

int fo_fusebpf_make_mount(int device, const struct fo_fs *fs,
			  char out_why[FO_FUSEBPF_WHY_SIZE], int *out_mount)
{
	_cleanup_close_ int context =
		(int)syscall(SYS_fsopen, "fusebpf", FO_FSOPEN_CLOEXEC);
	unsigned int attr = 0;
	int err, mount;

	if (context < 0)
		return -errno;
	err = fo_context_fill(context, device, fs, &attr);
	if (err) {
		fo_context_complaint(context, out_why);
		return err;
	}
	mount = (int)syscall(SYS_fsmount, context, FO_FSMOUNT_CLOEXEC, attr);
	if (mount < 0)
		return -errno;
	*out_mount = mount;
	return 0;
}

int fo_fusebpf_attach(struct fo_fusebpf *fusebpf, const char *mountpoint)
{
	if (syscall(SYS_move_mount, fusebpf->mount, "", AT_FDCWD, mountpoint,
		    FO_MOVE_MOUNT_F_EMPTY_PATH))
		return -errno;
	/* The descriptor would keep the mount busy. */
	close(fo_take_fd(&fusebpf->mount));
	return 0;
}
