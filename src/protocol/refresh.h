/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Status and refresh of a live mount (include/fuse-overlay/control.h). */
#ifndef FO_PROTOCOL_REFRESH_H
#define FO_PROTOCOL_REFRESH_H

#include "protocol/ask.h"

void fo_connection_status(struct fo_connection *connection,
			  struct fo_status *out_status);

/*
 * Let the kernel send what was written to mappings and is still its own;
 * returns when it has come. syncfs(2) of newer kernels does not wait
 * for a FUSE mount, letting go of the pages does. Others answer meanwhile.
 */
void fo_refresh_write_back(struct fo_connection *connection);

#endif
