# SPDX-License-Identifier: GPL-2.0-or-later
# BPF programs, and the skeletons that C code includes as "bpf/X.skel.h".

EXTRA_DIST += $(bpf_shipped)

bpf_flags = -target bpf -g -O2 -Wall -I$(top_srcdir)/include \
	-I$(top_srcdir)/bpf $(BPF_ARCH_INCLUDE) $(LIBBPF_CFLAGS)
AM_V_BPF = $(am__v_BPF_@AM_V@)
am__v_BPF_ = $(am__v_BPF_@AM_DEFAULT_V@)
am__v_BPF_0 = @echo "  BPF     " $@;
am__v_BPF_1 =
AM_V_SKEL = $(am__v_SKEL_@AM_V@)
am__v_SKEL_ = $(am__v_SKEL_@AM_DEFAULT_V@)
am__v_SKEL_0 = @echo "  SKEL    " $@;
am__v_SKEL_1 =

if BPF
filterdir = $(libdir)/fuse-overlay
filter_DATA = $(bpf_objects)
# Filters are there to be changed: their sources go with the documents.
filtersourcedir = $(docdir)/filters
filtersource_DATA = $(bpf_shipped)
bpf_skeletons = $(bpf_objects:.bpf.o=.skel.h)
BUILT_SOURCES += $(bpf_skeletons)
CLEANFILES += $(bpf_objects) $(bpf_skeletons) $(bpf_depfiles)

all_bpf_objects = $(bpf_objects) $(bpf_test_objects)
bpf_depfiles = $(all_bpf_objects:.o=.d)
$(all_bpf_objects): %.bpf.o: %.bpf.c
	$(AM_V_BPF)$(MKDIR_P) $(@D) && $(BPF_CLANG) $(bpf_flags) \
		-MD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $<
$(bpf_skeletons): %.skel.h: %.bpf.o
	$(AM_V_SKEL)$(BPFTOOL) gen skeleton $< name \
		`basename $* | tr -c 'A-Za-z0-9\n' _`_bpf >$@.new && \
		mv $@.new $@
-include $(bpf_depfiles)
endif BPF
