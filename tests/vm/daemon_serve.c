// SPDX-License-Identifier: GPL-2.0-or-later
/* Mounting, and one request after the other. */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/xattr.h>
#include <unistd.h>

int daemon_mount(const char *mnt, const char *options, char **layers, int nr)
{
	int device = open(FO_FUSEBPF_DEVICE, O_RDWR | O_CLOEXEC), i, len;
	char all[512];

	if (device < 0)
		return -1;
	len = snprintf(all, sizeof(all), "fd=%d%s%s", device,
		       *options ? "," : "", options);
	for (i = 0; i < nr; i++) {
		layer_fd[i] = open(layers[i], O_RDONLY | O_CLOEXEC);
		len += snprintf(all + len, sizeof(all) - len, ",%s_dir=%d",
				i ? "lower" : "upper", layer_fd[i]);
	}
	nr_layers = nr;
	return mount("fusebpf", mnt, "fusebpf", 0, all) ? -1 : device;
}

int read_request(int device, struct request *request)
{
	ssize_t n = read(device, request, sizeof(*request));

	if (n >= 0 && n != request->header.len) {
		errno = EPROTO;
		return -1;
	}
	return n < 0 ? -1 : 0;
}

int answer(int device, const struct request *request, int error,
	   const void *payload, size_t len)
{
	char buf[sizeof(struct fuse_out_header) + 256];
	struct fuse_out_header header = { .len = sizeof(header) + len,
					  .error = error,
					  .unique = request->header.unique };

	memcpy(buf, &header, sizeof(header));
	if (len)
		memcpy(buf + sizeof(header), payload, len);
	return write(device, buf, header.len) < 0 ? -1 : 0;
}

int answer_blocks(int device, const struct request *request,
		  const void *payload, size_t len,
		  const struct fo_fusebpf_block *blocks, unsigned int nr)
{
	char buf[sizeof(struct fuse_out_header) + 256];
	struct fuse_out_header header = { .len = sizeof(header) + len,
					  .unique = request->header.unique };
	struct fo_fusebpf_reply reply = {
		.message = (unsigned long)buf,
		.blocks = (unsigned long)blocks,
		.message_len = header.len,
		.nr_blocks = nr,
	};

	memcpy(buf, &header, sizeof(header));
	memcpy(buf + sizeof(header), payload, len);
	return ioctl(device, FO_FUSEBPF_IOC_REPLY, &reply);
}

void answer_init(int device, const struct request *request)
{
	const struct fuse_init_in *in = (const void *)request->payload;
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = in->minor,
		.flags = FUSE_INIT_EXT,
		.flags2 = in->flags2 & FO_FUSEBPF_INIT_FLAG,
	};
	__u32 version = FO_FUSEBPF_VERSION;

	memcpy((char *)&out + FO_FUSEBPF_INIT_VERSION, &version,
	       sizeof(version));
	answer(device, request, 0, &out, sizeof(out));
}

/* A positive answer with what the name stands on. */
static void answer_entry(int device, const struct request *request,
			 const char *path)
{
	struct fo_fusebpf_block blocks[LAYERS_MAX] = { 0 };
	struct fuse_entry_out entry = { 0 };
	struct stack stack;
	struct stat st;
	int i;

	resolve(path, &stack);
	if (stack_stat(&stack, &st)) {
		answer(device, request, -ENOENT, NULL, 0);
		return;
	}
	entry.nodeid = node_find(path, &st);
	entry.attr.mode = st.st_mode;
	for (i = 0; i < stack.nr; i++) {
		blocks[i].type = FO_FUSEBPF_BLOCK_BACKING;
		blocks[i].layer = stack.at[i].layer;
		blocks[i].fd = openat(layer_fd[stack.at[i].layer],
				      stack.at[i].path, O_PATH | O_NOFOLLOW);
	}
	if (answer_blocks(device, request, &entry, sizeof(entry), blocks,
			  stack.nr))
		answer(device, request, -errno, NULL, 0);
	for (i = 0; i < stack.nr; i++)
		close(blocks[i].fd);
}

