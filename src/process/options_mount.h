/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of every filesystem (nodev, noatime, allow_other, ...): which
 * are on, what is on by default, and the list that libfuse gets. Of two that
 * contradict each other the last one counts.
 */
#ifndef FO_PROCESS_OPTIONS_MOUNT_H
#define FO_PROCESS_OPTIONS_MOUNT_H

#include <stdbool.h>

#include "process/options.h"

/* What can be said by several words, of which the last one counts. */
enum fo_mount_topic {
	FO_MOUNT_WRITING,
	FO_MOUNT_SUID,
	FO_MOUNT_DEV,
	FO_MOUNT_EXEC,
	FO_MOUNT_SYNC,
	FO_MOUNT_DIRSYNC,
	FO_MOUNT_ATIME,
	FO_MOUNT_DIRATIME,
	FO_MOUNT_SYMLINKS,
	FO_MOUNT_ACCESS, /* allow_other, allow_root */
	FO_MOUNT_UNMOUNT, /* auto_unmount */
	FO_MOUNT_TOPICS,
};

struct fo_mount_flags {
	/* libfuse's word; "" if the kernel's default was asked for; or NULL */
	const char *words[FO_MOUNT_TOPICS];
	bool read_only;
	unsigned int max_read; /* 0: libfuse's default */
};

/* Note a word; returns whether it is one of these options. */
bool fo_mount_flags_set(struct fo_mount_flags *flags, const char *word);

/* The list for libfuse, malloced. -ENOMEM */
int fo_mount_flags_format(const struct fo_mount_flags *flags,
			  enum fo_privilege privilege, char **out_list);

#endif
