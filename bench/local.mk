# SPDX-License-Identifier: GPL-2.0-or-later
# make bench: what takes how long, beside the kernel's overlayfs. Options
# of bench/run: make bench BENCH="--quick --sides overlayfs,plain"

EXTRA_DIST += $(bench_shipped)

bench_cppflags = $(AM_CPPFLAGS)
bench_ldadd = $(fo_libraries) $(fo_libs)
bench_ldflags =
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)

.PHONY: bench
bench: fuse-overlay $(bench_programs)
	$(AM_V_at)$(top_srcdir)/bench/run --build . $(BENCH)
