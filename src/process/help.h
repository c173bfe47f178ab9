/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --help and --version. */
#ifndef FO_PROCESS_HELP_H
#define FO_PROCESS_HELP_H

#include <stdio.h>

void fo_help_print(FILE *out);
void fo_version_print(FILE *out);

#endif
