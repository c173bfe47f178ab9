// SPDX-License-Identifier: GPL-2.0-or-later
/* Both sides, line by line, and the comparison of what they say. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../helpers/tree.h"
#include "diff.h"

enum { HANG_SECONDS = 20 };
static char hang_mount[300];
static const char *hang_line;

/* A daemon that does not answer: abort it, so that we get to say so. */
static void on_hang(int sig)
{
	static const char text[] = "# no answer, the mount is aborted: ";

	(void)sig;
	if (write(2, text, sizeof(text) - 1) < 0 ||
	    write(2, hang_line, strlen(hang_line)) < 0 || write(2, "\n", 1) < 0)
		return;
	umount2(hang_mount, MNT_FORCE);
	alarm(HANG_SECONDS);
}

static bool failed(struct fo_world *w, const char *line, const char *kernel,
		   const char *ours)
{
	snprintf(w->failure, sizeof(w->failure),
		 "%s\n  %s: %.3000s\n  %s: %.3000s\n", line, w->side[0].engine,
		 kernel, w->side[1].engine, ours);
	return false;
}

static bool has_line(const char *text, const char *line, size_t length)
{
	const char *p = text;

	while ((p = strstr(p, line)) != NULL) {
		if ((p == text || p[-1] == '\n') &&
		    (p[length] == '\n' || p[length] == '\0'))
			return true;
		p++;
	}
	return false;
}

static void lines_missing(const char *from, const char *in, char *out,
			  size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	while (*from) {
		size_t length = strcspn(from, "\n");
		char *line = strndup(from, length);

		if (!has_line(in, line, length) && used + length + 8 < size)
			used += (size_t)snprintf(out + used, size - used,
						 "\n    %s", line);
		free(line);
		from += length + (from[length] == '\n');
	}
}

static bool same_text(struct fo_world *w, const char *line, const char *a,
		      const char *b)
{
	char only_a[3000], only_b[3000];

	if (strcmp(a, b) == 0)
		return true;
	lines_missing(a, b, only_a, sizeof(only_a));
	lines_missing(b, a, only_b, sizeof(only_b));
	return failed(w, line, only_a, only_b);
}

/* What both sides say, without what we do not look at. */
static void normalize(const struct fo_world *w, char *a, char *b)
{
	fo_known_modes(a);
	fo_known_modes(b);
	if (strcmp(w->side[1].engine, "passthrough") != 0)
		return;
	fo_known_setid(a);
	fo_known_setid(b);
}

static bool same_trees(struct fo_world *w, const char *line)
{
	char *a = fo_side_tree(&w->side[0]);
	char *b = fo_side_tree(&w->side[1]);
	bool same;

	normalize(w, a, b);
	same = same_text(w, line, a, b);

	free(a);
	free(b);
	return same;
}

static bool mount_both(struct fo_world *w, const char *first,
		       const char *second, const char *line)
{
	int a = fo_side_mount(&w->side[0], w->binary, first);
	int b = fo_side_mount(&w->side[1], w->binary, second);

	if (a || b)
		return failed(w, line, a ? strerror(-a) : "mounted",
			      b ? strerror(-b) : "mounted");
	return true;
}

static bool umount_both(struct fo_world *w, const char *line)
{
	int a = fo_side_umount(&w->side[0]);
	int b = fo_side_umount(&w->side[1]);

	if (a || b)
		return failed(w, line, a ? strerror(-a) : "unmounted",
			      b ? strerror(-b) : "unmounted");
	return true;
}

static bool mount_first(struct fo_world *w, const char *line)
{
	char path[300];
	int i, j;

	for (i = 0; i < 2; i++)
		for (j = 1; j <= w->side[i].lowers; j++) {
			snprintf(path, sizeof(path), "%s/lower%d",
				 w->side[i].dir, j);
			fo_tree_age(path);
		}
	w->lowers_before = fo_side_lowers(&w->side[0]);
	return mount_both(w, w->side[0].engine, w->side[1].engine, line);
}

static bool remount_both(struct fo_world *w, const char *line)
{
	return umount_both(w, line) &&
	       mount_both(w, w->side[0].engine, w->side[1].engine, line) &&
	       same_trees(w, line);
}

static bool stack_both(struct fo_world *w, const char *line)
{
	if (!umount_both(w, line))
		return false;
	if (fo_side_stack(&w->side[0]) || fo_side_stack(&w->side[1]))
		return failed(w, line, "cannot stack", "cannot stack");
	return mount_both(w, w->side[0].engine, w->side[1].engine, line) &&
	       same_trees(w, line);
}

/* Each engine on the layers of the other, then back. */
static bool cross(struct fo_world *w, const char *line)
{
	const char *kernel = w->side[0].engine, *ours = w->side[1].engine;
	bool same;
	char *after;

	if (!umount_both(w, line) || !mount_both(w, ours, kernel, line) ||
	    !same_trees(w, line) || !umount_both(w, line))
		return false;
	after = fo_side_lowers(&w->side[1]);
	same = same_text(w, "the lower layers", w->lowers_before, after);
	free(after);
	return same && mount_both(w, kernel, ours, line) && same_trees(w, line);
}

/* Mounting and listing is root's, whoever the steps before were. */
static void be_root(void)
{
	setfsuid(0);
	setfsgid(0);
}

/* What was written to mappings changes times when it is written back. */
static void flush_maps(struct fo_world *w)
{
	char line[20];

	for (int i = 0; i < 2 * FO_STEP_MAPS; i++) {
		snprintf(line, sizeof(line), "msync %d", i / 2);
		fo_steps_run(&w->side[i % 2].steps, line);
	}
}

