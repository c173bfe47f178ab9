// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options with a meaning of ours, and those that are known to have none
 * here: users and engines have them in their files for other programs.
 */
#include "process/options_table.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "process/options_value.h"

#define FO_FIELD(name) .field = offsetof(struct fo_config, name)
#define FO_CHOICE(list) .set = fo_set_choice, .choices = (list)

/* One more than the last real id: (uid_t)-1 is none. */
#define FO_ID_LAST (UINT_MAX - 1)

static const struct fo_choice fo_engines[] = {
	{ "auto", FO_ENGINE_AUTO },
	{ "plain", FO_ENGINE_PLAIN },
	{ "passthrough", FO_ENGINE_PASSTHROUGH },
	{ "bpf", FO_ENGINE_BPF },
	{ NULL, 0 },
};

static const struct fo_choice fo_passthroughs[] = {
	{ "safe", FO_PASSTHROUGH_SAFE },
	{ "all", FO_PASSTHROUGH_ALL },
	{ "off", FO_PASSTHROUGH_OFF },
	{ NULL, 0 },
};

static const struct fo_choice fo_redirects[] = {
	{ "on", FO_REDIRECT_ON },
	{ "follow", FO_REDIRECT_FOLLOW },
	{ "off", FO_REDIRECT_OFF },
	{ "nofollow", FO_REDIRECT_OFF },
	{ NULL, 0 },
};

static const struct fo_choice fo_whiteouts[] = {
	{ "auto", FO_WHITEOUT_AUTO },
	{ "overlay", FO_WHITEOUT_OVERLAY },
	{ "oci", FO_WHITEOUT_OCI },
	{ NULL, 0 },
};

static const struct fo_choice fo_overrides[] = {
	{ "0", FO_OVERRIDE_NONE },
	{ "1", FO_OVERRIDE_PRIVILEGED },
	{ "2", FO_OVERRIDE_USER },
	{ NULL, 0 },
};

static int fo_set_xino(struct fo_options *options,
		       const struct fo_option *option, char *value)
{
	/* "auto" is what overlayfs calls "on where it can be had". */
	if (value && strcmp(value, "auto") == 0) {
		options->config->xino = true;
		return 0;
	}
	return fo_set_on(options, option, value);
}

static const struct fo_option fo_options_ours[] = {
	{ "lowerdir", fo_set_layers,
	  .wanted = "directories \"A:B\", the topmost first, and perhaps "
		    "data-only ones at the end, \"A::D\"" },
	{ "upperdir", fo_set_path, FO_FIELD(upperdir),
	  .wanted = "a directory" },
	{ "workdir", fo_set_path, FO_FIELD(workdir), .wanted = "a directory" },
	{ "filter", fo_set_path, FO_FIELD(filter),
	  .wanted = "a BPF object file" },
	{ "fsname", fo_set_path, FO_FIELD(source), .wanted = "a name" },
	{ "engine", FO_CHOICE(fo_engines), FO_FIELD(engine),
	  .wanted = "bpf, auto, plain or passthrough" },
	{ "passthrough", FO_CHOICE(fo_passthroughs), FO_FIELD(passthrough),
	  .wanted = "safe, all or off" },
	{ "redirect_dir", FO_CHOICE(fo_redirects), FO_FIELD(redirect),
	  .wanted = "on, follow or off" },
	{ "whiteout", FO_CHOICE(fo_whiteouts), FO_FIELD(whiteout),
	  .wanted = "auto, overlay or oci" },
	{ "xattr_permissions", FO_CHOICE(fo_overrides), FO_FIELD(override),
	  .wanted = "0, 1 or 2" },
	{ "stack_depth", fo_set_number, FO_FIELD(stack_depth), .min = 1,
	  .max = 2, .wanted = "1 or 2" },
	{ "threads", fo_set_number, FO_FIELD(threads), .max = 1024,
	  .wanted = "a number up to 1024; 0 means one per processor" },
	{ "max_write", fo_set_number, FO_FIELD(max_write), .min = 4096,
	  .max = 1 << 30, .wanted = "bytes, 4096 or more" },
	{ "max_read", fo_set_max_read, .min = 4096, .max = 1 << 30,
	  .wanted = "bytes, 4096 or more" },
	{ "timeout", fo_set_seconds, FO_FIELD(timeout),
	  .wanted = "seconds, 0 or more" },
	{ "metacopy", fo_set_on, FO_FIELD(metacopy) },
	{ "xino", fo_set_xino, FO_FIELD(xino) },
	{ "writeback", fo_set_on, FO_FIELD(writeback) },
	{ "static_nlink", fo_set_on, FO_FIELD(static_nlink) },
	{ "userxattr", fo_set_on, FO_FIELD(user_xattr) },
	{ "fsync", fo_set_on, FO_FIELD(sync) },
	{ "noacl", fo_set_off, FO_FIELD(acl) },
	{ "noxattrs", fo_set_off, FO_FIELD(xattrs) },
	{ .name = "volatile", .set = fo_set_volatile },
	{ .name = "debug", .set = fo_set_debug },
	{ "uidmapping", fo_set_map, FO_FIELD(uidmap),
	  .wanted = "triples STORED:SHOWN:COUNT that do not overlap" },
	{ "gidmapping", fo_set_map, FO_FIELD(gidmap),
	  .wanted = "triples STORED:SHOWN:COUNT that do not overlap" },
	{ .name = "squash_to_root", .set = fo_set_squash_root },
	{ "squash_to_uid", fo_set_id, FO_FIELD(squash_to_uid),
	  .max = FO_ID_LAST, .wanted = "a user id" },
	{ "squash_to_gid", fo_set_id, FO_FIELD(squash_to_gid),
	  .max = FO_ID_LAST, .wanted = "a group id" },
	{ "remount", fo_set_refused, .wanted = "unmount, and mount again" },
};

/*
 * Known and without meaning: SELinux contexts are not sent on, since FUSE
 * has labels of its own; the rest is what mount(8), fuse-overlayfs, or
 * older libraries take. A name that ends in '*' stands for all that begin so.
 */
static const char *const fo_options_ignored[] = {
	"context",
	"fscontext",
	"defcontext",
	"rootcontext",
	"private",
	"rprivate",
	"plugins",
	"threaded",
	"fast_ino",
	"ino32_t",
	"default_permissions",
	"splice_*",
	"no_splice_*",
	"nonempty",
	"big_writes",
	"subtype",
	"lazytime",
	"nolazytime",
	"silent",
	"loud",
	"iversion",
	"noiversion",
	"mand",
	"nomand",
	"defaults",
	"auto",
	"noauto",
	"nofail",
	"_netdev",
	"user",
	"nouser",
	"users",
	"owner",
	"group",
	"comment",
	"x-*",
	"X-*",
};

static bool fo_option_is_ignored(const char *name)
{
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_options_ignored); i++) {
		const char *known = fo_options_ignored[i];
		size_t len = strcspn(known, "*");

		if (known[len] ? strncmp(known, name, len) == 0 :
				 strcmp(known, name) == 0)
			return true;
	}
	return false;
}

int fo_options_set(struct fo_options *options, const char *name, char *value)
{
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_options_ours); i++) {
		const struct fo_option *option = &fo_options_ours[i];

		if (strcmp(option->name, name) == 0)
			return option->set(options, option, value);
	}
	if (!value && fo_mount_flags_set(&options->flags, name))
		return 0;
	/* Container engines rely on this being no error. */
	if (!fo_option_is_ignored(name))
		fo_log_warn("unknown option '%s' is ignored", name);
	return 0;
}
