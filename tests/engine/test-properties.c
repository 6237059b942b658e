/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-properties.c: what must hold, always: random sites, random days, checked after each second.
 *
 * Plainly it takes some seconds; with BUSBAR_SOAK=1 ten million steps, and the count is printed. Each check
 * is also shown red once, on outputs that were spoiled on purpose. */
#include "fixture.h"
#include "random-site.h"

/* Plainly half a million steps with the plant or nonsense behind them; ten million soaking. */
#define SOAK_FACTOR 20

static gint64
steps_wanted (gint64 plainly)
{
  const char *soak = g_getenv ("BUSBAR_SOAK");

  return soak != NULL && *soak == '1' ? plainly * SOAK_FACTOR : plainly;
}

static Site *
random_new (guint64 seed, kit_random *r, const random_options *options)
{
  Site *site = site_new ();

  *r = (kit_random){ .state = seed };
  if (!random_site (&site->k, &site->w, r, options))
    g_error ("seed %" G_GUINT64_FORMAT ": refused: %s[%u].%s: %s", seed, site->k.fault.table,
             site->k.fault.index, site->k.fault.field, site->k.fault.rule);
  return site;
}

#define assert_seed(expression, seed, second, why)                                                           \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    if (!(expression))                                                                                       \
      g_error ("seed %" G_GUINT64_FORMAT ", second %d: %s", (guint64) (seed), second, (why).text);           \
  }                                                                                                          \
  G_STMT_END

/* ---- the plant ------------------------------------------------------------------------------------- */

/* Cars that draw anything from 0 to their set-point, other load constant: never over a rating. */
static void
plant_steps (gboolean measured, gint64 wanted)
{
  const random_options options
      = { .max_stations = 16, .max_circuits = 5, .steady = true, .measured = measured };
  gint64 start = g_get_monotonic_time ();
  gint64 steps = 0;
  check_why why = { "" };

  for (guint64 seed = 1; steps < wanted; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);

    for (int i = 0; i < 1500; i++, steps++) {
      const bbe_outputs *out;

      random_events (&site->w, &r, &options);
      for (int s = 0; s < site->k.config.n_stations; s += 3)
        site->w.cars[s].draw_permille = kit_random_range (&r, 0, 1000);
      out = plant_second (&site->w);
      assert_seed (check_all (&site->w, out, &why), seed, i, why);
      g_snprintf (why.text, sizeof why.text, "overloaded by %d mA", -plant_margin_ma (&site->w));
      assert_seed (plant_margin_ma (&site->w) >= 0, seed, i, why);
    }
  }
  g_test_message ("%" G_GINT64_FORMAT " steps, %.0f steps/s with plant and checks", steps,
                  steps * 1e6 / (g_get_monotonic_time () - start));
}

static void
test_plant_measured (void)
{
  plant_steps (TRUE, steps_wanted (240000));
}

static void
test_plant_unmeasured (void)
{
  plant_steps (FALSE, steps_wanted (60000));
}

/* Everything happens: loads jump, meters and stations vanish, signals come. Rows and values hold. */
static void
test_everything (void)
{
  const random_options options = { .max_stations = 16, .max_circuits = 5 };
  gint64 wanted = steps_wanted (100000);
  gint64 steps = 0;
  check_why why = { "" };

  for (guint64 seed = 1; steps < wanted; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);

    for (int i = 0; i < 1500; i++, steps++) {
      const bbe_outputs *out;

      random_events (&site->w, &r, &options);
      out = plant_second (&site->w);
      assert_seed (check_values (&site->k, out, &why), seed, i, why);
      assert_seed (check_rows (&site->k, &site->w, out, &why), seed, i, why);
    }
  }
  g_test_message ("%" G_GINT64_FORMAT " steps", steps);
}

/* Inputs that no plant would give: a step never fails, and its answer is still one. */
static void
test_nonsense (void)
{
  const random_options options = { .max_stations = 16, .max_circuits = 5 };
  gint64 wanted = steps_wanted (100000);
  gint64 steps = 0;
  check_why why = { "" };

  for (guint64 seed = 1; steps < wanted; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);
    int64_t latest = 0;

    for (int i = 0; i < 300; i++, steps++) {
      random_inputs (&site->k, &r);
      kit_step (&site->k);
      latest = MAX (latest, site->k.in.mono_ms);
      site->k.in.mono_ms = latest;
      assert_seed (check_values (&site->k, site->k.out, &why), seed, i, why);
      assert_seed (check_rows (&site->k, NULL, site->k.out, &why), seed, i, why);
    }
  }
  g_test_message ("%" G_GINT64_FORMAT " steps", steps);
}

