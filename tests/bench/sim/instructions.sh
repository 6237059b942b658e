#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# instructions.sh: instructions per simulated second at 20 stations, engine, plant and result file together, counted by
# callgrind: a gate that a busy machine cannot disturb. Two lengths are subtracted, so that set-up cancels out.
#
# usage: instructions.sh BENCH_SIM
set -eu
program=$1
gate=6000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v valgrind >/dev/null; then
  echo 'instructions per step: valgrind is not installed'
  exit 0
fi

instructions () {
  valgrind --tool=callgrind --callgrind-out-file="$work/out" "$program" --step 1 "$@" >/dev/null 2>"$work/log"
  awk '/Collected/ { print $NF }' "$work/log"
}

per_step () {
  short=$(instructions --days 1 --load "$1")
  long=$(instructions --days 3 --load "$1")
  echo $(((long - short) / 172800))
}

minute=$(per_step minute)
second=$(per_step second)
printf 'instructions per simulated second, 20 stations, load known by the minute: %6d (gate %d)\n' "$minute" "$gate"
printf 'instructions per simulated second, 20 stations, load known by the second: %6d (gate %d)\n' "$second" "$gate"
[ "$minute" -le "$gate" ] && [ "$second" -le "$gate" ]
