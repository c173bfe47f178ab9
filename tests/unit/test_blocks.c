// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The blocks of engine bpf: which places of a node the module is told, and
 * that names which it removed by itself lead nowhere else. And what keeps
 * the engine from a mount. No module is needed.
 */
#include "engine/blocks.h"
#include "engine/engine_bpf.h"
#include "layers.h"
#include "overlay/copyup.h"

static struct stat stat_of(const char *path)
{
	struct stat st;

	must(lstat(path, &st) == 0, path);
	return st;
}

/* Is it the block that stands for path? */
static void is_block(const struct fo_blocks *blocks, unsigned int i,
		     unsigned int layer, const char *path)
{
	const struct fo_fusebpf_block *block = &blocks->block[i];
	const struct stat wanted = stat_of(path);
	struct stat st = { 0 };

	ok(i < blocks->count && block->type == FO_FUSEBPF_BLOCK_BACKING &&
		   block->flags == 0,
	   "block %u of %s is a backing", i, path);
	is_int(block->layer, layer, "it is of layer %u", layer);
	ok(fstat((int)block->fd, &st) == 0 && st.st_ino == wanted.st_ino &&
		   st.st_dev == wanted.st_dev,
	   "its descriptor is %s", path);
}

static void collect(struct layers *layers, const char *name,
		    struct fo_blocks *out_blocks)
{
	const struct fo_place place = { layers->fs->nodes.root, name };
	struct fo_node *node = layers_look(layers, name, NULL);

	out_blocks->count = 0;
	ok(node && fo_blocks_collect(layers->fs, node, &place, out_blocks) == 0,
	   "%s has blocks", name);
}

static void fill(void)
{
	must(mkdir("l1/d", 0755) == 0 && mkdir("l2/d", 0755) == 0 &&
		     mkdir("u/d", 0755) == 0,
	     "d");
	write_file("l2/low", "low");
	write_file("l2/both", "low");
	write_file("u/both", "up");
	write_file("l2/h1", "hard");
	must(link("l2/h1", "l2/h2") == 0, "link");
	write_file("u/a", "first");
	must(link("u/a", "u/b") == 0, "link");
}

static void test_places(struct layers *layers)
{
	struct fo_blocks blocks;
	int fd;

	collect(layers, "d", &blocks);
	is_int(blocks.count, 3, "a merged directory has all its places");
	is_block(&blocks, 0, 0, "u/d");
	is_block(&blocks, 1, 1, "l1/d");
	is_block(&blocks, 2, 2, "l2/d");
	fd = (int)blocks.block[2].fd;
	fo_blocks_clear(&blocks);
	is_int(blocks.count, 0, "none is left");
	ok(fcntl(fd, F_GETFD) < 0, "their descriptors are closed");
	collect(layers, "low", &blocks);
	is_int(blocks.count, 1, "a file of a lower has one");
	is_block(&blocks, 0, 2, "l2/low");
	fo_blocks_clear(&blocks);
	collect(layers, "both", &blocks);
	is_int(blocks.count, 1, "so has one of the upper that hides another");
	is_block(&blocks, 0, 0, "u/both");
	fo_blocks_clear(&blocks);
}

static void is_copy(struct layers *layers, const char *name, const char *path)
{
	struct fo_node *node = layers_look(layers, name, NULL);
	struct fo_blocks blocks = { 0 };
	struct stat st = { 0 }, wanted;
	int err = fo_copyup(layers->fs, node, FO_COPYUP_ALL);

	if (!err)
		err = fo_blocks_collect_copy(layers->fs, node, &blocks);
	is_int(err, 0, "%s is copied up", name);
	wanted = stat_of(path);
	ok(blocks.count == 1 &&
		   blocks.block[0].type == FO_FUSEBPF_BLOCK_COPIED_UP &&
		   blocks.block[0].layer == 0 && blocks.block[0].flags == 0,
	   "one block says so");
	ok(fstat((int)blocks.block[0].fd, &st) == 0 &&
		   st.st_ino == wanted.st_ino,
	   "its descriptor is %s", path);
	fo_blocks_clear(&blocks);
}

