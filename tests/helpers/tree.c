// SPDX-License-Identifier: GPL-2.0-or-later
/* A tree as text, line by line, so that two can be compared. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "steps.h"

struct inode {
	ino_t ino;
	char *path;
};

struct walk {
	FILE *out;
	int root;
	unsigned int flags;
	struct inode *seen; /* linked files, to name the group */
	size_t seen_count;
};

struct entry {
	char *name;
	ino_t ino;
	unsigned char type;
};

static const char *const own_xattrs[] = {
	"trusted.overlay.",
	"user.overlay.",
	"user.fuseoverlayfs.",
	"user.containers.",
};

static int entry_order(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
		      ((const struct entry *)b)->name);
}

/* Returns the count, or -errno; the caller frees names and list. */
static ssize_t entries_of(int fd, struct entry **out_list)
{
	DIR *dir = fdopendir(fd);
	struct entry *list = NULL;
	size_t count = 0;
	struct dirent *de;

	if (!dir)
		return -errno;
	for (errno = 0; (de = readdir(dir)); errno = 0) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		if (count % 64 == 0)
			list = reallocarray(list, count + 64, sizeof(*list));
		if (!list)
			abort();
		list[count].name = strdup(de->d_name);
		list[count].ino = de->d_ino;
		list[count++].type = de->d_type;
	}
	if (errno) {
		ssize_t err = -errno;

		closedir(dir);
		free(list);
		return err;
	}
	closedir(dir);
	if (list)
		qsort(list, count, sizeof(*list), entry_order);
	*out_list = list;
	return (ssize_t)count;
}

static bool own_xattr(const char *name)
{
	for (size_t i = 0; i < sizeof(own_xattrs) / sizeof(*own_xattrs); i++)
		if (strncmp(name, own_xattrs[i], strlen(own_xattrs[i])) == 0)
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_value(struct walk *w, const char *path, const char *name)
{
	static char value[65536];
	ssize_t n = lgetxattr(path, name, value, sizeof(value));

	fprintf(w->out, " %s=", name);
	if (n < 0)
		fprintf(w->out, "%s", strerrorname_np(errno));
	else
		fprintf(w->out, "%zd:%08x", n,
			(unsigned int)fo_hash_bytes(FO_HASH_START, value,
						    (size_t)n));
}

static void print_xattrs(struct walk *w, const char *path)
{
	static char list[65536];
	ssize_t n = llistxattr(path, list, sizeof(list));
	char *names[500];
	size_t count = 0;

	if (n < 0) {
		fprintf(w->out, " listxattr:%s", strerrorname_np(errno));
		return;
	}
	for (char *p = list; p < list + n && count < 500; p += strlen(p) + 1)
		if (!(w->flags & FO_TREE_RAW) || !own_xattr(p))
			names[count++] = p;
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		print_value(w, path, names[i]);
}

static void print_content(struct walk *w, const char *path)
{
	static char buffer[65536];
	uint64_t hash = FO_HASH_START;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOATIME);

	if (fd < 0) {
		fprintf(w->out, " open:%s", strerrorname_np(errno));
		return;
	}
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		hash = fo_hash_bytes(hash, buffer, (size_t)n);
	if (n < 0)
		fprintf(w->out, " read:%s", strerrorname_np(errno));
	fprintf(w->out, " %016llx", (unsigned long long)hash);
	close(fd);
}

static void print_group(struct walk *w, const struct stat *st, const char *name)
{
	size_t i;

	if (S_ISDIR(st->st_mode) || st->st_nlink < 2)
		return;
	for (i = 0; i < w->seen_count; i++)
		if (w->seen[i].ino == st->st_ino)
			break;
	if (i < w->seen_count) {
		fprintf(w->out, " is:%s", w->seen[i].path);
		return;
	}
	w->seen = reallocarray(w->seen, i + 1, sizeof(*w->seen));
	if (!w->seen)
		abort();
	w->seen[i].ino = st->st_ino;
	w->seen[i].path = strdup(name);
	w->seen_count++;
}

static void print_inode(struct walk *w, const struct stat *st, const char *path,
			const char *name)
{
	char text[4096];
	ssize_t n;

	fprintf(w->out, "%s %c %04o %u:%u", name, fo_type_letter(st->st_mode),
		st->st_mode & 07777, st->st_uid, st->st_gid);
	if (!(w->flags & FO_TREE_NO_NLINK))
		fprintf(w->out, " n%lu", (unsigned long)st->st_nlink);
	if (!(w->flags & FO_TREE_NO_MTIME))
		fprintf(w->out, " %s", fo_time_text(&st->st_mtim, text));
	print_group(w, st, name);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		fprintf(w->out, " %u:%u", major(st->st_rdev),
			minor(st->st_rdev));
	if (S_ISLNK(st->st_mode)) {
		n = readlink(path, text, sizeof(text));
		fprintf(w->out, " %lld -> %.*s", (long long)st->st_size,
			n < 0 ? 1 : (int)n, n < 0 ? "?" : text);
	}
	if (S_ISREG(st->st_mode)) {
		fprintf(w->out, " %lld", (long long)st->st_size);
		print_content(w, path);
	}
	if (!(w->flags & FO_TREE_NO_XATTR))
		print_xattrs(w, path);
	fputc('\n', w->out);
}

