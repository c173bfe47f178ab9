// SPDX-License-Identifier: GPL-2.0-or-later
/* Every field of a block wrong. */
#include "daemon_wrong.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int wrong_failed;

void is(int got, int wanted, const char *what)
{
	wrong_failed |= got != wanted;
	printf("%sok - %s\n", got == wanted ? "" : "not ", what);
	if (got != wanted)
		printf("# got %s, wanted %s\n", strerror(got),
		       strerror(wanted));
	fflush(stdout);
}

struct wrong {
	const char *what;
	unsigned int nr;
	struct fo_fusebpf_block blocks[3];
	unsigned int mode; /* S_IFREG if 0 */
	int error;
};

int in_layer(int layer, const char *path)
{
	return openat(layer_fd[layer], path, O_PATH | O_NOFOLLOW);
}

static int unlinked(void)
{
	int fd = openat(layer_fd[0], "gone", O_RDWR | O_CREAT, 0600);

	unlinkat(layer_fd[0], "gone", 0);
	return fd;
}

static void try_entry(int device, const struct request *request,
		      const struct wrong *wrong)
{
	struct fuse_entry_out entry = {
		.nodeid = 77,
		.attr.mode = wrong->mode ? wrong->mode : S_IFREG | 0644,
	};

	errno = 0;
	answer_blocks(device, request, &entry, sizeof(entry), wrong->blocks,
		      wrong->nr);
	is(errno, wrong->error ? wrong->error : EINVAL, wrong->what);
}

static void try_types(int device, const struct request *request, int file)
{
	char what[64];
	struct wrong wrong = { what, 1, { BACKING(1, file) }, 0, 0 };
	static const unsigned int types[] = { 0, 2, 3, 4, 5, 6, 99, ~0u };
	unsigned int i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		snprintf(what, sizeof(what), "a block of type %u", types[i]);
		wrong.blocks[0].type = types[i];
		try_entry(device, request, &wrong);
	}
}

void try_blocks(int device, const struct request *request, const char *mnt)
{
	int file = in_layer(1, "linked"), dir = in_layer(1, "dir");
	int dir2 = in_layer(2, "dir"), file2 = in_layer(2, "file");
	int sock = socket(AF_UNIX, SOCK_STREAM, 0), ends[2];
	int self = open(mnt, O_PATH), above = in_layer(1, ".."),
	    gone = unlinked();
	int proc = open("/proc/self/status", O_RDONLY);
	const unsigned int d = S_IFDIR | 0755;
	const struct wrong wrong[] = {
		{ "a flag", 1, { { 1, 1, 1, file } }, 0, 0 },
		{ "a layer that is not there", 1, { BACKING(3, file) }, 0, 0 },
		{ "layer 65535", 1, { BACKING(65535, file) }, 0, 0 },
		{ "a file of another layer", 1, { BACKING(2, file) }, 0, 0 },
		{ "a lower's as the upper", 1, { BACKING(0, file) }, 0, 0 },
		{ "a closed descriptor", 1, { BACKING(1, 999) }, 0, 0 },
		{ "a descriptor of 40 bits",
		  1,
		  { BACKING(1, (1ULL << 40) | file) },
		  0,
		  0 },
		{ "a socket", 1, { BACKING(1, sock) }, 0, 0 },
		{ "a pipe", 1, { BACKING(1, (pipe(ends), ends[0])) }, 0, 0 },
		{ "a file of another filesystem",
		  1,
		  { BACKING(1, proc) },
		  0,
		  0 },
		{ "the device", 1, { BACKING(1, device) }, 0, 0 },
		{ "the mount itself", 1, { BACKING(1, self) }, d, 0 },
		{ "a directory above the layer",
		  1,
		  { BACKING(1, above) },
		  d,
		  0 },
		{ "an unlinked file", 1, { BACKING(0, gone) }, 0, 0 },
		{ "one layer twice",
		  2,
		  { BACKING(1, dir), BACKING(1, dir) },
		  d,
		  0 },
		{ "layers out of order",
		  2,
		  { BACKING(2, dir2), BACKING(1, dir) },
		  d,
		  0 },
		{ "a directory over a file",
		  2,
		  { BACKING(1, dir), BACKING(2, file2) },
		  d,
		  0 },
		{ "two files",
		  2,
		  { BACKING(1, file), BACKING(2, file2) },
		  0,
		  0 },
		{ "a directory that is said to be a file",
		  1,
		  { BACKING(1, dir) },
		  0,
		  0 },
		{ "a file that is said to be a directory",
		  1,
		  { BACKING(1, file) },
		  d,
		  0 },
		{ "one good, one bad",
		  2,
		  { BACKING(1, dir), BACKING(2, 999) },
		  d,
		  0 },
		{ "33 blocks", 33, { BACKING(1, file) }, 0, 0 },
		{ "4 billion blocks", ~0u, { BACKING(1, file) }, 0, 0 },
	};
	const int opened[] = { sock,	self, above, gone, proc, ends[0],
			       ends[1], file, file2, dir,  dir2 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		try_entry(device, request, &wrong[i]);
	try_types(device, request, file);
	for (size_t i = 0; i < sizeof(opened) / sizeof(*opened); i++)
		close(opened[i]);
}
