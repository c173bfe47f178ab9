/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * The on-disk format: every name, value and layout that fuse-overlay reads
 * from or writes to a layer. The format is overlayfs' own; each entry names
 * the document or kernel file that it comes from. doc/format.md explains.
 */
#ifndef FUSE_OVERLAY_FORMAT_H
#define FUSE_OVERLAY_FORMAT_H

#include <linux/types.h>

/*
 * Extended attributes. An overlay attribute is a prefix plus a name:
 * "trusted.overlay." needs CAP_SYS_ADMIN in the initial user namespace,
 * "user.overlay." needs none (overlayfs' mount option userxattr), and
 * "user.fuseoverlayfs." is what fuse-overlayfs writes (read only here).
 * Source: Documentation/filesystems/overlayfs.rst, fs/overlayfs/overlayfs.h.
 */
#define FO_XATTR_TRUSTED_PREFIX "trusted.overlay."
#define FO_XATTR_USER_PREFIX "user.overlay."
#define FO_XATTR_FUSEOVERLAYFS_PREFIX "user.fuseoverlayfs."

/* Behind a prefix: an attribute of a nested overlay is stored escaped. */
#define FO_XATTR_ESCAPE "overlay."

/*
 * opaque: "y", nothing of this directory shines through from below;
 * "x", the directory may hold whiteouts of the xattr form.
 */
#define FO_XATTR_OPAQUE "opaque"
#define FO_OPAQUE_YES 'y'
#define FO_OPAQUE_XWHITEOUTS 'x'

/* whiteout: on an empty regular file in a directory of opaque "x". */
#define FO_XATTR_WHITEOUT "whiteout"

/*
 * redirect: where the layers below continue. "/a/b": a path from the root
 * of the layer; "name": a sibling. Never empty, never with "." or "..".
 */
#define FO_XATTR_REDIRECT "redirect"

/* metacopy: the file has metadata only, its content lies below. */
#define FO_XATTR_METACOPY "metacopy"

/* origin: struct fo_handle of the lower inode that was copied up. */
#define FO_XATTR_ORIGIN "origin"

/* impure: "y", the directory has children that carry an origin. */
#define FO_XATTR_IMPURE "impure"

/* nlink: "U+2", "L-1": link count relative to the upper's or lower's. */
#define FO_XATTR_NLINK "nlink"

/* upper: on workdir/index, struct fo_handle of the upper's root. */
#define FO_XATTR_UPPER "upper"

/*
 * protattr: "a", "i" or both: append-only, immutable. The flags stand here,
 * not on the upper inode, which must stay open to renames and marks.
 */
#define FO_XATTR_PROTATTR "protattr"

/*
 * The OCI (AUFS) form of whiteouts: an empty file ".wh.NAME" hides NAME of
 * the layers below; ".wh..wh..opq" in a directory makes it opaque.
 * Source: OCI image specification, layer.md, "Whiteouts".
 */
#define FO_OCI_PREFIX ".wh."
#define FO_OCI_PREFIX_LEN 4
#define FO_OCI_OPAQUE ".wh..wh..opq"
#define FO_OCI_META_PREFIX ".wh..wh." /* AUFS' own files: never shown */

/*
 * True ownership and mode where the layer cannot hold them (option
 * xattr_permissions=): "UID:GID:MODE:TYPE".
 * Source: containers/storage, pkg/idtools (ContainersOverrideXattr).
 */
#define FO_XATTR_OVERRIDE_USER "user.containers.override_stat"
#define FO_XATTR_OVERRIDE_PRIVILEGED "security.fuseoverlayfs.override_stat"
#define FO_XATTR_OVERRIDE_LEGACY "user.fuseoverlayfs.override_stat"

/* Below workdir. Source: fs/overlayfs/super.c. */
#define FO_WORK_NAME "work"
#define FO_INDEX_NAME "index"
#define FO_INCOMPAT_NAME "incompat"
#define FO_VOLATILE_NAME "volatile"

/*
 * How overlayfs stores a file handle, in origin and as the hexadecimal name
 * of an index entry. Source: struct ovl_fb, fs/overlayfs/overlayfs.h.
 */
#define FO_HANDLE_VERSION 0
#define FO_HANDLE_MAGIC 0xfb
#define FO_HANDLE_FLAG_BIG_ENDIAN 0x01
#define FO_HANDLE_FLAG_ANY_ENDIAN 0x02
#define FO_HANDLE_FLAG_PATH_UPPER 0x04
#define FO_HANDLE_UUID_SIZE 16
#define FO_HANDLE_MAX 128 /* MAX_HANDLE_SZ, include/linux/exportfs.h */

struct fo_handle {
	__u8 version; /* FO_HANDLE_VERSION */
	__u8 magic; /* FO_HANDLE_MAGIC */
	__u8 len; /* bytes of the whole, header and fid */
	__u8 flags; /* FO_HANDLE_FLAG_* */
	__u8 type; /* fid_type of the filesystem */
	__u8 uuid[FO_HANDLE_UUID_SIZE]; /* of the filesystem, or zero */
	__u8 fid[FO_HANDLE_MAX];
} __attribute__((packed));

#define FO_HANDLE_HEADER_SIZE (sizeof(struct fo_handle) - FO_HANDLE_MAX)

/* The longest redirect that is read; overlayfs' own limit is lower. */
#define FO_REDIRECT_MAX 4096

#endif
