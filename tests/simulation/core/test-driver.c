/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-driver.c: a controller-shaped driver on a manual clock decides as the simulator does, bit for bit,
 * over a day. */
#include "support.h"

#include "simulation/driver.h"

static const TestSession cars[] = { { "s1", 30, 500, 14.0, 3, 16, 60, 600 },
                                    { "s2", 90, 700, 9.0, 1, 32, 0, 0 },
                                    { "s1", 800, 1200, 8.0, 3, 32, 40, 300 } };

/* Loads of a day, in mA, changing each quarter of an hour. */
static void
load_at (gint64 since_ms, gint32 ma[3])
{
  gint64 quarter = since_ms / (15 * MINUTE);
  for (gint p = 0; p < 3; p++)
    ma[p] = (gint32) (2000 + (quarter * 7919 + p * 104729) % 13 * 1000);
}

/* ---- what the simulator decides ---- */

typedef struct {
  GArray *rows; /* (element-type gint64): second, set-points and reasons */
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

typedef struct {
  BbLoadSource source; /* first */
} Quarters;

static gboolean
quarters_seek (BbLoadSource *source, int64_t t_ms, GError **error)
{
  source->from_ms = t_ms / (15 * MINUTE) * (15 * MINUTE);
  source->until_ms = source->from_ms + 15 * MINUTE;
  load_at (source->from_ms - MONDAY, source->value_m);
  return TRUE;
}

static void
quarters_info (BbLoadSource *source, BbLoadInfo *info)
{
  *info = (BbLoadInfo){
    .unit = BB_UNIT_AMPERES, .first_ms = G_MININT64, .end_ms = G_MAXINT64, .ignored_columns = ""
  };
}

static void
quarters_free (BbLoadSource *source)
{
  g_free (source);
}

static BbLoadSource *
quarters_open (gconstpointer spec, GError **error)
{
  static const BbLoadSourceClass klass = { quarters_seek, quarters_info, quarters_free };
  BbLoadSource *source = g_new0 (BbLoadSource, 1);
  source->klass = &klass;
  return source;
}

/* ---- what the driver decides, with a plant of its own ---- */

typedef struct {
  BbPlant *plant;
  gint64 offset_ms; /* plant time = mono + this */
  gboolean deaf;    /* defect: the last command is lost */
} Field;

static BbVehicle
vehicle_of (const TestSession *car)
{
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  return (BbVehicle){ .min_ma = defaults.vehicle_min_ma,
                      .max_ma = MIN (car->max_a, 32) * 1000,
                      .reaction_ms = defaults.vehicle_reaction_ms,
                      .taper_permille = defaults.taper_permille,
                      .taper_floor_ma = defaults.taper_floor_ma,
                      .quantum_ma = defaults.draw_quantum_ma,
                      .n_phases = car->phases,
                      .battery_mws = (gint64) (car->battery_kwh * 1000) * 3600000,
                      .stored_mws = (gint64) (car->battery_kwh * 1000) * 3600 * car->soc_permille,
                      .wanted_mws = (gint64) (car->kwh * 1000) * 3600000 };
}

static void
come_and_go (Field *field, gint64 now_ms)
{
  for (guint i = 0; i < G_N_ELEMENTS (cars); i++)
    if (MONDAY + (gint64) (cars[i].until_min * 60000) == now_ms)
      bb_plant_unplug (field->plant, cars[i].station[1] == '1' ? 0 : 1, now_ms);
  for (guint i = 0; i < G_N_ELEMENTS (cars); i++)
    if (MONDAY + (gint64) (cars[i].from_min * 60000) == now_ms) {
      BbVehicle car = vehicle_of (&cars[i]);
      bb_plant_plug (field->plant, cars[i].station[1] == '1' ? 0 : 1, &car, now_ms);
    }
}

static void
read_field (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  Field *field = data;
  gint64 now_ms = mono_ms + field->offset_ms;
  gint32 load[3];
  bb_plant_settle (field->plant, now_ms);
  come_and_go (field, now_ms);
  load_at (now_ms - MONDAY, load);
  bb_plant_set_load (field->plant, 0, load);
  bb_plant_sample_meters (field->plant, now_ms);
  bbe_meter_in meter;
  if (bb_plant_read_meter (field->plant, bb_plant_meters (field->plant), &meter))
    bb_step_inputs_set_meter (inputs, 0, meter.current_ma, meter.voltage_mv, meter.power_w, meter.power_valid,
                              meter.taken_ms - field->offset_ms);
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
  if (!(field->deaf && station == 1))
    bb_plant_command (field->plant, station, out->setpoint_ma, out->phases, mono_ms + field->offset_ms);
}

static GArray *
drive (BbSite *site, gboolean deaf)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (BB_SIM_MONO_START, MONDAY);
  const BbDriverIo io = { read_field, command_field, NULL };
  Field field = { NULL, MONDAY - BB_SIM_MONO_START, deaf };
  Log log = { g_array_new (FALSE, FALSE, sizeof (gint64)), { 0 } };
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &field, &error);
  g_assert_no_error (error);
  field.plant = bb_plant_new (&bb_driver_get_config (driver)->config, &defaults, 1, MONDAY, 1000);
  for (gint64 second = 0; second < 86400; second++) {
    bb_manual_clock_advance_to (clock, BB_SIM_MONO_START + second * 1000);
    log_row (&log, second, bb_driver_tick (driver));
    bb_plant_settle (field.plant, MONDAY + second * 1000);
  }
  g_free (field.plant);
  return log.rows;
}

