/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FUSE operations: each decodes one request, calls the overlay (and the
 * engine), and replies. By file: ops_node.c, ops_dir.c, ops_open.c,
 * ops_file.c, ops_range.c, ops_namespace.c, ops_xattr.c, ops_control.c; what
 * engine bpf answers otherwise is in ops_bpf.c.
 */
#ifndef FO_PROTOCOL_OPS_H
#define FO_PROTOCOL_OPS_H

#include "protocol/ask.h"

/* ops_node.c */
void fo_op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);
void fo_op_forget(fuse_req_t req, fuse_ino_t nodeid, uint64_t n);
void fo_op_forget_multi(fuse_req_t req, size_t count,
			struct fuse_forget_data *forgets);
void fo_op_getattr(fuse_req_t req, fuse_ino_t nodeid,
		   struct fuse_file_info *fi);
void fo_op_setattr(fuse_req_t req, fuse_ino_t nodeid, struct stat *attr,
		   int to_set, struct fuse_file_info *fi);
void fo_op_statx(fuse_req_t req, fuse_ino_t nodeid, int flags, int mask,
		 struct fuse_file_info *fi);
void fo_op_readlink(fuse_req_t req, fuse_ino_t nodeid);
void fo_op_statfs(fuse_req_t req, fuse_ino_t nodeid);

/* ops_dir.c */
void fo_op_opendir(fuse_req_t req, fuse_ino_t nodeid,
		   struct fuse_file_info *fi);
void fo_op_readdir(fuse_req_t req, fuse_ino_t nodeid, size_t size, off_t off,
		   struct fuse_file_info *fi);
void fo_op_readdirplus(fuse_req_t req, fuse_ino_t nodeid, size_t size,
		       off_t off, struct fuse_file_info *fi);
void fo_op_fsyncdir(fuse_req_t req, fuse_ino_t nodeid, int only_content,
		    struct fuse_file_info *fi);

/* ops_open.c: never called in engine plain, but to say so */
void fo_op_open(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi);
void fo_op_create(fuse_req_t req, fuse_ino_t parent, const char *name,
		  mode_t mode, struct fuse_file_info *fi);
void fo_op_tmpfile(fuse_req_t req, fuse_ino_t parent, mode_t mode,
		   struct fuse_file_info *fi);
void fo_op_release(fuse_req_t req, fuse_ino_t nodeid,
		   struct fuse_file_info *fi);

/* ops_file.c */
void fo_op_read(fuse_req_t req, fuse_ino_t nodeid, size_t size, off_t off,
		struct fuse_file_info *fi);
void fo_op_write(fuse_req_t req, fuse_ino_t nodeid, const char *buf,
		 size_t size, off_t off, struct fuse_file_info *fi);
void fo_op_fsync(fuse_req_t req, fuse_ino_t nodeid, int only_content,
		 struct fuse_file_info *fi);
void fo_op_flush(fuse_req_t req, fuse_ino_t nodeid, struct fuse_file_info *fi);

/* ops_range.c */
void fo_op_fallocate(fuse_req_t req, fuse_ino_t nodeid, int mode, off_t offset,
		     off_t length, struct fuse_file_info *fi);
void fo_op_lseek(fuse_req_t req, fuse_ino_t nodeid, off_t off, int whence,
		 struct fuse_file_info *fi);
void fo_op_copy_file_range(fuse_req_t req, fuse_ino_t from, off_t from_off,
			   struct fuse_file_info *from_fi, fuse_ino_t to,
			   off_t to_off, struct fuse_file_info *to_fi,
			   size_t len, int flags);

/* ops_namespace.c */
void fo_op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name,
		 mode_t mode, dev_t rdev);
void fo_op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name,
		 mode_t mode);
void fo_op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
		   const char *name);
void fo_op_link(fuse_req_t req, fuse_ino_t nodeid, fuse_ino_t parent,
		const char *name);
void fo_op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void fo_op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);
void fo_op_rename(fuse_req_t req, fuse_ino_t from, const char *from_name,
		  fuse_ino_t to, const char *to_name, unsigned int flags);

/* ops_xattr.c */
void fo_op_getxattr(fuse_req_t req, fuse_ino_t nodeid, const char *name,
		    size_t size);
void fo_op_listxattr(fuse_req_t req, fuse_ino_t nodeid, size_t size);
void fo_op_setxattr(fuse_req_t req, fuse_ino_t nodeid, const char *name,
		    const char *value, size_t size, int flags);
void fo_op_removexattr(fuse_req_t req, fuse_ino_t nodeid, const char *name);

/* ops_control.c */
void fo_op_ioctl(fuse_req_t req, fuse_ino_t nodeid, unsigned int cmd, void *arg,
		 struct fuse_file_info *fi, unsigned int flags, const void *in,
		 size_t in_size, size_t out_size);

/* connection.c */
void fo_op_init(void *userdata, struct fuse_conn_info *conn);

/* ops_bpf.c */
extern const struct fuse_lowlevel_ops fo_bpf_ops;

#endif
