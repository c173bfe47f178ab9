/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to the kernel: the FUSE mount of one overlay, and the
 * threads that answer it. All that process/ knows of floors 4 and 5.
 */
#ifndef FO_PROTOCOL_CONNECTION_H
#define FO_PROTOCOL_CONNECTION_H

#include <stdbool.h>

struct fo_config;
struct fo_connection;
struct fo_fs;
struct fo_status;

/*
 * Choose the engine and mount on config->mountpoint. On failure one line has
 * been logged and nothing is mounted. "/dev/fd/N" is taken for a connection
 * that somebody else has mounted.
 */
int fo_connection_open(struct fo_fs *fs, const struct fo_config *config,
		       struct fo_connection **out_connection);

/* Called once, from any thread, when the kernel has had its first answer. */
typedef void fo_connection_ready(void *context);

/*
 * Answer until the mount is gone or fo_connection_stop(). Returns 0, or
 * -errno if the mount never answered.
 */
int fo_connection_serve(struct fo_connection *connection,
			fo_connection_ready *ready, void *context);

/* Unmount and return from serve; from a thread, not from a signal handler. */
void fo_connection_stop(struct fo_connection *connection);

/* Show what has changed below the mount: forget all that the kernel keeps. */
void fo_connection_refresh(struct fo_connection *connection);

/* The engine that was chosen: "plain", "passthrough" or "bpf". */
const char *fo_connection_engine(const struct fo_connection *connection);

/* What FO_IOC_STATUS tells (fuse-overlay/control.h), for SIGUSR1. */
void fo_connection_status(struct fo_connection *connection,
			  struct fo_status *out_status);

void fo_connection_free(struct fo_connection *connection);

#endif