static void walk_dir(struct walk *w, const char *name);

static void walk_entry(struct walk *w, const char *dir, struct entry *e)
{
	char *name = NULL, path[8192];
	struct stat st;

	if (asprintf(&name, "%s/%s", dir, e->name) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", w->root, name);
	if (fstatat(w->root, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		fprintf(w->out, "%s %s\n", name, strerrorname_np(errno));
		free(name);
		return;
	}
	print_inode(w, &st, path, name);
	/* A mount point and a layer's own listing have other numbers. */
	if (!(w->flags & FO_TREE_RAW) && st.st_ino != e->ino)
		fprintf(w->out, "%s: d_ino is not st_ino\n", name);
	if (e->type != DT_UNKNOWN &&
	    (mode_t)DTTOIF(e->type) != (st.st_mode & S_IFMT))
		fprintf(w->out, "%s: d_type is %c\n", name,
			fo_type_letter(DTTOIF(e->type)));
	if (S_ISDIR(st.st_mode))
		walk_dir(w, name);
	free(name);
}

static void walk_dir(struct walk *w, const char *name)
{
	int fd = openat(w->root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct entry *list = NULL;
	ssize_t count, i;

	count = fd < 0 ? -errno : entries_of(fd, &list);
	if (count < 0)
		fprintf(w->out, "%s/ %s\n", name, strerrorname_np((int)-count));
	for (i = 0; i < count; i++) {
		if (i && strcmp(list[i].name, list[i - 1].name) == 0)
			fprintf(w->out, "%s/%s: listed twice\n", name,
				list[i].name);
		walk_entry(w, name, &list[i]);
	}
	for (i = 0; i < count; i++)
		free(list[i].name);
	free(list);
}

int fo_tree_print(FILE *out, const char *root, unsigned int flags)
{
	struct walk w = { .out = out, .flags = flags };
	char path[64];
	struct stat st;

	w.root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.root < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d/.", w.root);
	if (fstat(w.root, &st) == 0)
		print_inode(&w, &st, path, ".");
	walk_dir(&w, ".");
	for (size_t i = 0; i < w.seen_count; i++)
		free(w.seen[i].path);
	free(w.seen);
	close(w.root);
	return 0;
}

static void age_one(int root, const char *name)
{
	uint64_t hash = fo_hash_bytes(FO_HASH_START, name, strlen(name));
	struct timespec ts[2];

	ts[0].tv_sec = 1000000000 + (time_t)(hash % 100000000);
	ts[0].tv_nsec = (long)((hash >> 32) % 1000000000);
	ts[1] = ts[0];
	utimensat(root, name, ts, AT_SYMLINK_NOFOLLOW);
}

static void age_dir(int root, const char *name)
{
	int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct entry *list = NULL;
	ssize_t count = fd < 0 ? -1 : entries_of(fd, &list);

	for (ssize_t i = 0; i < count; i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", name, list[i].name) < 0)
			abort();
		if (list[i].type == DT_DIR)
			age_dir(root, path);
		else
			age_one(root, path);
		free(path);
		free(list[i].name);
	}
	free(list);
	age_one(root, name);
}

int fo_tree_age(const char *root)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	age_dir(fd, ".");
	close(fd);
	return 0;
}

static int shift_ids(int root, const char *name, unsigned int by)
{
	struct stat st;
	int err = 0;

	if (fstatat(root, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	/* Done already, by another of its names. */
	if (st.st_uid >= by)
		return 0;
	if (fchownat(root, name, st.st_uid + by, st.st_gid + by,
		     AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	/* A change of owner takes setuid and setgid away. */
	if ((S_ISREG(st.st_mode) && (st.st_mode & 06000)) &&
	    fchmodat(root, name, st.st_mode & 07777, 0) < 0)
		err = -errno;
	return err;
}

static int shift_dir(int root, const char *name, unsigned int by)
{
	int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct entry *list = NULL;
	ssize_t count = fd < 0 ? -errno : entries_of(fd, &list);
	int err = count < 0 ? (int)count : 0;

	for (ssize_t i = 0; i < count; i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", name, list[i].name) < 0)
			abort();
		if (!err)
			err = list[i].type == DT_DIR ?
				      shift_dir(root, path, by) :
				      shift_ids(root, path, by);
		free(path);
		free(list[i].name);
	}
	free(list);
	return err ? err : shift_ids(root, name, by);
}

int fo_tree_shift(const char *root, unsigned int by)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = shift_dir(fd, ".", by);
	close(fd);
	return err;
}
