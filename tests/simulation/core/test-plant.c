/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-plant.c: the physics alone: currents in the tree, delays, taper, contactor, fall-back, meters. */
#include "support.h"

#include "model/engine-config.h"
#include "simulation/plant-internal.h"

typedef struct {
  BbSite *site;           /* (owned) */
  BbEngineConfig *config; /* (owned) */
  BbPlant *plant;         /* (owned) */
} Bench;

static Bench
bench_with (const gchar *json, const BbPlantDefaults *defaults, gint64 step_ms)
{
  g_autoptr (GError) error = NULL;
  BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
  options.simulation = TRUE;
  Bench bench = { site_of ("%s", json), NULL, NULL };
  bench.config = bb_engine_config_new (bench.site, &options, &error);
  g_assert_no_error (error);
  bench.plant = bb_plant_new (&bench.config->config, defaults, 1, 0, step_ms);
  return bench;
}

/* One station of 32 A (reaction 2 s) under a board and a feeder, both metered. */
static const gchar *const nested
    = "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"board\",\"rating_a\":63,\"meter\":\"m1\"},"
      "{\"id\":\"feeder\",\"parent\":\"board\",\"rating_a\":40,\"meter\":\"m2\"}],"
      "\"meters\":[{\"id\":\"m1\",\"interval_s\":1},{\"id\":\"m2\",\"interval_s\":5,\"lag_s\":3}],"
      "\"groups\":[{\"id\":\"all\",\"circuit\":\"feeder\"}],"
      "\"stations\":[{\"id\":\"a\",\"circuit\":\"feeder\",\"group\":\"all\",\"rotation\":\"231\",\"reaction_"
      "s\":2,"
      "\"measured\":true,\"can_switch\":true,\"failsafe_a\":8,\"power_on_a\":10}]}";

static Bench
bench_of (void)
{
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  defaults.station_own_mw = 0;
  return bench_with (nested, &defaults, 1000);
}

static void
bench_clear (Bench *bench)
{
  g_clear_object (&bench->site);
  bb_engine_config_free (bench->config);
  g_free (bench->plant);
}

static const BbVehicle car = { .min_ma = 6000,
                               .max_ma = 16000,
                               .reaction_ms = 3000,
                               .taper_permille = 1000,
                               .n_phases = 3,
                               .wanted_mws = G_GINT64_CONSTANT (3600000) * 10000 };

static BbPlantStation *
station (const Bench *bench)
{
  return bb_plant_stations (bench->plant);
}

static gint32
draw_at (Bench *bench, gint64 now_ms)
{
  bb_plant_settle (bench->plant, now_ms);
  return station (bench)->draw_ma;
}

static const gint32 *
flow (const Bench *bench, guint circuit)
{
  return bb_plant_circuits (bench->plant)[circuit].flow_ma;
}

/* Station 2 s, vehicle 3 s: neither earlier nor later, up or down. */
static void
test_reaction (void)
{
  Bench bench = bench_of ();
  bb_plant_command (bench.plant, 0, 0, 3, 0);
  draw_at (&bench, 5000);
  bb_plant_plug (bench.plant, 0, &car, 10000);
  bb_plant_command (bench.plant, 0, 12000, 3, 20000);
  g_assert_cmpint (bb_plant_next (bench.plant, 20000), <=, 22000);
  g_assert_cmpint (draw_at (&bench, 22000), ==, 0);
  g_assert_cmpint (station (&bench)->pilot_ma, ==, 12000);
  g_assert_cmpint (draw_at (&bench, 24000), ==, 0);
  g_assert_cmpint (draw_at (&bench, 25000), ==, 12000);
  bb_plant_command (bench.plant, 0, 8000, 3, 26000);
  bb_plant_command (bench.plant, 0, 9000, 3, 27000);
  g_assert_cmpint (draw_at (&bench, 30000), ==, 12000);
  g_assert_cmpint (draw_at (&bench, 31000), ==, 8000);
  g_assert_cmpint (draw_at (&bench, 32000), ==, 9000);
  bb_plant_command (bench.plant, 0, 32000, 3, 40000);
  g_assert_cmpint (draw_at (&bench, 50000), ==, 16000); /* what the vehicle takes */
  bb_plant_command (bench.plant, 0, 5900, 3, 60000);
  g_assert_cmpint (draw_at (&bench, 70000), ==, 0); /* under its minimum */
  bench_clear (&bench);
}