static void
test_same_as_simulated (void)
{
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (BbSimOptions) options = options_of (site, DAY, cars, G_N_ELEMENTS (cars));
  BbSimFeed feed = { 0, BB_INPUT_LOAD, 1000, 1000, quarters_open, NULL, NULL };
  Log log = { g_array_new (FALSE, FALSE, sizeof (gint64)), { 0 } };
  bb_sim_options_add_feed (options, &feed);
  options->observer = log_simulated;
  options->observer_data = &log;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (GArray) driven = drive (site, FALSE);
  g_autoptr (GArray) defective = drive (site, TRUE);
  g_autoptr (GArray) simulated = log.rows;
  g_assert_cmpuint (simulated->len, >, 5 * 50);
  g_assert_cmpuint (driven->len, ==, simulated->len);
  for (guint i = 0; i < driven->len; i++)
    g_assert_cmpint (g_array_index (driven, gint64, i), ==, g_array_index (simulated, gint64, i));
  /* A field that loses commands would have been noticed. */
  g_assert_true (defective->len != simulated->len
                 || memcmp (defective->data, simulated->data, simulated->len * sizeof (gint64)) != 0);
}

/* ---- restart, and ticking by the clock ---- */

static void
count_read (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  ++*(guint *) data;
}

static void
ignore_command (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data)
{
}

static void
test_ticks_by_its_clock (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (5000, MONDAY);
  const BbDriverIo io = { count_read, ignore_command, NULL };
  guint n = 0;
  g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &n, &error);
  g_assert_no_error (error);
  bb_driver_start (driver, 1000);
  g_assert_cmpuint (n, ==, 1);
  bb_manual_clock_advance_to (clock, 15000);
  g_assert_cmpuint (n, ==, 11);
  bb_driver_stop (driver);
  bb_manual_clock_advance_to (clock, 20000);
  g_assert_cmpuint (n, ==, 11);
}

static void
test_state_is_kept (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (2, 25), other_site = board_of (3, 25);
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (5000, MONDAY);
  const BbDriverIo io = { count_read, ignore_command, NULL };
  guint n = 0;
  g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &n, &error);
  g_autoptr (BbDriver) other = bb_driver_new (other_site, NULL, BB_CLOCK (clock), &io, &n, &error);
  bb_driver_tick (driver);
  g_autoptr (GBytes) state = bb_driver_save (driver);
  g_assert_true (bb_driver_restore (driver, state));
  g_assert_false (bb_driver_restore (other, state));
}

static void
test_refused_site (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site
      = site_of ("{\"format\":\"busbar-site/1\",\"stations\":[{\"id\":\"a\",\"min_a\":40}]}");
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (5000, MONDAY);
  const BbDriverIo io = { count_read, ignore_command, NULL };
  guint n = 0;
  g_assert_null (bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &n, &error));
  g_assert_nonnull (error);
}

/* ---- an inactive group ---- */

typedef struct {
  gboolean reachable;
  gint32 told_ma; /* -1: not told */
  guint8 code;
} Held;

static void
read_held (BbStepInputs *inputs, gint64 mono_ms, gpointer data)
{
  const Held *held = data;
  if (held->reachable)
    bb_step_inputs_set_station (inputs, 0, BBE_VEHICLE_A, 0, NULL);
  else
    bb_step_inputs_set_station_lost (inputs, 0);
}

static void
command_held (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer data)
{
  Held *held = data;
  held->told_ma = out->setpoint_ma;
}

static void
decided_held (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Held *held = data;
  held->code = out->stations[0].reason.code;
}

/* A station of a group that is not commanded is held at its fail-safe current, or off, as the simulator holds
 * it: it is told so as soon as it is reachable, and again after each loss. */
static void
test_inactive_is_told (void)
{
  static const struct {
    const gchar *site;
    gint32 held_ma;
  } cases[] = { { "\"failsafe_a\":7", 7000 }, { "\"failsafe_a\":7,\"while_inactive\":\"off\"", 0 } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSite) site
        = site_of ("{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":25}],"
                   "\"groups\":[{\"id\":\"g\",\"circuit\":\"main\",\"offline_a\":7,\"active\":false}],"
                   "\"stations\":[{\"id\":\"s\",\"group\":\"g\",\"max_a\":16,%s}]}",
                   cases[i].site);
    g_autoptr (BbManualClock) clock = bb_manual_clock_new (5000, MONDAY);
    const BbDriverIo io = { read_held, command_held, decided_held };
    Held held = { FALSE, -1, 0 };
    g_autoptr (BbDriver) driver = bb_driver_new (site, NULL, BB_CLOCK (clock), &io, &held, &error);
    g_assert_no_error (error);
    for (guint round = 0; round < 3; round++) {
      held.reachable = FALSE;
      for (guint s = 0; s < 5; s++) {
        bb_manual_clock_advance_to (clock, bb_clock_get_mono_ms (BB_CLOCK (clock)) + 1000);
        bb_driver_tick (driver);
      }
      held.reachable = TRUE;
      held.told_ma = -1;
      bb_manual_clock_advance_to (clock, bb_clock_get_mono_ms (BB_CLOCK (clock)) + 1000);
      bb_driver_tick (driver);
      g_assert_cmpuint (held.code, ==, BBE_REASON_INACTIVE);
      g_assert_cmpint (held.told_ma, ==, cases[i].held_ma);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/driver/same-as-simulated", test_same_as_simulated);
  g_test_add_func ("/simulation/driver/ticks-by-its-clock", test_ticks_by_its_clock);
  g_test_add_func ("/simulation/driver/state-is-kept", test_state_is_kept);
  g_test_add_func ("/simulation/driver/refused-site", test_refused_site);
  g_test_add_func ("/simulation/driver/inactive-is-told", test_inactive_is_told);
  return g_test_run ();
}
