#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What tests/on-debian.sh runs inside the root: on-debian-inside.sh JOBS [TEST…]. The tree is /busbar, the build /build.
set -euo pipefail
jobs=$1
shift
cd /busbar

echo "== $(. /etc/os-release && echo "$PRETTY_NAME")," \
  "GTK $(pkg-config --modversion gtk4), libadwaita $(pkg-config --modversion libadwaita-1)," \
  "GLib $(pkg-config --modversion glib-2.0), $(gcc --version | head -n 1)"
[ -f /build/build.ninja ] || meson setup /build /busbar --buildtype=release
# every error of the newer compiler at once, not the first only
ninja -C /build -j "$jobs" -k 0

rm -f /build/meson-logs/testlog*.json
meson test -C /build --no-rebuild --print-errorlogs --num-processes "$jobs" --timeout-multiplier 2 "$@" || true
python3 tests/lint/tally.py /dev/null /build/meson-logs/testlog.json
