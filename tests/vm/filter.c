// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers a filter and keeps it by a pinned link, or replaces the one that
 * a link holds:
 *
 *	filter OBJECT LINK
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(err < 0 ? -err : err));
	return 1;
}

static struct bpf_map *find_ops(struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(
		map, object) if (bpf_map__type(map) ==
				 BPF_MAP_TYPE_STRUCT_OPS) return map;
	return NULL;
}

static int replace(const char *path, struct bpf_map *ops)
{
	struct bpf_link *link = bpf_link__open(path);
	int err;

	if (!link)
		return -1;
	err = bpf_link__update_map(link, ops);
	bpf_link__disconnect(link);
	return err;
}

static int attach(const char *path, struct bpf_map *ops)
{
	struct bpf_link *link = bpf_map__attach_struct_ops(ops);

	return link ? bpf_link__pin(link, path) : -1;
}

int main(int argc, char **argv)
{
	struct bpf_object *object;
	struct bpf_map *ops;
	int err;

	if (argc != 3)
		return fail("usage: filter OBJECT LINK", 22);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		return fail(argv[1], 22);
	ops = find_ops(object);
	if (!ops)
		return fail("no struct_ops in it", 2);
	if (access(argv[2], F_OK))
		err = attach(argv[2], ops);
	else
		err = replace(argv[2], ops);
	return err ? fail(argv[2], err) : 0;
}
