/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's side of engine bpf: an open /dev/fusebpf, and a superblock of
 * filesystem type fusebpf over the layers, made before it is mounted, so that
 * whatever the module refuses is known while there still is a choice.
 */
#ifndef FO_ENGINE_ENGINE_BPF_H
#define FO_ENGINE_ENGINE_BPF_H

#include <stdbool.h>

struct fo_fs;

struct fo_fusebpf {
	int device; /* -1: none */
	int mount; /* of the superblock, attached nowhere yet; -1: none */
};

/* A sentence's worth of why not, for the user. */
#define FO_FUSEBPF_WHY_SIZE 256

/* Nothing is open. */
void fo_fusebpf_init(struct fo_fusebpf *fusebpf);

/*
 * Open the device and hand over the layers. On failure nothing is open, and
 * out_why says why: -ENOENT without the module, -EACCES, -EPERM,
 * -EOPNOTSUPP for what the module does not do, or what the module said.
 */
int fo_fusebpf_open(struct fo_fusebpf *fusebpf, const struct fo_fs *fs,
		    char out_why[FO_FUSEBPF_WHY_SIZE]);
void fo_fusebpf_close(struct fo_fusebpf *fusebpf);

/* Show it at the mount point. */
int fo_fusebpf_attach(struct fo_fusebpf *fusebpf, const char *mountpoint);
/* Unless somebody else did it already. */
void fo_fusebpf_detach(int device, const char *mountpoint);

/* The layer's number in the module, which counts from 0 without an upper. */
unsigned int fo_fusebpf_layer(const struct fo_fs *fs, unsigned int layer);

#endif
