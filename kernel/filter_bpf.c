// SPDX-License-Identifier: GPL-2.0-only
/*
 * The struct_ops type fo_filter_ops and the kfunc that gives a program the
 * name it is asked about.
 */
#include <linux/bpf.h>
#include <linux/bpf_verifier.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>

#include "filter.h"

__bpf_kfunc_start_defs();

/* Copy the name to dst and fill up with NULs. */
__bpf_kfunc int fo_filter_name(struct fo_filter_question *question, char *dst,
			       u32 dst__sz)
{
	struct fo_question *whole;
	u32 len = question->name_len;

	whole = container_of(question, struct fo_question, public);
	if (len >= dst__sz)
		return -E2BIG;
	memcpy(dst, whole->name, len);
	memset(dst + len, 0, dst__sz - len);
	return len;
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(fo_filter_kfunc_ids)
BTF_ID_FLAGS(func, fo_filter_name, KF_TRUSTED_ARGS)
BTF_KFUNCS_END(fo_filter_kfunc_ids)

static const struct btf_kfunc_id_set fo_filter_kfuncs = {
	.owner = THIS_MODULE,
	.set = &fo_filter_kfunc_ids,
};

static bool fo_filter_is_valid_access(int off, int size,
				      enum bpf_access_type type,
				      const struct bpf_prog *prog,
				      struct bpf_insn_access_aux *info)
{
	if (type != BPF_READ || off < 0 || off % size ||
	    off >= (int)sizeof(u64) * MAX_BPF_FUNC_ARGS)
		return false;
	return btf_ctx_access(off, size, type, prog, info);
}

static const struct bpf_verifier_ops fo_filter_verifier_ops = {
	.get_func_proto = bpf_base_func_proto,
	.is_valid_access = fo_filter_is_valid_access,
};

static int fo_filter_init(struct btf *btf)
{
	return 0;
}

/* The name is data; everything else is a program. */
static int fo_filter_init_member(const struct btf_type *t,
				 const struct btf_member *member, void *kdata,
				 const void *udata)
{
	const struct fo_filter_ops *from = udata;
	struct fo_filter_ops *ops = kdata;
	size_t len;

	if (__btf_member_bit_offset(t, member) !=
	    offsetof(struct fo_filter_ops, name) * BITS_PER_BYTE)
		return 0;
	len = strnlen(from->name, sizeof(from->name));
	if (!len || len == sizeof(from->name) || strchr(from->name, ':'))
		return -EINVAL;
	memcpy(ops->name, from->name, len);
	return 1;
}

static int fo_filter_validate(void *kdata)
{
	return *((struct fo_filter_ops *)kdata)->name ? 0 : -EINVAL;
}

static int fo_filter_reg(void *kdata, struct bpf_link *link)
{
	return fo_filter_attach(kdata);
}

static void fo_filter_unreg(void *kdata, struct bpf_link *link)
{
	fo_filter_detach(kdata);
}

static int fo_filter_update(void *kdata, void *old, struct bpf_link *link)
{
	return fo_filter_replace(kdata, old);
}

static int fo_filter_stub(struct fo_filter_question *question)
{
	return FO_FILTER_PASS;
}

/* Calls through these are what control flow integrity expects. */
static struct fo_filter_ops fo_filter_stubs = {
	.lookup = fo_filter_stub,
	.entry = fo_filter_stub,
	.open = fo_filter_stub,
};

static struct bpf_struct_ops fo_filter_struct_ops = {
	.verifier_ops = &fo_filter_verifier_ops,
	.init = fo_filter_init,
	.init_member = fo_filter_init_member,
	.validate = fo_filter_validate,
	.reg = fo_filter_reg,
	.unreg = fo_filter_unreg,
	.update = fo_filter_update,
	.cfi_stubs = &fo_filter_stubs,
	.owner = THIS_MODULE,
	.name = "fo_filter_ops",
};

int fo_filter_bpf_init(void)
{
	int err;

	err = register_btf_kfunc_id_set(BPF_PROG_TYPE_STRUCT_OPS,
					&fo_filter_kfuncs);
	if (err)
		return err;
	return register_bpf_struct_ops(&fo_filter_struct_ops, fo_filter_ops);
}
