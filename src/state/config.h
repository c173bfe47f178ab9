/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a mount was asked to be: the options of one mount, parsed and checked
 * for form, before any layer is opened. Filled by process/options*.c, read by
 * everybody, never written after the mount has begun.
 */
#ifndef FO_STATE_CONFIG_H
#define FO_STATE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/idmap.h"

enum fo_engine_choice {
	FO_ENGINE_AUTO,
	FO_ENGINE_PLAIN,
	FO_ENGINE_PASSTHROUGH,
	FO_ENGINE_BPF,
};

enum fo_passthrough_mode {
	FO_PASSTHROUGH_SAFE,
	FO_PASSTHROUGH_ALL,
	FO_PASSTHROUGH_OFF,
};

enum fo_redirect_mode {
	FO_REDIRECT_OFF,
	FO_REDIRECT_FOLLOW,
	FO_REDIRECT_ON,
};

enum fo_whiteout_form {
	FO_WHITEOUT_AUTO, /* char 0:0 where mknod works, else the xattr form */
	FO_WHITEOUT_OVERLAY,
	FO_WHITEOUT_OCI, /* .wh.NAME files */
};

/* Where ownership and mode live when the layer cannot hold the true ones. */
enum fo_override_form {
	FO_OVERRIDE_NONE, /* xattr_permissions=0 */
	FO_OVERRIDE_PRIVILEGED, /* 1: security.fuseoverlayfs.override_stat */
	FO_OVERRIDE_USER, /* 2: user.containers.override_stat */
};

struct fo_config {
	/* Layers, as the user wrote them after unescaping. */
	char **lowerdir; /* topmost first; data-only layers last */
	size_t n_lower; /* all entries of lowerdir */
	size_t n_data; /* how many of the last are data-only (after "::") */
	char *upperdir; /* NULL: read-only mount */
	char *workdir; /* NULL without upperdir */
	char *mountpoint;
	char *source; /* first column of /proc/mounts; "fuse-overlay" */

	/* Engine and data path. */
	enum fo_engine_choice engine;
	enum fo_passthrough_mode passthrough;
	unsigned int stack_depth; /* 1 or 2 */
	unsigned int threads; /* 0: as many as online processors */
	double timeout; /* seconds; < 0: infinite */
	bool writeback;
	char *filter; /* path of a BPF object file, or NULL */

	/* Policy and format. */
	enum fo_redirect_mode redirect;
	bool metacopy;
	bool xino; /* false: st_ino may be unique per layer only */
	bool acl;
	bool xattrs;
	bool volatile_mount; /* marked in work; nothing is flushed */
	bool sync; /* false (volatile, fsync=0): fsync is answered, not done */
	bool user_xattr; /* marks in user.overlay.*, even where trusted would do */
	bool static_nlink;
	enum fo_whiteout_form whiteout;

	/* Ids. */
	struct fo_idmap uidmap;
	struct fo_idmap gidmap;
	bool squash_uid; /* all files appear owned by squash_to_uid */
	bool squash_gid;
	uint32_t squash_to_uid;
	uint32_t squash_to_gid;
	enum fo_override_form override;

	/* Mount flags and the process. */
	bool read_only; /* "ro", or no upperdir */
	/*
	 * Comma list for libfuse, ready to pass: default_permissions, noatime,
	 * ro, ... without fsname= (that is source) and subtype=.
	 */
	char *mount_options;
	unsigned int max_write; /* bytes; 0: the default */
	bool foreground;
	bool debug;
};

/* Every option's default; no layers. */
void fo_config_init(struct fo_config *config);
/* Free what it holds; safe on a config that was only initialized. */
void fo_config_clear(struct fo_config *config);

#endif
