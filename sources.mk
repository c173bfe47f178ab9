# SPDX-License-Identifier: GPL-2.0-or-later
# Written by scripts/sources; do not edit.

public_headers = \
	include/fuse-overlay/control.h \
	include/fuse-overlay/filter.h \
	include/fuse-overlay/format.h \
	include/fuse-overlay/fusebpf.h \
	include/fuse-overlay/fusebpf_filter.h \
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
	src/system/process.c \
	src/system/process.h \
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
	src/state/lock.c \
	src/state/lock.h \
	src/state/node.c \
	src/state/node.h \
	src/state/node_table.c \
	src/state/node_table.h \
	src/state/place.c \
	src/state/tree.c \
	src/state/tree.h \
	src/state/work.c \
	src/state/work_index.c \
	src/state/work_index.h \
	src/overlay/acl.c \
	src/overlay/acl.h \
	src/overlay/attr.c \
	src/overlay/attr.h \
	src/overlay/caller.h \
	src/overlay/content.c \
	src/overlay/content.h \
	src/overlay/copyup.c \
	src/overlay/copyup.h \
	src/overlay/copyup_build.c \
	src/overlay/copyup_publish.c \
	src/overlay/copyup_step.h \
	src/overlay/create.c \
	src/overlay/create.h \
	src/overlay/create_staged.c \
	src/overlay/create_step.h \
	src/overlay/flags.c \
	src/overlay/flags.h \
	src/overlay/ids.c \
	src/overlay/ids.h \
	src/overlay/index.c \
	src/overlay/index.h \
	src/overlay/link.c \
	src/overlay/lookup.c \
	src/overlay/lookup.h \
	src/overlay/lookup_node.c \
	src/overlay/marks.c \
	src/overlay/marks.h \
	src/overlay/origin.c \
	src/overlay/origin.h \
	src/overlay/override.c \
	src/overlay/override.h \
	src/overlay/probe.c \
	src/overlay/probe.h \
	src/overlay/protection.c \
	src/overlay/protection.h \
	src/overlay/readdir.c \
	src/overlay/readdir.h \
	src/overlay/redirect.c \
	src/overlay/redirect.h \
	src/overlay/remove.c \
	src/overlay/remove.h \
	src/overlay/rename.c \
	src/overlay/rename.h \
	src/overlay/rename_mark.c \
	src/overlay/rename_step.h \
	src/overlay/rename_sweep.c \
	src/overlay/root.c \
	src/overlay/slot.c \
	src/overlay/slot.h \
	src/overlay/temporary.c \
	src/overlay/temporary.h \
	src/overlay/whiteout.c \
	src/overlay/whiteout.h \
	src/overlay/xattr.c \
	src/overlay/xattr.h

libfo_fuse_a_SOURCES = \
	src/engine/blocks.c \
	src/engine/blocks.h \
	src/engine/engine.c \
	src/engine/engine.h \
	src/engine/engine_bpf.c \
	src/engine/engine_bpf.h \
	src/engine/engine_bpf_mount.c \
	src/engine/engine_bpf_mount.h \
	src/engine/filter.c \
	src/engine/filter.h \
	src/engine/filter_bpf.c \
	src/engine/filter_bpf.h \
	src/engine/fuse.h \
	src/engine/opened.c \
	src/engine/opened.h \
	src/engine/probe.c \
	src/engine/probe.h \
	src/protocol/ask.c \
	src/protocol/ask.h \
	src/protocol/connection.c \
	src/protocol/connection.h \
	src/protocol/open.c \
	src/protocol/open.h \
	src/protocol/ops.h \
	src/protocol/ops_bpf.c \
	src/protocol/ops_control.c \
	src/protocol/ops_dir.c \
	src/protocol/ops_file.c \
	src/protocol/ops_namespace.c \
	src/protocol/ops_node.c \
	src/protocol/ops_open.c \
	src/protocol/ops_range.c \
	src/protocol/ops_xattr.c \
	src/protocol/privilege.c \
	src/protocol/privilege.h \
	src/protocol/refresh.c \
	src/protocol/refresh.h \
	src/protocol/reply.c \
	src/protocol/reply.h \
	src/protocol/screen.c \
	src/protocol/screen.h \
	src/protocol/wire.c \
	src/protocol/wire.h \
	src/protocol/wire_bpf.c \
	src/protocol/wire_bpf.h \
	src/process/daemon.c \
	src/process/daemon.h \
	src/process/help.c \
	src/process/help.h \
	src/process/library_log.c \
	src/process/library_log.h \
	src/process/options.c \
	src/process/options.h \
	src/process/options_mount.c \
	src/process/options_mount.h \
	src/process/options_split.c \
	src/process/options_split.h \
	src/process/options_table.c \
	src/process/options_table.h \
	src/process/options_value.c \
	src/process/options_value.h \
	src/process/progress.c \
	src/process/progress.h \
	src/process/session.c \
	src/process/session.h \
	src/process/signals.c \
	src/process/signals.h \
	src/process/status.c \
	src/process/status.h \
	src/process/target.c \
	src/process/target.h

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
	tests/fo-exercise \
	tests/fo-fault \
	tests/fo-sys

