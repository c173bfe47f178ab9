// SPDX-License-Identifier: GPL-2.0-or-later
/* The cache of descriptors: what it closes, what it keeps, and when. */
#include "state/descriptor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "tap.h"

#define MAX 8

/* Only addresses count here. */
static const char nodes[64];

static const struct fo_node *node_number(size_t i)
{
	return (const struct fo_node *)&nodes[i];
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int open_one(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static struct fo_descriptor *add(struct fo_descriptors *cache, size_t i,
				 bool pinned)
{
	const struct fo_descriptor key = {
		.node = node_number(i),
		.layer = 1,
		.kind = FO_DESCRIPTOR_READ,
		.pinned = pinned,
	};
	struct fo_descriptor *descriptor = NULL;

	fo_descriptor_add(cache, &key, open_one(), &descriptor);
	return descriptor;
}

static struct fo_descriptor *find(struct fo_descriptors *cache, size_t i)
{
	return fo_descriptor_find(cache, node_number(i), 1, FO_DESCRIPTOR_READ);
}

static bool has(struct fo_descriptors *cache, size_t i)
{
	struct fo_descriptor *found = find(cache, i);

	if (found)
		fo_descriptor_put(cache, found);
	return found != NULL;
}

static void test_keys(struct fo_descriptors *cache)
{
	struct fo_descriptor *one = add(cache, 0, false), *again;
	const struct fo_descriptor key = {
		.node = node_number(0),
		.layer = 1,
		.kind = FO_DESCRIPTOR_READ,
	};
	int fd = open_one();

	ok(has(cache, 0), "what is added is found");
	ok(!has(cache, 1), "but not for another node");
	ok(!fo_descriptor_find(cache, node_number(0), 2, FO_DESCRIPTOR_READ),
	   "nor in another layer");
	ok(!fo_descriptor_find(cache, node_number(0), 1, FO_DESCRIPTOR_WRITE),
	   "nor of another kind");
	fo_descriptor_add(cache, &key, fd, &again);
	ok(again == one, "who comes second gets the first one's");
	ok(!is_open(fd), "and his own is closed");
	fo_descriptor_put(cache, again);
	fo_descriptor_put(cache, one);
	ok(has(cache, 0), "it stays when nobody uses it");
}

static void test_bound(struct fo_descriptors *cache)
{
	struct fo_descriptor *used = add(cache, 10, false);
	int fd = used->fd;
	size_t i;

	for (i = 11; i < 10 + MAX; i++)
		fo_descriptor_put(cache, add(cache, i, false));
	ok(has(cache, 11), "the cache holds as many as it may");
	for (i = 30; i < 30 + MAX - 2; i++)
		fo_descriptor_put(cache, add(cache, i, false));
	ok(has(cache, 11), "what was used lately stays");
	ok(!has(cache, 12), "what was not is gone");
	is_int(cache->count, MAX, "and the bound is kept");
	ok(is_open(fd) && has(cache, 10), "what is in use is never closed");
	fo_descriptor_put(cache, used);
	for (i = 40; i < 40 + MAX; i++)
		fo_descriptor_put(cache, add(cache, i, false));
	ok(!is_open(fd), "until it is used no more");
}

static void test_pins(struct fo_descriptors *cache)
{
	struct fo_descriptor *pin = add(cache, 0, true);
	struct fo_descriptor *late = add(cache, 1, false);
	int fd = pin->fd, late_fd = late->fd;
	size_t i;

	fo_descriptor_put(cache, pin);
	fo_descriptor_put(cache, late);
	/* An open one of which a pin is wanted becomes one. */
	fo_descriptor_put(cache, add(cache, 1, true));
	for (i = 10; i < 10 + 3 * MAX; i++)
		fo_descriptor_put(cache, add(cache, i, false));
	ok(is_open(fd) && has(cache, 0), "a pin stays whatever is added");
	ok(is_open(late_fd) && has(cache, 1), "also one that became a pin");
	fo_descriptor_drop(cache, node_number(0), 1);
	ok(!is_open(fd) && !has(cache, 0), "until it is dropped");
}

static void test_drop(struct fo_descriptors *cache)
{
	struct fo_descriptor *used = add(cache, 0, false), *fresh;
	int fd = used->fd;

	fo_descriptor_drop(cache, node_number(0), 2);
	ok(has(cache, 0), "dropping another layer's changes nothing");
	fo_descriptor_drop(cache, node_number(0), 1);
	ok(!has(cache, 0), "what is dropped is not found");
	ok(is_open(fd), "but open while somebody uses it");
	fresh = add(cache, 0, false);
	ok(fresh != used && fresh->fd != fd, "a new one is another");
	fo_descriptor_put(cache, used);
	ok(!is_open(fd), "the old one is closed by its last user");
	ok(is_open(fresh->fd), "the new one is not");
	fo_descriptor_put(cache, fresh);
}

static void run(void (*test)(struct fo_descriptors *cache), const char *what)
{
	struct fo_descriptors cache;
	int before = open_one(), after;

	close(before);
	if (!is_int(fo_descriptors_init(&cache, MAX), 0, "%s: a cache", what))
		return;
	test(&cache);
	fo_descriptors_destroy(&cache);
	after = open_one();
	is_int(after, before, "%s: no descriptor is left open", what);
	close(after);
}

int main(void)
{
	run(test_keys, "keys");
	run(test_bound, "bound");
	run(test_pins, "pins");
	run(test_drop, "drop");
	return done();
}
