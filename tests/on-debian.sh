# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev: builds this tree in a root of another Debian release, warnings as errors, and runs its tests there.
# The root is kept in build/roots/RELEASE, or in $BUSBAR_ROOTS/RELEASE.

. tests/debian-root.sh

# test_on RELEASE [TEST…]
test_on() {
  local release=${1:?test-on: name a Debian release, for example trixie} roots=${BUSBAR_ROOTS:-build/roots}
  local root
  shift
  mkdir -p "$roots"
  root=$(realpath "$roots")/$release
  make_root "$release" "$root" "${packages[@]}"
  copy_tree "$root/busbar"
  in_root "$root" bash /busbar/tests/on-debian-inside.sh "$jobs" "$@"
}

# copy_tree DIR: the source tree as it is here, without what was built: what git knows or would add, or all but build/.
# The time stamps stay, so that a second run compiles only what changed.
copy_tree() {
  as_root rm -rf "$1"
  as_root mkdir -p "$1"
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
      [ ! -e "$file" ] || printf '%s\0' "$file"
    done | tar -c --null --no-recursion -T -
  else
    tar -c --exclude=./build --exclude=__pycache__ .
  fi | as_root tar -x --no-same-owner -C "$1"
}