static bool act(struct fo_world *w, const char *line)
{
	be_root();
	if (strcmp(line, "!mount") == 0)
		return mount_first(w, line);
	if (strcmp(line, "!tree") == 0) {
		flush_maps(w);
		return same_trees(w, line);
	}
	if (strcmp(line, "!remount") == 0)
		return remount_both(w, line);
	if (strcmp(line, "!stack") == 0)
		return stack_both(w, line);
	if (strcmp(line, "!cross") == 0)
		return cross(w, line);
	return failed(w, line, "no such act", "");
}

/* @LAYER STEP; one that fails builds a smaller layer, which is as good. */
static bool build(struct fo_world *w, const char *line)
{
	size_t length = strcspn(line, " ");
	static struct fo_steps steps;
	char path[600];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%.*s", w->side[i].dir,
			 (int)length - 1, line + 1);
		if (fo_steps_open(&steps, path))
			return failed(w, line, "no such layer", path);
		fo_steps_run(&steps, line + length + 1);
		fo_steps_close(&steps);
	}
	return true;
}

/* Close the descriptor that a line names first, on both sides. */
static void part(struct fo_world *w, const char *line)
{
	char close_line[40];

	snprintf(close_line, sizeof(close_line), "close %d",
		 atoi(line + strcspn(line, " ")));
	fo_steps_run(&w->side[0].steps, close_line);
	fo_steps_run(&w->side[1].steps, close_line);
}

/*
 * ext4 changes the time of a directory whose entry it could not rename with
 * RENAME_WHITEOUT, as overlayfs asks it to: give both sides the same.
 */
static void touch_parent(struct fo_world *w, const char *line)
{
	static const struct timespec then[2] = { { 1200000000, 0 },
						 { 1200000000, 0 } };
	char from[600], path[1200], *slash;
	uid_t uid = (uid_t)setfsuid(0);
	gid_t gid = (gid_t)setfsgid(0);

	if (sscanf(line, "rename %599s", from) == 1) {
		slash = strrchr(from, '/');
		if (slash)
			*slash = '\0';
		for (int i = 0; i < 2; i++) {
			snprintf(path, sizeof(path), "%s/mnt/%s",
				 w->side[i].dir, slash ? from : ".");
			utimensat(AT_FDCWD, path, then, AT_SYMLINK_NOFOLLOW);
		}
	}
	setfsgid(gid);
	setfsuid(uid);
}

/*
 * overlayfs gives a removed special file of a lower its name back, when its
 * attributes are changed by a descriptor: not asked.
 */
static bool brings_back(struct fo_world *w, const char *line)
{
	char stat_line[40];
	const char *st;

	if (!fo_known_to_raise(line))
		return false;
	snprintf(stat_line, sizeof(stat_line), "fstat %d",
		 atoi(line + strcspn(line, " ")));
	st = fo_steps_run(&w->side[1].steps, stat_line);
	return st[0] == '0' && st[2] != 'f' && strstr(st, "nlink=0");
}

static bool step(struct fo_world *w, const char *line)
{
	char *kernel = strdup(fo_steps_run(&w->side[0].steps, line));
	char *ours = strdup(fo_steps_run(&w->side[1].steps, line));
	bool same;

	normalize(w, kernel, ours);
	same = strcmp(kernel, ours) == 0 || fo_known_answer(line, kernel, ours);
	if (strcmp(ours, "ENOTEMPTY") == 0 && strncmp(line, "rename ", 7) == 0)
		touch_parent(w, line);

	if (w->verbose)
		printf("%s => %s\n", line, ours);
	if (!same && fo_known_to_part(line, kernel, ours)) {
		part(w, line);
		same = true;
	}
	if (!same)
		failed(w, line, kernel, ours);
	free(kernel);
	free(ours);
	return same;
}

static bool looked_at(struct fo_world *w, const char *line)
{
	if (strstr(line, "stat "))
		flush_maps(w);
	return step(w, line);
}

bool fo_world_line(struct fo_world *w, const char *line)
{
	bool same;

	hang_line = line;
	alarm(HANG_SECONDS);
	if (line[0] == '@')
		same = build(w, line);
	else if (line[0] == '!')
		same = act(w, line);
	else
		same = brings_back(w, line) || looked_at(w, line);
	alarm(0);
	return same;
}

bool fo_world_begin(struct fo_world *w)
{
	struct sigaction sa = { .sa_handler = on_hang };

	sigaction(SIGALRM, &sa, NULL);
	/* A step that writes to a fifo is to say EPIPE. */
	signal(SIGPIPE, SIG_IGN);
	umask(022);
	be_root();
	w->failure[0] = '\0';
	if (fo_side_begin(&w->side[0], w->scratch, "kernel") ||
	    fo_side_begin(&w->side[1], w->scratch, "ours"))
		return failed(w, "making directories", strerror(errno), "");
	snprintf(hang_mount, sizeof(hang_mount), "%s/mnt", w->side[1].dir);
	return true;
}

void fo_world_end(struct fo_world *w)
{
	be_root();
	umask(022);
	fo_side_end(&w->side[0]);
	fo_side_end(&w->side[1]);
	free(w->lowers_before);
	w->lowers_before = NULL;
}

bool fo_world_replay(struct fo_world *w, const struct fo_history *h,
		     size_t *out_failed_at)
{
	bool same = fo_world_begin(w);

	for (size_t i = 0; same && i < h->count; i++) {
		same = fo_world_line(w, h->lines[i]);
		*out_failed_at = i;
	}
	fo_world_end(w);
	return same;
}
