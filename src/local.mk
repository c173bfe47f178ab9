# SPDX-License-Identifier: GPL-2.0-or-later

# Floors 0 to 3: no FUSE_CFLAGS here, so that no FUSE header is found.
noinst_LIBRARIES += libfo.a
libfo_a_CPPFLAGS = $(AM_CPPFLAGS)

# Floors 4 to 6, but for main.c: the daemon and its tests link both.
noinst_LIBRARIES += libfo-fuse.a
libfo_fuse_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(builddir) $(FUSE_CFLAGS) \
	$(LIBBPF_CFLAGS)

fo_libraries = libfo-fuse.a libfo.a
fo_libs = $(FUSE_LIBS) $(LIBBPF_LIBS) $(XXHASH_LIBS)

bin_PROGRAMS += fuse-overlay
fuse_overlay_SOURCES = src/process/main.c
fuse_overlay_CPPFLAGS = $(libfo_fuse_a_CPPFLAGS)
fuse_overlay_LDADD = $(fo_libraries) $(fo_libs)
