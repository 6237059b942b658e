#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench-engine.sh: all figures of the engine's step: time, state, instructions by callgrind, code on a Cortex-M4.
#
# usage: bench-engine.sh BENCH_PROGRAM SOURCE_ROOT
set -eu
program=$1
root=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program"

# Instructions per step: two lengths subtracted, so that set-up and warm-up cancel out.
instructions () {
  valgrind --tool=callgrind --callgrind-out-file="$work/out" "$program" "$@" 2>"$work/log"
  awk '/Collected/ { print $NF }' "$work/log"
}

per_step () {
  short=$(instructions "$1" 1000 "$2")
  long=$(instructions "$1" 5000 "$2")
  printf 'instructions per step, %3d stations, %-8s %8d\n' "$1" "$2" $(((long - short) / 4000))
}

if command -v valgrind >/dev/null; then
  for kind in changing quiet; do
    per_step 20 "$kind"
    per_step 100 "$kind"
  done
else
  echo 'instructions per step: valgrind is not installed'
fi

if command -v arm-none-eabi-gcc >/dev/null; then
  for file in "$root"/src/engine/*.c; do
    arm-none-eabi-gcc -std=c11 -ffreestanding -mcpu=cortex-m4 -mthumb -Os -ffunction-sections \
      -DBBE_MAX_STATIONS=32 -DBBE_MAX_CIRCUITS=8 -I"$root/src" -c "$file" -o "$work/$(basename "$file" .c).o"
  done
  arm-none-eabi-size "$work"/*.o | awk 'NR > 1 { text += $1; data += $2 + $3 }
    END { printf "Cortex-M4, -Os: code and constants        %8d bytes, %d of data\n", text, data }'
  echo '#include "engine/state.h"' >"$work/sizes.c"
  echo 'char whole[sizeof (struct bbe_engine)];' >>"$work/sizes.c"
  if arm-none-eabi-gcc -std=c11 -ffreestanding -mcpu=cortex-m4 -mthumb -DBBE_MAX_STATIONS=32 -DBBE_MAX_CIRCUITS=8 \
    -I"$root/src" -c "$work/sizes.c" -o "$work/sizes.o" 2>/dev/null; then
    arm-none-eabi-size "$work/sizes.o" | awk 'NR > 1 { all = $2 + $3
      printf "Cortex-M4, 32 stations, 8 circuits: state %8d bytes, %d per station\n", all, all / 32 }'
  fi
else
  echo 'Cortex-M4: arm-none-eabi-gcc is not installed'
fi
