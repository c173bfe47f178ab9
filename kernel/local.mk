# SPDX-License-Identifier: GPL-2.0-or-later
# The module is built by Kbuild on request, never by "make all".

EXTRA_DIST += $(kernel_shipped)
