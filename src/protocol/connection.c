// SPDX-License-Identifier: GPL-2.0-or-later
/* The connection: mounted, negotiated, served, ended. */
#include "protocol/connection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/log.h"
#include "engine/filter.h"
#include "protocol/ask.h"
#include "protocol/ops.h"
#include "protocol/refresh.h"
#include "protocol/wire.h"
#include "protocol/wire_bpf.h"

/* "For ever", short of what the kernel's clock overflows at. */
#define FO_TIMEOUT_INFINITE (365.0 * 24 * 3600 * 100)

#define FO_MAX_BACKGROUND 64
#define FO_THREADS_MAX 64

static const struct fuse_lowlevel_ops fo_ops = {
	.init = fo_op_init,
	.lookup = fo_op_lookup,
	.forget = fo_op_forget,
	.forget_multi = fo_op_forget_multi,
	.getattr = fo_op_getattr,
	.setattr = fo_op_setattr,
	.statx = fo_op_statx,
	.readlink = fo_op_readlink,
	.statfs = fo_op_statfs,
	.opendir = fo_op_opendir,
	.readdir = fo_op_readdir,
	.readdirplus = fo_op_readdirplus,
	.fsyncdir = fo_op_fsyncdir,
	.open = fo_op_open,
	.create = fo_op_create,
	.tmpfile = fo_op_tmpfile,
	.release = fo_op_release,
	.read = fo_op_read,
	.write = fo_op_write,
	.flush = fo_op_flush,
	.fsync = fo_op_fsync,
	.fallocate = fo_op_fallocate,
	.lseek = fo_op_lseek,
	.copy_file_range = fo_op_copy_file_range,
	.mknod = fo_op_mknod,
	.mkdir = fo_op_mkdir,
	.symlink = fo_op_symlink,
	.link = fo_op_link,
	.unlink = fo_op_unlink,
	.rmdir = fo_op_rmdir,
	.rename = fo_op_rename,
	.getxattr = fo_op_getxattr,
	.listxattr = fo_op_listxattr,
	.setxattr = fo_op_setxattr,
	.removexattr = fo_op_removexattr,
	.ioctl = fo_op_ioctl,
};

/* What every mount of ours wants from the kernel, if it has it. */
static const uint64_t fo_wanted[] = {
	FUSE_CAP_ASYNC_READ,	   FUSE_CAP_PARALLEL_DIROPS,
	FUSE_CAP_ASYNC_DIO,	   FUSE_CAP_READDIRPLUS,
	FUSE_CAP_READDIRPLUS_AUTO, FUSE_CAP_DONT_MASK,
	FUSE_CAP_CACHE_SYMLINKS,   FUSE_CAP_HANDLE_KILLPRIV_V2,
	FUSE_CAP_SPLICE_WRITE,	   FUSE_CAP_SPLICE_MOVE,
	FUSE_CAP_IOCTL_DIR,	   FUSE_CAP_EXPIRE_ONLY,
};

/* What libfuse wants by itself and we do not. */
static const uint64_t fo_unwanted[] = {
	FUSE_CAP_SPLICE_READ,	  FUSE_CAP_HANDLE_KILLPRIV,
	FUSE_CAP_ATOMIC_O_TRUNC,  FUSE_CAP_AUTO_INVAL_DATA,
	FUSE_CAP_WRITEBACK_CACHE, FUSE_CAP_EXPLICIT_INVAL_DATA,
	FUSE_CAP_POSIX_LOCKS,	  FUSE_CAP_FLOCK_LOCKS,
	FUSE_CAP_OVER_IO_URING,	  FUSE_CAP_NO_EXPORT_SUPPORT,
};

