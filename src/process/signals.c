// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals of a running mount. */
#include "process/signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "process/status.h"
#include "protocol/connection.h"

static void fo_signals_fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1);
}

void fo_signals_block(void)
{
	sigset_t set;

	fo_signals_fill(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	/* A reader of stderr that has gone must not end the mount. */
	(void)signal(SIGPIPE, SIG_IGN);
}

static void fo_signals_log_status(struct fo_connection *connection)
{
	char line[FO_STATUS_LINE_SIZE];
	struct fo_status status;

	fo_connection_status(connection, &status);
	fo_status_format_line(&status, line);
	fo_log_note("%s", line);
}

static void *fo_signals_serve(void *context)
{
	struct fo_signals *signals = context;
	sigset_t set;
	int number;

	fo_signals_fill(&set);
	while (!sigwait(&set, &number) && !atomic_load(&signals->ending)) {
		switch (number) {
		case SIGHUP:
			fo_connection_refresh(signals->connection);
			break;
		case SIGUSR1:
			fo_signals_log_status(signals->connection);
			break;
		default:
			fo_connection_stop(signals->connection);
		}
	}
	return NULL;
}

int fo_signals_begin(struct fo_signals *signals,
		     struct fo_connection *connection)
{
	signals->connection = connection;
	atomic_init(&signals->ending, false);
	return -pthread_create(&signals->thread, NULL, fo_signals_serve,
			       signals);
}

void fo_signals_end(struct fo_signals *signals)
{
	atomic_store(&signals->ending, true);
	(void)pthread_kill(signals->thread, SIGUSR1);
	(void)pthread_join(signals->thread, NULL);
}
