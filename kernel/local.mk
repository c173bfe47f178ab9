# SPDX-License-Identifier: GPL-2.0-or-later
# The module is built by Kbuild on request, never by "make all":
#   make module [KDIR=/lib/modules/RELEASE/build]
# Kbuild writes beside its sources, so that it gets a copy of them.

EXTRA_DIST += $(kernel_shipped)

KDIR = /lib/modules/`uname -r`/build

.PHONY: module
module:
	$(AM_V_at)test -d $(KDIR) || { \
		echo "no kernel headers in" $(KDIR)"; set KDIR" >&2; exit 1; }
	$(AM_V_at)$(MKDIR_P) module/kernel module/include/fuse-overlay
	$(AM_V_at)cp -pu $(srcdir)/kernel/*.[ch] $(srcdir)/kernel/Kbuild \
		module/kernel
	$(AM_V_at)cp -pu $(srcdir)/include/fuse-overlay/*.h \
		module/include/fuse-overlay
	$(AM_V_at)$(MAKE) -C $(KDIR) M="$$PWD/module/kernel" modules

clean-module:
	rm -rf module