/* After a load step the current is back under within one period + the slowest reaction. */
static void
test_load_step (void)
{
  const random_options options = { .max_stations = 10, .max_circuits = 1, .plain = true };
  int n = (int) steps_wanted (500);

  for (guint64 seed = 1; seed <= (guint64) n; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);
    int reaction = 0;

    for (int s = 0; s < site->k.config.n_stations; s++) {
      plant_arrive (&site->w, s, 3, 32000);
      reaction = MAX (reaction, site->k.stations[s].reaction_ms / 1000);
    }
    site_run (site, 90);
    for (int p = 0; p < 3; p++)
      site->w.other_ma[0][p] = kit_random_range (&r, 0, site->k.circuits[0].rating_ma[p]);
    plant_seconds (&site->w, 1 + reaction);
    for (int i = 0; i < 20; i++) {
      plant_second (&site->w);
      if (plant_margin_ma (&site->w) < 0)
        g_error ("seed %" G_GUINT64_FORMAT ": %d s after the step still over by %d mA", seed,
                 reaction + i + 2, -plant_margin_ma (&site->w));
    }
  }
}

/* ---- fairness, reasons ----------------------------------------------------------------------------------
 */

static void
test_max_min (void)
{
  const random_options options = { .max_stations = 12, .max_circuits = 4, .plain = true };
  int n = (int) steps_wanted (1500);
  check_why why = { "" };

  for (guint64 seed = 1; seed <= (guint64) n; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);

    for (int s = 0; s < site->k.config.n_stations; s++)
      plant_arrive (&site->w, s, 3, 64000);
    for (int i = 0; i < 90; i++) {
      plant_second (&site->w);
      assert_seed (check_all (&site->w, site->k.out, &why), seed, i, why);
    }
    assert_seed (check_max_min (&site->k, site->k.out, &why), seed, 90, why);
    assert_seed (check_reasons (&site->k, site->k.out, &why), seed, 90, why);
  }
}

/* ---- renumbering ------------------------------------------------------------------------------------------
 */

static void
shuffle (int *order, int n, kit_random *r)
{
  for (int i = 0; i < n; i++)
    order[i] = i;
  for (int i = n - 1; i > 0; i--) {
    int j = kit_random_range (r, 0, i);
    int kept = order[i];

    order[i] = order[j];
    order[j] = kept;
  }
}

/* The same site with its stations in another order gives the same answers in that order. */
static void
test_renumbering (void)
{
  const random_options options = { .max_stations = 12, .max_circuits = 4, .measured = true };
  int n = (int) steps_wanted (200);

  for (guint64 seed = 1; seed <= (guint64) n; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);
    g_autoptr (Site) other = site_new ();
    int order[KIT_STATIONS];

    shuffle (order, site->k.config.n_stations, &r);
    other->k = site->k;
    other->k.engine = NULL;
    other->k.config.stations = other->k.stations;
    other->k.config.circuits = other->k.circuits;
    other->k.config.meters = other->k.meters;
    other->k.config.groups = other->k.groups;
    other->k.config.signals = other->k.signals;
    for (int s = 0; s < site->k.config.n_stations; s++)
      other->k.stations[order[s]] = site->k.stations[s];
    g_assert_true (kit_start (&other->k));
    for (int i = 0; i < 400; i++) {
      random_events (&site->w, &r, &options);
      plant_second (&site->w);
      other->k.in = site->k.in;
      other->k.in.stations = other->k.stations_in;
      for (int s = 0; s < site->k.config.n_stations; s++)
        other->k.stations_in[order[s]] = site->k.stations_in[s];
      kit_step (&other->k);
      for (int s = 0; s < site->k.config.n_stations; s++)
        if (site->k.out->stations[s].setpoint_ma != other->k.out->stations[order[s]].setpoint_ma
            || site->k.out->stations[s].reason.code != other->k.out->stations[order[s]].reason.code)
          g_error ("seed %" G_GUINT64_FORMAT
                   ", second %d: station %d has %d mA (%s), as number %d %d mA (%s)",
                   seed, i, s, site->k.out->stations[s].setpoint_ma,
                   bbe_reason_name (site->k.out->stations[s].reason.code), order[s],
                   other->k.out->stations[order[s]].setpoint_ma,
                   bbe_reason_name (other->k.out->stations[order[s]].reason.code));
    }
  }
}

