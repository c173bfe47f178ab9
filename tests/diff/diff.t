#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 300
# Random steps on overlayfs and on the engine: every answer and every tree
# must be equal. By hand, for longer: fo-diff --ops N --seed N --engine E.
#   FO_SEED   the first seed
#   FO_OPS    how many steps
. "$(dirname "$0")/../lib.sh"
requires_real_root
FO_DIFF=${FO_DIFF:-$PWD/tests/fo-diff}
requires "needs fo-diff" test -x "$FO_DIFF"

seed=${FO_SEED:-1}
ops=${FO_OPS:-3000}
mkdir "$T/d"
timeout 250 "$FO_DIFF" --engine "$ENGINE" --binary "$FUSE_OVERLAY" \
	--options "${FO_OPTIONS:-}" --dir "$T/d" --keep "$T" --ops "$ops" \
	--seed "$seed" --failures 2 >"$T/said" 2>&1
is $? 0 "$ops random steps from seed $seed, no difference"
diag "$(tail -60 "$T/said")"
done_testing
