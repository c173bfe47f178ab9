/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of one name in one layer, gathered for the policy. This is the
 * only place that reads them; policy.h is the only one that judges them.
 */
#ifndef FO_OVERLAY_PROBE_H
#define FO_OVERLAY_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "fuse-overlay/policy.h"

struct fo_fs;

/* Where to look. */
struct fo_probe_dir {
	int fd; /* the directory in that layer */
	uint16_t layer;
	bool xwhiteouts; /* its opaque is "x" */
	bool no_oci; /* known to hold no .wh. files */
	bool last; /* no layer follows: what it hides does not matter */
};

struct fo_probed {
	struct fo_probe probe;
	struct stat st; /* if probe.mode */
	unsigned int marks; /* enum fo_mark, if they were read */
	bool xwhiteouts; /* a directory whose opaque is "x" */
};

/*
 * -ENAMETOOLONG, -EIO, ...; a name that is not there is no error (mode 0).
 */
int fo_probe(const struct fo_fs *fs, const struct fo_probe_dir *dir,
	     const char *name, struct fo_probed *out_probed);

/* The facts of a layer's root, which is its own entry. */
int fo_probe_root(const struct fo_fs *fs, uint16_t layer,
		  struct fo_probed *out_probed);

/* Does an entry of this kind need a closer look to say if it is a whiteout? */
bool fo_probe_is_suspect(uint8_t d_type, bool xwhiteouts);

#endif