/* ---- quiet inputs
 * --------------------------------------------------------------------------------------------- */

/* A lost meter's last reading turned too old since the last second: that is a change. */
static gboolean
turned_stale (const Site *site)
{
  for (int m = 0; m < site->k.config.n_meters; m++) {
    int64_t age = site->k.in.mono_ms - site->k.meters_in[m].taken_ms;
    int64_t limit = MAX (10000, 3 * site->k.meters[m].interval_ms);

    if (age >= limit && age <= limit + 2000)
      return TRUE;
  }
  return FALSE;
}

/* With constant inputs, outputs change only when a timer of the policy is due. */
static void
test_constant_inputs (void)
{
  const random_options options = { .max_stations = 12, .max_circuits = 4 };
  int n = (int) steps_wanted (200);
  check_why why = { "" };

  for (guint64 seed = 1; seed <= (guint64) n; seed++) {
    kit_random r;
    g_autoptr (Site) site = random_new (seed, &r, &options);
    check_copy before;

    for (int i = 0; i < 300; i++) {
      random_events (&site->w, &r, &options);
      plant_second (&site->w);
    }
    check_copy_take (&before, site->k.out);
    for (int i = 0; i < 600; i++) {
      kit_advance (&site->k, 1000);
      for (int m = 0; m < site->k.config.n_meters; m++)
        if (site->k.meters_in[m].valid && !site->w.meter_lost[m])
          site->k.meters_in[m].taken_ms = site->k.in.mono_ms;
      kit_step (&site->k);
      if (i > 0 && site->k.in.mono_ms < before.out.unchanged_until_ms && !turned_stale (site))
        assert_seed (check_same (&before.out, site->k.out, &why), seed, i, why);
      check_copy_take (&before, site->k.out);
    }
  }
}

/* ---- shown red
 * ------------------------------------------------------------------------------------------------- */

/* Two cars of one phase on a full circuit; `copy` is a true answer, to be spoiled. */
static Site *
full_circuit (check_copy *copy)
{
  Site *site = site_new_simple (25000, 2, 1);
  check_why why = { "" };

  site_start (site);
  site_other (site, 0, 5000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  check_copy_take (copy, site->k.out);
  g_assert_true (check_all (&site->w, &copy->out, &why));
  g_assert_true (check_max_min (&site->k, &copy->out, &why));
  g_assert_true (check_reasons (&site->k, &copy->out, &why));
  return site;
}

static void
test_red_values (void)
{
  check_copy copy;
  check_why why = { "" };
  g_autoptr (Site) site = full_circuit (&copy);
  bbe_station_out good = copy.stations[0];

  copy.stations[0].setpoint_ma = 5900;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0].setpoint_ma = 32100;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0].setpoint_ma = 9950;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0].setpoint_ma = -100;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0] = good;
  copy.stations[0].committed_mask = 0;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0].committed_mask = 2;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0] = good;
  copy.stations[0].reason.code = BBE_REASON_COUNT;
  g_assert_false (check_values (&site->k, &copy.out, &why));
  copy.stations[0] = good;
  copy.out.unchanged_until_ms = site->k.in.mono_ms - 1;
  g_assert_false (check_values (&site->k, &copy.out, &why));
}

static void
test_red_rows (void)
{
  check_copy copy;
  check_why why = { "" };
  g_autoptr (Site) site = full_circuit (&copy);

  copy.stations[0].setpoint_ma += 100; /* one step too many */
  g_assert_false (check_rows (&site->k, &site->w, &copy.out, &why));
  g_assert_false (check_plant (&site->w, &copy.out, &why));
  copy.stations[0].setpoint_ma -= 100;
  copy.out.signal = BBE_SIGNAL_LOCKED;
  g_assert_false (check_rows (&site->k, &site->w, &copy.out, &why));
  copy.out.signal = BBE_SIGNAL_NORMAL;
  copy.circuits[0].share_ma[0] = 60000; /* an open clamp taken for room */
  g_assert_false (check_rows (&site->k, &site->w, &copy.out, &why));
  check_copy_take (&copy, site->k.out);
  site->k.groups[0].online_ma = 19000;
  g_assert_false (check_rows (&site->k, &site->w, &copy.out, &why));
}

