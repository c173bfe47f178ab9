#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The mount tests of the other engines with ENGINE=bpf: the whole daemon on the
# module. FO_MOUNT_TESTS names them, "copyup,create"; FO_BUILD is where
# fuse-overlay and its test programs were built.
. "$FO_TOP/tests/vm/lib.sh"
[ -n "${FO_BUILD:-}" ] || { echo "ok - # SKIP FO_BUILD is not set"; exit 0; }
tests=lookup-merge,whiteout,opaque,copyup,create,rename-flags,unlink-open
tests=${FO_MOUNT_TESTS:-$tests}
load
export ENGINE=bpf
export FUSE_OVERLAY=$FO_BUILD/fuse-overlay FO_SYS=$FO_BUILD/tests/fo-sys
must "fuse-overlay is built" test -x "$FUSE_OVERLAY" -a -x "$FO_SYS"
# The guest is emulated.
export FO_TIMEOUT=${FO_TEST_TIMEOUT:-240} TMPDIR=$T

for name in ${tests//,/ }; do
	timeout -k 5 "$FO_TIMEOUT" bash "$FO_TOP/tests/mount/$name.t" \
		</dev/null >"$T/said" 2>&1
	code=$?
	sed -E "s/^((not )?ok) [0-9]+ - /\1 - $name: /; /^1\.\./d" "$T/said"
	is "$code" 0 "$name as a whole"
done
done_testing
