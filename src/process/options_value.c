// SPDX-License-Identifier: GPL-2.0-or-later
/* Setters: each checks one value and says in one line what is wrong. */
#include "process/options_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "process/options_split.h"
#include "process/options_table.h"

static void *fo_option_field(const struct fo_options *options,
			     const struct fo_option *option)
{
	return (char *)options->config + option->field;
}

static int fo_option_refuse(const struct fo_option *option, const char *value)
{
	if (value)
		fo_log_error("option %s=%s: it takes %s", option->name, value,
			     option->wanted);
	else
		fo_log_error("option %s has no value: it takes %s",
			     option->name, option->wanted);
	return -EINVAL;
}

int fo_set_path(struct fo_options *options, const struct fo_option *option,
		char *value)
{
	char **field = fo_option_field(options, option);
	char *path;

	if (!value || !*value)
		return fo_option_refuse(option, NULL);
	path = strdup(value);
	if (!path)
		return -ENOMEM;
	fo_options_unescape(path);
	free(*field);
	*field = path;
	return 0;
}

static int fo_choose(const struct fo_option *option, const char *value,
		     unsigned int *out_chosen)
{
	const struct fo_choice *choice;

	for (choice = option->choices; value && choice->name; choice++) {
		if (strcmp(choice->name, value) == 0) {
			*out_chosen = choice->value;
			return 0;
		}
	}
	return fo_option_refuse(option, value);
}

int fo_set_choice(struct fo_options *options, const struct fo_option *option,
		  char *value)
{
	return fo_choose(option, value, fo_option_field(options, option));
}

/* Digits only: strtoul would take a sign and wrap it around. */
static int fo_read_number(const struct fo_option *option, const char *value,
			  unsigned int *out_number)
{
	unsigned long number;
	char *end;

	if (!value || value[strspn(value, "0123456789")] || !*value)
		return fo_option_refuse(option, value);
	number = strtoul(value, &end, 10);
	if (number < option->min || number > option->max)
		return fo_option_refuse(option, value);
	*out_number = (unsigned int)number;
	return 0;
}

int fo_set_number(struct fo_options *options, const struct fo_option *option,
		  char *value)
{
	return fo_read_number(option, value, fo_option_field(options, option));
}

int fo_set_id(struct fo_options *options, const struct fo_option *option,
	      char *value)
{
	struct fo_config *config = options->config;
	uint32_t *field = fo_option_field(options, option);
	int err = fo_read_number(option, value, field);

	if (err)
		return err;
	if (field == &config->squash_to_uid)
		config->squash_uid = true;
	else
		config->squash_gid = true;
	return 0;
}

int fo_set_seconds(struct fo_options *options, const struct fo_option *option,
		   char *value)
{
	double *field = fo_option_field(options, option);
	double seconds;
	char *end;

	if (!value || !*value)
		return fo_option_refuse(option, NULL);
	seconds = strtod(value, &end);
	if (*end || isnan(seconds) || seconds < 0)
		return fo_option_refuse(option, value);
	*field = isinf(seconds) ? -1 : seconds;
	return 0;
}

/* "name", "name=1", "name=on"; "name=0", "name=off". */
static int fo_read_switch(const struct fo_option *option, const char *value,
			  bool *out_on)
{
	static const struct fo_choice switches[] = {
		{ "1", true },	 { "on", true },     { "true", true },
		{ "yes", true }, { "0", false },     { "off", false },
		{ "no", false }, { "false", false }, { NULL, 0 },
	};
	const struct fo_option asked = {
		.name = option->name,
		.choices = switches,
		.wanted = "0 or 1",
	};
	unsigned int on = true;
	int err = value ? fo_choose(&asked, value, &on) : 0;

	if (!err)
		*out_on = on;
	return err;
}

int fo_set_on(struct fo_options *options, const struct fo_option *option,
	      char *value)
{
	return fo_read_switch(option, value, fo_option_field(options, option));
}

int fo_set_off(struct fo_options *options, const struct fo_option *option,
	       char *value)
{
	bool *field = fo_option_field(options, option);
	bool on;
	int err = fo_read_switch(option, value, &on);

	if (!err)
		*field = !on;
	return err;
}

int fo_set_map(struct fo_options *options, const struct fo_option *option,
	       char *value)
{
	struct fo_idmap map;
	int err;

	if (!value)
		return fo_option_refuse(option, NULL);
	err = fo_idmap_parse(value, &map);
	if (err == -EINVAL)
		return fo_option_refuse(option, value);
	if (err)
		return err;
	fo_idmap_clear(fo_option_field(options, option));
	memcpy(fo_option_field(options, option), &map, sizeof(map));
	return 0;
}

int fo_set_layers(struct fo_options *options, const struct fo_option *option,
		  char *value)
{
	struct fo_config *config = options->config;
	struct fo_layer_names layers;
	int err;

	if (!value || !*value)
		return fo_option_refuse(option, NULL);
	err = fo_options_split_layers(value, &layers);
	if (err == -EINVAL)
		return fo_option_refuse(option, value);
	if (err)
		return err;
	while (config->n_lower)
		free(config->lowerdir[--config->n_lower]);
	free(config->lowerdir);
	config->lowerdir = layers.names;
	config->n_lower = layers.n;
	config->n_data = layers.n_data;
	return 0;
}

int fo_set_squash_root(struct fo_options *options,
		       const struct fo_option *option, char *value)
{
	struct fo_config *config = options->config;
	bool on;
	int err = fo_read_switch(option, value, &on);

	if (err)
		return err;
	config->squash_uid = config->squash_gid = on;
	config->squash_to_uid = config->squash_to_gid = 0;
	return 0;
}

int fo_set_volatile(struct fo_options *options, const struct fo_option *option,
		    char *value)
{
	bool on;
	int err = fo_read_switch(option, value, &on);

	if (err)
		return err;
	options->config->volatile_mount = on;
	options->config->sync = !on;
	return 0;
}

int fo_set_debug(struct fo_options *options, const struct fo_option *option,
		 char *value)
{
	(void)option;
	(void)value;
	options->config->debug = true;
	options->config->foreground = true;
	return 0;
}

int fo_set_max_read(struct fo_options *options, const struct fo_option *option,
		    char *value)
{
	return fo_read_number(option, value, &options->flags.max_read);
}

int fo_set_refused(struct fo_options *options, const struct fo_option *option,
		   char *value)
{
	(void)options;
	(void)value;
	fo_log_error("option %s is not supported: %s", option->name,
		     option->wanted);
	return -EINVAL;
}