/* A newcomer draws only when the plug's sequence is through, and then what the station offers by then: not
 * what the car before it had. An ideal vehicle draws at once. */
static void
test_newcomer (void)
{
  Bench bench = bench_of ();
  BbVehicle quick = car, ideal = car;
  quick.reaction_ms = 1000;
  ideal.reaction_ms = 0;
  bb_plant_command (bench.plant, 0, 16000, 3, 0);
  bb_plant_plug (bench.plant, 0, &car, 0);
  g_assert_cmpint (draw_at (&bench, 10000), ==, 16000);
  bb_plant_unplug (bench.plant, 0, 20000);
  bb_plant_plug (bench.plant, 0, &quick, 20000);
  bb_plant_command (bench.plant, 0, 7000, 3, 20000);
  g_assert_cmpint (draw_at (&bench, 24000), ==, 0);
  g_assert_cmpint (draw_at (&bench, 25000), ==, 7000);
  bb_plant_unplug (bench.plant, 0, 30000);
  bb_plant_plug (bench.plant, 0, &ideal, 30000);
  g_assert_cmpint (draw_at (&bench, 30000), ==, 7000);
  bench_clear (&bench);
}

/* More changes than a delay holds: the newest counts, none is applied early or lost for ever. */
static void
test_many_commands (void)
{
  Bench bench = bench_of ();
  bb_plant_plug (bench.plant, 0, &car, 0);
  for (gint i = 0; i < 100; i++)
    bb_plant_command (bench.plant, 0, 6000 + i * 50, 3, 10000 + i * 10);
  g_assert_cmpint (draw_at (&bench, 30000), ==, 10900); /* 10.95 A in steps of 0.1 A */
  bench_clear (&bench);
}

/* Currents land on the phases that the terminals are wired to, in every circuit above. */
static void
test_flows (void)
{
  Bench bench = bench_of ();
  const gint32 load[3] = { 1000, 2000, 3000 }, pv[3] = { 0, 9000, 0 };
  BbVehicle one = car;
  one.n_phases = 1;
  bb_plant_command (bench.plant, 0, 10000, 3, 0);
  draw_at (&bench, 3000);
  bb_plant_set_load (bench.plant, 1, load);
  bb_plant_set_generation (bench.plant, 0, pv);
  bb_plant_plug (bench.plant, 0, &one, 5000);
  g_assert_cmpint (draw_at (&bench, 10000), ==, 10000);
  g_assert_cmpint (station (&bench)->draw_mask, ==, 1 << 1); /* rotation 231: its first terminal is on L2 */
  g_assert_cmpint (flow (&bench, 0)[0], ==, 1000);
  g_assert_cmpint (flow (&bench, 0)[1], ==, 2000 - 9000 + 10000);
  g_assert_cmpint (flow (&bench, 1)[1], ==, 12000);
  g_assert_cmpint (bb_plant_circuits (bench.plant)[0].ev_ma[1], ==, 10000);
  bb_plant_unplug (bench.plant, 0, 11000);
  g_assert_cmpint (flow (&bench, 0)[1], ==, -7000);
  g_assert_cmpint (bb_plant_circuits (bench.plant)[0].ev_ma[1], ==, 0);
  bench_clear (&bench);
}

/* The two stages: full current up to 80 %, then down in steps along a straight line, to the floor, to full;
 * and the energy is what flowed. */
