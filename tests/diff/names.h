/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for random steps. A path has room for FO_NAME_ROOM bytes. */
#ifndef FO_TEST_DIFF_NAMES_H
#define FO_TEST_DIFF_NAMES_H

#include "diff.h"

enum { FO_NAME_ROOM = 200 };

/* One of the words, of which NULL is the last. */
const char *fo_random_word(struct fo_random *r, const char *const *words);

/* One that the tree holds, mostly: of any kind, "." or another directory, a
 * regular file. */
void fo_name_existing(struct fo_random *r, char *out_path);
void fo_name_dir(struct fo_random *r, char *out_path);
void fo_name_file(struct fo_random *r, char *out_path);

/* A name in a directory that exists. */
void fo_name_fresh(struct fo_random *r, char *out_path);

/* What the tree is said to hold, where fo_generate_look() cannot look. */
void fo_names_forget(void);
void fo_names_add(const char *path, bool dir);

#endif
