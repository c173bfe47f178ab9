# SPDX-License-Identifier: GPL-2.0-or-later
# Written by scripts/sources; do not edit.

public_headers = \
	include/fuse-overlay/control.h \
	include/fuse-overlay/filter.h \
	include/fuse-overlay/format.h \
	include/fuse-overlay/policy.h

libfo_a_SOURCES = \
	src/base/base.h \
	src/base/log.c \
	src/base/log.h \
	src/base/table.c \
	src/base/table.h \
	src/system/copy.c \
	src/system/copy.h \
	src/system/handle.c \
	src/system/handle.h \
	src/system/private_mount.c \
	src/system/private_mount.h \
	src/system/remove.c \
	src/system/remove.h \
	src/system/sys.c \
	src/system/sys.h \
	src/system/xattr.c \
	src/system/xattr.h \
	src/state/config.c \
	src/state/config.h \
	src/state/descriptor.c \
	src/state/descriptor.h \
	src/state/fs.c \
	src/state/fs.h \
	src/state/idmap.c \
	src/state/idmap.h \
	src/state/layer.c \
	src/state/layer.h \
	src/state/listing.c \
	src/state/listing.h \
	src/state/node.c \
	src/state/node.h \
	src/state/place.c \
	src/state/tree.c \
	src/state/tree.h \
	src/state/work.c \
	src/overlay/acl.h \
	src/overlay/attr.h \
	src/overlay/caller.h \
	src/overlay/content.h \
	src/overlay/copyup.h \
	src/overlay/create.h \
	src/overlay/flags.h \
	src/overlay/ids.h \
	src/overlay/index.c \
	src/overlay/index.h \
	src/overlay/lookup.c \
	src/overlay/lookup.h \
	src/overlay/marks.c \
	src/overlay/marks.h \
	src/overlay/origin.c \
	src/overlay/origin.h \
	src/overlay/override.h \
	src/overlay/probe.c \
	src/overlay/probe.h \
	src/overlay/protection.h \
	src/overlay/readdir.h \
	src/overlay/redirect.c \
	src/overlay/redirect.h \
	src/overlay/remove.h \
	src/overlay/rename.h \
	src/overlay/temporary.h \
	src/overlay/whiteout.h \
	src/overlay/xattr.h

libfo_fuse_a_SOURCES = \
	src/engine/engine.c \
	src/engine/engine.h \
	src/engine/filter.h \
	src/engine/fuse.h \
	src/engine/opened.c \
	src/engine/opened.h \
	src/engine/probe.c \
	src/engine/probe.h \
	src/protocol/connection.h

helper_sources = \
	tests/helpers/probes.c \
	tests/helpers/probes.h \
	tests/helpers/steps.c \
	tests/helpers/steps.h \
	tests/helpers/steps_attr.c \
	tests/helpers/steps_file.c \
	tests/helpers/steps_lock.c \
	tests/helpers/steps_name.c \
	tests/helpers/tree.c \
	tests/helpers/tree.h

test_tools = \
	tests/fo-diff \
	tests/fo-sys

tests_fo_diff_SOURCES = \
	tests/diff/fo-diff.c \
	tests/diff/diff.h \
	tests/diff/generate.c \
	tests/diff/history.c \
	tests/diff/known.c \
	tests/diff/shrink.c \
	tests/diff/side.c \
	tests/diff/world.c

tests_fo_diff_CPPFLAGS = $(tool_cppflags)
tests_fo_diff_LDADD = $(tool_ldadd)
tests_fo_diff_LDFLAGS = $(AM_LDFLAGS) $(tool_ldflags)

tests_fo_sys_SOURCES = \
	tests/helpers/fo-sys.c \
	tests/helpers/probes.c \
	tests/helpers/probes.h \
	tests/helpers/steps.c \
	tests/helpers/steps.h \
	tests/helpers/steps_attr.c \
	tests/helpers/steps_file.c \
	tests/helpers/steps_lock.c \
	tests/helpers/steps_name.c \
	tests/helpers/tree.c \
	tests/helpers/tree.h

tests_fo_sys_CPPFLAGS = $(tool_cppflags)
tests_fo_sys_LDADD = $(tool_ldadd)
tests_fo_sys_LDFLAGS = $(AM_LDFLAGS) $(tool_ldflags)

unit_programs =

bpf_programs =

fuzz_programs =

bpf_objects = \
	bpf/allow_list.bpf.o \
	bpf/deny_uid.bpf.o \
	bpf/hide_suffix.bpf.o \
	bpf/overlay.bpf.o

bpf_test_objects =

bpf_shipped = \
	bpf/allow_list.bpf.c \
	bpf/deny_uid.bpf.c \
	bpf/hide_suffix.bpf.c \
	bpf/merge.h \
	bpf/overlay.bpf.c

test_scripts = \
	tests/mount/00-data-corruption.t \
	tests/mount/copyup.t \
	tests/mount/exist.t \
	tests/mount/hardlink.t \
	tests/mount/lookup-merge.t \
	tests/mount/oci.t \
	tests/mount/opaque.t \
	tests/mount/redirect.t \
	tests/mount/rename-flags.t \
	tests/mount/whiteout.t

test_shipped = \
	tests/lib.sh

doc_shipped =

manual_pages =

completion_files =

bench_shipped =

kernel_shipped =

script_files = \
	scripts/setup \
	scripts/sources \
	scripts/vm-setup

packaging_files = \
	packaging/local.mk

project_files = \
	COPYING \
	.clang-format

