/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of fo-bench: trees to work on, workloads, and how a pass of one
 * is timed or its FUSE messages are counted. Everything returns -errno on
 * failure; nothing here is linked into the daemon.
 */
#ifndef FO_BENCH_BENCH_H
#define FO_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Sizes of the trees at scale 1; all are divided by the scale. */
#define FO_BENCH_FILES 20000L /* small/: files of 0 to 4 KiB */
#define FO_BENCH_ENTRIES 10000L /* many/: entries of one directory */
#define FO_BENCH_INODES 200000L /* inodes/: empty files */
#define FO_BENCH_MIB 16L /* mid/: files of 1 MiB */
#define FO_BENCH_SOURCES 5000L /* repo/: text files */
#define FO_BENCH_IO (256L << 20) /* io/file: bytes */
#define FO_BENCH_BIG (1L << 30) /* big/file: bytes */
#define FO_BENCH_PER_DIR 100L

struct fo_bench {
	int root; /* the tree to work on */
	const char *archive; /* for untar */
	long scale;
};

/* How often a pass may be run on one mount. */
enum fo_bench_mode {
	FO_BENCH_COLD, /* once, and first */
	FO_BENCH_WARM, /* again and again, after one that does not count */
};

struct fo_workload {
	const char *name;
	/*
	 * What the mount must be, for bench/run:
	 * read  a writable mount whose lowers are only read
	 * ro    a read-only mount
	 * new   a writable mount with an empty upper
	 * upper a writable mount with io/file in its upper
	 * change, reflink  as new, and lower files are changed or removed
	 * memory, mount    what is looked at is the daemon
	 */
	const char *kind;
	const char *part; /* the tree that it works on, or "-" */
	enum fo_bench_mode mode;
	int (*prepare)(const struct fo_bench *bench); /* may be NULL */
	/* The number of operations done, or -errno. */
	long (*pass)(const struct fo_bench *bench);
};

extern const struct fo_workload fo_workloads[];
const struct fo_workload *fo_workload_find(const char *name);

/* trees.c: one part of the flat tree; a tree dealt out to n layers. */
int fo_tree_make(const char *dir, const char *part, long scale);
int fo_tree_split(const char *from, char **layers, long n);

/* files.c */
long fo_pass_stat(const struct fo_bench *bench);
long fo_pass_stat_inodes(const struct fo_bench *bench);
long fo_pass_readdir(const struct fo_bench *bench);
long fo_pass_cat(const struct fo_bench *bench);
long fo_pass_open(const struct fo_bench *bench);
long fo_pass_create(const struct fo_bench *bench);
int fo_prepare_create(const struct fo_bench *bench);
long fo_pass_unlink(const struct fo_bench *bench);
long fo_pass_copyup_small(const struct fo_bench *bench);
long fo_pass_copyup_mid(const struct fo_bench *bench);
long fo_pass_copyup_big(const struct fo_bench *bench);

/* io.c: all on io/file */
long fo_pass_read_seq(const struct fo_bench *bench);
long fo_pass_read_random(const struct fo_bench *bench);
long fo_pass_read_direct(const struct fo_bench *bench);
long fo_pass_read_mmap(const struct fo_bench *bench);
long fo_pass_write_seq(const struct fo_bench *bench);
long fo_pass_write_random(const struct fo_bench *bench);
long fo_pass_write_direct(const struct fo_bench *bench);
long fo_pass_write_mmap(const struct fo_bench *bench);

/* commands.c: programs as users run them */
long fo_pass_ls(const struct fo_bench *bench);
long fo_pass_git_status(const struct fo_bench *bench);
long fo_pass_git_grep(const struct fo_bench *bench);
long fo_pass_untar(const struct fo_bench *bench);
int fo_prepare_untar(const struct fo_bench *bench);
long fo_pass_rm_upper(const struct fo_bench *bench);
long fo_pass_rm_lower(const struct fo_bench *bench);
/* Run a command in directory cwd (or AT_FDCWD); -EIO if it fails. */
int fo_command_run(int cwd, char *const *argv);

/* messages.c: requests of one FUSE connection, from the tracepoints */
struct fo_messages {
	int instance; /* directory of a tracing instance of our own */
	char *name;
	size_t lost; /* events that the buffer had no room for */
	unsigned int count[64]; /* by opcode */
};
int fo_messages_open(const char *path, struct fo_messages *out_messages);
/* Record what goes over the connection of this device number. */
int fo_messages_start(struct fo_messages *messages, dev_t connection);
int fo_messages_stop(struct fo_messages *messages);
void fo_messages_print(const struct fo_messages *messages);
void fo_messages_close(struct fo_messages *messages);

/* overlay.c: kernel overlayfs through fsopen(), which takes 500 layers. */
int fo_overlay_mount(const char *target, char **options);

#endif