static void fo_negotiate(struct fo_connection *connection,
			 struct fuse_conn_info *conn)
{
	const struct fo_config *config = connection->config;
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_unwanted); i++)
		fuse_unset_feature_flag(conn, fo_unwanted[i]);
	for (i = 0; i < FO_ARRAY_SIZE(fo_wanted); i++)
		fuse_set_feature_flag(conn, fo_wanted[i]);
	connection->no_opendir =
		!connection->filter &&
		fuse_set_feature_flag(conn, FUSE_CAP_NO_OPENDIR_SUPPORT);
	if (config->acl && config->xattrs)
		fuse_set_feature_flag(conn, FUSE_CAP_POSIX_ACL);
	/* We alone change the files, unless the user says otherwise. */
	fuse_set_feature_flag(conn,
			      connection->attr_timeout < FO_TIMEOUT_INFINITE ?
				      FUSE_CAP_AUTO_INVAL_DATA :
				      FUSE_CAP_EXPLICIT_INVAL_DATA);
	conn->max_background = FO_MAX_BACKGROUND;
	conn->congestion_threshold = FO_MAX_BACKGROUND * 3 / 4;
	conn->time_gran = 1;
	if (config->max_write)
		conn->max_write = config->max_write;
	if (fo_engine_passes_through(&connection->engine)) {
		fuse_set_feature_flag(conn, FUSE_CAP_PASSTHROUGH);
		/* A lower that is truncated when opened need not be copied. */
		fuse_set_feature_flag(conn, FUSE_CAP_ATOMIC_O_TRUNC);
		/* libfuse counts this mount's own place itself. */
		conn->max_backing_stack_depth = config->stack_depth - 1;
		return;
	}
	connection->no_open =
		fuse_set_feature_flag(conn, FUSE_CAP_NO_OPEN_SUPPORT);
	if (config->writeback)
		fuse_set_feature_flag(conn, FUSE_CAP_WRITEBACK_CACHE);
}

void fo_op_init(void *userdata, struct fuse_conn_info *conn)
{
	struct fo_connection *connection = userdata;

	fo_negotiate(connection, conn);
	if (!atomic_exchange(&connection->answered, true))
		connection->ready(connection->ready_context);
}

static int fo_session_options(const struct fo_connection *connection,
			      char **out_options)
{
	const struct fo_config *config = connection->config;
	_cleanup_free_ char *fsname = NULL;
	_cleanup_free_ char *options = NULL;

	if (asprintf(&fsname, "fsname=%s",
		     config->source ? config->source : "fuse-overlay") < 0)
		return -ENOMEM;
	if (fuse_opt_add_opt_escaped(&options, fsname) ||
	    fuse_opt_add_opt(&options, "subtype=fuse-overlay"))
		return -ENOMEM;
	if (config->mount_options && *config->mount_options &&
	    fuse_opt_add_opt(&options, config->mount_options))
		return -ENOMEM;
	/* An upper that cannot be written makes the mount read-only. */
	if (!connection->fs->writable && fuse_opt_add_opt(&options, "ro"))
		return -ENOMEM;
	*out_options = fo_take(&options);
	return 0;
}

static int fo_session_new(struct fo_connection *connection)
{
	const struct fo_config *config = connection->config;
	_cleanup_free_ char *options = NULL;
	char *argv[] = { "fuse-overlay", "-o", NULL, "-d", NULL };
	struct fuse_args args = FUSE_ARGS_INIT(config->debug ? 4 : 3, argv);
	int err = fo_session_options(connection, &options);

	if (err)
		return err;
	argv[2] = options;
	connection->session = fuse_session_new(
		&args,
		fo_engine_is_bpf(&connection->engine) ? &fo_bpf_ops : &fo_ops,
		sizeof(fo_ops), connection);
	fuse_opt_free_args(&args);
	return connection->session ? 0 : -EINVAL;
}

/* The kernel must not believe the attributes of before; data stays. */
static void fo_tell_copied_up(void *context, struct fo_node *dir)
{
	struct fo_connection *connection = context;

	fuse_lowlevel_notify_inval_inode(connection->session,
					 fo_ask_nodeid(connection, dir), -1, 0);
}

static void fo_set_timeouts(struct fo_connection *connection)
{
	double timeout = connection->config->timeout;

	if (timeout < 0)
		timeout = FO_TIMEOUT_INFINITE;
	connection->attr_timeout = timeout;
	/* A filter is asked anew each time: its answer may change. */
	connection->entry_timeout = connection->filter ? 0 : timeout;
}

static int fo_connection_prepare(struct fo_connection *connection)
{
	const char *filter = connection->config->filter;
	int err = fo_engine_init(&connection->engine, connection->fs);

	if (err || !filter)
		return err;
	err = fo_filter_load(filter, &connection->filter);
	if (err)
		fo_engine_destroy(&connection->engine);
	return err;
}

