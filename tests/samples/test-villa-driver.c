/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-villa-driver.c: a controller-shaped driver runs the demo site against a plant of its own, with the
 * site's real load, sun and sessions, and sends each second the set-points that the simulator computes.
 *
 * The field here is built from the parts of the plant alone, so that an order of events that only the
 * simulator knows would show. */
#include "sample.h"

#include "simulation/driver.h"

#define MOST_FEEDS 4

/* What was commanded, written down when it changes. */
typedef struct {
  GArray *rows; /* (element-type gint64): second, set-points, reasons */
  gint64 row[5];
} Log;

static void
log_row (Log *log, gint64 second, const bbe_outputs *out)
{
  gint64 row[5] = { second, out->stations[0].setpoint_ma, out->stations[1].setpoint_ma,
                    out->stations[0].reason.code, out->stations[1].reason.code };
  if (memcmp (row + 1, log->row + 1, 4 * sizeof *row) == 0)
    return;
  memcpy (log->row, row, sizeof row);
  g_array_append_vals (log->rows, row, 5);
}

static void
log_simulated (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  log_row (data, (in->mono_ms - BB_SIM_MONO_START) / 1000, out);
}

/* ---- the field ---- */

typedef struct {
  const BbSimOptions *options;
  const BbSessions *sessions;
  BbPlant *plant;
  BbLoadSource *source[MOST_FEEDS];
  gsize next_session;
  gint at_station[2]; /* index of the session there, -1: none */
  gboolean late;      /* defect: what is read is a second old */
} Field;

static void
set_loads (Field *field, gint64 now_ms)
{
  gint32 sum[2][3] = { { 0 } };
  for (guint f = 0; f < field->options->feeds->len; f++) {
    g_autoptr (GError) error = NULL;
    const BbSimFeed *feed = g_ptr_array_index (field->options->feeds, f);
    gint32 value_m[3];
    gint64 until_ms;
    BbLoadInfo info;
    bb_load_at (field->source[f], now_ms, value_m, &until_ms, &error);
    g_assert_no_error (error);
    bb_load_get_info (field->source[f], &info);
    for (guint p = 0; p < 3; p++) {
      gint32 ma = bb_load_to_ma (info.unit, value_m[p], field->plant->nominal_mv,
                                 feed->power_factor_permille != 0 ? feed->power_factor_permille : 1000);
      gint32 scale = feed->scale_permille != 0 ? feed->scale_permille : 1000;
      sum[feed->kind == BB_INPUT_PV][p] += (gint32) ((gint64) ma * scale / 1000);
    }
  }
  bb_plant_set_load (field->plant, 0, sum[0]);
  bb_plant_set_generation (field->plant, 0, sum[1]);
}

static void
plug (Field *field, const BbSession *session, guint s, gint64 now_ms)
{
  const BbPlantDefaults *habits = &field->options->plant;
  const BbPlantStation *station = &bb_plant_stations (field->plant)[s];
  BbVehicle car = { .min_ma = habits->vehicle_min_ma,
                    .max_ma = MIN (session->max_ma, station->max_ma),
                    .reaction_ms = habits->vehicle_reaction_ms,
                    .taper_permille = habits->taper_permille,
                    .taper_floor_ma = habits->taper_floor_ma,
                    .quantum_ma = habits->draw_quantum_ma,
                    .n_phases = MIN (session->phases, station->n_phases),
                    .wanted_mws = (gint64) session->energy_wh * 3600000 };
  bb_plant_plug (field->plant, s, &car, now_ms);
}

static void
come_and_go (Field *field, gint64 now_ms)
{
  for (guint s = 0; s < 2; s++)
    if (field->at_station[s] >= 0 && field->sessions->items[field->at_station[s]].departure_ms <= now_ms) {
      bb_plant_unplug (field->plant, s, now_ms);
      field->at_station[s] = -1;
    }
  while (field->next_session < field->sessions->n_items
         && field->sessions->items[field->next_session].arrival_ms <= now_ms) {
    guint s = field->at_station[0] < 0 ? 0 : 1;
    g_assert_cmpint (field->at_station[s], <, 0);
    plug (field, &field->sessions->items[field->next_session], s, now_ms);
    field->at_station[s] = (gint) field->next_session++;
  }
}