static void
test_taper (void)
{
  Bench bench = bench_of ();
  BbVehicle two_stage = car;
  const gint64 kwh = G_GINT64_CONSTANT (3600000000);
  two_stage.reaction_ms = 0;
  two_stage.taper_permille = 800;
  two_stage.taper_floor_ma = 1000;
  two_stage.quantum_ma = 100;
  two_stage.battery_mws = 10 * kwh;
  two_stage.stored_mws = 7 * kwh;
  two_stage.wanted_mws = 20 * kwh;
  bb_plant_command (bench.plant, 0, 16000, 3, 0);
  draw_at (&bench, 3000);
  bb_plant_plug (bench.plant, 0, &two_stage, 5000);
  gint64 sum = 0, now = 5000, steps = 0;
  gint32 before = 16000;
  while (station (&bench)->draw_ma > 0) {
    gint64 next = bb_plant_stations (bench.plant)->energy_due_ms;
    gint32 ma = station (&bench)->draw_ma;
    gint64 soc = 7 * kwh + bb_plant_delivered (bench.plant, station (&bench), now);
    g_assert_cmpint (ma, <=, before);
    if (soc < 8 * kwh)
      g_assert_cmpint (ma, ==, 16000);
    else /* the line, one quantum and one second of energy aside */
      g_assert_cmpint (ABS (ma - MAX (1000, 16000 * (10 * kwh - soc) / (2 * kwh))), <=, 101);
    sum += (gint64) ma * 3 * 230 * ((next - now) / 1000);
    before = ma;
    draw_at (&bench, next);
    now = next;
    g_assert_cmpint (++steps, <, 1000);
  }
  g_assert_cmpint (steps, >, 100);
  g_assert_cmpint (bb_plant_delivered (bench.plant, station (&bench), now), ==, 3 * kwh);
  g_assert_cmpint (ABS (sum - 3 * kwh), <=, 16000 * 3 * 230);
  bench_clear (&bench);
}

/* Looking at every second or only when something is due gives the same energy and the same end. */
static void
test_looking_changes_nothing (void)
{
  gint64 ends[2] = { 0, 0 };
  for (guint often = 0; often < 2; often++) {
    Bench bench = bench_of ();
    BbVehicle two_stage = car;
    two_stage.taper_permille = 700;
    two_stage.taper_floor_ma = 1000;
    two_stage.quantum_ma = 100;
    two_stage.battery_mws = G_GINT64_CONSTANT (3600000) * 8123;
    two_stage.stored_mws = G_GINT64_CONSTANT (3600000) * 5011;
    bb_plant_plug (bench.plant, 0, &two_stage, 0);
    bb_plant_command (bench.plant, 0, 13370, 3, 1000);
    gint64 now = 1000;
    while (now < 8 * HOUR) {
      gboolean drew = station (&bench)->draw_ma > 0;
      now = often ? now + 1000 : MIN (8 * HOUR, bench.plant->next_ms);
      if (often)
        bb_plant_station_update (bench.plant, 0, now); /* banks the energy of this second */
      if (draw_at (&bench, now) == 0 && drew)
        ends[often] = now;
    }
    g_assert_cmpint (bb_plant_delivered (bench.plant, station (&bench), now), ==,
                     G_GINT64_CONSTANT (3600000) * (8123 - 5011));
    bench_clear (&bench);
  }
  g_assert_cmpint (ends[0], >, HOUR / 2);
  g_assert_cmpint (ends[0], ==, ends[1]);
}