tests_fo_diff_SOURCES = \
	tests/diff/fo-diff.c \
	tests/diff/diff.h \
	tests/diff/generate.c \
	tests/diff/history.c \
	tests/diff/known.c \
	tests/diff/names.c \
	tests/diff/names.h \
	tests/diff/shrink.c \
	tests/diff/side.c \
	tests/diff/world.c

tests_fo_diff_CPPFLAGS = $(tool_cppflags)
tests_fo_diff_LDADD = $(tool_ldadd)
tests_fo_diff_LDFLAGS = $(AM_LDFLAGS) $(tool_ldflags)

tests_fo_exercise_SOURCES = \
	tests/exercise/fo-exercise.c \
	tests/exercise/exercise.h \
	tests/exercise/own.c \
	tests/exercise/shared.c

tests_fo_exercise_CPPFLAGS = $(tool_cppflags)
tests_fo_exercise_LDADD = $(tool_ldadd)
tests_fo_exercise_LDFLAGS = $(AM_LDFLAGS) $(tool_ldflags)

tests_fo_fault_SOURCES = \
	tests/faults/fo-fault.c \
	tests/faults/calls.c \
	tests/faults/calls.h

tests_fo_fault_CPPFLAGS = $(tool_cppflags)
tests_fo_fault_LDADD = $(tool_ldadd)
tests_fo_fault_LDFLAGS = $(AM_LDFLAGS) $(tool_ldflags)

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

unit_programs = \
	tests/unit/test_attr \
	tests/unit/test_blocks \
	tests/unit/test_copyup \
	tests/unit/test_daemon \
	tests/unit/test_descriptor \
	tests/unit/test_idmap \
	tests/unit/test_listing \
	tests/unit/test_mistakes \
	tests/unit/test_namespace \
	tests/unit/test_node \
	tests/unit/test_node_life \
	tests/unit/test_options \
	tests/unit/test_override \
	tests/unit/test_policy \
	tests/unit/test_redirect \
	tests/unit/test_status \
	tests/unit/test_table

tests_unit_test_attr_SOURCES = \
	tests/unit/test_attr.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_attr_CPPFLAGS = $(unit_cppflags)
tests_unit_test_attr_LDADD = $(unit_ldadd)
tests_unit_test_attr_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_blocks_SOURCES = \
	tests/unit/test_blocks.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_blocks_CPPFLAGS = $(unit_cppflags)
tests_unit_test_blocks_LDADD = $(unit_ldadd)
tests_unit_test_blocks_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_copyup_SOURCES = \
	tests/unit/test_copyup.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_copyup_CPPFLAGS = $(unit_cppflags)
tests_unit_test_copyup_LDADD = $(unit_ldadd)
tests_unit_test_copyup_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_daemon_SOURCES = \
	tests/unit/test_daemon.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_daemon_CPPFLAGS = $(unit_cppflags)
