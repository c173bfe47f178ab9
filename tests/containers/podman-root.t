#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# engines: plain passthrough
# timeout: 400
# podman run by root, on our mounts.
. "$(dirname "$0")/lib.sh"
requires "no podman" command -v podman
. "$(dirname "$0")/podman.sh"
done_testing