/* The contactor moves only without current, takes its time, and confirms. */
static void
test_contactor (void)
{
  Bench bench = bench_of ();
  bbe_station_in in;
  bb_plant_plug (bench.plant, 0, &car, 0);
  bb_plant_command (bench.plant, 0, 16000, 3, 0);
  g_assert_cmpint (draw_at (&bench, 6000), ==, 16000);
  bb_plant_command (bench.plant, 0, 16000, 1, 7000);
  draw_at (&bench, 20000);
  g_assert_cmpint (station (&bench)->phases_now, ==, 3); /* current flows: it waits */
  bb_plant_command (bench.plant, 0, 0, 1, 21000);
  draw_at (&bench, 26000); /* 2 s and 3 s later it stops, 2 s later it has switched */
  bb_plant_read_station (bench.plant, 0, 26000, &in);
  g_assert_cmpint (in.phases_now, ==, 3);
  g_assert_cmpint (station (&bench)->contactor_due_ms, ==, 28000);
  draw_at (&bench, 28000);
  bb_plant_read_station (bench.plant, 0, 28000, &in);
  g_assert_cmpint (in.phases_now, ==, 1);
  bb_plant_command (bench.plant, 0, 16000, 1, 29000);
  g_assert_cmpint (draw_at (&bench, 40000), ==, 16000);
  g_assert_cmpint (station (&bench)->n_draw, ==, 1);
  bench_clear (&bench);
}

/* Lost: it keeps its set-point for 30 s, then its fail-safe current; then it listens again. */
static void
test_silence (void)
{
  Bench bench = bench_of ();
  bbe_station_in in;
  bb_plant_plug (bench.plant, 0, &car, 0);
  bb_plant_command (bench.plant, 0, 16000, 3, 0);
  draw_at (&bench, 10000);
  bb_plant_station_lost (bench.plant, 0, 20000, TRUE);
  g_assert_false (bb_plant_read_station (bench.plant, 0, 20000, &in));
  bb_plant_command (bench.plant, 0, 6000, 3, 25000);
  g_assert_cmpint (draw_at (&bench, 49000), ==, 16000);
  g_assert_cmpint (draw_at (&bench, 53000), ==, 8000);
  bb_plant_station_lost (bench.plant, 0, 60000, FALSE);
  g_assert_true (bb_plant_read_station (bench.plant, 0, 60000, &in));
  bb_plant_command (bench.plant, 0, 7000, 3, 61000);
  g_assert_cmpint (draw_at (&bench, 70000), ==, 7000);
  bench_clear (&bench);
}

static void
test_outage_and_faults (void)
{
  Bench bench = bench_of ();
  bbe_station_in in = { 0 };
  bb_plant_plug (bench.plant, 0, &car, 0);
  bb_plant_command (bench.plant, 0, 16000, 3, 0);
  draw_at (&bench, 10000);
  bb_plant_outage (bench.plant, 0, 20000, TRUE);
  bb_plant_outage (bench.plant, 0, 20500, TRUE); /* two at once */
  g_assert_cmpint (draw_at (&bench, 21000), ==, 0);
  g_assert_cmpint (flow (&bench, 0)[0], ==, 0);
  bb_plant_outage (bench.plant, 0, 25000, FALSE);
  g_assert_cmpint (draw_at (&bench, 29000), ==, 0);
  bb_plant_outage (bench.plant, 0, 30000, FALSE);
  g_assert_cmpint (draw_at (&bench, 40000), ==, 10000); /* its power-on default */
  bb_plant_station_fault (bench.plant, 0, 41000, TRUE);
  g_assert_cmpint (draw_at (&bench, 42000), ==, 0);
  g_assert_true (bb_plant_read_station (bench.plant, 0, 42000, &in));
  g_assert_cmpint (in.vehicle, ==, BBE_VEHICLE_F);
  bb_plant_station_fault (bench.plant, 0, 43000, FALSE);
  g_assert_cmpint (draw_at (&bench, 44000), ==, 10000);
  bb_plant_station_deaf (bench.plant, 0, 45000, TRUE);
  bb_plant_command (bench.plant, 0, 0, 3, 45000);
  g_assert_cmpint (draw_at (&bench, 60000), ==, 16000); /* defect: it does not obey */
  bench_clear (&bench);
}

