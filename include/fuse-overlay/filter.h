/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * The contract between fuse-overlay and a user's filter (option
 * filter=FILE.bpf.o): a BPF program that is asked about every name before it
 * is shown. doc/filters.md explains, bpf/ has three to start from.
 *
 *	SEC("syscall")
 *	int fo_filter(struct fo_filter_context *ctx)
 *	{
 *		return ctx->uid == 65534 ? -EACCES : FO_FILTER_PASS;
 *	}
 *
 * - The object has one program of that name and of section "syscall"; what
 *   else it has is not loaded. The daemon runs it with BPF_PROG_RUN.
 * - It is asked by many threads at once, about names that exist after the
 *   layers have been merged. It can hide or refuse, never add.
 * - Before the mount it is asked once about the name ".", and the answer is
 *   not used: a program that this daemon or kernel cannot run is found then.
 * - Answers about names are not cached. What was opened before stays open.
 */
#ifndef FUSE_OVERLAY_FILTER_H
#define FUSE_OVERLAY_FILTER_H

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

/* What the daemon looks for in the object. */
#define FO_FILTER_PROGRAM "fo_filter"

/* Where maps with LIBBPF_PIN_BY_NAME go: below, a directory per object. */
#define FO_FILTER_PIN_ROOT "/sys/fs/bpf/fuse-overlay"

/* Longest name, with its NUL. */
#define FO_FILTER_NAME_SIZE 256

/*
 * The answer. A negative errno (-1 to -4095) refuses the name: a lookup fails
 * with it; in a listing the name stays, as that of a file that may not be
 * read does, so hide it there if it should not be seen. -ENOENT is the same
 * as FO_FILTER_HIDE. Any other value is refused with EIO.
 */
enum fo_filter_verdict {
	FO_FILTER_PASS = 0,
	FO_FILTER_HIDE = 1, /* as if no layer had the name */
};

/*
 * One question. Later versions append fields, and none is ever moved: a
 * program sees at least the size that it was compiled with.
 */
struct fo_filter_context {
	__u64 dir_ino; /* st_ino of the directory, as the mount shows it */
	__u64 ino; /* st_ino of what the name stands for */
	/*
	 * Bit i: layer i is part of what the name stands for. 0 is the upper,
	 * 1 the topmost lower; layers from 64 on have no bit. 0 in a listing.
	 */
	__u64 present;
	__u32 mode; /* st_mode; in a listing the type alone, or 0: unknown */
	__u32 uid; /* of the caller, in the user namespace of the daemon */
	__u32 gid;
	__u32 pid; /* in the pid namespace of the daemon; 0: outside of it */
	__u32 listing; /* 0: a lookup by name; 1: an entry of readdir */
	__u32 name_len; /* bytes of name, without the NUL: 1 to 255 */
	char name[FO_FILTER_NAME_SIZE]; /* filled up with NULs */
};

/*
 * The name, to where it can be indexed or be the key of a map: the verifier
 * allows constant offsets only in the context, and any checked one on the
 * stack. Volatile, lest the compiler loads it all and spills it first.
 */
struct fo_filter_name {
	char text[FO_FILTER_NAME_SIZE];
} __attribute__((aligned(8)));

static inline __attribute__((always_inline)) void
fo_filter_copy_name(struct fo_filter_name *name,
		    const struct fo_filter_context *ctx)
{
	const volatile __u64 *from = (const volatile __u64 *)ctx->name;
	volatile __u64 *to = (volatile __u64 *)name->text;
	unsigned int i;

#ifdef __clang__
#pragma clang loop unroll(full)
#endif
	for (i = 0; i < FO_FILTER_NAME_SIZE / sizeof(*to); i++)
		to[i] = from[i];
}

#endif
