// SPDX-License-Identifier: GPL-2.0-or-later
/* One side of the comparison: directories, mounts and listings. */
#include <errno.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../helpers/tree.h"
#include "diff.h"

/* Where we left metacopies, the kernel is asked to read them. */
static const char kernel_options[] = "index=on,redirect_dir=on,xino=on";
static const char *const kernel_metacopy[] = { ",metacopy=off",
					       ",metacopy=on" };
extern char **environ;

static int make_dir(const struct fo_side *side, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", side->dir, name);
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int remove_one(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	remove(path);
	return 0;
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

int fo_side_begin(struct fo_side *side, const char *scratch, const char *name)
{
	static const char *const dirs[] = { "lower1", "lower2", "lower3",
					    "upper",  "work",	"mnt" };
	int err = 0;

	snprintf(side->dir, sizeof(side->dir), "%s/%s", scratch, name);
	remove_tree(side->dir);
	if (mkdir(side->dir, 0755) < 0)
		return -errno;
	for (size_t i = 0; !err && i < sizeof(dirs) / sizeof(dirs[0]); i++)
		err = make_dir(side, dirs[i]);
	side->lowers = 3;
	side->stacked = 0;
	side->mounted = false;
	fo_steps_init(&side->steps);
	return err;
}

void fo_side_end(struct fo_side *side)
{
	fo_steps_close(&side->steps);
	if (side->mounted)
		fo_side_umount(side);
	remove_tree(side->dir);
}

/* Stacked layers lie on top of the first ones, the newest first. */
static void lower_list(const struct fo_side *side, char *out, size_t size)
{
	size_t used = 0;
	int i;

	for (i = side->stacked; i > 0; i--)
		used += (size_t)snprintf(out + used, size - used,
					 "%s/stacked%d:", side->dir, i);
	for (i = 1; i <= side->lowers; i++)
		used += (size_t)snprintf(out + used, size - used,
					 "%s%s/lower%d", i > 1 ? ":" : "",
					 side->dir, i);
}

static int run(char *const argv[])
{
	int status;
	pid_t pid;

	if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0)
		return -ENOENT;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/* The last overlayfs on these layers may still be on its way out: EBUSY. */
static int mount_kernel(const char *mnt, const char *options)
{
	const struct timespec wait = { .tv_nsec = 20000000 };
	int i;

	for (i = 0; i < 50; i++) {
		if (mount("overlay", mnt, "overlay", 0, options) == 0)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&wait, NULL);
	}
	return -errno;
}

int fo_side_mount(struct fo_side *side, const char *binary, const char *engine)
{
	char lowers[2048], options[4096], mnt[300];
	int err;

	lower_list(side, lowers, sizeof(lowers));
	snprintf(mnt, sizeof(mnt), "%s/mnt", side->dir);
	snprintf(options, sizeof(options),
		 "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", lowers,
		 side->dir, side->dir);
	side->by_kernel = strcmp(engine, "overlayfs") == 0;
	if (side->by_kernel) {
		strcat(options, ",");
		strcat(options, kernel_options);
		strcat(options,
		       kernel_metacopy[side->options &&
				       strstr(side->options, "metacopy=on")]);
		err = mount_kernel(mnt, options);
	} else {
		char *argv[] = { (char *)binary, "-o", options, mnt, NULL };

		if (strcmp(engine, "other") != 0) {
			strcat(options, ",engine=");
			strcat(options, engine);
		}
		if (side->options && side->options[0]) {
			strcat(options, ",");
			strcat(options, side->options);
		}
		err = run(argv);
	}
	if (err) {
		fprintf(stderr, "# %s: mount: %s: %s\n", engine, options,
			strerror(-err));
		return err;
	}
	side->mounted = true;
	err = fo_steps_open(&side->steps, mnt);
	return err;
}

int fo_side_umount(struct fo_side *side)
{
	const struct timespec wait = { .tv_nsec = 20000000 };
	char mnt[300];
	int i;

	fo_steps_close(&side->steps);
	snprintf(mnt, sizeof(mnt), "%s/mnt", side->dir);
	side->mounted = false;
	for (i = 0; i < 50; i++) {
		if (umount2(mnt, 0) == 0)
			return 0;
		nanosleep(&wait, NULL);
	}
	i = -errno;
	fprintf(stderr, "# umount %s: %s\n", mnt, strerror(-i));
	umount2(mnt, MNT_FORCE);
	umount2(mnt, MNT_DETACH);
	return i;
}

/* The upper becomes the top lower layer; the mount is down meanwhile. */
int fo_side_stack(struct fo_side *side)
{
	char from[300], to[300];

	if (side->lowers + side->stacked >= FO_LOWERS_MAX)
		return 0;
	side->stacked++;
	snprintf(from, sizeof(from), "%s/upper", side->dir);
	snprintf(to, sizeof(to), "%s/stacked%d", side->dir, side->stacked);
	if (rename(from, to) < 0)
		return -errno;
	snprintf(from, sizeof(from), "%s/work", side->dir);
	remove_tree(from);
	if (make_dir(side, "upper") || make_dir(side, "work"))
		return -errno;
	return 0;
}

static void list_into(FILE *out, const struct fo_side *side, const char *name,
		      unsigned int flags)
{
	char path[512];
	int err;

	snprintf(path, sizeof(path), "%s/%s", side->dir, name);
	err = fo_tree_print(out, path, flags);
	if (err)
		fprintf(out, "%s: %s\n", name, strerror(-err));
}

char *fo_side_tree(struct fo_side *side)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	list_into(out, side, "mnt", 0);
	fclose(out);
	if (side->by_kernel)
		fo_known_tree(text);
	fo_known_counts(text);
	return text;
}

char *fo_side_lowers(struct fo_side *side)
{
	char *text = NULL, name[40];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (int i = 1; i <= side->lowers; i++) {
		snprintf(name, sizeof(name), "lower%d", i);
		list_into(out, side, name, FO_TREE_RAW);
	}
	fclose(out);
	return text;
}