static void
test_vehicle_states (void)
{
  Bench bench = bench_of ();
  bbe_station_in in = { 0 };
  BbVehicle thirsty = car;
  thirsty.wanted_mws = 16000 * 3 * 230 * 10; /* ten seconds */
  thirsty.wanted_quantum_wh = 10;
  bb_plant_read_station (bench.plant, 0, 0, &in);
  g_assert_cmpint (in.vehicle, ==, BBE_VEHICLE_A);
  g_assert_cmpint (in.wanted_wh, ==, -1);
  bb_plant_command (bench.plant, 0, 0, 3, 0);
  draw_at (&bench, 5000);
  bb_plant_plug (bench.plant, 0, &thirsty, 10000);
  bb_plant_read_station (bench.plant, 0, 10000, &in);
  g_assert_cmpint (in.vehicle, ==, BBE_VEHICLE_B);
  g_assert_cmpint (in.wanted_wh, ==, 40); /* 30.7 Wh, told in tens */
  bb_plant_command (bench.plant, 0, 16000, 3, 11000);
  g_assert_cmpint (draw_at (&bench, 16000), ==, 16000);
  bb_plant_read_station (bench.plant, 0, 16000, &in);
  g_assert_cmpint (in.vehicle, ==, BBE_VEHICLE_C);
  g_assert_cmpint (in.measured_ma[0], ==, 16000);
  g_assert_cmpint (draw_at (&bench, 25000), ==, 16000);
  g_assert_cmpint (draw_at (&bench, 26000), ==, 0);
  bb_plant_read_station (bench.plant, 0, 26000, &in);
  g_assert_cmpint (in.vehicle, ==, BBE_VEHICLE_B); /* it has what it wanted */
  g_assert_cmpint (in.wanted_wh, ==, 0);
  bench_clear (&bench);
}

/* ---- meters ---- */

static gint32
shown (Bench *bench, guint m, gint64 now_ms, guint phase, gint64 *age_ms)
{
  bbe_meter_in in;
  bb_plant_sample_meters (bench->plant, now_ms);
  if (!bb_plant_read_meter (bench->plant, &bb_plant_meters (bench->plant)[m], &in))
    return -1;
  if (age_ms != NULL)
    *age_ms = now_ms - in.taken_ms;
  return in.current_ma[phase];
}

static void
set_load (Bench *bench, gint32 ma)
{
  const gint32 load[3] = { ma, ma, ma };
  bb_plant_set_load (bench->plant, 1, load);
}

/* Every 5 s, 3 s late: the reading at time t is what flowed at the last multiple of 5 s at least 3 s ago. */
static void
test_interval_and_lag (void)
{
  Bench bench = bench_of ();
  gint64 age = -1;
  gint32 history[200];
  for (gint64 second = 0; second < 200; second++) {
    set_load (&bench, (gint32) (second / 7 * 100));
    history[second] = (gint32) (second / 7 * 100);
    gint32 now = shown (&bench, 1, second * 1000, 0, &age);
    if (second < 3) {
      g_assert_cmpint (now, ==, -1);
      continue;
    }
    g_assert_cmpint (now, ==, history[(second - 3) / 5 * 5]);
    g_assert_cmpint (age, ==, (second - 3) % 5 * 1000);
    g_assert_cmpint (shown (&bench, 0, second * 1000, 0, NULL), ==, history[second]);
  }
  bench_clear (&bench);
}

