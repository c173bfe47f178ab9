// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of a mount: their defaults, and their end. */
#include "state/config.h"

#include <stdlib.h>
#include <string.h>

void fo_config_init(struct fo_config *config)
{
	*config = (struct fo_config){
		.engine = FO_ENGINE_AUTO,
		.passthrough = FO_PASSTHROUGH_SAFE,
		.stack_depth = 1,
		.timeout = -1,
		.redirect = FO_REDIRECT_ON,
		.xino = true,
		.acl = true,
		.xattrs = true,
		.sync = true,
		.whiteout = FO_WHITEOUT_AUTO,
		.override = FO_OVERRIDE_NONE,
	};
}

void fo_config_clear(struct fo_config *config)
{
	size_t i;

	for (i = 0; i < config->n_lower; i++)
		free(config->lowerdir[i]);
	free(config->lowerdir);
	free(config->upperdir);
	free(config->workdir);
	free(config->mountpoint);
	free(config->source);
	free(config->filter);
	free(config->mount_options);
	fo_idmap_clear(&config->uidmap);
	fo_idmap_clear(&config->gidmap);
	memset(config, 0, sizeof(*config));
}
