# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: the Flatpak. Sources come from the working tree, results go to build/flatpak and build/busbar.flatpak.

flatpak_id=org.busbar.Busbar
flatpak_manifest=flatpak/$flatpak_id.yml
flatpak_programs=(flatpak flatpak-builder ostree elfutils)

# flatpak_bundle [--offline-runtime [RELEASE]]
flatpak_bundle() {
  flatpak_tools
  case ${1:-} in
    '') flatpak_for_all ;;
    --offline-runtime) . flatpak/debian-runtime.sh; flatpak_for_here "${2:-trixie}" ;;
    *) die "flatpak: unknown option '$1'; there is --offline-runtime" ;;
  esac
}

flatpak_tools() {
  local program
  local -a missing=()
  command -v dpkg-query >/dev/null || return 0
  for program in "${flatpak_programs[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$program" 2>/dev/null)" = installed ] || missing+=("$program")
  done
  [ ${#missing[@]} = 0 ] && return
  as_root apt-get update -q
  apt_install "${missing[@]}"
}

# manifest_value KEY: a plain value of the manifest.
manifest_value() {
  sed -n "s/^$1: *'\{0,1\}\([^']*\)'\{0,1\} *$/\1/p" "$flatpak_manifest"
}

# The bundle for technicians: against the GNOME runtime that the manifest names.
flatpak_for_all() {
  local version name
  version=$(manifest_value runtime-version)
  for name in "$(manifest_value runtime)" "$(manifest_value sdk)"; do
    flatpak info "$name//$version" >/dev/null 2>&1 || flatpak_fetch "$name" "$version"
  done
  flatpak_make "$flatpak_manifest" build/flatpak
  flatpak build-bundle build/flatpak/repo build/busbar.flatpak "$flatpak_id" master
  echo "build/busbar.flatpak is ready ($(du -h build/busbar.flatpak | cut -f 1)). Install: flatpak install --user build/busbar.flatpak"
}

# flatpak_fetch NAME VERSION: from the first remote that has it; else says what to do.
flatpak_fetch() {
  local remote
  for remote in $(flatpak remotes --columns=name 2>/dev/null); do
    flatpak remote-info "$remote" "$1//$2" >/dev/null 2>&1 || continue
    flatpak install --noninteractive --user "$remote" "$1//$2" && return
    flatpak install --noninteractive "$remote" "$1//$2" && return
  done
  die "the runtime $1 $2 is not installed, and no configured Flatpak remote offers it.
     Add the remote that your distribution recommends for GNOME applications (flatpak remotes lists what there is),
     then: flatpak install $1//$2
     Without network, './dev flatpak --offline-runtime' builds and tries the application on a runtime of Debian packages."
}

# flatpak_make MANIFEST DIR [OPTION…]: builds into DIR/app and exports into DIR/repo.
flatpak_make() {
  mkdir -p "$2"
  flatpak-builder --force-clean --disable-rofiles-fuse --state-dir="$2/state" --repo="$2/repo" --default-branch=master \
    "${@:3}" "$2/app" "$1"
}