static void
test_clamps (void)
{
  Bench bench = bench_of ();
  gint64 age = -1;
  set_load (&bench, 5000);
  bb_plant_meters (bench.plant)[0].is_signed = TRUE;
  g_assert_cmpint (shown (&bench, 0, 0, 1, NULL), ==, 5000);
  bb_plant_clamp_open (bench.plant, 0, 2, 1000, TRUE);
  g_assert_cmpint (shown (&bench, 0, 1000, 1, NULL), ==, 0);
  g_assert_cmpint (shown (&bench, 0, 1000, 0, NULL), ==, 5000);
  bb_plant_clamp_open (bench.plant, 0, 2, 2000, FALSE);
  bb_plant_clamp_reversed (bench.plant, 0, 7, 2000, TRUE);
  g_assert_cmpint (shown (&bench, 0, 2000, 1, NULL), ==, -5000);
  bb_plant_clamp_reversed (bench.plant, 0, 7, 3000, FALSE);
  g_assert_cmpint (shown (&bench, 0, 3000, 1, NULL), ==, 5000);
  bb_plant_meter_lost (bench.plant, 0, 4000, TRUE);
  set_load (&bench, 6000);
  g_assert_cmpint (shown (&bench, 0, 14000, 1, &age), ==, 5000);
  g_assert_cmpint (age, ==, 11000);
  bb_plant_meter_lost (bench.plant, 0, 15000, FALSE);
  g_assert_cmpint (shown (&bench, 0, 15000, 1, &age), ==, 6000);
  bb_plant_meter_stuck (bench.plant, 0, 16000, TRUE);
  set_load (&bench, 7000);
  g_assert_cmpint (shown (&bench, 0, 20000, 1, &age), ==, 6000);
  g_assert_cmpint (age, ==, 0);
  bb_plant_meter_stuck (bench.plant, 0, 21000, FALSE);
  g_assert_cmpint (shown (&bench, 0, 21000, 1, NULL), ==, 7000);
  bench_clear (&bench);
}

/* Noise stays within its bounds, is centred, belongs to the seed; some readings are lost; an unsigned meter
 * hides the sign. */
static void
test_noise (void)
{
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  defaults.station_own_mw = 0;
  defaults.meter_noise_ma = 300;
  defaults.meter_loss_permille = 100;
  defaults.meter_resolution_ma = 10;
  Bench bench = bench_with (nested, &defaults, 1000);
  gint64 sum = 0, lost = 0, age = 0;
  gint32 lowest = G_MAXINT32, highest = G_MININT32;
  set_load (&bench, 10000);
  shown (&bench, 0, 0, 0, NULL);
  for (gint64 second = 1; second <= 5000; second++) {
    gint32 ma = shown (&bench, 0, second * 1000, 0, &age);
    g_assert_cmpint (ma % 10, ==, 0);
    lost += age > 0;
    sum += ma - 10000;
    lowest = MIN (lowest, ma);
    highest = MAX (highest, ma);
  }
  g_assert_cmpint (lowest, >=, 9700);
  g_assert_cmpint (lowest, <, 9760);
  g_assert_cmpint (highest, <=, 10300);
  g_assert_cmpint (highest, >, 10240);
  g_assert_cmpint (ABS (sum / 5000), <, 10);
  g_assert_cmpint (lost, >, 400);
  g_assert_cmpint (lost, <, 600);
  bench_clear (&bench);
}

/* Steps of a minute: delays shorter than that vanish, longer ones are kept. */
static void
test_delays_within_a_step (void)
{
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  Bench bench = bench_with (nested, &defaults, 60000);
  BbVehicle slow = car;
  bb_plant_plug (bench.plant, 0, &slow, 0);
  bb_plant_command (bench.plant, 0, 12000, 3, 0);
  g_assert_cmpint (station (&bench)->draw_ma, ==, 12000);
  bb_plant_unplug (bench.plant, 0, 60000);
  slow.reaction_ms = 90000;
  bb_plant_plug (bench.plant, 0, &slow, 120000);
  g_assert_cmpint (draw_at (&bench, 180000), ==, 0);
  g_assert_cmpint (draw_at (&bench, 240000), ==, 12000);
  bench_clear (&bench);
}

