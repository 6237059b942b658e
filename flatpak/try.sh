#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# try.sh ID DIR SITE: starts the installed Flatpak ID twice, with the demo and with the host's file SITE, and saves a picture
# of each in DIR. Needs a display and mounts of its own (flatpak_try in debian-runtime.sh gives it both).
set -euo pipefail
if [ -z "${DBUS_SESSION_BUS_ADDRESS:-}" ]; then
  # /run/user/UID, where the document portal and the sandbox look, without touching that of the person who runs this
  mount -t tmpfs tmpfs /run
  export XDG_RUNTIME_DIR=/run/user/$(id -u)
  mkdir -p "$XDG_RUNTIME_DIR"
  chmod 700 "$XDG_RUNTIME_DIR"
  exec dbus-run-session -- bash "$0" "$@"
fi
id=$1 dir=$2 site=$3

# is_up: the window has been shown, that is: the application answers on the bus, and the picture is no longer one colour.
is_up() {
  import -window root "$dir/now.png" 2>/dev/null
  [ "$(identify -format '%k' "$dir/now.png")" -gt 200 ]
}

# picture NAME ARGUMENT…: runs it until its picture no longer changes.
picture() {
  local name=$1 before='' now n
  shift
  flatpak run "$@" >"$dir/$name.log" 2>&1 &
  for n in $(seq 60); do
    read -r -t 1 <> <(:) || true
    is_up || continue
    now=$(identify -format '%#' "$dir/now.png")
    [ "$now" != "$before" ] || break
    before=$now
  done
  mv "$dir/now.png" "$dir/$name.png"
  echo "$name: $(identify -format '%wx%h, %k colours' "$dir/$name.png")"
  flatpak kill "$id" || true
  wait
}

echo "permissions: $(flatpak info --user --show-permissions "$id" | tr '\n' ' ')"
flatpak run --command=busbar-cli "$id" --version
picture demo "$id" --demo
# @@ … @@: the document portal lets the file in, nothing else does
picture opened --file-forwarding "$id" @@ "$site" @@
