/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of the connection, where libfuse has no word for what we need to
 * say: FUSE_ALLOW_IDMAP in the answer to INIT, so that our mount can be
 * bind-mounted with another id map (Linux >= 6.12).
 */
#ifndef FO_PROTOCOL_WIRE_H
#define FO_PROTOCOL_WIRE_H

struct fuse_session;

/* Stand between libfuse and the device of a mounted session. */
int fo_wire_attach(struct fuse_session *session);

#endif
