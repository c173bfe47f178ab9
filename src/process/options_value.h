/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setters: from the text of one option's value to fields of the config. */
#ifndef FO_PROCESS_OPTIONS_VALUE_H
#define FO_PROCESS_OPTIONS_VALUE_H

#include <stddef.h>

struct fo_options;

/* A word and what it stands for; the last one of a list has no name. */
struct fo_choice {
	const char *name;
	unsigned int value;
};

struct fo_option;

/* The value is NULL where none was given. -EINVAL after a line of log. */
typedef int fo_option_set(struct fo_options *options,
			  const struct fo_option *option, char *value);

struct fo_option {
	const char *name;
	fo_option_set *set;
	size_t field; /* offset in struct fo_config */
	const struct fo_choice *choices;
	const char *wanted; /* the values that are right, for messages */
	unsigned int min, max;
};

fo_option_set fo_set_path; /* char *: unescaped */
fo_option_set fo_set_choice; /* an enum */
fo_option_set fo_set_number; /* unsigned int, min to max */
fo_option_set fo_set_id; /* uint32_t; the bool `squash_*` beside it */
fo_option_set fo_set_seconds; /* double */
fo_option_set fo_set_on; /* bool: true, or as "=0" and "=1" say */
fo_option_set fo_set_off; /* bool: the reverse */
fo_option_set fo_set_map; /* struct fo_idmap */
fo_option_set fo_set_layers; /* lowerdir, n_lower, n_data */
fo_option_set fo_set_squash_root;
fo_option_set fo_set_volatile;
fo_option_set fo_set_debug;
fo_option_set fo_set_max_read;
fo_option_set fo_set_refused; /* cannot be had; `wanted` says what can */

#endif
