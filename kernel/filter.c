// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which filter a name is, and asking the filters of a mount. A registration
 * comes and goes while mounts stay: callers hold SRCU, and detaching waits
 * for those that are in a program.
 */
#include <linux/slab.h>
#include <linux/srcu.h>

#include "filter.h"
#include "fusebpf.h"

static LIST_HEAD(fo_filter_list);
static DEFINE_MUTEX(fo_filter_lock);
DEFINE_STATIC_SRCU(fo_filter_srcu);

static struct fo_filter *fo_filter_find(const char *name)
{
	struct fo_filter *filter;

	list_for_each_entry(filter, &fo_filter_list,
			    list) if (!strcmp(filter->name,
					      name)) return filter;
	return NULL;
}

static void fo_filter_put(struct fo_filter *filter)
{
	if (--filter->users)
		return;
	list_del(&filter->list);
	kfree(filter);
}

static struct fo_filter *fo_filter_get(const char *name)
{
	struct fo_filter *filter = fo_filter_find(name);

	if (!filter) {
		filter = kzalloc(sizeof(*filter), GFP_KERNEL);
		if (!filter)
			return NULL;
		strscpy(filter->name, name, sizeof(filter->name));
		list_add(&filter->list, &fo_filter_list);
	}
	filter->users++;
	return filter;
}

int fo_filter_attach(struct fo_filter_ops *ops)
{
	struct fo_filter *filter;
	int err = 0;

	mutex_lock(&fo_filter_lock);
	filter = fo_filter_get(ops->name);
	if (!filter) {
		err = -ENOMEM;
	} else if (filter->ops) {
		fo_filter_put(filter);
		err = -EEXIST;
	} else {
		smp_store_release(&filter->ops, ops);
	}
	mutex_unlock(&fo_filter_lock);
	return err;
}

void fo_filter_detach(struct fo_filter_ops *ops)
{
	struct fo_filter *filter;

	mutex_lock(&fo_filter_lock);
	filter = fo_filter_find(ops->name);
	if (filter && filter->ops == ops) {
		WRITE_ONCE(filter->ops, NULL);
		fo_filter_put(filter);
	}
	mutex_unlock(&fo_filter_lock);
	synchronize_srcu(&fo_filter_srcu);
}

int fo_filter_replace(struct fo_filter_ops *ops, struct fo_filter_ops *old)
{
	struct fo_filter *filter;
	int err = -EINVAL;

	mutex_lock(&fo_filter_lock);
	filter = fo_filter_find(old->name);
	if (filter && filter->ops == old && !strcmp(ops->name, old->name)) {
		smp_store_release(&filter->ops, ops);
		err = 0;
	}
	mutex_unlock(&fo_filter_lock);
	if (!err)
		synchronize_srcu(&fo_filter_srcu);
	return err;
}

static int fo_filters_add(struct fo_filters *filters, const char *name)
{
	struct fo_filter *filter;

	if (filters->nr == FO_FILTERS_MAX)
		return -E2BIG;
	filter = fo_filter_find(name);
	if (!filter || !filter->ops)
		return -ENOENT;
	filter->users++;
	filters->filter[filters->nr++] = filter;
	return 0;
}

int fo_filters_get(struct fo_filters *filters, const char *names)
{
	char *copy = kstrdup(names, GFP_KERNEL), *rest = copy, *name;
	int err = 0;

	if (!copy)
		return -ENOMEM;
	mutex_lock(&fo_filter_lock);
	while (!err && (name = strsep(&rest, ":")))
		err = fo_filters_add(filters, name);
	mutex_unlock(&fo_filter_lock);
	kfree(copy);
	return err;
}

void fo_filters_put(struct fo_filters *filters)
{
	mutex_lock(&fo_filter_lock);
	while (filters->nr)
		fo_filter_put(filters->filter[--filters->nr]);
	mutex_unlock(&fo_filter_lock);
}

