/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals of a running mount, taken by one thread that sleeps for them:
 * SIGTERM and SIGINT unmount, SIGHUP refreshes, SIGUSR1 logs statistics.
 */
#ifndef FO_PROCESS_SIGNALS_H
#define FO_PROCESS_SIGNALS_H

#include <pthread.h>
#include <stdatomic.h>

struct fo_connection;

struct fo_signals {
	struct fo_connection *connection;
	pthread_t thread;
	atomic_bool ending; /* the next signal is fo_signals_end()'s */
};

/*
 * Hold these signals back from all threads that are begun from now on, and
 * from being lost meanwhile. Before the first thread.
 */
void fo_signals_block(void);

/* Take them. -errno if there can be no thread. */
int fo_signals_begin(struct fo_signals *signals,
		     struct fo_connection *connection);
void fo_signals_end(struct fo_signals *signals);

#endif
