// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of every filesystem, passed on to libfuse and the kernel. */
#include "process/options_mount.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

struct fo_mount_word {
	const char *word;
	enum fo_mount_topic topic;
	const char *passed; /* what libfuse calls it; "" where it is default */
};

/* libfuse refuses words that it does not know: only its own are passed. */
static const struct fo_mount_word fo_mount_words[] = {
	{ "ro", FO_MOUNT_WRITING, "ro" },
	{ "rw", FO_MOUNT_WRITING, "" },
	{ "suid", FO_MOUNT_SUID, "suid" },
	{ "nosuid", FO_MOUNT_SUID, "nosuid" },
	{ "dev", FO_MOUNT_DEV, "dev" },
	{ "nodev", FO_MOUNT_DEV, "nodev" },
	{ "exec", FO_MOUNT_EXEC, "" },
	{ "noexec", FO_MOUNT_EXEC, "noexec" },
	{ "sync", FO_MOUNT_SYNC, "sync" },
	{ "async", FO_MOUNT_SYNC, "" },
	{ "dirsync", FO_MOUNT_DIRSYNC, "dirsync" },
	{ "noatime", FO_MOUNT_ATIME, "noatime" },
	{ "atime", FO_MOUNT_ATIME, "" },
	{ "relatime", FO_MOUNT_ATIME, "" },
	{ "norelatime", FO_MOUNT_ATIME, "" },
	{ "strictatime", FO_MOUNT_ATIME, "" },
	{ "nostrictatime", FO_MOUNT_ATIME, "" },
	{ "nodiratime", FO_MOUNT_DIRATIME, "nodiratime" },
	{ "diratime", FO_MOUNT_DIRATIME, "" },
	{ "symfollow", FO_MOUNT_SYMLINKS, "" },
	{ "nosymfollow", FO_MOUNT_SYMLINKS, "nosymfollow" },
	{ "allow_other", FO_MOUNT_ACCESS, "allow_other" },
	{ "allow_root", FO_MOUNT_ACCESS, "allow_root" },
	{ "auto_unmount", FO_MOUNT_UNMOUNT, "auto_unmount" },
};

bool fo_mount_flags_set(struct fo_mount_flags *flags, const char *word)
{
	size_t i;

	for (i = 0; i < FO_ARRAY_SIZE(fo_mount_words); i++) {
		const struct fo_mount_word *known = &fo_mount_words[i];

		if (strcmp(known->word, word) != 0)
			continue;
		flags->words[known->topic] = known->passed;
		if (known->topic == FO_MOUNT_WRITING)
			flags->read_only = *known->passed != '\0';
		return true;
	}
	return false;
}

/*
 * As a filesystem of the kernel: set-user-id programs and other users for an
 * administrator. Where the user says something, that counts.
 */
static const char *fo_mount_default(enum fo_mount_topic topic,
				    enum fo_privilege privilege)
{
	if (topic == FO_MOUNT_ATIME)
		return "noatime";
	if (privilege != FO_PRIVILEGE_ADMINISTRATOR)
		return "";
	switch (topic) {
	case FO_MOUNT_SUID:
		return "suid";
	case FO_MOUNT_DEV:
		return "dev";
	case FO_MOUNT_ACCESS:
		return "allow_other";
	default:
		return "";
	}
}

int fo_mount_flags_format(const struct fo_mount_flags *flags,
			  enum fo_privilege privilege, char **out_list)
{
	char *list = NULL;
	size_t size;
	FILE *out = open_memstream(&list, &size);
	size_t i;

	if (!out)
		return -ENOMEM;
	fputs("default_permissions", out);
	for (i = 0; i < FO_MOUNT_TOPICS; i++) {
		const char *word = flags->words[i];

		if (!word)
			word = fo_mount_default((enum fo_mount_topic)i,
						privilege);
		if (*word)
			fprintf(out, ",%s", word);
	}
	if (flags->max_read)
		fprintf(out, ",max_read=%u", flags->max_read);
	if (fclose(out)) {
		free(list);
		return -ENOMEM;
	}
	*out_list = list;
	return 0;
}
