/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens, for engine passthrough: the engine's plan carried out, the kernel
 * told of the backing file.
 */
#ifndef FO_PROTOCOL_OPEN_H
#define FO_PROTOCOL_OPEN_H

#include "overlay/copyup.h"
#include "protocol/ask.h"

/*
 * A regular file is about to be written: it has its upper when this returns
 * 0. -ESTALE: others hold the lower's backing; the node was split, and the
 * kernel is to look the name up again.
 */
int fo_open_for_write(struct fo_connection *connection, struct fo_node *node,
		      enum fo_copyup_what what);

/* Count the open and fill in fi: fh, and backing_id or keep_cache. */
int fo_open_begin(fuse_req_t req, struct fo_node *node,
		  struct fuse_file_info *fi);
/* Of what fo_open_begin() counted; also when the reply did not arrive. */
void fo_open_end(fuse_req_t req, struct fo_node *node,
		 const struct fuse_file_info *fi);

#endif