static void serve_copy_up(int device, const struct request *request)
{
	const struct fuse_ioctl_in *in = (const void *)request->payload;
	struct fo_fusebpf_block block = { .type = FO_FUSEBPF_BLOCK_COPIED_UP };
	struct node *node = node_get(request->header.nodeid);
	struct fuse_ioctl_out out = { 0 };
	struct stat st;
	int err;

	err = in->cmd == FO_FUSEBPF_COPY_UP && node ? 0 : -ENOTTY;
	if (!err)
		err = copy_up(node->path);
	if (err) {
		answer(device, request, err, NULL, 0);
		return;
	}
	block.fd = openat(layer_fd[0], node->path, O_PATH | O_NOFOLLOW);
	if (!fstat(block.fd, &st)) {
		if (node->ino != st.st_ino)
			node->lower_ino = node->ino;
		node->dev = st.st_dev;
		node->ino = st.st_ino;
	}
	if (answer_blocks(device, request, &out, sizeof(out), &block, 1))
		answer(device, request, -errno, NULL, 0);
	close(block.fd);
}

/* Over a whiteout, or the kernel had done it. */
static int make_over(const struct request *request, const char *path)
{
	const struct fuse_mknod_in *mknod = (const void *)request->payload;
	const struct fuse_mkdir_in *mkdir = (const void *)request->payload;
	const char *name = request->payload;
	char proc[PATH_SIZE + 64];
	int err;

	remove_upper(path);
	umask(0);
	switch (request->header.opcode) {
	case FUSE_MKNOD:
		err = mknodat(layer_fd[0], path, mknod->mode & ~mknod->umask,
			      mknod->rdev);
		break;
	case FUSE_MKDIR:
		err = mkdirat(layer_fd[0], path,
			      mkdir->mode & ~mkdir->umask & 07777);
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d/%s", layer_fd[0],
			 path);
		if (!err)
			err = setxattr(proc, "trusted.overlay.opaque", "y", 1,
				       0);
		break;
	default:
		err = symlinkat(name + strlen(name) + 1, layer_fd[0], path);
		break;
	}
	if (!err)
		err = fchownat(layer_fd[0], path, request->header.uid,
			       request->header.gid, AT_SYMLINK_NOFOLLOW);
	return err ? -errno : 0;
}

static void serve_make(int device, const struct request *request,
		       const char *name)
{
	char path[PATH_SIZE];
	int err = -ESTALE;

	if (!node_path(request->header.nodeid, name, path))
		err = make_over(request, path);
	if (err)
		answer(device, request, err, NULL, 0);
	else
		answer_entry(device, request, path);
}

static int do_remove(const struct request *request)
{
	char path[PATH_SIZE];
	struct stack stack;

	if (node_path(request->header.nodeid, request->payload, path))
		return -ESTALE;
	resolve(path, &stack);
	if (!stack.nr)
		return -ENOENT;
	if (request->header.opcode == FUSE_RMDIR && !is_empty_dir(path, &stack))
		return -ENOTEMPTY;
	if (!stack.at[0].layer)
		remove_upper(path);
	resolve(path, &stack);
	return stack.nr && make_whiteout(path) ? -errno : 0;
}

static void mark_moved(const char *path)
{
	char proc[PATH_SIZE + 64], redirect[PATH_SIZE + 1];
	struct stack stack;
	struct stat st;

	resolve(path, &stack);
	if (stack_stat(&stack, &st) || !S_ISDIR(st.st_mode))
		return;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d/%s", layer_fd[0], path);
	if (stack.nr > 1) {
		snprintf(redirect, sizeof(redirect), "/%s", stack.at[1].path);
		setxattr(proc, "trusted.overlay.redirect", redirect,
			 strlen(redirect), 0);
	} else {
		setxattr(proc, "trusted.overlay.opaque", "y", 1, 0);
	}
}

