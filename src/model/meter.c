/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meter.c: a measurement device, as the allocation needs to know it. */
#include "model/meter.h"

#include "model/fields.h"

BB_DEFINE_PART (BbMeter, bb_meter, "meter")

static const BbField fields[] = {
  ID (BbMeter),
  TEXT (BbMeter, "name", "name", name),
  TEXT (BbMeter, "description", "description", description),
  TEXT (BbMeter, "profile", "profile", profile),
  TEXT (BbMeter, "serial", "serial", serial),
  TEXT (BbMeter, "connection", "connection", connection),
  TEXT (BbMeter, "address", "address", address),
  TEXT (BbMeter, "identity", "identity", identity),
  MASK (BbMeter, "phases", "phases", phases),
  MASK (BbMeter, "voltage-phases", "voltage_phases", voltage_phases),
  BOOLEAN (BbMeter, "signed", "signed", is_signed, FALSE),
  BOOLEAN (BbMeter, "total-only", "total_only", total_only, FALSE),
  BOOLEAN (BbMeter, "behind-transformer", "behind_transformer", behind_transformer, FALSE),
  SECONDS (BbMeter, "interval-ms", "interval_s", interval_ms, 1000),
  SECONDS (BbMeter, "lag-ms", "lag_s", lag_ms, 0),
  SECONDS (BbMeter, "back-online-ms", "back_online_s", back_online_ms, 60000),
  CURRENT (BbMeter, "range-ma", "range_a", range_ma, 0),
  NUMBER (BbMeter, "current-step-ma", "current_step_a", current_step_ma, 0, 1000, 0, 1000000, 1),
  NUMBER (BbMeter, "voltage-step-mv", "voltage_step_v", voltage_step_mv, 0, 1000, 0, 1000000, 1),
  NUMBER (BbMeter, "power-step-w", "power_step_w", power_step_w, 0, 1, 0, 1000000, 1),
  CURRENT_OR_NOT (BbMeter, "noise-ma", "noise_a", noise_ma),
  NUMBER (BbMeter, "loss-permille", "loss_pct", loss_permille, BB_FIELD_NULLABLE, 10, 0, 1000, BB_UNSTATED),
};

static void
bb_meter_class_init (BbMeterClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "meter", fields, G_N_ELEMENTS (fields));
}

BbMeter *
bb_meter_new (const gchar *id)
{
  return (BbMeter *) g_object_new (BB_TYPE_METER, "id", id, NULL);
}
