// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System calls that a shell has no word for. "fo-sys run [ROOT]" takes steps
 * (steps.h) from stdin and prints each with its answer; the other commands
 * are checks of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes.h"
#include "steps.h"
#include "tree.h"

static int cmd_run(char **argv)
{
	static struct fo_steps steps;
	char *line = NULL;
	size_t size = 0;
	int err;

	err = fo_steps_open(&steps, argv[1] ? argv[1] : ".");
	if (err) {
		printf("%s\n", strerrorname_np(-err));
		return 1;
	}
	while (getline(&line, &size, stdin) > 0) {
		char *start = line + strspn(line, " \t");

		start[strcspn(start, "\n")] = '\0';
		if (start[0] == '\0' || start[0] == '#')
			continue;
		printf("%s => %s\n", start, fo_steps_run(&steps, start));
		fflush(stdout);
	}
	free(line);
	fo_steps_close(&steps);
	return 0;
}

/* tree DIR [nomtime,noxattr,nonlink,raw] */
static int cmd_tree(char **argv)
{
	const char *words = argv[2] ? argv[2] : "";
	unsigned int flags = 0;

	flags |= strstr(words, "nomtime") ? FO_TREE_NO_MTIME : 0;
	flags |= strstr(words, "noxattr") ? FO_TREE_NO_XATTR : 0;
	flags |= strstr(words, "nonlink") ? FO_TREE_NO_NLINK : 0;
	flags |= strstr(words, "raw") ? FO_TREE_RAW : 0;
	return fo_tree_print(stdout, argv[1], flags) != 0;
}

static int cmd_age(char **argv)
{
	return fo_tree_age(argv[1]) != 0;
}

/* shift DIR BY */
static int cmd_shift(char **argv)
{
	unsigned int by = (unsigned int)strtoul(argv[2], NULL, 10);

	return fo_tree_shift(argv[1], by) != 0;
}

static const struct {
	const char *name;
	int args;
	int (*fn)(char **argv);
} commands[] = {
	{ "run", 0, cmd_run },
	{ "tree", 1, cmd_tree },
	{ "age", 1, cmd_age },
	{ "shift", 2, cmd_shift },
	{ "seekdir", 1, probe_seekdir },
	{ "readdir-change", 2, probe_readdir_change },
	{ "count", 1, probe_count },
	{ "extents", 1, probe_extents },
	{ "inotify", 2, probe_inotify },
	{ "fill", 4, probe_fill },
	{ "deep", 2, probe_deep },
	{ "hold", 2, probe_hold },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc - 2 >= commands[i].args &&
		    strcmp(argv[1], commands[i].name) == 0)
			return commands[i].fn(argv + 1);
	fprintf(stderr, "usage: fo-sys COMMAND [ARGS]: ");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "%s ", commands[i].name);
	fprintf(stderr, "\n");
	return 2;
}
