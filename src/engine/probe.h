/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can this process, on this kernel, pass file data through? */
#ifndef FO_ENGINE_PROBE_H
#define FO_ENGINE_PROBE_H

/*
 * Tried, not guessed: a FUSE superblock of its own that is mounted nowhere
 * is asked to take a backing file. 0, or why not: -ENODEV without /dev/fuse,
 * -EPERM, -EOPNOTSUPP, ...
 */
int fo_engine_probe_passthrough(unsigned int stack_depth);

#endif
