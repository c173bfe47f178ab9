// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading a filter's object file with libbpf, and running its program with
 * BPF_PROG_RUN: each question has its context on the stack of the thread that
 * asks, so that nothing is locked.
 */
#include "engine/filter_bpf.h"

#ifdef HAVE_BPF

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "system/sys.h"

#define FO_BPF_ROOT "/sys/fs/bpf"
#define FO_VERIFIER_LOG_SIZE (1 << 20)
#define FO_VERIFIER_LINES 12 /* of its log that a user is shown */

/* libbpf's own errors start here. Source: LIBBPF_ERRNO__START, libbpf.h. */
#define FO_LIBBPF_ERRNO 4000

struct fo_filter_program {
	struct bpf_object *object;
	int fd; /* the object's */
};

/* A load on its way. */
struct fo_filter_load {
	const char *path;
	char pins[FO_NAME_SIZE + sizeof(FO_FILTER_PIN_ROOT)];
	int unpinned; /* why its maps could not be pinned: -errno, or 0 */
	char *log; /* the verifier's, owned */
	struct fo_filter_program *program;
};

/* libbpf's first complaint: what follows are its consequences. */
static _Thread_local char fo_libbpf_said[512];

static int _printf_(2, 0) fo_libbpf_listen(enum libbpf_print_level level,
					   const char *format, va_list args)
{
	if (level != LIBBPF_WARN || fo_libbpf_said[0])
		return 0;
	vsnprintf(fo_libbpf_said, sizeof(fo_libbpf_said), format, args);
	fo_libbpf_said[strcspn(fo_libbpf_said, "\n")] = '\0';
	return 0;
}

static const char *fo_libbpf_reason(int err)
{
	static const char prefix[] = "libbpf: ";

	if (!fo_libbpf_said[0])
		return strerror(-err);
	if (!strncmp(fo_libbpf_said, prefix, sizeof(prefix) - 1))
		return fo_libbpf_said + sizeof(prefix) - 1;
	return fo_libbpf_said;
}

static int fo_libbpf_errno(int err)
{
	return -err >= FO_LIBBPF_ERRNO ? -EINVAL : err;
}

/*
 * Where the object's maps are pinned: a directory named after its file. Dots
 * are not allowed there.
 */
static void fo_filter_name_pins(struct fo_filter_load *load)
{
	const char *slash = strrchr(load->path, '/');
	const char *name = slash ? slash + 1 : load->path;
	size_t len = strlen(name);
	char *at;

	if (len > 6 && !strcmp(name + len - 6, ".bpf.o"))
		len -= 6;
	len = fo_min(len, (size_t)FO_NAME_SIZE - 1);
	snprintf(load->pins, sizeof(load->pins), FO_FILTER_PIN_ROOT "/%.*s",
		 (int)len, name);
	for (at = load->pins + sizeof(FO_FILTER_PIN_ROOT); *at; at++)
		if (*at == '.')
			*at = '_';
}

static int fo_filter_mkdir(int dir, const char *name, int *out_fd)
{
	int err = fo_sys_mkdir(dir, name, 0700);
	int fd;

	if (err && err != -EEXIST)
		return err;
	fd = fo_sys_open(dir, name, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	*out_fd = fd;
	return 0;
}

/* Make the directory for pins; -ENODEV where bpffs is not mounted. */
static int fo_filter_make_pins(const struct fo_filter_load *load)
{
	_cleanup_close_ int root = -1, ours = -1, object = -1;
	struct statfs st;
	int err;

	root = fo_sys_open_path(FO_BPF_ROOT, O_PATH | O_DIRECTORY);
	if (root < 0)
		return root;
	err = fo_sys_statfs(root, &st);
	if (err)
		return err;
	if (st.f_type != BPF_FS_MAGIC)
		return -ENODEV;
	err = fo_filter_mkdir(root, strrchr(FO_FILTER_PIN_ROOT, '/') + 1,
			      &ours);
	if (err)
		return err;
	return fo_filter_mkdir(ours, strrchr(load->pins, '/') + 1, &object);
}

/* Pin what asks for it; a map that cannot be pinned serves unpinned. */
static int fo_filter_pin_maps(struct fo_filter_load *load)
{
	struct bpf_map *map;
	bool asked = false;
	int err = 0;

	bpf_object__for_each_map(map, load->program->object)
		asked = asked || bpf_map__pin_path(map);
	if (asked)
		load->unpinned = fo_filter_make_pins(load);
	if (!load->unpinned)
		return 0;
	bpf_object__for_each_map(map, load->program->object)
	{
		err = bpf_map__set_pin_path(map, NULL);
		if (err)
			break;
	}
	return err;
}

/* Said once the rest went well: without rights, that is what matters. */
static void fo_filter_warn_unpinned(const struct fo_filter_load *load)
{
	int err = load->unpinned;

	if (err)
		fo_log_warn("filter '%s': its maps are not pinned: " FO_BPF_ROOT
			    ": %s; they can be changed by id",
			    load->path,
			    err == -ENODEV ? "no bpf file system is mounted" :
					     strerror(-err));
}

static int fo_filter_open(struct fo_filter_load *load)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct bpf_object *object;
	int err;

	fo_filter_name_pins(load);
	load->log = calloc(1, FO_VERIFIER_LOG_SIZE);
	if (!load->log)
		return -ENOMEM;
	opts.pin_root_path = load->pins;
	opts.kernel_log_buf = load->log;
	opts.kernel_log_size = FO_VERIFIER_LOG_SIZE;
	object = bpf_object__open_file(load->path, &opts);
	err = (int)libbpf_get_error(object);
	if (!err) {
		load->program->object = object;
		return 0;
	}
	if (err == -ENOENT || err == -EACCES)
		fo_log_error("filter '%s': cannot open it: %s", load->path,
			     strerror(-err));
	else
		fo_log_error("filter '%s': not a BPF object: %s", load->path,
			     fo_libbpf_reason(err));
	return fo_libbpf_errno(err);
}

