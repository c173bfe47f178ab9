// SPDX-License-Identifier: GPL-2.0-or-later
/* The command: options, the worlds one after another, and the report. */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "diff.h"

enum { STEPS_PER_WORLD = 200, STEPS_PER_BATCH = 20 };

struct options {
	unsigned long seed;
	unsigned long steps;
	long seconds; /* 0: until all steps are done */
	long failures; /* give up after so many */
	const char *replay;
	const char *keep; /* where shrunk histories go */
	bool no_shrink;
};

static bool recorded(struct fo_world *w, struct fo_history *h, const char *line)
{
	fo_history_add(h, line);
	return fo_world_line(w, line);
}

static bool batch(struct fo_world *w, struct fo_history *h, struct fo_random *r)
{
	char line[1000], mnt[300];

	snprintf(mnt, sizeof(mnt), "%s/mnt", w->side[0].dir);
	for (int i = 0; i < STEPS_PER_BATCH; i++) {
		if (i % 5 == 0)
			fo_generate_look(mnt);
		fo_generate_step(r, line, sizeof(line));
		if (!recorded(w, h, line))
			return false;
	}
	/* Who we are, so that listings are root's. */
	return recorded(w, h, "as 0 0") && recorded(w, h, "!tree");
}

/*
 * Of a lower's hard links overlayfs copies up one name and leaves the others
 * to the index; we copy up all that are known. Each is right with its index,
 * which a layer that is stacked leaves behind.
 */
static bool may_stack(const struct fo_history *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->lines[i][0] == '@' && strstr(h->lines[i], " link "))
			return false;
	return true;
}

static bool between(struct fo_world *w, struct fo_history *h,
		    struct fo_random *r)
{
	switch (fo_random_below(r, 6)) {
	case 0:
		return recorded(w, h, "!remount");
	case 1:
		return recorded(w, h, "!cross");
	case 2:
		if (fo_random_below(r, 2) && may_stack(h))
			return recorded(w, h, "!stack");
		return true;
	default:
		return true;
	}
}

/* One random tree and its steps; the history is the caller's. */
static bool run_world(struct fo_world *w, struct fo_history *h,
		      unsigned long seed, unsigned long steps)
{
	struct fo_random r = { .state = seed * 0x9e3779b97f4a7c15ULL + 1 };
	bool same = fo_world_begin(w);

	fo_generate_layers(&r, h);
	for (size_t i = 0; same && i < h->count; i++)
		same = fo_world_line(w, h->lines[i]);
	same = same && recorded(w, h, "!mount") && recorded(w, h, "!tree");
	for (unsigned long i = 0; same && i < steps; i += STEPS_PER_BATCH)
		same = batch(w, h, &r) && between(w, h, &r);
	same = same && recorded(w, h, "!remount") && recorded(w, h, "!cross");
	fo_world_end(w);
	return same;
}

static void report(struct fo_world *w, struct fo_history *h, unsigned long seed,
		   const struct options *o)
{
	char path[600];

	printf("# seed %lu differs after %zu lines: %s", seed, h->count,
	       w->failure);
	fflush(stdout);
	if (!o->no_shrink)
		fo_shrink(w, h);
	printf("# shrunk to %zu lines:\n", h->count);
	for (size_t i = 0; i < h->count; i++)
		printf("#   %s\n", h->lines[i]);
	printf("# which fails so: %s", w->failure);
	snprintf(path, sizeof(path), "%s/seed-%lu.steps", o->keep, seed);
	if (fo_history_write(h, path) == 0)
		printf("# replay: fo-diff --replay %s\n", path);
	fflush(stdout);
}

static int run_all(struct fo_world *w, const struct options *o)
{
	unsigned long done = 0, seed = o->seed, world;
	time_t end = time(NULL) + o->seconds;
	long failures = 0;

	while (done < o->steps && (!o->seconds || time(NULL) < end)) {
		struct fo_history h = { NULL, 0 };

		world = o->steps - done;
		if (world > STEPS_PER_WORLD)
			world = STEPS_PER_WORLD;
		if (!run_world(w, &h, seed, world)) {
			report(w, &h, seed, o);
			failures++;
		}
		fo_history_free(&h);
		done += world;
		seed++;
		if (failures >= o->failures)
			break;
	}
	printf("%lu steps, seeds %lu to %lu, %ld differences\n", done, o->seed,
	       seed - 1, failures);
	return failures != 0;
}

static int replay(struct fo_world *w, const struct options *o)
{
	struct fo_history h = { NULL, 0 };
	size_t at = 0;
	bool same;

	if (fo_history_read(&h, o->replay)) {
		perror(o->replay);
		return 2;
	}
	w->verbose = true;
	same = fo_world_replay(w, &h, &at);
	if (same)
		printf("no difference\n");
	else
		printf("differs in line %zu: %s", at + 1, w->failure);
	fo_history_free(&h);
	return !same;
}

static void parse(struct fo_world *w, struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seed", 1, NULL, 's' },    { "ops", 1, NULL, 'n' },
		{ "engine", 1, NULL, 'e' },  { "binary", 1, NULL, 'b' },
		{ "dir", 1, NULL, 'd' },     { "seconds", 1, NULL, 't' },
		{ "replay", 1, NULL, 'r' },  { "failures", 1, NULL, 'f' },
		{ "keep", 1, NULL, 'k' },    { "no-shrink", 0, NULL, 'x' },
		{ "options", 1, NULL, 'o' }, { "verbose", 0, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 's':
			o->seed = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			o->steps = strtoul(optarg, NULL, 0);
			break;
		case 'e':
			w->side[1].engine = optarg;
			break;
		case 'b':
			w->binary = optarg;
			break;
		case 'd':
			w->scratch = optarg;
			break;
		case 't':
			o->seconds = atol(optarg);
			break;
		case 'r':
			o->replay = optarg;
			break;
		case 'f':
			o->failures = atol(optarg);
			break;
		case 'k':
			o->keep = optarg;
			break;
		case 'v':
			w->verbose = true;
			break;
		case 'x':
			o->no_shrink = true;
			break;
		case 'o':
			w->side[1].options = optarg;
			break;
		default:
			fprintf(stderr,
				"usage: fo-diff [--seed N] [--ops N] "
				"[--engine plain|passthrough|overlayfs|other] "
				"[--binary FILE] [--options O] [--dir DIR] "
				"[--seconds N] [--failures N] [--keep DIR] "
				"[--no-shrink] [--replay FILE]\n");
			exit(2);
		}
	}
}

/* Mounts of our own, which no other process keeps busy with a copy. */
static void own_mounts(void)
{
	if (unshare(CLONE_NEWNS) == 0)
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int main(int argc, char **argv)
{
	static struct fo_world world = { .binary = "./fuse-overlay" };
	struct options o = {
		.seed = 1, .steps = 1500, .failures = 1, .keep = "/tmp"
	};
	char scratch[] = "/tmp/fo-diff.XXXXXX";
	bool own;
	int ret;

	world.side[0].engine = "overlayfs";
	world.side[1].engine = "plain";
	if (getenv("FUSE_OVERLAY"))
		world.binary = getenv("FUSE_OVERLAY");
	parse(&world, &o, argc, argv);
	own_mounts();
	own = !world.scratch;
	if (own)
		world.scratch = mkdtemp(scratch);
	if (!world.scratch || access(world.scratch, W_OK) < 0) {
		perror("scratch directory");
		return 2;
	}
	ret = o.replay ? replay(&world, &o) : run_all(&world, &o);
	if (own)
		rmdir(world.scratch);
	return ret;
}
