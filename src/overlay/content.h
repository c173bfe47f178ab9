/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The content of files: descriptors of the layer that holds it. */
#ifndef FO_OVERLAY_CONTENT_H
#define FO_OVERLAY_CONTENT_H

#include <stdint.h>
#include <sys/types.h>

struct fo_descriptor;
struct fo_fs;
struct fo_node;

/*
 * A counted descriptor from the bounded cache, to be put after use
 * (fo_descriptor_put): for reading, of whichever layer holds the content
 * now; for writing, of the upper, copied up first.
 */
int fo_content_read(struct fo_fs *fs, struct fo_node *node,
		    struct fo_descriptor **out_descriptor);
int fo_content_write(struct fo_fs *fs, struct fo_node *node,
		     struct fo_descriptor **out_descriptor);

/* The layer that holds the content now. */
uint16_t fo_content_layer(const struct fo_node *node);

/*
 * A descriptor of the caller's own, of the layer that holds the content;
 * flags O_RDONLY or O_RDWR (the upper must be there), perhaps O_DIRECT.
 */
int fo_content_open(struct fo_fs *fs, struct fo_node *node, int flags);

/* Flush content (and with only_content 0 attributes) of the upper to disk. */
int fo_content_sync(struct fo_fs *fs, struct fo_node *node, int only_content);

#endif
