#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# test-portability.sh: the engine compiles alone with every compiler there is, imports nothing but the four
# memory functions, exports only bbe_ names, and its headers are C90 and C++.
#
# usage: test-portability.sh SOURCE_ROOT          prints TAP
set -u
root=$1
src=$root/src
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0
failed=0

ok () {
  count=$((count + 1))
  echo "ok $count - $1"
}

not_ok () {
  count=$((count + 1))
  failed=1
  echo "not ok $count - $1"
  sed 's/^/# /' "$work/log"
}

skip () {
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2 is not installed"
}

# compile_all NAME COMPILER FLAGS...: each file alone
compile_all () {
  name=$1
  compiler=$2
  shift 2
  if ! command -v "$compiler" >/dev/null 2>&1; then
    skip "$name: each file compiles alone" "$compiler"
    return
  fi
  mkdir -p "$work/$name"
  result=ok
  : >"$work/log"
  for file in "$src"/engine/*.c; do
    "$compiler" -std=c11 -ffreestanding -fno-pic -I"$src" -Wall -Wextra -Werror "$@" \
      -c "$file" -o "$work/$name/$(basename "$file" .c).o" >>"$work/log" 2>&1 || result=not_ok
  done
  $result "$name: each file compiles alone"
}

# Symbols that no file of the engine defines, but for the compilers' own helpers.
check_imports () {
  name=$1
  nm=$2
  if ! command -v "$nm" >/dev/null 2>&1 || [ ! -d "$work/$name" ]; then
    skip "$name: imports" "$nm"
    return
  fi
  "$nm" -g "$work/$name"/*.o 2>/dev/null | awk 'NF >= 3 && $2 != "U" { print $3 }' | sort -u >"$work/defined"
  "$nm" -u "$work/$name"/*.o 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u >"$work/wanted"
  comm -13 "$work/defined" "$work/wanted" \
    | grep -vxE 'mem(cpy|move|set|cmp)|__aeabi_[a-z0-9_]+|__(u?div|u?mod|u?divmod|ashl|ashr|lshr|mul|popcount|c[lt]z|ff)[a-z]*[sdt]i[234]?|_GLOBAL_OFFSET_TABLE_' \
    >"$work/log"
  if [ -s "$work/log" ]; then not_ok "$name: imports only the memory functions"; else ok "$name: imports only the memory functions"; fi
  grep -vE '^bbe_' "$work/defined" >"$work/log"
  if [ -s "$work/log" ]; then not_ok "$name: exports only bbe_ names"; else ok "$name: exports only bbe_ names"; fi
  # No state of its own: nothing writable.
  "$nm" "$work/$name"/*.o 2>/dev/null | awk 'NF >= 3 && $2 ~ /^[bBdDcC]$/ { print $3 }' | grep -v '^\$' >"$work/log"
  if [ -s "$work/log" ]; then not_ok "$name: no writable data"; else ok "$name: no writable data"; fi
}

# header NAME COMPILER FLAGS... : each public header in a file of its own
check_headers () {
  name=$1
  compiler=$2
  suffix=$3
  shift 3
  if ! command -v "$compiler" >/dev/null 2>&1; then
    skip "headers as $name" "$compiler"
    return
  fi
  result=ok
  : >"$work/log"
  for header in limits alloc engine; do
    printf '#include "engine/%s.h"\nint use_%s;\n' "$header" "$header" >"$work/header.$suffix"
    "$compiler" -I"$src" -Wall -Wextra -Werror "$@" -c "$work/header.$suffix" -o "$work/header.o" >>"$work/log" 2>&1 \
      || result=not_ok
  done
  $result "headers as $name"
}

small='-DBBE_MAX_STATIONS=32 -DBBE_MAX_CIRCUITS=8'
compile_all gcc gcc -O2
compile_all gcc-O0 gcc -O0
compile_all clang clang -O2
compile_all gcc-small gcc -O2 $small
compile_all arm-linux arm-linux-gnueabihf-gcc -O2
compile_all cortex-m4 arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os $small
for name in gcc gcc-O0 clang gcc-small; do check_imports "$name" nm; done
check_imports arm-linux arm-linux-gnueabihf-nm
check_imports cortex-m4 arm-none-eabi-nm
check_headers 'C90' gcc c -std=gnu90 -pedantic -Wno-long-long
check_headers 'C90 (clang)' clang c -std=gnu90
check_headers 'C++' g++ cc -std=c++11
check_headers 'C++ (clang)' clang++ cc -std=c++11

# No floating point: a Cortex-M0 has none, and the results must not depend on it.
if command -v arm-none-eabi-gcc >/dev/null 2>&1; then
  : >"$work/log"
  arm-none-eabi-nm -u "$work"/cortex-m4/*.o 2>/dev/null | grep -E '__aeabi_(u?[il]2[df]|[df]2|c?[df](add|sub|rsub|mul|div|neg|cmp|un))' >"$work/log"
  if [ -s "$work/log" ]; then not_ok "no floating point"; else ok "no floating point"; fi
else
  skip "no floating point" arm-none-eabi-gcc
fi

# Shown red: a file that imports printf, exports a stray name and keeps state is caught by each check.
mkdir -p "$work/red"
cat >"$work/red.c" <<'RED'
int printf (const char *, ...);
int stray;
void stray_function (void) { stray = printf ("x"); }
RED
if gcc -std=c11 -O0 -c "$work/red.c" -o "$work/red/red.o" 2>"$work/log" && [ "$(check_imports red nm | grep -c '^not ok')" = 3 ]; then
  failed_before=$failed
  ok "shown red: imports, exports and data are caught"
  failed=$failed_before
else
  not_ok "shown red: imports, exports and data are caught"
fi

echo "1..$count"
exit $failed
