/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-chip.h: one thing that a simulation is made of: its name, what is chosen, and a panel to change it.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BB_TYPE_INPUT_CHIP (bb_input_chip_get_type ())
G_DECLARE_FINAL_TYPE (BbInputChip, bb_input_chip, BB, INPUT_CHIP, AdwBin)

/* Signal "opening": the panel is about to be shown: fill its body. */
GtkWidget *bb_input_chip_new (const gchar *title);
void bb_input_chip_set_title (BbInputChip *self, const gchar *title);
void bb_input_chip_set_value (BbInputChip *self, const gchar *value);
const gchar *bb_input_chip_get_value (BbInputChip *self);
/* What the panel holds: empty at first. */
GtkBox *bb_input_chip_get_body (BbInputChip *self);
void bb_input_chip_open (BbInputChip *self);
void bb_input_chip_close (BbInputChip *self);
gboolean bb_input_chip_is_open (BbInputChip *self);

G_END_DECLS
