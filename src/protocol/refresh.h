/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Status and refresh of a live mount (include/fuse-overlay/control.h). */
#ifndef FO_PROTOCOL_REFRESH_H
#define FO_PROTOCOL_REFRESH_H

#include "protocol/ask.h"

void fo_connection_status(struct fo_connection *connection,
			  struct fo_status *out_status);

#endif
