#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# test-trace.sh: the same random trace through gcc -O0, gcc -O3, clang -O2, 32-bit Arm and two capacities gives
# the same hash of all outputs. 20,000 steps plainly, a million with BUSBAR_SOAK=1.
#
# usage: test-trace.sh SOURCE_ROOT          prints TAP
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# A copy, so that all builds are of one state of the sources even where somebody edits them meanwhile.
root=$work/copy
here=$root/tests/engine
mkdir -p "$root/src/engine" "$here"
cp "$1"/src/engine/*.[ch] "$root/src/engine/"
cp "$1"/tests/engine/*.[ch] "$here/"
steps=20000
[ "${BUSBAR_SOAK:-}" = 1 ] && steps=1000000
sources="$here/trace-main.c $here/random-site.c $here/plant.c $here/kit.c"
count=0
failed=0
expected=

# trace NAME RUNNER COMPILER FLAGS...
trace () {
  name=$1
  runner=$2
  compiler=$3
  shift 3
  count=$((count + 1))
  for tool in "$compiler" ${runner%% *}; do
    if ! command -v "$tool" >/dev/null 2>&1; then
      echo "ok $count - $name # SKIP $tool is not installed"
      return
    fi
  done
  # shellcheck disable=SC2086
  if ! "$compiler" -std=c11 -D_DEFAULT_SOURCE -I"$root/src" -I"$here" "$@" $sources "$root"/src/engine/*.c \
    -o "$work/$name" 2>"$work/log"; then
    echo "not ok $count - $name: does not build"
    sed 's/^/# /' "$work/log"
    failed=1
    return
  fi
  # shellcheck disable=SC2086
  hash=$($runner "$work/$name" "$steps" 2>&1)
  [ -n "$expected" ] || expected=$hash
  if [ "$hash" = "$expected" ] && echo "$hash" | grep -qxE '[0-9a-f]{16}'; then
    echo "ok $count - $name: $hash"
  else
    echo "not ok $count - $name: $hash, expected $expected"
    failed=1
  fi
}

echo "# $steps steps"
trace gcc-O0 '' gcc -O0
trace gcc-O3 '' gcc -O3
trace clang-O2 '' clang -O2
trace gcc-small '' gcc -O2 -DBBE_MAX_STATIONS=32 -DBBE_MAX_CIRCUITS=8
trace gcc-512-64 '' gcc -O2 -DBBE_MAX_STATIONS=512 -DBBE_MAX_CIRCUITS=64
trace arm-O2 'qemu-arm -L /usr/arm-linux-gnueabihf' arm-linux-gnueabihf-gcc -O2 -DBBE_MAX_STATIONS=32 -DBBE_MAX_CIRCUITS=8
# Shown red: a trace of one step less has another hash.
count=$((count + 1))
if [ -x "$work/gcc-O3" ] && [ "$("$work/gcc-O3" 1999)" != "$("$work/gcc-O3" 2000)" ]; then
  echo "ok $count - shown red: one step less is seen"
else
  echo "not ok $count - shown red: one step less is seen"
  failed=1
fi
echo "1..$count"
exit $failed