/* Another name of a file that was copied up is one of the copy. */
static void link_copy(const char *path)
{
	struct stack stack;
	struct node *node;
	struct stat st;

	resolve(path, &stack);
	if (stack_stat(&stack, &st) || !stack.at[0].layer)
		return;
	node = node_copied(&st);
	if (node)
		linkat(layer_fd[0], node->path, layer_fd[0], path, 0);
}

static int do_rename(const struct request *request)
{
	const struct fuse_rename2_in *in = (const void *)request->payload;
	const char *name = (const char *)(in + 1);
	char from[PATH_SIZE], to[PATH_SIZE];
	struct stack stack;

	if (node_path(request->header.nodeid, name, from) ||
	    node_path(in->newdir, name + strlen(name) + 1, to))
		return -ESTALE;
	resolve(to, &stack);
	if (stack.nr && !(in->flags & RENAME_EXCHANGE)) {
		struct stat st;

		stack_stat(&stack, &st);
		if (S_ISDIR(st.st_mode) && !is_empty_dir(to, &stack))
			return -ENOTEMPTY;
		remove_upper(to);
	}
	link_copy(from);
	mark_moved(from);
	if (in->flags & RENAME_EXCHANGE)
		mark_moved(to);
	if (renameat2(layer_fd[0], from, layer_fd[0], to, in->flags))
		return -errno;
	if (in->flags & RENAME_EXCHANGE) {
		nodes_moved(to, "//exchanged");
		nodes_moved(from, to);
		nodes_moved("//exchanged", from);
		return 0;
	}
	nodes_moved(from, to);
	resolve(from, &stack);
	return stack.nr && make_whiteout(from) ? -errno : 0;
}

static void serve_link(int device, const struct request *request)
{
	const struct fuse_link_in *in = (const void *)request->payload;
	struct node *old = node_get(in->oldnodeid);
	struct fuse_entry_out entry = { .nodeid = in->oldnodeid };
	char path[PATH_SIZE];
	struct stat st;

	if (!old || node_path(request->header.nodeid, (char *)(in + 1), path)) {
		answer(device, request, -ESTALE, NULL, 0);
		return;
	}
	remove_upper(path);
	if (linkat(layer_fd[0], old->path, layer_fd[0], path, 0) ||
	    fstatat(layer_fd[0], path, &st, AT_SYMLINK_NOFOLLOW)) {
		answer(device, request, -errno, NULL, 0);
		return;
	}
	old->nlookup++;
	entry.attr.mode = st.st_mode;
	answer(device, request, 0, &entry, sizeof(entry));
}

static void serve_lookup(int device, const struct request *request)
{
	char path[PATH_SIZE];

	if (node_path(request->header.nodeid, request->payload, path))
		answer(device, request, -ESTALE, NULL, 0);
	else
		answer_entry(device, request, path);
}

void serve(int device, struct request *request)
{
	const struct fuse_forget_in *forget = (void *)request->payload;

	switch (request->header.opcode) {
	case FUSE_INIT:
		answer_init(device, request);
		break;
	case FUSE_FORGET:
		node_forget(request->header.nodeid, forget->nlookup);
		break;
	case FUSE_INTERRUPT:
		break;
	case FUSE_LOOKUP:
		serve_lookup(device, request);
		break;
	case FUSE_IOCTL:
		serve_copy_up(device, request);
		break;
	case FUSE_MKNOD:
		serve_make(device, request,
			   request->payload + sizeof(struct fuse_mknod_in));
		break;
	case FUSE_MKDIR:
		serve_make(device, request,
			   request->payload + sizeof(struct fuse_mkdir_in));
		break;
	case FUSE_SYMLINK:
		serve_make(device, request, request->payload);
		break;
	case FUSE_LINK:
		serve_link(device, request);
		break;
	case FUSE_UNLINK:
	case FUSE_RMDIR:
		answer(device, request, do_remove(request), NULL, 0);
		break;
	case FUSE_RENAME2:
		answer(device, request, do_rename(request), NULL, 0);
		break;
	default:
		answer(device, request, -ENOSYS, NULL, 0);
		break;
	}
}