/* An unknown rotation is drawn from the seed: always one of the six, and not always the same. */
static void
test_unknown_rotation (void)
{
  g_autoptr (GError) error = NULL;
  BbPlantDefaults defaults;
  bb_plant_defaults_init (&defaults);
  g_autoptr (BbSite) site
      = site_of ("{\"format\":\"busbar-site/1\",\"stations\":[{\"id\":\"a\",\"rotation\":\"unknown\"}]}");
  g_autoptr (BbEngineConfig) config = bb_engine_config_new (site, NULL, &error);
  g_assert_no_error (error);
  guint seen = 0;
  for (guint64 seed = 0; seed < 200; seed++) {
    g_autofree BbPlant *plant = bb_plant_new (&config->config, &defaults, seed, 0, 1000);
    const guint8 *rotation = bb_plant_stations (plant)->rotation;
    g_assert_cmpint (1 << rotation[0] | 1 << rotation[1] | 1 << rotation[2], ==, 7);
    seen |= 1u << (rotation[0] * 3 + rotation[1]);
  }
  g_assert_cmpint (__builtin_popcount (seen), ==, 6);
}

/* Cars as they are: less than offered, deaf to small raises, and one that takes all it can. */
static void
test_habits (void)
{
  Bench bench = bench_of ();
  BbVehicle habits = car;
  habits.under_ma = 1500;
  habits.dead_band_ma = 1000;
  bb_plant_plug (bench.plant, 0, &habits, 0);
  bb_plant_command (bench.plant, 0, 10000, 0, 10000);
  g_assert_cmpint (draw_at (&bench, 20000), ==, 8500);
  bb_plant_command (bench.plant, 0, 10900, 0, 20000); /* within its dead band */
  g_assert_cmpint (draw_at (&bench, 30000), ==, 8500);
  bb_plant_command (bench.plant, 0, 11000, 0, 30000);
  g_assert_cmpint (draw_at (&bench, 40000), ==, 9500);
  bb_plant_command (bench.plant, 0, 10900, 0, 40000); /* less is always followed */
  g_assert_cmpint (draw_at (&bench, 50000), ==, 9400);
  bb_plant_greedy (bench.plant, 0, 50000, TRUE);
  g_assert_cmpint (draw_at (&bench, 50000), ==, 16000);
  bb_plant_command (bench.plant, 0, 0, 0, 50000); /* the contactor opens for it too */
  g_assert_cmpint (draw_at (&bench, 60000), ==, 0);
  bb_plant_command (bench.plant, 0, 6000, 0, 60000);
  g_assert_cmpint (draw_at (&bench, 70000), ==, 16000);
  bb_plant_greedy (bench.plant, 0, 70000, FALSE);
  g_assert_cmpint (draw_at (&bench, 70000), ==, 4500);
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/plant/reaction", test_reaction);
  g_test_add_func ("/simulation/plant/newcomer", test_newcomer);
  g_test_add_func ("/simulation/plant/many-commands", test_many_commands);
  g_test_add_func ("/simulation/plant/flows", test_flows);
  g_test_add_func ("/simulation/plant/taper", test_taper);
  g_test_add_func ("/simulation/plant/looking-changes-nothing", test_looking_changes_nothing);
  g_test_add_func ("/simulation/plant/contactor", test_contactor);
  g_test_add_func ("/simulation/plant/silence", test_silence);
  g_test_add_func ("/simulation/plant/outage-and-faults", test_outage_and_faults);
  g_test_add_func ("/simulation/plant/vehicle-states", test_vehicle_states);
  g_test_add_func ("/simulation/plant/interval-and-lag", test_interval_and_lag);
  g_test_add_func ("/simulation/plant/clamps", test_clamps);
  g_test_add_func ("/simulation/plant/noise", test_noise);
  g_test_add_func ("/simulation/plant/delays-within-a-step", test_delays_within_a_step);
  g_test_add_func ("/simulation/plant/unknown-rotation", test_unknown_rotation);
  g_test_add_func ("/simulation/plant/habits", test_habits);
  return g_test_run ();
}
