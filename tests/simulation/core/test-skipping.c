/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-skipping.c: on random sites with random faults, leaving out steps changes no bit, a run resumed in the
 * middle neither, and the trace of the run replays. So the engine's "unchanged until" is honest, and so is
 * the plant's calendar. */
#include "support.h"

#include <glib/gstdio.h>

#include "simulation/trace.h"

/* ---- random sites ---- */

static const gchar *
pick (GRand *random, const gchar *const *words, gint n)
{
  return words[g_rand_int_range (random, 0, n)];
}

static const gchar *
truth (GRand *random)
{
  return g_rand_boolean (random) ? "true" : "false";
}

static void
add_group (GString *text, GRand *random)
{
  static const gchar *const balancers[] = { "fair", "priority", "queue", "rotate", "deadline" };
  static const gchar *const modes[] = { "normal", "normal", "solar", "boost" };
  g_string_append_printf (
      text,
      "{\"id\":\"all\",\"circuit\":\"feeder\",\"offline_a\":6,\"balancer\":\"%s\",\"mode\":\"%s\","
      "\"solar_netted\":%s,\"turn_min\":%d,\"hold_up_s\":%d,\"min_on_s\":%d,\"min_off_s\":%d,"
      "\"random_delay_max_min\":%d,\"use_peak\":%s,\"initial_peak_kw\":%d",
      pick (random, balancers, 5), pick (random, modes, 4), truth (random), g_rand_int_range (random, 3, 20),
      g_rand_int_range (random, 0, 20), g_rand_int_range (random, 0, 90), g_rand_int_range (random, 0, 90),
      g_rand_int_range (random, 0, 4), truth (random), g_rand_int_range (random, 4, 20));
  if (g_rand_boolean (random))
    g_string_append_printf (text,
                            ",\"off_peak\":true,\"windows\":[{\"start\":\"00:%02d\",\"end\":\"01:%02d\"}]",
                            g_rand_int_range (random, 0, 60), g_rand_int_range (random, 0, 60));
  g_string_append (text, "}");
}

static BbSite *
random_site (GRand *random, guint n)
{
  static const gchar *const rotations[] = { "123", "231", "312", "132", "321", "213", "unknown" };
  g_autoptr (GString) text = g_string_new (NULL);
  gint fuse = g_rand_int_range (random, 20, 64);
  g_string_append_printf (
      text,
      "{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Bucharest\",\"circuits\":[{\"id\":\"main\","
      "\"rating_a\":%d,\"meter\":\"m\",\"other_load_a\":8,\"generation_a\":20,\"unbalance_a\":%d},"
      "{\"id\":\"feeder\",\"parent\":\"main\",\"rating_a\":%d,\"stations_only\":true}],"
      "\"meters\":[{\"id\":\"m\",\"signed\":true,\"interval_s\":%d,\"lag_s\":%d}],"
      "\"signals\":[{\"id\":\"r\",\"keep_s\":30,\"lost\":\"reduced\"}],\"groups\":[",
      fuse, g_rand_boolean (random) ? 0 : 20, g_rand_int_range (random, 16, fuse + 1),
      g_rand_int_range (random, 1, 6), g_rand_int_range (random, 0, 4));
  add_group (text, random);
  g_string_append (text, "],\"stations\":[");
  for (guint s = 0; s < n; s++)
    g_string_append_printf (
        text,
        "%s{\"id\":\"s%u\",\"group\":\"all\",\"circuit\":\"feeder\",\"max_a\":%d,\"failsafe_a\":0,"
        "\"power_on_a\":0,\"rotation\":\"%s\",\"measured\":%s,\"can_switch\":%s,\"priority\":%d,"
        "\"reaction_s\":%d}",
        s > 0 ? "," : "", s + 1, g_rand_int_range (random, 10, 33), pick (random, rotations, 7),
        truth (random), truth (random), g_rand_int_range (random, 0, 3), g_rand_int_range (random, 0, 5));
  g_string_append (text, "]}");
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_parse (text->str, -1, "random", &error);
  g_assert_no_error (error);
  return site;
}

static void
random_cars (GRand *random, TestSession *cars, guint n)
{
  for (guint i = 0; i < n; i++) {
    gdouble from = g_rand_double_range (random, 0, 150);
    cars[i] = (TestSession){ .from_min = from,
                             .until_min = from + g_rand_double_range (random, 0.1, 150),
                             .kwh = g_rand_double_range (random, 0.1, 12),
                             .phases = (guint8) g_rand_int_range (random, 1, 4),
                             .max_a = g_rand_int_range (random, 6, 33),
                             .battery_kwh = g_rand_boolean (random) ? 20 : 0,
                             .soc_permille = g_rand_int_range (random, 300, 950) };
  }
}

static void
random_faults (GRand *random, BbSimOptions *options)
{
  static const gchar *const faults[] = { "\"meter-lost\",\"meter\":\"m\"",
                                         "\"meter-stuck\",\"meter\":\"m\"",
                                         "\"clamp-open\",\"meter\":\"m\",\"phase\":1",
                                         "\"clamp-reversed\",\"meter\":\"m\"",
                                         "\"station-lost\",\"station\":\"s1\"",
                                         "\"station-fault\",\"station\":\"s2\"",
                                         "\"station-deaf\",\"station\":\"s2\"",
                                         "\"outage\"",
                                         "\"outage\",\"state\":\"lost\"",
                                         "\"outage\",\"station\":\"s1\"",
                                         "\"signal\",\"signal\":\"r\",\"state\":\"reduced\"",
                                         "\"signal\",\"signal\":\"r\",\"state\":\"locked\"",
                                         "\"signal-lost\",\"signal\":\"r\"",
                                         "\"reduction\",\"group\":\"all\",\"limit_a\":9",
                                         "\"reduction\",\"circuit\":\"main\",\"limit_w\":7000",
                                         "\"override\",\"station\":\"s1\",\"kind\":\"cap\",\"limit_a\":8",
                                         "\"override\",\"station\":\"s2\",\"kind\":\"charge-now\"",
                                         "\"load-step\",\"circuit\":\"main\",\"l1_a\":9,\"l3_a\":-4",
                                         "\"wall-invalid\"",
                                         "\"wall-jump\",\"jump_s\":1800" };
  g_autoptr (GString) text = g_string_new ("[");
  guint n = (guint) g_rand_int_range (random, 0, 8);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s{\"at_s\":%d,\"for_s\":%d,\"what\":%s}", i > 0 ? "," : "",
                            g_rand_int_range (random, 0, 10000), g_rand_int_range (random, 1, 900),
                            pick (random, faults, G_N_ELEMENTS (faults)));
  g_string_append (text, "]");
  add_scenario (options, text->str);
}

