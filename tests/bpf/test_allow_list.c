// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The allow list, changed while it is in use through its pin, as bpftool
 * does; where pins go, that they are shared and outlive the filter, what is
 * done without a bpf file system, and without rights. All in a mount
 * namespace of its own.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/tap.h"
#include "base/base.h"
#include "engine/filter.h"
#include "fuse-overlay/filter.h"

#define OBJECT "bpf/allow_list.bpf.o"
#define PIN FO_FILTER_PIN_ROOT "/allow_list/allowed"

static int ask(struct fo_filter *filter, const char *name, uint32_t mode)
{
	const struct fo_filter_query query = { .name = name, .mode = mode };

	return fo_filter_ask(filter, &query);
}

static int list_set(int map, const char *name, bool on)
{
	struct fo_filter_name key = { 0 };
	uint8_t value = 1;

	memcpy(key.text, name, strlen(name));
	if (on)
		return bpf_map_update_elem(map, &key, &value, BPF_ANY);
	return bpf_map_delete_elem(map, &key);
}

static void test_list(struct fo_filter *filter, int map)
{
	is_int(ask(filter, "a", 0100644), -ENOENT, "an empty list hides all");
	is_int(ask(filter, "a", 0120777), -ENOENT, "symlinks too");
	is_int(ask(filter, "a", 0040755), 0, "but directories");
	list_set(map, "a", true);
	is_int(ask(filter, "a", 0100644), 0, "what is put on it is shown");
	is_int(ask(filter, "ab", 0100644), -ENOENT, "and nothing else");
	list_set(map, "a", false);
	is_int(ask(filter, "a", 0100644), -ENOENT, "until it is taken off");
}

static void test_pinned(void)
{
	struct fo_filter *first, *second;
	struct stat st;
	int map;

	if (!is_int(fo_filter_load(OBJECT, &first), 0, "the filter loads"))
		return;
	map = bpf_obj_get(PIN);
	if (!ok(map >= 0, "its map is pinned at " PIN)) {
		fo_filter_free(first);
		return;
	}
	ok(!stat(FO_FILTER_PIN_ROOT, &st) && (st.st_mode & 07777) == 0700,
	   "in a directory that is root's alone");
	test_list(first, map);
	list_set(map, "kept", true);
	is_int(fo_filter_load(OBJECT, &second), 0, "a second mount loads it");
	is_int(ask(second, "kept", 0100644), 0, "and has the same list");
	fo_filter_free(second);
	fo_filter_free(first);
	close(map);
	is_int(fo_filter_load(OBJECT, &first), 0, "a later mount loads it");
	is_int(ask(first, "kept", 0100644), 0, "and finds the list");
	fo_filter_free(first);
}

/* A pin that is another map: refused, never overwritten. */
static void test_foreign_pin(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);
	struct fo_filter *filter;

	unlink(PIN);
	if (!is_int(bpf_obj_pin(map, PIN), 0, "another map is pinned there"))
		return;
	is_int(fo_filter_load(OBJECT, &filter), -EINVAL,
	       "the filter is refused");
	close(map);
	unlink(PIN);
}

static void test_unpinned(void)
{
	struct fo_filter *filter;

	if (!is_int(fo_filter_load(OBJECT, &filter), 0,
		    "without a bpf file system the filter loads"))
		return;
	is_int(ask(filter, "a", 0100644), -ENOENT, "and answers");
	fo_filter_free(filter);
}

/* In a child that is nobody. Its stderr is one line, which is checked. */
static void test_without_rights(void)
{
	char said[4096] = "";
	struct fo_filter *filter;
	int ends[2], status;
	ssize_t len;
	pid_t child;

	if (pipe(ends))
		return;
	child = fork();
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		if (setgid(65534) || setuid(65534))
			_exit(1);
		_exit(fo_filter_load(OBJECT, &filter) == -EPERM ? 0 : 2);
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	is_int(status, 0, "without rights loading fails with EPERM");
	len = read(ends[0], said, sizeof(said) - 1);
	close(ends[0]);
	ok(len > 0 && strchr(said, '\n') == said + len - 1 &&
		   strstr(said, "CAP_BPF") != NULL,
	   "and one line says what it takes");
	diag("%.*s", (int)strcspn(said, "\n"), said);
}

static bool enter_namespace(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);

	if (map < 0)
		return false;
	close(map);
	return !unshare(CLONE_NEWNS) &&
	       !mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL);
}

int main(void)
{
	if (!enter_namespace()) {
		printf("1..0 # SKIP no right to use BPF and to mount here\n");
		return 0;
	}
	test_pinned();
	test_foreign_pin();
	test_without_rights();
	if (is_int(mount("none", "/sys/fs/bpf", "tmpfs", 0, NULL), 0,
		   "something else is mounted on /sys/fs/bpf"))
		test_unpinned();
	test_without_rights();
	return done();
}
