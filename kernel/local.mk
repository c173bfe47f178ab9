# SPDX-License-Identifier: GPL-2.0-or-later
# The module is built by Kbuild on request, never by "make all".

EXTRA_DIST += $(kernel_shipped)

# Where Debian's kernel, headers, pahole and QEMU are unpacked; shared by
# all build directories. Nothing is installed.
FO_VM_DIR = $(abs_top_srcdir)/build/vm
FO_VM_OUT = $(abs_top_builddir)/build/module

vm-setup:
	$(AM_V_GEN)$(abs_top_srcdir)/scripts/vm-setup $(FO_VM_DIR)

module: vm-setup
	$(AM_V_GEN)$(abs_top_srcdir)/scripts/vm-module $(FO_VM_DIR) $(FO_VM_OUT)

# FO_VM_TESTS="NAME..." of tests/vm runs these alone.
check-vm: module
	$(AM_V_at)$(abs_top_srcdir)/scripts/vm-run $(FO_VM_DIR) $(FO_VM_OUT) \
		$(FO_VM_TESTS:%=$(abs_top_srcdir)/tests/vm/%)

.PHONY: vm-setup module check-vm
