#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with-display.sh PROGRAM [ARGUMENT…]: runs a window test on an X server and a D-Bus session of its own, in folders of its
# own, so that tests run side by side and touch nothing of the person who runs them. Exit 77 (skipped) without Xvfb.
set -u
command -v Xvfb >/dev/null && command -v dbus-run-session >/dev/null || { echo "1..0 # SKIP Xvfb or dbus-run-session is not installed"; exit 77; }

home=$(mktemp -d "${TMPDIR:-/tmp}/busbar-test-XXXXXX")
mkfifo "$home/display"
Xvfb -displayfd 3 -screen 0 "${BUSBAR_TEST_SCREEN:-1280x800x24}" -nolisten tcp -noreset 3>"$home/display" 2>"$home/xvfb.log" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$home"' EXIT
read -r -t 60 display <"$home/display" || { cat "$home/xvfb.log" >&2; echo "with-display.sh: Xvfb did not start" >&2; exit 1; }

mkdir -m 700 "$home/run"
export DISPLAY=":$display" HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" \
  XDG_STATE_HOME="$home/state" XDG_CACHE_HOME="${XDG_CACHE_HOME:-$home/cache}"
export GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND="${GSETTINGS_BACKEND-memory}" GIO_USE_VFS=local NO_AT_BRIDGE=1
export GDK_DEBUG=gl-disable
[ "${BUSBAR_TEST_A11Y:-}" = 1 ] || export GTK_A11Y=test
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
# What the bus and its services say is not what the program says.
exec 4>&1
dbus-run-session -- bash -c 'exec "$@" >&4 4>&-' program "$@" >&2
