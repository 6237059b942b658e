#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bench-app.sh BUSBAR: what starting with the demo site costs until its first frame: the least of seven cold processes (the first
# warms the caches of fonts and icons), CPU time of all threads and resident memory, with the cairo renderer.
# Runs in with-display.sh.
set -eu
busbar=$1
for run in 0 1 2 3 4 5 6 7; do
  BUSBAR_DEBUG=startup "$busbar" --demo 2>&1 | grep 'busbar: startup:' | sed "s/^/$run /"
done | awk '$1 > 0 { cpu = $7; mb = $12; if (!n++ || cpu < least) least = cpu; sum += cpu; if (mb > most) most = mb }
  END { if (!n) { print "bench-app: busbar did not start"; exit 1 }
        printf "start to first frame, CPU, least: %.0f ms (asked 600, ratio %.2f)\n", least, least / 600
        printf "start to first frame, CPU, mean of %d: %.0f ms\n", n, sum / n
        printf "resident memory after it: %.1f MB (asked 150, ratio %.2f)\n", most, most / 150 }'
