/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-field.c: the simulator's plant commanded from outside, as the emulator does it, decides as the
 * simulator: for each sample site every second of a day, all that the engine answers. */
#include "sample.h"

#include "simulation/driver.h"
#include "simulation/field.h"
#include "simulation/trace.h"

typedef struct {
  BbSimField *field;
  gint64 offset_ms; /* UTC - mono */
  gboolean deaf;    /* defect: falling set-points arrive a second late */
  gint32 before[BBE_MAX_STATIONS];
} Twin;

static void
collect (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  guint32 hash = bb_trace_hash_outputs (out);
  g_array_append_val ((GArray *) data, hash);
}

static void
read_field (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  Twin *twin = data;
  for (guint m = 0; m < inputs->n_meters; m++) {
    bbe_meter_in in;
    if (bb_field_read_meter (twin->field, m, &in))
      bb_step_inputs_set_meter (inputs, m, in.current_ma, in.voltage_mv, in.power_w, in.power_valid,
                                in.taken_ms - twin->offset_ms);
  }
  for (guint s = 0; s < inputs->n_stations; s++) {
    bbe_station_in in = { 0 };
    g_assert_true (bb_field_read_station (twin->field, s, &in));
    bb_step_inputs_set_station (inputs, s, in.vehicle, in.phases_now,
                                in.measured_valid ? in.measured_ma : NULL);
    bb_step_inputs_set_wish (inputs, s, in.wanted_wh, in.departure_ms);
  }
}

static void
command_field (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data)
{
  Twin *twin = data;
  gint32 ma = out->setpoint_ma;
  if (twin->deaf && ma < twin->before[station])
    ma = twin->before[station];
  twin->before[station] = out->setpoint_ma;
  bb_field_command (twin->field, station, ma, out->phases);
  bb_field_feed (twin->field, station); /* as a watchdog does: nothing may change by it */
}

/* What the engine answered, second by second, with the plant driven from outside. */
static GArray *
drive (BbSite *site, const BbSimOptions *options, gboolean deaf)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (BB_SIM_MONO_START, options->from_ms);
  const BbDriverIo io = { read_field, command_field, NULL };
  GArray *hashes = g_array_new (FALSE, FALSE, sizeof (guint32));
  Twin twin = { bb_field_new (options, &error), options->from_ms - BB_SIM_MONO_START, deaf, { 0 } };
  g_assert_no_error (error);
  g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &twin, &error);
  g_assert_no_error (error);
  for (gint64 now_ms = options->from_ms; now_ms < options->until_ms; now_ms += 1000) {
    bb_manual_clock_advance_to (clock, now_ms - twin.offset_ms);
    bb_field_begin (twin.field, now_ms, &error);
    g_assert_no_error (error);
    collect (NULL, bb_driver_tick (driver), hashes);
    bb_field_end (twin.field);
  }
  bb_field_free (twin.field);
  return hashes;
}

static void
test_same (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BbSite) site = sample_load (sample);
  /* The first car of the solar home comes on the second day. */
  gint64 days = sample->n_stations > 2 ? 1 : 3;
  g_autoptr (BbSimOptions) options = sample_options (site, days * SAMPLE_DAY_MS, 0);
  g_autoptr (GArray) simulated = g_array_new (FALSE, FALSE, sizeof (guint32));
  options->never_skip = TRUE;
  options->observer = collect;
  options->observer_data = simulated;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  options->observer = NULL;
  g_autoptr (GArray) driven = drive (site, options, FALSE);
  g_assert_cmpmem (simulated->data, simulated->len * 4, driven->data, driven->len * 4);
  /* Shown red: a station that hears falling set-points a second late is noticed. */
  g_autoptr (GArray) late = drive (site, options, TRUE);
  g_assert_false (memcmp (late->data, simulated->data, simulated->len * 4) == 0);
}

/* A station that hears nothing for its silence time falls back, and comes back with the next command. */
static void
test_silence (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = sample_load (&samples[1]);
  g_autoptr (BbSimOptions) options = sample_options (site, SAMPLE_DAY_MS, ~0u);
  g_autoptr (BbSimField) field = bb_field_new (options, &error);
  g_assert_no_error (error);
  g_assert_true (bb_field_plug (field, 0, 16000, 3, 50000));
  g_assert_false (bb_field_plug (field, 0, 16000, 3, 50000));
  bb_field_set_silence_ms (field, 0, 20000);
  bb_field_set_failsafe_ma (field, 0, 6000);
  gint64 from_ms = options->from_ms;
  for (gint64 t = 0; t < 60; t++) {
    bb_field_begin (field, from_ms + t * 1000, &error);
    if (t < 10) {
      bb_field_command (field, 0, 14000, 0);
      bb_field_feed (field, 0);
    }
    bb_field_end (field);
    gint32 pilot_ma = bb_field_peek_station (field, 0)->pilot_ma;
    if (t >= 4 && t < 29) /* fed at 9 s, so silent at 29 s */
      g_assert_cmpint (pilot_ma, ==, 14000);
    if (t > 30)
      g_assert_cmpint (pilot_ma, ==, 6000);
  }
  bb_field_command (field, 0, 14000, 0);
  bb_field_settle (field, from_ms + 70500);
  g_assert_cmpint (bb_field_peek_station (field, 0)->pilot_ma, ==, 14000);
  g_assert_true (bb_field_unplug (field, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < SAMPLE_N; i++) {
    g_autofree gchar *path = g_strdup_printf ("/samples/%s/field/same-answers", samples[i].name);
    g_test_add_data_func (path, &samples[i], test_same);
  }
  g_test_add_func ("/samples/field/silence", test_silence);
  return g_test_run ();
}
