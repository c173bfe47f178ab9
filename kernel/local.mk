# SPDX-License-Identifier: GPL-2.0-or-later
# The module is built by Kbuild on request, never by "make all":
#   make module [KDIR=/lib/modules/RELEASE/build]
# Without KDIR for the kernel of the tests in a guest. Kbuild writes beside its
# sources, so that it gets a copy of them.

EXTRA_DIST += $(kernel_shipped)

# Debian's kernel, headers, pahole and QEMU, unpacked and not installed;
# shared by all build directories.
FO_VM_DIR = $(abs_top_srcdir)/build/vm
FO_VM_OUT = $(abs_top_builddir)/module
KDIR =

.PHONY: vm-setup module check-vm clean-module install-dkms
vm-setup:
	$(AM_V_at)$(abs_top_srcdir)/scripts/vm-setup $(FO_VM_DIR)

module:
	$(AM_V_at)test -n "$(KDIR)" || $(MAKE) vm-setup
	$(AM_V_at)KDIR="$(KDIR)" $(abs_top_srcdir)/scripts/vm-module \
		$(FO_VM_DIR) $(FO_VM_OUT)

# FO_VM_TESTS="test-NAME.sh..." of tests/vm runs these alone.
check-vm: vm-setup
	$(AM_V_at)$(MAKE) module KDIR=
	$(AM_V_at)$(abs_top_srcdir)/scripts/vm-run $(FO_VM_DIR) $(FO_VM_OUT) \
		$(FO_VM_TESTS:%=$(abs_top_srcdir)/tests/vm/%)

clean-module:
	rm -rf $(FO_VM_OUT)

# The tree that DKMS builds: then dkms install fusebpf/VERSION.
dkmsdir = /usr/src/fusebpf-$(PACKAGE_VERSION)
install-dkms:
	$(AM_V_at)$(MKDIR_P) '$(DESTDIR)$(dkmsdir)/kernel' \
		'$(DESTDIR)$(dkmsdir)/include/fuse-overlay'
	$(AM_V_at)sed 's/@VERSION[@]/$(PACKAGE_VERSION)/' \
		$(srcdir)/kernel/dkms.conf >'$(DESTDIR)$(dkmsdir)/dkms.conf'
	$(AM_V_at)$(INSTALL_DATA) $(srcdir)/kernel/Kbuild \
		$(srcdir)/kernel/*.[ch] '$(DESTDIR)$(dkmsdir)/kernel'
	$(AM_V_at)$(INSTALL_DATA) $(srcdir)/include/fuse-overlay/*.h \
		'$(DESTDIR)$(dkmsdir)/include/fuse-overlay'
