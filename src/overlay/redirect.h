/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Redirects: finding in lower layers what was renamed above them. */
#ifndef FO_OVERLAY_REDIRECT_H
#define FO_OVERLAY_REDIRECT_H

#include <stdbool.h>
#include <stdint.h>

struct fo_fs;
struct fo_node;
struct fo_probed;

/* The path in a layer of name beside dir's other entries, malloced. */
int fo_redirect_sibling(struct fo_fs *fs, struct fo_node *dir, uint16_t layer,
			const char *name, char **out_path);

/* An absolute redirect, looked up from the root of one layer. */
struct fo_redirect_walk {
	struct fo_fs *fs;
	uint16_t layer;
	/*
	 * "/a/b", malloced; replaced where a directory on the way is itself
	 * redirected, for the layers below this one.
	 */
	char **path;
	bool last; /* no layer follows */
	bool stop; /* out: something opaque on the way ends the search */
	char **below; /* the walk's own: what *path becomes */
};

/*
 * The facts of the path's last component in this layer (mode 0 if it is not
 * there), and the path below the layer's root by which it was found.
 */
int fo_redirect_walk(struct fo_redirect_walk *walk,
		     struct fo_probed *out_probed, char **out_path);

#endif
