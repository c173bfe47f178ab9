/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a superblock of type fusebpf; part of fo_fusebpf_open(). */
#ifndef FO_ENGINE_ENGINE_BPF_MOUNT_H
#define FO_ENGINE_ENGINE_BPF_MOUNT_H

#include "engine/engine_bpf.h"

/*
 * A mount over the layers that is attached nowhere. out_why has the kernel's
 * own words where it has some, else it is as it was.
 */
int fo_fusebpf_make_mount(int device, const struct fo_fs *fs,
			  char out_why[FO_FUSEBPF_WHY_SIZE], int *out_mount);

#endif
