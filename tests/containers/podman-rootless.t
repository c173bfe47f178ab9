#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain
# timeout: 400
# podman run by a user, with newuidmap: root of a user namespace alone.
. "$(dirname "$0")/lib.sh"
requires "no podman" command -v podman
[ "$ENGINE" != passthrough ] || skip_all "passthrough takes real root"
ct_user
. "$(dirname "$0")/podman.sh"
done_testing
