#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain passthrough
# timeout: 400
# buildah run by root, on our mounts.
. "$(dirname "$0")/lib.sh"
requires "no buildah" command -v buildah
requires "no podman" command -v podman
. "$(dirname "$0")/buildah.sh"
done_testing
