/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-device-values.h: a profile's points over values that have names (JSON pointers, OBIS codes), without
 * I/O. */
#pragma once

#include "devices/device.h"

G_BEGIN_DECLS

/* The raw number at `path` (of `point`, or one of its plus_paths); FALSE: none. */
typedef gboolean (*BbNamedValue) (const BbPoint *point, const gchar *path, gdouble *raw, gpointer data);

typedef struct {
  const BbInterface *interface;
  const gchar *variant, *firmware; /* (nullable) */
  BbNamedValue get;
  gpointer data;
  guint n_phases; /* that must be measured: 1 or 3 */
  guint depth;    /* of conditions that ask for values whose points have conditions; start with 0 */
} BbNamedValues;

/* How many phases must be measured: those that are wired, else those of the profile, else 3. */
guint bb_named_values_count_phases (BbDevice *device);
/* The role's value in its canonical unit, signed; FALSE: not told. */
gboolean bb_named_values_get (BbNamedValues *values, BbRole role, gdouble *value);
/* The first state rule that holds; NULL: none. */
const BbStateRule *bb_named_values_find_state (BbNamedValues *values);
/* The same, rounded to nearest; FALSE too when it is beyond all reason (1e9). */
gboolean bb_named_values_get_rounded (BbNamedValues *values, BbRole role, gdouble divisor, gint32 *rounded);
/* All that a meter tells, rounded to mA, mV, W, Wh; `taken_ms` and what is not told stay. FALSE with
 * BB_DEVICE_ERROR_DATA, and `reading` as it was, when a phase has no current although the interface has phase
 * currents, when an interface without them has no power, or when a value is beyond all reason. */
gboolean bb_named_values_read_meter (BbNamedValues *values, BbMeterReading *reading, GError **error);

G_END_DECLS
