// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Choosing the engine for a mount, and the way of each open. auto takes
 * passthrough where it can be had: its cost is one message per open, the
 * cost of plain grows with the data that is read for the first time.
 */
#include "engine/engine.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "engine/probe.h"
#include "state/fs.h"

const char *fo_engine_name(const struct fo_engine *engine)
{
	switch (engine->kind) {
	case FO_ENGINE_KIND_PASSTHROUGH:
		return "passthrough";
	case FO_ENGINE_KIND_BPF:
		return "bpf";
	default:
		return "plain";
	}
}

static int fo_engine_init_bpf(struct fo_engine *engine)
{
	char why[FO_FUSEBPF_WHY_SIZE];
	int err = fo_fusebpf_open(&engine->fusebpf, engine->fs, why);

	if (err) {
		fo_log_error("engine=bpf: %s; or use engine=auto", why);
		return err;
	}
	engine->kind = FO_ENGINE_KIND_BPF;
	return fo_opened_init(&engine->opened);
}

int fo_engine_init(struct fo_engine *engine, struct fo_fs *fs)
{
	const struct fo_config *config = fs->config;
	int err = -EOPNOTSUPP;

	engine->config = config;
	engine->fs = fs;
	engine->kind = FO_ENGINE_KIND_PLAIN;
	fo_fusebpf_init(&engine->fusebpf);
	if (config->engine == FO_ENGINE_BPF)
		return fo_engine_init_bpf(engine);
	if (config->engine != FO_ENGINE_PLAIN &&
	    config->passthrough != FO_PASSTHROUGH_OFF)
		err = fo_engine_probe_passthrough(config->stack_depth);
	if (!err)
		engine->kind = FO_ENGINE_KIND_PASSTHROUGH;
	if (err && config->engine == FO_ENGINE_PASSTHROUGH) {
		fo_log_error("engine=passthrough: %s; it needs Linux 6.9 or "
			     "newer with CONFIG_FUSE_PASSTHROUGH, and "
			     "CAP_SYS_ADMIN in the initial user namespace: "
			     "use engine=plain or engine=auto",
			     config->passthrough == FO_PASSTHROUGH_OFF ?
				     "contradicts passthrough=off" :
				     strerror(-err));
		return -EOPNOTSUPP;
	}
	return fo_opened_init(&engine->opened);
}

void fo_engine_destroy(struct fo_engine *engine)
{
	fo_opened_destroy(&engine->opened);
	fo_fusebpf_close(&engine->fusebpf);
}

/* May the file that holds the content be passed through? */
static bool fo_may_pass(const struct fo_engine *engine,
			const struct fo_open_facts *facts)
{
	if (!engine->fs->writable)
		return true;
	if (facts->layer == FO_UPPER)
		return !facts->guarded;
	if (engine->config->passthrough == FO_PASSTHROUGH_ALL)
		return true;
	return facts->exec || fo_node_has(facts->node, FO_NODE_SPLIT);
}

struct fo_open_plan fo_engine_plan_open(struct fo_engine *engine,
					const struct fo_open_facts *facts)
{
	struct fo_open_plan plan = {
		.how = FO_OPEN_CACHED,
		.layer = facts->layer,
	};
	struct fo_opened_state state =
		fo_opened_state(&engine->opened, facts->node);

	if (state.backed) {
		plan.how = FO_OPEN_BACKING;
		if (facts->intent == FO_OPEN_TO_WRITE &&
		    state.layer != FO_UPPER)
			plan.how = FO_OPEN_SPLIT;
		plan.layer = state.layer;
		return plan;
	}
	if (!state.cached && fo_may_pass(engine, facts))
		plan.how = FO_OPEN_BACKING;
	return plan;
}