/* Find the one program that counts; others are not loaded. */
static int fo_filter_choose(const struct fo_filter_load *load,
			    struct bpf_program **out_program)
{
	struct bpf_object *object = load->program->object;
	struct bpf_program *program =
		bpf_object__find_program_by_name(object, FO_FILTER_PROGRAM);
	struct bpf_program *other;

	if (!program || bpf_program__type(program) != BPF_PROG_TYPE_SYSCALL) {
		fo_log_error("filter '%s': it has no program "
			     "'" FO_FILTER_PROGRAM "' in a section 'syscall'",
			     load->path);
		return -EINVAL;
	}
	bpf_object__for_each_program(other, object)
		bpf_program__set_autoload(other, other == program);
	*out_program = program;
	return 0;
}

/* The start of the line before at, or NULL. Ends it with a NUL. */
static char *fo_line_before(char *start, char *at)
{
	if (at <= start)
		return NULL;
	*--at = '\0';
	while (at > start && at[-1] != '\n')
		at--;
	return at;
}

/*
 * The verifier says the reason last, before a line of statistics, and what
 * led to it before that.
 */
static void fo_filter_log_verifier(const struct fo_filter_load *load)
{
	char *lines[FO_VERIFIER_LINES];
	char *at = load->log + strlen(load->log);
	unsigned int n = 0;

	while (n < FO_VERIFIER_LINES) {
		at = fo_line_before(load->log, at);
		if (!at)
			break;
		if (*at && strncmp(at, "processed ", 10) != 0)
			lines[n++] = at;
	}
	fo_log_error("filter '%s': the kernel's verifier refused it: %s",
		     load->path, n ? lines[0] : "it said nothing");
	while (n > 1)
		fo_log_error("verifier: %s", lines[--n]);
}

static void fo_filter_log_refused(const struct fo_filter_load *load, int err)
{
	if (load->log[0])
		fo_filter_log_verifier(load);
	else if (err == -EPERM)
		fo_log_error("filter '%s': no right to load BPF programs; it "
			     "takes root, or CAP_BPF and CAP_PERFMON, in the "
			     "initial user namespace",
			     load->path);
	else
		fo_log_error("filter '%s': cannot load it: %s", load->path,
			     fo_libbpf_reason(err));
}

static int fo_filter_run_load(struct fo_filter_load *load)
{
	struct bpf_program *program;
	int err = fo_filter_open(load);

	if (!err)
		err = fo_filter_choose(load, &program);
	if (!err)
		err = fo_filter_pin_maps(load);
	if (err)
		return err;
	err = bpf_object__load(load->program->object);
	if (err) {
		fo_filter_log_refused(load, err);
		return fo_libbpf_errno(err);
	}
	fo_filter_warn_unpinned(load);
	load->program->fd = bpf_program__fd(program);
	return 0;
}

int fo_filter_program_load(const char *path,
			   struct fo_filter_program **out_program)
{
	struct fo_filter_program *program = calloc(1, sizeof(*program));
	struct fo_filter_load load = { .path = path, .program = program };
	libbpf_print_fn_t before;
	int err;

	if (!program)
		return -ENOMEM;
	fo_libbpf_said[0] = '\0';
	before = libbpf_set_print(fo_libbpf_listen);
	err = fo_filter_run_load(&load);
	libbpf_set_print(before);
	free(load.log);
	if (err)
		fo_filter_program_free(program);
	else
		*out_program = program;
	return err;
}

void fo_filter_program_free(struct fo_filter_program *program)
{
	if (!program)
		return;
	bpf_object__close(program->object);
	free(program);
}

int fo_filter_program_run(const struct fo_filter_program *program,
			  struct fo_filter_context *context,
			  int32_t *out_verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = context,
		    .ctx_size_in = sizeof(*context));
	int err = bpf_prog_test_run_opts(program->fd, &opts);

	if (err)
		return err;
	*out_verdict = (int32_t)opts.retval;
	return 0;
}

#endif
