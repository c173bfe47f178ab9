// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter that shows only what a list names, which can be changed while the
 * mount is in use: the keys of the map "allowed" are names, filled up with
 * NULs to 256 bytes. Directories are always shown, so that what is on the
 * list can be reached. An empty list shows directories alone.
 *
 * The map is pinned, if /sys/fs/bpf is mounted, and then outlives the mount:
 * a list can be made before it and is found by the next one. doc/filters.md
 * has the bpftool commands.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "fuse-overlay/filter.h"
#include "fuse-overlay/policy.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct fo_filter_name);
	__type(value, __u8); /* any: it is the key that counts */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} allowed SEC(".maps");

SEC("syscall")
int fo_filter(struct fo_filter_context *ctx)
{
	struct fo_filter_name name;

	if ((ctx->mode & FO_MODE_TYPE) == FO_MODE_DIR)
		return FO_FILTER_PASS;
	fo_filter_copy_name(&name, ctx);
	if (bpf_map_lookup_elem(&allowed, &name))
		return FO_FILTER_PASS;
	return FO_FILTER_HIDE;
}

char LICENSE[] SEC("license") = "GPL";