static int fo_filter_run(struct fo_filter_ops *ops, enum fo_filter_point point,
			 struct fo_filter_question *question)
{
	int (*run)(struct fo_filter_question * question);

	switch (point) {
	case FO_ASK_LOOKUP:
		run = ops->lookup;
		break;
	case FO_ASK_ENTRY:
		run = ops->entry;
		break;
	default:
		run = ops->open;
		break;
	}
	return run ? run(question) : FO_FILTER_PASS;
}

/* A program may answer anything; only what is agreed upon counts. */
static int fo_filter_clamp(int verdict)
{
	if (verdict >= FO_FILTER_PASS && verdict <= FO_FILTER_UPCALL)
		return verdict;
	if (verdict == -ENOENT)
		return FO_FILTER_HIDE;
	/* These mean something else to whoever called the filesystem. */
	if (verdict < -MAX_ERRNO || verdict > 0 || verdict <= -ERESTARTSYS ||
	    verdict == -ECHILD || verdict == -ESTALE)
		return -EIO;
	return verdict;
}

int fo_filters_ask(const struct fo_filters *filters, enum fo_filter_point point,
		   struct fo_question *question)
{
	struct fo_filter_question *public = &question->public;
	struct fo_filter_ops *ops;
	int verdict = FO_FILTER_PASS;
	unsigned int i;
	int idx;

	public->uid = from_kuid(&init_user_ns, current_fsuid());
	public->gid = from_kgid(&init_user_ns, current_fsgid());
	public->pid = current->tgid;
	idx = srcu_read_lock(&fo_filter_srcu);
	for (i = 0; i < filters->nr && verdict == FO_FILTER_PASS; i++) {
		ops = smp_load_acquire(&filters->filter[i]->ops);
		verdict = ops ? fo_filter_run(ops, point, public) :
				FO_FILTER_UPCALL;
	}
	srcu_read_unlock(&fo_filter_srcu, idx);
	return fo_filter_clamp(verdict);
}

static u64 fo_filter_present(const struct inode *inode)
{
	struct fo_place place;
	u64 present = 0;
	unsigned int i;

	for (i = 0; fo_inode_place(inode, i, &place); i++)
		present |= 1ULL << place.layer;
	return present;
}

int fo_filters_check(struct inode *dir, struct inode *inode,
		     const struct qstr *name, enum fo_filter_point point)
{
	struct fo_question question = {
		.name = name->name,
		.public = {
			.dir_ino = dir->i_ino,
			.ino = inode->i_ino,
			.present = fo_filter_present(inode),
			.mode = inode->i_mode,
			.name_len = name->len,
		},
	};
	int verdict;

	verdict = fo_filters_ask(&fo_fs(dir->i_sb)->filters, point, &question);
	return verdict == FO_FILTER_HIDE ? -ENOENT : verdict;
}

int fo_filters_check_open(struct inode *inode, struct file *file)
{
	struct fo_question question = {
		.name = "",
		.public = {
			.ino = inode->i_ino,
			.present = fo_filter_present(inode),
			.mode = inode->i_mode,
			.flags = file->f_flags,
		},
	};
	int verdict;

	if (!fo_fs(inode->i_sb)->filters.nr)
		return 0;
	verdict = fo_filters_ask(&fo_fs(inode->i_sb)->filters, FO_ASK_OPEN,
				 &question);
	if (verdict == FO_FILTER_HIDE)
		return -ENOENT;
	return verdict == FO_FILTER_UPCALL ? -ENOTCONN : verdict;
}

bool fo_filters_show_entry(struct inode *dir, const struct qstr *name, u64 ino,
			   unsigned int type)
{
	struct fo_question question = {
		.name = name->name,
		.public = {
			.dir_ino = dir->i_ino,
			.ino = ino,
			.mode = type << 12, /* DT_* is the type of a mode */
			.name_len = name->len,
		},
	};

	return fo_filters_ask(&fo_fs(dir->i_sb)->filters, FO_ASK_ENTRY,
			      &question) != FO_FILTER_HIDE;
}