static BbSimOptions *
random_options (guint32 seed)
{
  TestSession cars[12];
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint n_cars = (guint) g_rand_int_range (random, 1, 13);
  g_autoptr (BbSite) site = random_site (random, (guint) g_rand_int_range (random, 2, 7));
  random_cars (random, cars, n_cars);
  BbSimOptions *options = options_of (site, 3 * HOUR, cars, n_cars);
  BbHouseholdsSpec homes = { .households = 2, .seed = seed };
  options->seed = seed;
  options->step_ms = g_rand_boolean (random) ? 1000 : g_rand_int_range (random, 1, 20) * 1000;
  options->plant.wanted_quantum_wh = g_rand_boolean (random) ? 0 : 250;
  if (g_rand_int_range (random, 0, 5) == 0)
    options->plant.meter_loss_permille = 50;
  bb_sim_options_add_households (options, 0, &homes);
  if (g_rand_boolean (random))
    add_pv (options, g_rand_int_range (random, 0, 20000), g_rand_int_range (random, 0, 20000), 9000);
  random_faults (random, options);
  return options;
}

/* ---- the properties ---- */

/* Sites to try: 120, or 3,000 where BUSBAR_SOAK is set. */
static guint
n_sites (void)
{
  return g_getenv ("BUSBAR_SOAK") != NULL ? 3000 : 120;
}

static void
test_skipping (void)
{
  guint different = 0, skipped = 0;
  for (guint32 seed = 1; seed <= n_sites (); seed++) {
    g_autoptr (BbSimOptions) options = random_options (seed);
    g_autoptr (BbSimOutcome) some = run_ok (options);
    options->never_skip = TRUE;
    g_autoptr (BbSimOutcome) every = run_ok (options);
    skipped += some->summary->engine_steps < every->summary->engine_steps / 2;
    if (some->hash == every->hash)
      continue;
    g_test_message ("site %u differs", seed);
    different++;
  }
  g_assert_cmpuint (different, ==, 0);
  g_assert_cmpuint (skipped, >, n_sites () / 3); /* else there was nothing to prove */
}

/* Every decision after a time. (Shares of circuits are not part of it: the engine need not refresh them while
 * nobody charges.) */
typedef struct {
  gint64 from_mono_ms;
  guint64 hash;
} Witness;

static void
watch (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Witness *witness = data;
  if (in->mono_ms < witness->from_mono_ms)
    return;
  for (guint s = 0; s < out->n_stations; s++) {
    const bbe_station_out *station = &out->stations[s];
    const gint64 parts[] = { in->mono_ms,
                             station->setpoint_ma,
                             station->target_ma,
                             station->phases,
                             station->reason.code,
                             station->reason.limit,
                             station->reason.index,
                             station->reason.value_ma,
                             station->reason.until_ms,
                             in->stations[s].measured_ma[0] };
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
      witness->hash = (witness->hash ^ (guint64) parts[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  }
}

static void
test_resuming (void)
{
  for (guint32 seed = 1; seed <= n_sites () / 4; seed++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOptions) options = random_options (seed);
    Witness whole = { 0, 1 }, part = { 0, 1 };
    options->never_skip = TRUE;
    g_autoptr (GBytes) snapshot = bb_sim_snapshot_at (options, MONDAY + 2 * HOUR, NULL, &error);
    g_assert_no_error (error);
    whole.from_mono_ms = bb_sim_snapshot_get_time (snapshot) - MONDAY + BB_SIM_MONO_START;
    options->observer = watch;
    options->observer_data = &whole;
    g_autoptr (BbSimOutcome) first = run_ok (options);
    options->observer_data = &part;
    g_autoptr (BbSimOutcome) second = bb_sim_resume (options, snapshot, NULL, &error);
    g_assert_no_error (error);
    if (whole.hash != part.hash)
      g_error ("site %u goes on differently", seed);
  }
}

static void
test_replaying (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  for (guint32 seed = 1; seed <= n_sites () / 4; seed++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOptions) options = random_options (seed);
    BbTraceVerdict verdict;
    options->trace_path = g_build_filename (folder, "run.trace", NULL);
    g_autoptr (BbSimOutcome) outcome = run_ok (options);
    g_assert_true (bb_trace_replay (options->trace_path, &verdict, NULL, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (verdict.n_records, ==, outcome->summary->engine_steps);
    if (verdict.n_different > 0)
      g_error ("site %u replays differently from record %" G_GUINT64_FORMAT, seed, verdict.first_different);
    g_unlink (options->trace_path);
  }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/skipping/changes-nothing", test_skipping);
  g_test_add_func ("/simulation/skipping/resuming", test_resuming);
  g_test_add_func ("/simulation/skipping/replaying", test_replaying);
  return g_test_run ();
}
