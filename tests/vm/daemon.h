/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small daemon for the module, for tests: it knows names by paths, serves
 * one request at a time, and is as short as that allows.
 */
#ifndef VM_DAEMON_H
#define VM_DAEMON_H

#include <fuse-overlay/fusebpf.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <sys/stat.h>

#define LAYERS_MAX 8
#define PATH_SIZE 512
#define REQUEST_SIZE (1 << 16)

/* The layers of the mount; 0 is the upper. */
extern int layer_fd[LAYERS_MAX];
extern int nr_layers;

/* Where a name comes from: one entry a layer, the topmost first. */
struct stack {
	int nr;
	struct {
		int layer;
		char path[PATH_SIZE];
	} at[LAYERS_MAX];
};

/* daemon_layers.c: paths are relative to the root; "" is the root. */
/* nr is 0 where no such name is to be seen. */
void resolve(const char *path, struct stack *out_stack);
int stack_stat(const struct stack *stack, struct stat *out_st);
int is_empty_dir(const char *path, const struct stack *stack);
int make_whiteout(const char *path);
void remove_upper(const char *path);
int copy_up(const char *path);

/* daemon_nodes.c: what has a nodeid. */
struct node {
	char path[PATH_SIZE];
	unsigned long long nlookup;
	dev_t dev; /* of the topmost, to know a file by its other names */
	ino_t ino;
	ino_t lower_ino; /* of a lower that was copied up */
};

struct node *node_get(__u64 nodeid);
__u64 node_find(const char *path, const struct stat *st);
/* The one that was copied up from this file under another name. */
struct node *node_copied(const struct stat *st);
void node_forget(__u64 nodeid, __u64 nlookup);
void nodes_moved(const char *from, const char *to);
/* out_path: name in the directory. */
int node_path(__u64 dir, const char *name, char *out_path);
int nodes_in_use(void);

/* daemon_serve.c */
struct request {
	struct fuse_in_header header;
	char payload[REQUEST_SIZE];
};

/* Open the device and mount; returns the descriptor. */
int daemon_mount(const char *mnt, const char *options, char **layers, int nr);
/* 0: a request; -1 with errno, ENODEV at the end. */
int read_request(int device, struct request *request);
void serve(int device, struct request *request);
/* Returns 0 or -1 with errno, as the kernel took it. */
int answer(int device, const struct request *request, int error,
	   const void *payload, size_t len);
int answer_blocks(int device, const struct request *request,
		  const void *payload, size_t len,
		  const struct fo_fusebpf_block *blocks, unsigned int nr);
void answer_init(int device, const struct request *request);

#endif
