#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# same-pictures.sh HERE THERE: do two folders of page pictures (busbar --render-pages), drawn with different versions of GTK,
# show the same? Pixels differ with the fonts and the theme; so: the same files, of the same size, not blank, and alike
# when both are blurred to 64 by 40 greys (normalised correlation; a page against a different page is far below).
set -euo pipefail
here=$1 there=$2 least=${3:-0.85} bad=0 n=0 lowest=1
for picture in "$here"/*.png; do
  name=$(basename "$picture")
  n=$((n + 1))
  [ -f "$there/$name" ] || { echo "$name: missing in $there"; bad=1; continue; }
  read -r size <<<"$(identify -format '%wx%h' "$picture")"
  read -r other colours <<<"$(identify -format '%wx%h %k' "$there/$name")"
  [ "$size" = "$other" ] || { echo "$name: $size here, $other there"; bad=1; continue; }
  [ "$colours" -gt 50 ] || { echo "$name: blank ($colours colours)"; bad=1; }
  alike=$(convert "$picture" "$there/$name" -colorspace Gray -resize '64x40!' miff:- | compare -metric NCC - null: 2>&1 || true)
  [[ $alike =~ ^-?[0-9.e-]+$ ]] || { echo "$name: not compared: $alike"; bad=1; continue; }
  awk "BEGIN { exit !($alike < $least) }" && { echo "$name: only $alike alike"; bad=1; }
  lowest=$(awk "BEGIN { print ($alike < $lowest) ? $alike : $lowest }")
done
echo "$n pictures compared, the least alike $lowest"
exit $bad
