#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain
# timeout: 400
# buildah run by a user, with newuidmap, on our mounts.
. "$(dirname "$0")/lib.sh"
requires "no buildah" command -v buildah
requires "no podman" command -v podman
[ "$ENGINE" != passthrough ] || skip_all "passthrough takes real root"
ct_user
. "$(dirname "$0")/buildah.sh"
done_testing