tests_unit_test_daemon_LDADD = $(unit_ldadd)
tests_unit_test_daemon_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_descriptor_SOURCES = \
	tests/unit/test_descriptor.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_descriptor_CPPFLAGS = $(unit_cppflags)
tests_unit_test_descriptor_LDADD = $(unit_ldadd)
tests_unit_test_descriptor_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_idmap_SOURCES = \
	tests/unit/test_idmap.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_idmap_CPPFLAGS = $(unit_cppflags)
tests_unit_test_idmap_LDADD = $(unit_ldadd)
tests_unit_test_idmap_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_listing_SOURCES = \
	tests/unit/test_listing.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_listing_CPPFLAGS = $(unit_cppflags)
tests_unit_test_listing_LDADD = $(unit_ldadd)
tests_unit_test_listing_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_mistakes_SOURCES = \
	tests/unit/test_mistakes.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_mistakes_CPPFLAGS = $(unit_cppflags)
tests_unit_test_mistakes_LDADD = $(unit_ldadd)
tests_unit_test_mistakes_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_namespace_SOURCES = \
	tests/unit/test_namespace.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_namespace_CPPFLAGS = $(unit_cppflags)
tests_unit_test_namespace_LDADD = $(unit_ldadd)
tests_unit_test_namespace_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_node_SOURCES = \
	tests/unit/test_node.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_node_CPPFLAGS = $(unit_cppflags)
tests_unit_test_node_LDADD = $(unit_ldadd)
tests_unit_test_node_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_node_life_SOURCES = \
	tests/unit/test_node_life.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_node_life_CPPFLAGS = $(unit_cppflags)
tests_unit_test_node_life_LDADD = $(unit_ldadd)
tests_unit_test_node_life_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_options_SOURCES = \
	tests/unit/test_options.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_options_CPPFLAGS = $(unit_cppflags)
tests_unit_test_options_LDADD = $(unit_ldadd)
tests_unit_test_options_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_override_SOURCES = \
	tests/unit/test_override.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_override_CPPFLAGS = $(unit_cppflags)
tests_unit_test_override_LDADD = $(unit_ldadd)
tests_unit_test_override_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_policy_SOURCES = \
	tests/unit/test_policy.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_policy_CPPFLAGS = $(unit_cppflags)
tests_unit_test_policy_LDADD = $(unit_ldadd)
tests_unit_test_policy_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_redirect_SOURCES = \
	tests/unit/test_redirect.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_redirect_CPPFLAGS = $(unit_cppflags)
tests_unit_test_redirect_LDADD = $(unit_ldadd)
tests_unit_test_redirect_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_status_SOURCES = \
	tests/unit/test_status.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_status_CPPFLAGS = $(unit_cppflags)
tests_unit_test_status_LDADD = $(unit_ldadd)
tests_unit_test_status_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

tests_unit_test_table_SOURCES = \
	tests/unit/test_table.c \
	tests/unit/capture.h \
	tests/unit/layers.h \
	tests/unit/namespace.h \
	tests/unit/parse.h \
	tests/unit/stacks.h \
	tests/unit/tap.h

tests_unit_test_table_CPPFLAGS = $(unit_cppflags)
tests_unit_test_table_LDADD = $(unit_ldadd)
tests_unit_test_table_LDFLAGS = $(AM_LDFLAGS) $(unit_ldflags)

bpf_programs = \
	tests/bpf/test_allow_list \
	tests/bpf/test_filter \
	tests/bpf/test_merge

tests_bpf_test_allow_list_SOURCES = \
	tests/bpf/test_allow_list.c

tests_bpf_test_allow_list_CPPFLAGS = $(bpf_test_cppflags)
tests_bpf_test_allow_list_LDADD = $(bpf_test_ldadd)
tests_bpf_test_allow_list_LDFLAGS = $(AM_LDFLAGS) $(bpf_test_ldflags)

tests_bpf_test_filter_SOURCES = \
	tests/bpf/test_filter.c

tests_bpf_test_filter_CPPFLAGS = $(bpf_test_cppflags)
tests_bpf_test_filter_LDADD = $(bpf_test_ldadd)
tests_bpf_test_filter_LDFLAGS = $(AM_LDFLAGS) $(bpf_test_ldflags)

