/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filters of a mount: BPF programs, registered under a name, that are asked
 * before a name is shown. The contract with them is
 * include/fuse-overlay/fusebpf_filter.h.
 */
#ifndef FUSEBPF_FILTER_H
#define FUSEBPF_FILTER_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/refcount.h>

#include <fuse-overlay/fusebpf_filter.h>

#define FO_FILTERS_MAX 8

/* A name that mounts and registrations meet at. */
struct fo_filter {
	struct list_head list; /* fo_filter_lock */
	unsigned int users; /* mounts and a registration; fo_filter_lock */
	struct fo_filter_ops *ops; /* SRCU; NULL: detached */
	char name[FO_FILTER_OPS_NAME_SIZE];
};

/* The filters of one mount, in their order. Immutable. */
struct fo_filters {
	unsigned int nr;
	struct fo_filter *filter[FO_FILTERS_MAX];
};

/* The question with what only the kernel needs. */
struct fo_question {
	struct fo_filter_question public;
	const char *name;
};

enum fo_filter_point {
	FO_ASK_LOOKUP,
	FO_ASK_ENTRY,
	FO_ASK_OPEN,
};

/* names: "one:two". -ENOENT: no filter of that name is registered. */
int fo_filters_get(struct fo_filters *filters, const char *names);
void fo_filters_put(struct fo_filters *filters);

/*
 * FO_FILTER_PASS, _HIDE, _UPCALL or -errno. Fills in the caller's ids; does
 * not sleep, and runs with the caller's credentials.
 */
int fo_filters_ask(const struct fo_filters *filters, enum fo_filter_point point,
		   struct fo_question *question);

/* The same with what questions have in common: 0, FO_FILTER_UPCALL, -errno. */
int fo_filters_check(struct inode *dir, struct inode *inode,
		     const struct qstr *name, enum fo_filter_point point);
int fo_filters_check_open(struct inode *inode, struct file *file);
bool fo_filters_show_entry(struct inode *dir, const struct qstr *name, u64 ino,
			   unsigned int type);

/* filter.c, for the registration of filter_bpf.c */
int fo_filter_attach(struct fo_filter_ops *ops);
void fo_filter_detach(struct fo_filter_ops *ops);
int fo_filter_replace(struct fo_filter_ops *ops, struct fo_filter_ops *old);

/* filter_bpf.c */
int fo_filter_bpf_init(void);

#endif
