# SPDX-License-Identifier: GPL-2.0-or-later
# make check: TAP tests, run by scripts/tap once per engine.
#   FO_ENGINES="plain passthrough"   these engines
#   T="tests/mount/x.t tests/unit"   these tests or directories

EXTRA_DIST += $(test_scripts) $(test_shipped)

noinst_LIBRARIES += libfo-test.a
libfo_test_a_SOURCES = $(helper_sources)
libfo_test_a_CPPFLAGS = $(AM_CPPFLAGS)

# Programs that test scripts call.
tool_cppflags = $(AM_CPPFLAGS) -I$(builddir) $(FUSE_CFLAGS)
tool_ldadd = libfo-test.a $(fo_libraries) $(fo_libs)
tool_ldflags =
check_PROGRAMS += $(test_tools)

# Unit tests: programs that print TAP.
unit_cppflags = $(AM_CPPFLAGS) -I$(builddir) $(FUSE_CFLAGS) $(LIBBPF_CFLAGS)
unit_ldadd = $(fo_libraries) $(fo_libs)
unit_ldflags =
check_PROGRAMS += $(unit_programs)

bpf_test_cppflags = $(unit_cppflags)
bpf_test_ldadd = $(unit_ldadd)
bpf_test_ldflags =
if BPF
check_PROGRAMS += $(bpf_programs)
check_DATA += $(bpf_test_objects)
bpf_built = $(bpf_programs)
CLEANFILES += $(bpf_test_objects)
else
EXTRA_PROGRAMS += $(bpf_programs)
endif

# Fuzzers are no part of make check; scripts/test runs each for a while.
fuzz_cppflags = $(AM_CPPFLAGS) -I$(builddir)
fuzz_ldadd = $(fo_libraries) $(fo_libs)
fuzz_ldflags = $(FUZZ_LDFLAGS)
if FUZZ
check_PROGRAMS += $(fuzz_programs)
else
EXTRA_PROGRAMS += $(fuzz_programs)
endif

# All that make check runs, without running it.
.PHONY: test-programs
test-programs: $(check_PROGRAMS) $(check_DATA)

# Built by make fuzzers; needs --enable-fuzz.
.PHONY: fuzzers
fuzzers: $(fuzz_programs)

check-local:
	$(AM_V_at)$(top_srcdir)/scripts/tap --source $(top_srcdir) \
		--build . --engines "$(FO_ENGINES)" \
		$(if $(T),$(T),$(unit_programs) $(bpf_built) $(test_scripts))