tests_bpf_test_merge_SOURCES = \
	tests/bpf/test_merge.c

tests_bpf_test_merge_CPPFLAGS = $(bpf_test_cppflags)
tests_bpf_test_merge_LDADD = $(bpf_test_ldadd)
tests_bpf_test_merge_LDFLAGS = $(AM_LDFLAGS) $(bpf_test_ldflags)

fuzz_programs = \
	tests/fuzz/fuzz_options \
	tests/fuzz/fuzz_override \
	tests/fuzz/fuzz_redirect

tests_fuzz_fuzz_options_SOURCES = \
	tests/fuzz/fuzz_options.c

tests_fuzz_fuzz_options_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_options_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_options_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)

tests_fuzz_fuzz_override_SOURCES = \
	tests/fuzz/fuzz_override.c

tests_fuzz_fuzz_override_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_override_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_override_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)

tests_fuzz_fuzz_redirect_SOURCES = \
	tests/fuzz/fuzz_redirect.c

tests_fuzz_fuzz_redirect_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_redirect_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_redirect_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)

bench_programs = \
	bench/fo-bench

bench_fo_bench_SOURCES = \
	bench/fo-bench.c \
	bench/bench.h \
	bench/commands.c \
	bench/files.c \
	bench/io.c \
	bench/messages.c \
	bench/overlay.c \
	bench/trees.c \
	bench/workloads.c

bench_fo_bench_CPPFLAGS = $(bench_cppflags)
bench_fo_bench_LDADD = $(bench_ldadd)
bench_fo_bench_LDFLAGS = $(AM_LDFLAGS) $(bench_ldflags)

bpf_objects = \
	bpf/allow_list.bpf.o \
	bpf/deny_uid.bpf.o \
	bpf/hide_suffix.bpf.o \
	bpf/overlay.bpf.o

bpf_test_objects = \
	tests/bpf/echo.bpf.o \
	tests/bpf/newer.bpf.o \
	tests/bpf/refused.bpf.o \
	tests/bpf/unnamed.bpf.o

bpf_shipped = \
	bpf/allow_list.bpf.c \
	bpf/deny_uid.bpf.c \
	bpf/hide_suffix.bpf.c \
	bpf/merge.h \
	bpf/overlay.bpf.c

test_scripts = \
	tests/mount/00-data-corruption.t \
	tests/mount/acl.t \
	tests/mount/busy.t \
	tests/mount/calls.t \
	tests/mount/command.t \
	tests/mount/copyup-special.t \
	tests/mount/copyup.t \
	tests/mount/create.t \
	tests/mount/data.t \
	tests/mount/escape.t \
	tests/mount/exist.t \
	tests/mount/filter.t \
	tests/mount/hardlink.t \
	tests/mount/idmap.t \
	tests/mount/image.t \
	tests/mount/inode-numbers.t \
	tests/mount/locks.t \
	tests/mount/long-names.t \
	tests/mount/lookup-merge.t \
	tests/mount/messages.t \
	tests/mount/metacopy.t \
	tests/mount/mistakes.t \
	tests/mount/mmap.t \
	tests/mount/nested.t \
	tests/mount/oci.t \
	tests/mount/opaque.t \
	tests/mount/override.t \
	tests/mount/parallel.t \
	tests/mount/permissions.t \
	tests/mount/read-only.t \
	tests/mount/readdir.t \
	tests/mount/redirect.t \
	tests/mount/refresh.t \
	tests/mount/rename-dir.t \
	tests/mount/rename-flags.t \
	tests/mount/resources.t \
	tests/mount/services.t \
	tests/mount/setattr.t \
	tests/mount/unlink-open.t \
	tests/mount/userns.t \
	tests/mount/volatile.t \
	tests/mount/whiteout.t \
	tests/mount/xattr.t \
	tests/faults/errors.t \
	tests/faults/full.t \
	tests/faults/kill.t \
	tests/clients/debian.t \
	tests/clients/git.t \
	tests/clients/sqlite.t \
	tests/packaging/deb.t \
	tests/exercise/stress.t \
	tests/diff/diff.t \
	tests/containers/podman-rootless.t \
	tests/containers/podman-root.t \
	tests/containers/exchange.t \
	tests/containers/crash.t \
	tests/containers/buildah-rootless.t \
	tests/containers/buildah-root.t