/* An engine that ignores rotation: all stations believed to be on L1 while one is on L2. */
static void
test_red_rotation (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 0, 1);
  check_why why = { "" };
  gboolean caught = FALSE;

  kit_station (&site->k, 0, 1, 0);
  kit_station (&site->k, 0, 1, 0);
  site_start (site);
  site->k.stations[0].rotation[0] = 1; /* the plant is wired otherwise than the engine was told */
  site_other (site, 0, 5000, 15000, 0);
  for (int s = 0; s < 2; s++)
    plant_arrive (&site->w, s, 1, 32000);
  for (int i = 0; i < 60; i++)
    caught |= !check_all (&site->w, plant_second (&site->w), &why);
  g_assert_true (caught);
}

/* A driver that raises before the others have followed: the incumbents' reaction is ignored. */
static void
test_red_making_room (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 2, 1);
  check_copy copy;
  check_why why = { "" };
  gboolean caught = FALSE;

  site->k.stations[0].reaction_ms = 5000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  plant_arrive (&site->w, 1, 1, 32000);
  for (int i = 0; i < 10; i++) {
    plant_sense (&site->w);
    check_copy_take (&copy, kit_step (&site->k));
    copy.stations[1].setpoint_ma = copy.stations[1].target_ma; /* no waiting */
    plant_command (&site->w, &copy.out);
    caught |= !check_plant (&site->w, &copy.out, &why) || plant_margin_ma (&site->w) < 0;
  }
  g_assert_true (caught);
}

static void
test_red_max_min (void)
{
  check_copy copy;
  check_why why = { "" };
  g_autoptr (Site) site = full_circuit (&copy);

  copy.stations[0].target_ma -= 1000; /* left lying */
  g_assert_false (check_max_min (&site->k, &copy.out, &why));
  copy.stations[1].target_ma += 1000; /* given to one that has more already */
  g_assert_false (check_max_min (&site->k, &copy.out, &why));
}

static void
test_red_reasons (void)
{
  check_copy copy;
  check_why why = { "" };
  g_autoptr (Site) site = full_circuit (&copy);

  copy.stations[0].reason.phase = 1; /* a phase it does not load */
  g_assert_false (check_reasons (&site->k, &copy.out, &why));
  copy.stations[0].reason.phase = 0;
  copy.circuits[0].share_ma[0] += 5000; /* a row with room */
  g_assert_false (check_reasons (&site->k, &copy.out, &why));
}

static void
test_red_same (void)
{
  check_copy copy;
  check_why why = { "" };
  g_autoptr (Site) site = full_circuit (&copy);

  g_assert_true (check_same (&copy.out, site->k.out, &why));
  copy.stations[1].reason.until_ms++;
  g_assert_false (check_same (&copy.out, site->k.out, &why));
  copy.stations[1].reason.until_ms--;
  copy.stations[1].setpoint_ma++;
  g_assert_false (check_same (&copy.out, site->k.out, &why));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/always/plant/measured", test_plant_measured);
  g_test_add_func ("/engine/always/plant/unmeasured", test_plant_unmeasured);
  g_test_add_func ("/engine/always/everything", test_everything);
  g_test_add_func ("/engine/always/nonsense", test_nonsense);
  g_test_add_func ("/engine/always/load-step", test_load_step);
  g_test_add_func ("/engine/always/max-min", test_max_min);
  g_test_add_func ("/engine/always/renumbering", test_renumbering);
  g_test_add_func ("/engine/always/constant-inputs", test_constant_inputs);
  g_test_add_func ("/engine/shown-red/values", test_red_values);
  g_test_add_func ("/engine/shown-red/rows", test_red_rows);
  g_test_add_func ("/engine/shown-red/rotation", test_red_rotation);
  g_test_add_func ("/engine/shown-red/making-room", test_red_making_room);
  g_test_add_func ("/engine/shown-red/max-min", test_red_max_min);
  g_test_add_func ("/engine/shown-red/reasons", test_red_reasons);
  g_test_add_func ("/engine/shown-red/same", test_red_same);
  return g_test_run ();
}
