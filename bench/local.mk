# SPDX-License-Identifier: GPL-2.0-or-later
# make bench: what takes how long, beside the kernel's overlayfs.

EXTRA_DIST += $(bench_shipped)