/* It sees copies by itself and takes no notices: copied_up stays unset. */
static int fo_connection_mount_bpf(struct fo_connection *connection)
{
	struct fo_fusebpf *fusebpf = &connection->engine.fusebpf;
	const char *mountpoint = connection->config->mountpoint;
	int err = fo_wire_bpf_attach(connection->session, fusebpf->device);

	if (err)
		return err;
	/* The session closes it. */
	(void)fo_take_fd(&fusebpf->device);
	err = fo_fusebpf_attach(fusebpf, mountpoint);
	if (err)
		fo_log_error("cannot mount on '%s': %s", mountpoint,
			     strerror(-err));
	connection->mounted = !err;
	return err;
}

static int fo_connection_mount(struct fo_connection *connection)
{
	const char *mountpoint = connection->config->mountpoint;
	struct fo_fs *fs = connection->fs;

	if (fo_engine_is_bpf(&connection->engine))
		return fo_connection_mount_bpf(connection);
	/* libfuse has said on stderr what was wrong with the mount. */
	if (fuse_session_mount(connection->session, mountpoint)) {
		fo_log_error("cannot mount on '%s'", mountpoint);
		return -EIO;
	}
	connection->mounted = true;
	fs->copied_up = fo_tell_copied_up;
	fs->copied_up_context = connection;
	/* A filter asks who calls: with id maps the kernel would not say. */
	return connection->filter ? 0 : fo_wire_attach(connection->session);
}

static void fo_connection_unmount(struct fo_connection *connection)
{
	if (!connection->mounted)
		return;
	connection->mounted = false;
	if (fo_engine_is_bpf(&connection->engine))
		fo_fusebpf_detach(fuse_session_fd(connection->session),
				  connection->config->mountpoint);
	else
		fuse_session_unmount(connection->session);
}

int fo_connection_open(struct fo_fs *fs, const struct fo_config *config,
		       struct fo_connection **out_connection)
{
	struct fo_connection *connection = calloc(1, sizeof(*connection));
	int err = -ENOMEM;

	if (!connection)
		return err;
	connection->fs = fs;
	connection->config = config;
	err = fo_connection_prepare(connection);
	if (err) {
		free(connection);
		return err;
	}
	fo_set_timeouts(connection);
	err = fo_session_new(connection);
	if (!err)
		err = fo_connection_mount(connection);
	if (err)
		fo_connection_free(connection);
	else
		*out_connection = connection;
	return err;
}

static unsigned int fo_threads(const struct fo_config *config)
{
	long n = config->threads ? (long)config->threads :
				   sysconf(_SC_NPROCESSORS_ONLN);

	if (n > FO_THREADS_MAX)
		return FO_THREADS_MAX;
	/* One that copies up must not stop another that only reads. */
	return n < 2 ? 2 : (unsigned int)n;
}

int fo_connection_serve(struct fo_connection *connection,
			fo_connection_ready *ready, void *context)
{
	struct fuse_loop_config *loop = fuse_loop_cfg_create();
	int err;

	if (!loop)
		return -ENOMEM;
	connection->ready = ready;
	connection->ready_context = context;
	fuse_loop_cfg_set_clone_fd(loop, 0);
	fuse_loop_cfg_set_max_threads(loop, fo_threads(connection->config));
	fuse_loop_cfg_set_idle_threads(loop, fo_threads(connection->config));
	err = fuse_session_loop_mt(connection->session, loop);
	fuse_loop_cfg_destroy(loop);
	fo_connection_unmount(connection);
	if (!atomic_load(&connection->answered))
		return err < 0 ? err : -EIO;
	return 0;
}

void fo_connection_stop(struct fo_connection *connection)
{
	if (connection->fs->writable && !fo_engine_is_bpf(&connection->engine))
		fo_refresh_write_back(connection);
	fuse_session_exit(connection->session);
}

const char *fo_connection_engine(const struct fo_connection *connection)
{
	return fo_engine_name(&connection->engine);
}

void fo_connection_free(struct fo_connection *connection)
{
	if (!connection)
		return;
	fo_connection_unmount(connection);
	if (connection->session)
		fuse_session_destroy(connection->session);
	fo_engine_destroy(&connection->engine);
	fo_filter_free(connection->filter);
	free(connection);
}