test_shipped = \
	tests/clients/clients.sh \
	tests/clients/job.sh \
	tests/containers/buildah.sh \
	tests/containers/lib.sh \
	tests/containers/podman.sh \
	tests/debian.sh \
	tests/faults/faults.sh \
	tests/lib.sh \
	tests/vm/init \
	tests/vm/lib.sh \
	tests/vm/test-cycles.sh \
	tests/vm/test-daemon.sh \
	tests/vm/test-filter.sh \
	tests/vm/test-hostile.sh \
	tests/vm/test-layers.sh \
	tests/vm/test-mount.sh \
	tests/vm/test-raw.sh \
	tests/bpf/echo.bpf.c \
	tests/bpf/newer.bpf.c \
	tests/bpf/refused.bpf.c \
	tests/bpf/unnamed.bpf.c \
	tests/vm/hide.bpf.c \
	tests/vm/odd.bpf.c \
	tests/vm/daemon-malformed.c \
	tests/vm/daemon.c \
	tests/vm/daemon.h \
	tests/vm/daemon_layers.c \
	tests/vm/daemon_nodes.c \
	tests/vm/daemon_serve.c \
	tests/vm/daemon_wrong.c \
	tests/vm/daemon_wrong.h \
	tests/vm/filter.c \
	tests/vm/operations.c \
	tests/vm/operations.h \
	tests/vm/operations_attr.c \
	tests/vm/operations_data.c \
	tests/vm/operations_names.c

doc_shipped = \
	doc/architecture.md \
	doc/bench.md \
	doc/containers.md \
	doc/filters.md \
	doc/format.md \
	doc/fusebpf.md

manual_pages = \
	doc/fuse-overlay.1

completion_files = \
	completions/fuse-overlay

bench_shipped = \
	bench/containers \
	bench/run \
	bench/sides.sh \
	bench/table \
	bench/table.jq \
	bench/targets.json

kernel_shipped = \
	kernel/Kbuild \
	kernel/attr.c \
	kernel/blocks.c \
	kernel/compat.h \
	kernel/conn.h \
	kernel/copyup.c \
	kernel/create.c \
	kernel/data.c \
	kernel/device.c \
	kernel/dkms.conf \
	kernel/file.c \
	kernel/filter.c \
	kernel/filter.h \
	kernel/filter_bpf.c \
	kernel/fusebpf.h \
	kernel/inode.c \
	kernel/layer.c \
	kernel/listing.c \
	kernel/lookup.c \
	kernel/main.c \
	kernel/nodeid.c \
	kernel/origin.c \
	kernel/probe.c \
	kernel/queue.c \
	kernel/readdir.c \
	kernel/remove.c \
	kernel/rename.c \
	kernel/reply.c \
	kernel/super.c \
	kernel/upcall.c \
	kernel/upcall.h \
	kernel/xattr.c

script_files = \
	scripts/check-style \
	scripts/demo \
	scripts/setup \
	scripts/sources \
	scripts/tap \
	scripts/test \
	scripts/vm-module \
	scripts/vm-run \
	scripts/vm-setup

packaging_files = \
	packaging/debian/changelog \
	packaging/debian/control \
	packaging/debian/copyright \
	packaging/debian/fuse-overlay-dev.install \
	packaging/debian/fuse-overlay.install \
	packaging/debian/fuse-overlay.links \
	packaging/debian/fuse-overlay.lintian-overrides \
	packaging/debian/fuse-overlay.postinst \
	packaging/debian/fuse-overlay.prerm \
	packaging/debian/rules \
	packaging/debian/source/format \
	packaging/fuse-overlay.spec \
	packaging/local.mk

project_files = \
	CHANGELOG.md \
	CONTRIBUTING.md \
	COPYING \
	README.md \
	.clang-format

