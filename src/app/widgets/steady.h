/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steady.h: a place whose width does not depend on its height.
 *
 * A horizontal box asks its children how wide they are at its height. Text that wraps finds that out by
 * wrapping at one width after the other, boxes in boxes search in searches: hundreds of layouts of each text
 * whenever one letter changes. Around what wraps, in or under a horizontal box, put one of these: it says the
 * width that its child has at any height, so that the text is laid out for the width that it gets, once.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Least width of what wraps, in letters: without one a label finds out how high it is with one letter a line.
 */
#define BB_STEADY_CHARS 12

#define BB_TYPE_STEADY (bb_steady_get_type ())
G_DECLARE_FINAL_TYPE (BbSteady, bb_steady, BB, STEADY, AdwBin)

/* (transfer floating): around `child`, which expands as before. */
GtkWidget *bb_steady_new (GtkWidget *child);

G_END_DECLS
