/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-ocpp.c: any bytes as an OCPP message: the frame, then its payload through every reader, then out and
 * in again. */
#include <stdint.h>
#include <string.h>

#include "protocols/ocpp/ocpp-payload.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
read_values (JsonObject *payload)
{
  g_autoptr (GError) error = NULL;
  BbOcppValues values;
  gint64 value = 0;
  if (!bb_ocpp_read_meter_values (payload, &values, &error)) {
    g_assert_nonnull (error);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpuint (values.connector, <=, 255);
  for (guint q = 0; q < BB_OCPP_N_QUANTITIES; q++)
    for (guint p = 0; p < BB_OCPP_N_PHASES; p++)
      if (bb_ocpp_values_get (&values, (BbOcppQuantity) q, (BbOcppPhase) p, &value))
        g_assert_true (value >= -G_GINT64_CONSTANT (1000000000000000)
                       && value <= G_GINT64_CONSTANT (1000000000000000));
}

static void
read_payload (JsonObject *payload)
{
  g_autoptr (GHashTable) keys = bb_ocpp_keys_new ();
  g_autofree gchar *time = NULL;
  BbOcppStatusNotification status;
  BbOcppBoot boot;
  BbOcppStart start;
  gint64 moment = bb_ocpp_parse_time (bb_ocpp_get_string (payload, "timestamp"));
  read_values (payload);
  if (bb_ocpp_read_status (payload, &status, NULL))
    g_assert_nonnull (bb_ocpp_status_get_name (status.status));
  if (bb_ocpp_read_boot (payload, &boot, NULL))
    g_assert_true (*boot.vendor != '\0' || *boot.model != '\0');
  if (bb_ocpp_read_start (payload, &start, NULL))
    g_assert_cmpuint (start.connector, >, 0);
  bb_ocpp_read_keys (payload, keys, NULL);
  bb_ocpp_find_key (keys, "MeterValueSampleInterval");
  g_assert_nonnull (bb_ocpp_get_status (payload));
  g_assert_true (bb_ocpp_get_object (payload, "csChargingProfiles") == NULL
                 || bb_ocpp_get_array (payload, "csChargingProfiles") == NULL);
  time = bb_ocpp_format_time (moment);
  g_assert_nonnull (time);
}

/* What we write of it must be read again, and be the same. */
static void
write_again (const BbOcppFrame *frame)
{
  g_autofree gchar *text
      = frame->kind == BB_OCPP_CALL     ? bb_ocpp_frame_call (frame->id, frame->action, frame->payload)
        : frame->kind == BB_OCPP_RESULT ? bb_ocpp_frame_result (frame->id, frame->payload)
                                        : bb_ocpp_frame_error (frame->id, frame->code, frame->text);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbOcppFrame) again = bb_ocpp_frame_parse (text, strlen (text), NULL, &error);
  if (strlen (text) > BB_OCPP_MAX_BYTES)
    return; /* escapes may make it longer */
  g_assert_no_error (error);
  g_assert_cmpint (again->kind, ==, frame->kind);
  g_assert_cmpstr (again->id, ==, frame->id);
  g_assert_cmpstr (again->action, ==, frame->action);
  g_assert_cmpstr (again->text, ==, frame->text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *bad_id = NULL;
  g_autoptr (BbOcppFrame) frame = bb_ocpp_frame_parse ((const gchar *) data, size, &bad_id, &error);
  g_assert_true (frame == NULL || error == NULL);
  g_assert_true (bad_id == NULL || error != NULL);
  if (frame == NULL)
    return 0;
  read_payload (frame->payload);
  write_again (frame);
  return 0;
}
