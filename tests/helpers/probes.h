/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of fo-sys that are more than one step: each prints what it found. */
#ifndef FO_TEST_PROBES_H
#define FO_TEST_PROBES_H

/* argv[0] is the command's name; returns the exit code. */
int probe_seekdir(char **argv);
int probe_readdir_change(char **argv);
int probe_count(char **argv);
int probe_extents(char **argv);
int probe_inotify(char **argv);
int probe_fill(char **argv);
int probe_deep(char **argv);
int probe_hold(char **argv);

#endif