static void
read_field (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  Field *field = data;
  gint64 offset_ms = field->options->from_ms - BB_SIM_MONO_START, now_ms = mono_ms + offset_ms;
  bbe_meter_in meter;
  bb_plant_settle (field->plant, now_ms);
  set_loads (field, field->late ? MAX (now_ms - 1000, field->options->from_ms) : now_ms);
  come_and_go (field, now_ms);
  bb_plant_sample_meters (field->plant, now_ms);
  if (bb_plant_read_meter (field->plant, bb_plant_meters (field->plant), &meter))
    bb_step_inputs_set_meter (inputs, 0, meter.current_ma, meter.voltage_mv, meter.power_w, meter.power_valid,
                              meter.taken_ms - offset_ms);
  for (guint s = 0; s < 2; s++) {
    bbe_station_in in = { 0 };
    g_assert_true (bb_plant_read_station (field->plant, s, now_ms, &in));
    bb_step_inputs_set_station (inputs, s, in.vehicle, in.phases_now,
                                in.measured_valid ? in.measured_ma : NULL);
  }
}

static void
command_field (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data)
{
  Field *field = data;
  bb_plant_command (field->plant, station, out->setpoint_ma, out->phases,
                    mono_ms + field->options->from_ms - BB_SIM_MONO_START);
}

static void
open_field (Field *field)
{
  g_assert_cmpuint (field->options->feeds->len, <=, MOST_FEEDS);
  for (guint f = 0; f < field->options->feeds->len; f++) {
    g_autoptr (GError) error = NULL;
    const BbSimFeed *feed = g_ptr_array_index (field->options->feeds, f);
    field->source[f] = feed->open (feed->spec, &error);
    g_assert_no_error (error);
  }
  field->next_session = bb_sessions_find (field->sessions, field->options->from_ms);
}

static GArray *
drive (BbSite *site, const BbSimOptions *options, gboolean late)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (BB_SIM_MONO_START, options->from_ms);
  const BbDriverIo io = { read_field, command_field, NULL };
  Field field = { .options = options,
                  .sessions = bb_sim_options_get_sessions (options),
                  .at_station = { -1, -1 },
                  .late = late };
  Log log = { g_array_new (FALSE, FALSE, sizeof (gint64)), { 0 } };
  g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &field, &error);
  g_assert_no_error (error);
  field.plant = bb_plant_new (&bb_driver_get_config (driver)->config, &options->plant, options->seed,
                              options->from_ms, 1000);
  open_field (&field);
  for (gint64 now_ms = options->from_ms; now_ms < options->until_ms; now_ms += 1000) {
    bb_manual_clock_advance_to (clock, BB_SIM_MONO_START + now_ms - options->from_ms);
    log_row (&log, (now_ms - options->from_ms) / 1000, bb_driver_tick (driver));
    bb_plant_settle (field.plant, now_ms);
  }
  for (guint f = 0; f < options->feeds->len; f++)
    bb_load_source_free (field.source[f]);
  g_free (field.plant);
  return log.rows;
}

/* ---- the test ---- */

static void
test_same_set_points (void)
{
  const Sample *villa = &samples[1];
  g_autoptr (BbSite) site = sample_load (villa);
  gint64 days = g_getenv ("BUSBAR_SOAK") != NULL ? villa->long_days : 3;
  g_autoptr (BbSimOptions) options = sample_options (site, days * SAMPLE_DAY_MS, 0);
  Log log = { g_array_new (FALSE, FALSE, sizeof (gint64)), { 0 } };
  options->observer = log_simulated;
  options->observer_data = &log;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  g_autoptr (GArray) simulated = log.rows;
  g_autoptr (GArray) driven = drive (site, options, FALSE);
  g_autoptr (GArray) late = drive (site, options, TRUE);
  g_test_message ("%u changes in %" G_GINT64_FORMAT " days", simulated->len / 5, days);
  g_assert_cmpuint (simulated->len, >, 5 * 100);
  for (guint i = 0; i < MIN (driven->len, simulated->len); i++)
    g_assert_cmpint (g_array_index (driven, gint64, i), ==, g_array_index (simulated, gint64, i));
  g_assert_cmpuint (driven->len, ==, simulated->len);
  /* Shown red: a field that reads its loads a second late is noticed. */
  g_assert_true (late->len != simulated->len
                 || memcmp (late->data, simulated->data, simulated->len * sizeof (gint64)) != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/samples/villa-demo/driver/same-set-points", test_same_set_points);
  return g_test_run ();
}