/* What the module accepts lies in the upper, not in the index beside it. */
static void is_in_upper(struct layers *layers, const char *name)
{
	struct fo_node *node = layers_look(layers, name, NULL);
	char link[64], path[4096], wanted[4096];
	struct fo_blocks blocks = { 0 };
	ssize_t n = -1;

	if (!fo_blocks_collect_copy(layers->fs, node, &blocks)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d",
			 (int)blocks.block[0].fd);
		n = readlink(link, path, sizeof(path) - 1);
	}
	path[n < 0 ? 0 : n] = '\0';
	snprintf(wanted, sizeof(wanted), "%s/u/", layers->folder);
	ok(strncmp(path, wanted, strlen(wanted)) == 0,
	   "the copy of %s is opened in the upper", name);
	fo_blocks_clear(&blocks);
}

static void test_copies(struct layers *layers)
{
	is_copy(layers, "low", "u/low");
	(void)layers_look(layers, "h2", NULL);
	is_copy(layers, "h1", "u/h1");
	is_in_upper(layers, "h1");
}

/* The module unlinked a, and made another one, without a word to us. */
static void test_old_names(struct layers *layers)
{
	struct fo_node *node = layers_look(layers, "a", NULL);
	struct fo_blocks blocks;
	struct fo_named named;

	ok(layers_look(layers, "b", NULL) == node,
	   "two names of the upper are one node");
	must(unlink("u/a") == 0, "unlink");
	write_file("u/a", "second");
	fo_blocks_drop_old_names(layers->fs, node);
	ok(fo_tree_name(layers->fs, node, 0, &named) == 0 &&
		   strcmp(named.text, "b") == 0,
	   "the name that is another file's is no longer its name");
	fo_node_put(layers->fs, named.parent);
	is_int(fo_tree_name(layers->fs, node, 1, &named), -ENOENT,
	       "and it has no other");
	ok(layers_look(layers, "a", NULL) != node, "a is another node");
	collect(layers, "b", &blocks);
	is_block(&blocks, 0, 0, "u/b");
	fo_blocks_clear(&blocks);
	must(unlink("u/b") == 0, "unlink");
	fo_blocks_drop_old_names(layers->fs, node);
	is_int(fo_blocks_collect_copy(layers->fs, node, &blocks), -ESTALE,
	       "what has lost its last name is nowhere");
}

static void test_read_only(void)
{
	struct fo_blocks blocks;
	struct layers layers;

	layers_make(&layers);
	must(mkdir("l1/d", 0755) == 0 && mkdir("l2/d", 0755) == 0, "d");
	free(fo_take(&layers.config.upperdir));
	free(fo_take(&layers.config.workdir));
	layers_open(&layers);
	collect(&layers, "d", &blocks);
	is_int(blocks.count, 2, "without an upper the lowers are left");
	is_block(&blocks, 0, 0, "l1/d");
	is_block(&blocks, 1, 1, "l2/d");
	fo_blocks_clear(&blocks);
	layers_remove(&layers);
}

static void test_unfit(struct layers *layers)
{
	struct fo_config *config = &layers->config;
	char why[FO_FUSEBPF_WHY_SIZE] = "";
	struct fo_fusebpf fusebpf;

	fo_fusebpf_init(&fusebpf);
	config->mountpoint = layers_path(layers, "m");
	config->filter = layers_path(layers, "x.bpf.o");
	is_int(fo_fusebpf_open(&fusebpf, layers->fs, why), -EOPNOTSUPP,
	       "a filter of the other engines is refused");
	ok(strstr(why, "filter=") != NULL, "by its name");
	free(fo_take(&config->filter));
	config->sync = false;
	is_int(fo_fusebpf_open(&fusebpf, layers->fs, why), -EOPNOTSUPP,
	       "so is what flushes nothing");
	ok(strstr(why, "volatile") != NULL, "by its name");
	config->sync = true;
	ok(fusebpf.device < 0 && fusebpf.mount < 0, "nothing was opened");
	if (access(FO_FUSEBPF_DEVICE, F_OK) == 0 ||
	    !layers->fs->can.trusted_xattr || !layers->fs->can.mknod_whiteout)
		return;
	is_int(fo_fusebpf_open(&fusebpf, layers->fs, why), -ENOENT,
	       "without the module there is nothing to open");
	ok(strstr(why, "modprobe fusebpf") != NULL, "and it says what to do");
}

int main(void)
{
	struct layers layers;

	layers_make(&layers);
	fill();
	layers_open(&layers);
	test_places(&layers);
	test_copies(&layers);
	test_old_names(&layers);
	test_unfit(&layers);
	layers_remove(&layers);
	test_read_only();
	return done();
}
