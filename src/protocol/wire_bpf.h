/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes between libfuse and /dev/fusebpf: FUSE, with a version of our own
 * in INIT, and blocks beside a reply, for which libfuse has no word.
 */
#ifndef FO_PROTOCOL_WIRE_BPF_H
#define FO_PROTOCOL_WIRE_BPF_H

struct fo_blocks;
struct fuse_session;

/* The session takes the device over. */
int fo_wire_bpf_attach(struct fuse_session *session, int device);

/*
 * The next reply of this thread takes these blocks along, until NULL is set.
 * One that the module refuses is answered for by an error, ESTALE, and is
 * told to libfuse as one that nobody waits for (ENOENT).
 */
void fo_wire_bpf_set_blocks(const struct fo_blocks *blocks);

#endif
