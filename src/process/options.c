// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line: flags and words in any order, then what must go together.
 */
#include "process/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "process/options_split.h"
#include "process/options_table.h"

/* The command line on its way to a struct fo_command. */
struct fo_args {
	char *const *next; /* NULL-terminated, as argv is */
	struct fo_command *command;
	struct fo_options options;
	const char *words[2]; /* source and target, or target alone */
	unsigned int n_words;
	bool is_mount_helper; /* called as mount.TYPE, by mount(8) */
};

static int fo_args_options(struct fo_args *args, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *name, *value;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	while (!err) {
		name = fo_options_next(&rest, &value);
		if (!name)
			break;
		err = fo_options_set(&args->options, name, value);
	}
	return err;
}

static int fo_args_word(struct fo_args *args, const char *word)
{
	if (args->n_words == FO_ARRAY_SIZE(args->words)) {
		fo_log_error("'%s' is one argument too many; see --help", word);
		return -EINVAL;
	}
	args->words[args->n_words++] = word;
	return 0;
}

/* The argument of a flag: the rest of this word, or the next one. */
static const char *fo_args_value(struct fo_args *args, const char *flag)
{
	if (flag[2])
		return flag + 2;
	if (!*args->next) {
		fo_log_error("%s needs an argument; see --help", flag);
		return NULL;
	}
	return *args->next++;
}

static int fo_args_long(struct fo_args *args, const char *flag)
{
	struct fo_config *config = &args->command->config;

	if (strcmp(flag, "--help") == 0)
		args->command->kind = FO_COMMAND_HELP;
	else if (strcmp(flag, "--version") == 0)
		args->command->kind = FO_COMMAND_VERSION;
	else if (strcmp(flag, "--debug") == 0)
		config->debug = config->foreground = true;
	else {
		fo_log_error("unknown flag '%s'; see --help", flag);
		return -EINVAL;
	}
	return 0;
}

/* Flags without argument; mount(8) gives some a meaning of its own. */
static int fo_args_simple(struct fo_args *args, const char *flag)
{
	struct fo_command *command = args->command;

	switch (flag[2] ? '\0' : flag[1]) {
	case 'f':
		if (args->is_mount_helper)
			command->kind = FO_COMMAND_CHECK;
		else
			command->config.foreground = true;
		return 0;
	case 'd':
		command->config.debug = command->config.foreground = true;
		return 0;
	case 's':
		if (!args->is_mount_helper)
			command->config.threads = 1;
		return 0;
	case 'h':
		command->kind = FO_COMMAND_HELP;
		return 0;
	case 'V':
		command->kind = FO_COMMAND_VERSION;
		return 0;
	case 'n':
	case 'v':
		return 0;
	default:
		fo_log_error("unknown flag '%s'; see --help", flag);
		return -EINVAL;
	}
}

static int fo_args_flag(struct fo_args *args, const char *flag)
{
	const char *value;

	if (flag[1] == '-')
		return fo_args_long(args, flag);
	if (!strchr("otN", flag[1]))
		return fo_args_simple(args, flag);
	value = fo_args_value(args, flag);
	if (!value)
		return -EINVAL;
	/* -t: by which type we were found; -N: a namespace that we are in. */
	return flag[1] == 'o' ? fo_args_options(args, value) : 0;
}

static int fo_args_read(struct fo_args *args)
{
	bool only_words = false;
	int err = 0;

	while (*args->next && !err) {
		const char *arg = *args->next++;

		if (only_words || arg[0] != '-' || !arg[1])
			err = fo_args_word(args, arg);
		else if (strcmp(arg, "--") == 0)
			only_words = true;
		else
			err = fo_args_flag(args, arg);
	}
	return err;
}

/* "status DIR" and "refresh DIR", when nothing else is said. */
static enum fo_command_kind fo_args_verb(int argc, char *const argv[])
{
	if (argc != 3 || argv[2][0] == '-')
		return FO_COMMAND_MOUNT;
	if (strcmp(argv[1], "status") == 0)
		return FO_COMMAND_STATUS;
	if (strcmp(argv[1], "refresh") == 0)
		return FO_COMMAND_REFRESH;
	return FO_COMMAND_MOUNT;
}

static int fo_args_take_words(struct fo_args *args)
{
	struct fo_config *config = &args->command->config;

	if (args->n_words == 0) {
		fo_log_error("no mount point is given; see --help");
		return -EINVAL;
	}
	config->mountpoint = strdup(args->words[args->n_words - 1]);
	if (!config->source)
		config->source = strdup(args->n_words == 2 ? args->words[0] :
							     "fuse-overlay");
	return config->mountpoint && config->source ? 0 : -ENOMEM;
}

/* What is right by itself, and wrong together. */
static int fo_config_check(struct fo_config *config, bool read_only)
{
	if (!config->n_lower) {
		fo_log_error("lowerdir= is missing: name at least one layer");
		return -EINVAL;
	}
	if (config->upperdir && !config->workdir && !read_only) {
		fo_log_error("upperdir= needs workdir=: an empty directory on "
			     "the same filesystem");
		return -EINVAL;
	}
	if (config->workdir && !config->upperdir)
		fo_log_warn("workdir= has no use without upperdir=: mounting "
			    "read-only");
	if (config->metacopy && config->redirect != FO_REDIRECT_ON) {
		fo_log_error("metacopy=on needs redirect_dir=on");
		return -EINVAL;
	}
	config->read_only = read_only || !config->upperdir;
	return 0;
}

static int fo_args_finish(struct fo_args *args, enum fo_privilege privilege)
{
	struct fo_config *config = &args->command->config;
	struct fo_mount_flags *flags = &args->options.flags;
	int err = fo_args_take_words(args);

	if (!err)
		err = fo_config_check(config, flags->read_only);
	if (err)
		return err;
	if (config->read_only)
		(void)fo_mount_flags_set(flags, "ro");
	return fo_mount_flags_format(flags, privilege, &config->mount_options);
}

static bool fo_is_mount_helper(const char *program)
{
	const char *slash = program ? strrchr(program, '/') : NULL;
	const char *name = slash ? slash + 1 : program;

	return name && strncmp(name, "mount.", 6) == 0;
}

int fo_options_parse(int argc, char *const argv[], enum fo_privilege privilege,
		     struct fo_command *out_command)
{
	struct fo_args args = {
		.next = argv + (argc > 0),
		.command = out_command,
		.options.config = &out_command->config,
		.is_mount_helper = argc > 0 && fo_is_mount_helper(argv[0]),
	};
	int err;

	fo_config_init(&out_command->config);
	out_command->kind = fo_args_verb(argc, argv);
	if (out_command->kind != FO_COMMAND_MOUNT) {
		out_command->config.mountpoint = strdup(argv[2]);
		return out_command->config.mountpoint ? 0 : -ENOMEM;
	}
	err = fo_args_read(&args);
	if (err || out_command->kind == FO_COMMAND_HELP ||
	    out_command->kind == FO_COMMAND_VERSION)
		return err;
	return fo_args_finish(&args, privilege);
}

void fo_command_clear(struct fo_command *command)
{
	fo_config_clear(&command->config);
}
