/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal.h: decimal texts to scaled whole numbers and back, exactly: "7.00" x 1000 is 7000. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BB_DECIMAL_OK = 0,
  BB_DECIMAL_SYNTAX, /* not a decimal number */
  BB_DECIMAL_FINE,   /* finer than 1 / scale */
  BB_DECIMAL_RANGE   /* out of the range of 64 bits */
} BbDecimalVerdict;

/* Sign, digits, at most one point (or comma), no exponent. */
BbDecimalVerdict bb_decimal_parse (const gchar *text, gint scale, gint64 *value);

/* Shortest decimal text of value / scale; `scale` has no prime factors but 2 and 5. (transfer full) */
gchar *bb_decimal_format (gint64 value, gint scale);

/* Room for bb_double_format(). */
#define BB_DOUBLE_TEXT_SIZE 40

/* Shortest text that reads back as just this finite double, in JSON's grammar. */
const gchar *bb_double_format (gdouble value, gchar *buffer);

/* For people: a fixed number of decimals, rounded, a point whatever the locale, a real minus sign: "7.0".
 * (transfer full) */
gchar *bb_decimal_fixed (gint64 value, gint scale, guint decimals);

G_END_DECLS
