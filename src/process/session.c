// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One mount: layers are opened by the daemon itself, so that the locks on
 * upper and work are its own, and before it leaves the current directory,
 * so that relative paths mean what the user meant.
 */
#include "process/session.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/log.h"
#include "overlay/lookup.h"
#include "process/daemon.h"
#include "process/library_log.h"
#include "process/progress.h"
#include "process/signals.h"
#include "process/target.h"
#include "protocol/connection.h"
#include "state/config.h"
#include "state/fs.h"

static void fo_session_ready(void *context)
{
	/* Whoever gave up on us does not want a mount that nobody knows. */
	if (fo_daemon_ready(context))
		(void)kill(getpid(), SIGTERM);
}

static int fo_session_serve(struct fo_connection *connection,
			    struct fo_daemon *daemon)
{
	struct fo_signals signals;
	int err = fo_signals_begin(&signals, connection);

	if (err) {
		fo_log_error("cannot begin a thread: %s", strerror(-err));
		return err;
	}
	err = fo_connection_serve(connection, fo_session_ready, daemon);
	fo_signals_end(&signals);
	if (err)
		fo_log_error("the mount has failed: %s", strerror(-err));
	return err;
}

static int fo_session_mount(struct fo_fs *fs, struct fo_daemon *daemon)
{
	struct fo_connection *connection;
	int err = fo_root_open(fs);

	if (err) {
		fo_log_error("cannot read the root of the layers: %s",
			     strerror(-err));
		return err;
	}
	err = fo_connection_open(fs, fs->config, &connection);
	if (err)
		return err;
	err = fo_session_serve(connection, daemon);
	fo_connection_free(connection);
	return err;
}

static int fo_session_daemon(const struct fo_config *config,
			     struct fo_daemon *daemon)
{
	struct fo_fs *fs;
	int err;

	fo_log_set_debug(config->debug);
	fo_library_log_begin();
	if (config->foreground)
		fo_progress_begin();
	fo_signals_block();
	err = fo_fs_open(config, &fs);
	if (err)
		return err;
	err = fo_session_mount(fs, daemon);
	fo_fs_free(fs);
	return err;
}

static int fo_session_resolve(struct fo_config *config)
{
	char *target;
	int err = fo_target_check_device(config->mountpoint);

	if (!err)
		err = fo_target_resolve(config->mountpoint, &target);
	if (err)
		return err;
	free(config->mountpoint);
	config->mountpoint = target;
	return 0;
}

int fo_session_run(struct fo_config *config)
{
	enum fo_daemon_side side;
	struct fo_daemon daemon;
	int status;
	int err = fo_session_resolve(config);

	if (!err)
		err = fo_daemon_begin(&daemon, config->foreground, &side,
				      &status);
	if (err)
		return EXIT_FAILURE;
	if (side == FO_DAEMON_PARENT)
		return status;
	/* Modes are the callers' business, never the daemon's. */
	(void)umask(0);
	err = fo_session_daemon(config, &daemon);
	fo_daemon_end(&daemon);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
