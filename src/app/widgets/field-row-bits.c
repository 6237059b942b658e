/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row-bits.c: the control of fields that are several of a few: phases, days of the week. */
#include "app/widgets/field-row-private.h"
#include "app/widgets/phase-toggle.h"

gchar *
bb_field_bits_text (const BbField *field, gint mask)
{
  static const gchar *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
  static const gchar *const phases[] = { "1", "2", "3" };
  const gchar *parts[8] = { NULL };
  guint n = 0;

  for (guint bit = 0; mask > 0 && bit < (field->kind == BB_FIELD_DAYS ? 7 : 3); bit++)
    if (mask >> bit & 1)
      parts[n++] = field->kind == BB_FIELD_DAYS ? days[bit] : phases[bit];
  return g_strjoinv (",", (gchar **) parts);
}

gint
bb_field_bits_of (const BbField *field, const gchar *text)
{
  gint mask = 0;

  for (gint m = 1; m < (field->kind == BB_FIELD_DAYS ? 128 : 8); m++) {
    g_autofree gchar *candidate = bb_field_bits_text (field, m);
    if (g_strcmp0 (candidate, text) == 0)
      mask = m;
  }
  return mask > 0 ? mask : -1;
}

static void
bits_cb (BbPhaseToggle *toggle, BbFieldControl *self)
{
  g_autofree gchar *text = bb_field_bits_text (self->field, bb_phase_toggle_get_mask (toggle));

  bb_field_row_typed (self->row, -1, text);
  bb_editor_seal (self->editor);
}

GtkWidget *
bb_field_bits_new (BbFieldControl *self)
{
  GtkWidget *bits
      = self->field->kind == BB_FIELD_DAYS ? bb_phase_toggle_new_days () : bb_phase_toggle_new_phases ();

  g_signal_connect (bits, "toggled", G_CALLBACK (bits_cb), self);
  return bits;
}
