/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engines: who moves file data. plain: the daemon, and no OPEN is ever
 * sent; passthrough: the kernel, which is told a backing file at each OPEN;
 * bpf: the module, which merges by itself and asks for what changes layers.
 */
#ifndef FO_ENGINE_ENGINE_H
#define FO_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine_bpf.h"
#include "engine/opened.h"

struct fo_config;
struct fo_fs;
struct fo_node;

enum fo_engine_kind {
	FO_ENGINE_KIND_PLAIN,
	FO_ENGINE_KIND_PASSTHROUGH,
	FO_ENGINE_KIND_BPF,
};

struct fo_engine {
	enum fo_engine_kind kind;
	const struct fo_config *config;
	struct fo_fs *fs;
	struct fo_opened_table opened; /* passthrough only */
	struct fo_fusebpf fusebpf; /* bpf only */
};

/*
 * Take the engine that config asks for. -ENOTSUP, with one line logged that
 * says what is missing, if this machine cannot do it.
 */
int fo_engine_init(struct fo_engine *engine, struct fo_fs *fs);
void fo_engine_destroy(struct fo_engine *engine);

const char *fo_engine_name(const struct fo_engine *engine);

static inline bool fo_engine_passes_through(const struct fo_engine *engine)
{
	return engine->kind == FO_ENGINE_KIND_PASSTHROUGH;
}

static inline bool fo_engine_is_bpf(const struct fo_engine *engine)
{
	return engine->kind == FO_ENGINE_KIND_BPF;
}

/* What an OPEN is to be answered with. */
enum fo_open_how {
	FO_OPEN_CACHED, /* data through the page cache and the daemon */
	FO_OPEN_BACKING, /* passed through to layer */
	/* Readers hold the lower's backing: split, and answer ESTALE. */
	FO_OPEN_SPLIT,
};

struct fo_open_plan {
	enum fo_open_how how;
	uint16_t layer; /* BACKING: whose file */
};

/*
 * Decide on an open of a regular file, copied up already if it is for
 * writing and nobody has the lower's backing. image: it is an executable
 * image, asked only where that matters.
 */
enum fo_open_intent {
	FO_OPEN_TO_READ,
	FO_OPEN_TO_WRITE,
};

struct fo_open_facts {
	const struct fo_node *node;
	uint16_t layer; /* that holds the content */
	enum fo_open_intent intent;
	bool exec; /* opened by execve(2) */
	/*
	 * setuid or setgid, which a write takes away. The kernel leaves that
	 * to us (FUSE_HANDLE_KILLPRIV_V2), and we hear of no write that it
	 * passes through.
	 */
	bool guarded;
};

struct fo_open_plan fo_engine_plan_open(struct fo_engine *engine,
					const struct fo_open_facts *facts);

#endif
