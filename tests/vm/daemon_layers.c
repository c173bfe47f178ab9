// SPDX-License-Identifier: GPL-2.0-or-later
/* What the layers hold, and changing the upper. */
#include "daemon.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

int layer_fd[LAYERS_MAX];
int nr_layers;

static int is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && !st->st_rdev;
}

static int read_mark(int layer, const char *path, const char *name, char *value)
{
	char proc[PATH_SIZE + 64];
	ssize_t len;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d/%s", layer_fd[layer],
		 path);
	len = lgetxattr(proc, name, value, PATH_SIZE - 1);
	if (len < 0)
		return 0;
	value[len] = 0;
	return 1;
}

static void write_mark(const char *path, const char *name, const char *value)
{
	char proc[PATH_SIZE + 64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d/%s", layer_fd[0], path);
	lsetxattr(proc, name, value, strlen(value), 0);
}

static void push(struct stack *stack, int layer, const char *dir,
		 const char *name)
{
	snprintf(stack->at[stack->nr].path, PATH_SIZE, "%.200s%s%.300s", dir,
		 *dir ? "/" : "", name);
	stack->at[stack->nr++].layer = layer;
}

/* From here on the layers below continue at the redirect. */
static void follow(const char *redirect, int layer, struct stack *dirs,
		   char *name)
{
	int i;

	if (*redirect != '/') {
		strcpy(name, redirect);
		return;
	}
	dirs->nr = 0;
	for (i = layer + 1; i < nr_layers; i++) {
		const char *slash = strrchr(redirect, '/');

		snprintf(dirs->at[dirs->nr].path, PATH_SIZE, "%.*s",
			 slash == redirect ? 0 : (int)(slash - redirect - 1),
			 redirect + 1);
		dirs->at[dirs->nr++].layer = i;
		strcpy(name, slash + 1);
	}
}

static void resolve_name(struct stack dirs, const char *component,
			 struct stack *out_stack)
{
	char name[PATH_SIZE], value[PATH_SIZE];
	struct stat st;
	int i, layer;

	out_stack->nr = 0;
	snprintf(name, sizeof(name), "%s", component);
	for (i = 0; i < dirs.nr; i++) {
		layer = dirs.at[i].layer;
		push(out_stack, layer, dirs.at[i].path, name);
		if (fstatat(layer_fd[layer],
			    out_stack->at[out_stack->nr - 1].path, &st,
			    AT_SYMLINK_NOFOLLOW)) {
			out_stack->nr--;
			continue;
		}
		if (is_whiteout(&st) ||
		    (out_stack->nr > 1 && !S_ISDIR(st.st_mode))) {
			out_stack->nr--;
			return;
		}
		if (!S_ISDIR(st.st_mode))
			return;
		if (read_mark(layer, out_stack->at[out_stack->nr - 1].path,
			      "trusted.overlay.opaque", value) &&
		    *value == 'y')
			return;
		if (read_mark(layer, out_stack->at[out_stack->nr - 1].path,
			      "trusted.overlay.redirect", value)) {
			follow(value, layer, &dirs, name);
			if (*value == '/')
				i = -1;
		}
	}
}

void resolve(const char *path, struct stack *out_stack)
{
	char copy[PATH_SIZE], *component, *rest = copy;
	struct stack dirs = { 0 };
	int i;

	for (i = 0; i < nr_layers; i++)
		push(&dirs, i, "", "");
	snprintf(copy, sizeof(copy), "%s", path);
	while ((component = strsep(&rest, "/"))) {
		if (!*component)
			continue;
		resolve_name(dirs, component, out_stack);
		dirs = *out_stack;
	}
	*out_stack = dirs;
}

int stack_stat(const struct stack *stack, struct stat *out_st)
{
	if (!stack->nr)
		return -1;
	return fstatat(layer_fd[stack->at[0].layer], stack->at[0].path, out_st,
		       AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
}

int is_empty_dir(const char *path, const struct stack *stack)
{
	char child[2 * PATH_SIZE];
	struct dirent *entry;
	struct stack found;
	int i, empty = 1;

	for (i = 0; i < stack->nr; i++) {
		DIR *dir = fdopendir(openat(layer_fd[stack->at[i].layer],
					    stack->at[i].path,
					    O_RDONLY | O_DIRECTORY));

		while (dir && (entry = readdir(dir))) {
			if (!strcmp(entry->d_name, ".") ||
			    !strcmp(entry->d_name, ".."))
				continue;
			snprintf(child, sizeof(child), "%s/%s", path,
				 entry->d_name);
			resolve(child, &found);
			empty &= !found.nr;
		}
		closedir(dir);
	}
	return empty;
}

int make_whiteout(const char *path)
{
	return mknodat(layer_fd[0], path, S_IFCHR, makedev(0, 0));
}

/* A file, or a directory that holds at most whiteouts. */
void remove_upper(const char *path)
{
	struct dirent *entry;
	DIR *dir;

	if (!unlinkat(layer_fd[0], path, 0) ||
	    !unlinkat(layer_fd[0], path, AT_REMOVEDIR))
		return;
	dir = fdopendir(openat(layer_fd[0], path, O_RDONLY | O_DIRECTORY));
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	unlinkat(layer_fd[0], path, AT_REMOVEDIR);
}

static int copy_data(int layer, const char *from, const char *to,
		     const struct stat *st)
{
	int in = openat(layer_fd[layer], from, O_RDONLY | O_NOFOLLOW);
	int out = openat(layer_fd[0], to, O_WRONLY | O_CREAT | O_EXCL, 0600);
	int err = 0;

	while (!err && lseek(in, 0, SEEK_CUR) < st->st_size)
		err = sendfile(out, in, NULL, 1 << 20) <= 0;
	close(in);
	close(out);
	return err ? -1 : 0;
}

static int copy_object(int layer, const char *from, const char *to,
		       const struct stat *st)
{
	char target[PATH_SIZE] = "";

	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		return copy_data(layer, from, to, st);
	case S_IFDIR:
		return mkdirat(layer_fd[0], to, 0700);
	case S_IFLNK:
		if (readlinkat(layer_fd[layer], from, target,
			       sizeof(target) - 1) < 0)
			return -1;
		return symlinkat(target, layer_fd[0], to);
	default:
		return mknodat(layer_fd[0], to, st->st_mode, st->st_rdev);
	}
}

/* Whole or not at all: made under another name that the kernel hides. */
int copy_up(const char *path)
{
	const char *temporary = ".wh..wh.copy";
	struct timespec times[2];
	struct stack stack;
	struct stat st;

	resolve(path, &stack);
	if (stack_stat(&stack, &st))
		return -ENOENT;
	if (!stack.at[0].layer)
		return 0;
	remove_upper(temporary);
	if (copy_object(stack.at[0].layer, stack.at[0].path, temporary, &st) ||
	    fchownat(layer_fd[0], temporary, st.st_uid, st.st_gid,
		     AT_SYMLINK_NOFOLLOW))
		return -EIO;
	if (!S_ISLNK(st.st_mode) &&
	    fchmodat(layer_fd[0], temporary, st.st_mode & 07777, 0))
		return -EIO;
	if (S_ISDIR(st.st_mode) && strcmp(path, stack.at[0].path)) {
		char redirect[PATH_SIZE + 1];

		snprintf(redirect, sizeof(redirect), "/%s", stack.at[0].path);
		write_mark(temporary, "trusted.overlay.redirect", redirect);
	}
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	utimensat(layer_fd[0], temporary, times, AT_SYMLINK_NOFOLLOW);
	return renameat(layer_fd[0], temporary, layer_fd[0], path) ? -errno : 0;
}
