/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part-text.h: values of a field as texts in the unit of the file, and back. Inside model/ only. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

/* Each of these sets `value` (scaled), or BB_MODEL_ERROR_VALUE with a sentence that names what is allowed. */
gboolean bb_field_number_from_text (const BbField *field, const gchar *text, gint *value, GError **error);
gboolean bb_field_choice_from_text (const BbField *field, const gchar *text, gint *value, GError **error);
gboolean bb_field_clock_from_text (const gchar *text, gint most, gint *value, GError **error);
/* One day "mon".."sun" or phase "1".."3" ("L1" too), added to `mask`. */
gboolean bb_field_bit_from_text (const BbField *field, const gchar *text, gint *mask, GError **error);

/* NULL for a bit that has no name. */
const gchar *bb_day_get_name (guint day);

/* A text that a person types, as the property's value. */
gboolean bb_field_value_from_text (const BbField *field, const gchar *text, GValue *value, GError **error);
/* And back; `at` is where the value lies, `phase` 0..2 for BB_FIELD_PHASES3. (transfer full) */
gchar *bb_field_text (const BbField *field, gconstpointer at, gint phase);

G_END_DECLS
