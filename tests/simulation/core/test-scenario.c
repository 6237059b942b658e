/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-scenario.c: timelines: read strictly, with the JSON pointer of what is wrong; and what events do in a
 * run. */
#include "support.h"

#include "simulation/trace.h"

static BbSite *
make_site (void)
{
  return site_of (
      "{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Bucharest\",\"main_fuse_a\":40,\"offline_a\":0,"
      "\"signals\":[{\"id\":\"ripple\"}],"
      "\"stations\":[{\"id\":\"s1\",\"max_a\":32,\"failsafe_a\":0,\"power_on_a\":0,\"measured\":true},"
      "{\"id\":\"s2\",\"max_a\":32,\"failsafe_a\":0,\"power_on_a\":0,\"measured\":true}]}");
}

static void
test_reads_all (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = make_site ();
  g_autoptr (BbScenario) scenario = bb_scenario_parse (
      "[{\"at\":\"2026-01-05T12:00\",\"for_s\":60,\"what\":\"meter-lost\",\"meter\":\"main\"},"
      "{\"at\":\"2026-01-05T12:00Z\",\"until\":\"2026-01-05T12:30Z\",\"what\":\"clamp-open\",\"meter\":"
      "\"main\","
      "\"phase\":2},"
      "{\"at_s\":5,\"what\":\"reduction\",\"circuit\":\"main\",\"limit_w\":4200,\"comment\":\"why\"},"
      "{\"at_s\":1.5,\"what\":\"load-step\",\"circuit\":\"main\",\"l2_a\":-3.25},"
      "{\"at_s\":0,\"what\":\"override\",\"station\":\"s2\",\"kind\":\"charge-now\"},"
      "{\"at_s\":0,\"what\":\"signal\",\"signal\":\"ripple\",\"state\":\"locked\"},"
      "{\"at_s\":0,\"what\":\"outage\"}]",
      -1, "test", site, &error);
  g_assert_no_error (error);
  const BbScenarioEvent *events = (const BbScenarioEvent *) (void *) scenario->events->data;
  g_assert_cmpuint (scenario->events->len, ==, 7);
  g_assert_cmpint (events[0].at_ms, ==, MONDAY + 10 * HOUR); /* local time is UTC+2 */
  g_assert_cmpint (events[0].until_ms, ==, MONDAY + 10 * HOUR + MINUTE);
  g_assert_cmpint (events[1].at_ms, ==, MONDAY + 12 * HOUR);
  g_assert_cmpint (events[1].phases, ==, 2);
  g_assert_cmpint (events[2].scope, ==, BBE_REDUCE_CIRCUIT);
  g_assert_cmpint (events[2].value_w, ==, 4200);
  g_assert_cmpint (events[2].value_ma[0], ==, BBE_NO_LIMIT);
  g_assert_cmpint (events[2].until_ms, ==, G_MAXINT64);
  g_assert_cmpint (events[3].at_ms, ==, 1500);
  g_assert_cmpint (events[3].value_ma[1], ==, -3250);
  g_assert_cmpint (events[4].state, ==, BBE_OVERRIDE_CHARGE_NOW);
  g_assert_cmpint (events[5].state, ==, BBE_SIGNAL_LOCKED);
  g_assert_cmpint (events[6].index, ==, -1);
}

static void
test_refuses (void)
{
  const struct {
    const gchar *json, *pointer;
  } bad[] = {
    { "{}", "/:" },
    { "[1]", "/0:" },
    { "[{\"what\":\"outage\"}]", "/0:" },
    { "[{\"at_s\":0,\"at\":\"2026-01-01\",\"what\":\"outage\"}]", "/0:" },
    { "[{\"at_s\":0}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"rain\"}]", "/0/what:" },
    { "[{\"at_s\":-1,\"what\":\"outage\"}]", "/0/at_s:" },
    { "[{\"at_s\":\"x\",\"what\":\"outage\"}]", "/0/at_s:" },
    { "[{\"at\":\"2026-13-01\",\"what\":\"outage\"}]", "/0/at:" },
    { "[{\"at\":\"2026-03-29T03:30\",\"what\":\"outage\"}]", "/0/at:" }, /* the clock skips it */
    { "[{\"at_s\":0,\"for_s\":0,\"what\":\"outage\"}]", "/0/for_s:" },
    { "[{\"at_s\":0,\"for_s\":1e300,\"what\":\"outage\"}]", "/0/for_s:" },
    { "[{\"at\":\"2026-01-02\",\"until\":\"2026-01-01\",\"what\":\"outage\"}]", "/0/until:" },
    { "[{\"at_s\":0,\"until\":\"2026-01-01\",\"what\":\"outage\"}]", "/0/until:" },
    { "[{\"at_s\":0,\"what\":\"outage\",\"colour\":1}]", "/0/colour:" },
    { "[{\"at_s\":0,\"what\":\"outage\",\"meter\":\"main\"}]", "/0/meter:" },
    { "[{\"at_s\":0,\"what\":\"meter-lost\"}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"meter-lost\",\"meter\":\"attic\"}]", "/0/meter:" },
    { "[{\"at_s\":0,\"what\":\"outage\"},{\"at_s\":0,\"what\":\"station-lost\",\"station\":\"s9\"}]",
      "/1/station:" },
    { "[{\"at_s\":0,\"what\":\"clamp-open\",\"meter\":\"main\",\"phase\":4}]", "/0/phase:" },
    { "[{\"at_s\":0,\"what\":\"clamp-open\",\"meter\":\"main\",\"phase\":1.5}]", "/0/phase:" },
    { "[{\"at_s\":0,\"what\":\"signal\",\"signal\":\"ripple\",\"state\":\"off\"}]", "/0/state:" },
    { "[{\"at_s\":0,\"what\":\"reduction\"}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"reduction\",\"limit_a\":-1}]", "/0/limit_a:" },
    { "[{\"at_s\":0,\"what\":\"reduction\",\"limit_a\":1,\"group\":\"all\",\"circuit\":\"main\"}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"override\",\"station\":\"s1\",\"kind\":\"cap\"}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"load-step\",\"circuit\":\"main\"}]", "/0:" },
    { "[{\"at_s\":0,\"what\":\"wall-jump\"}]", "/0:" },
  };
  g_autoptr (BbSite) site = make_site ();
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_scenario_parse (bad[i].json, -1, "faults.json", site, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == BB_SCENARIO_ERROR);
    g_autofree gchar *start = g_strconcat ("faults.json: ", bad[i].pointer, NULL);
    if (!g_str_has_prefix (error->message, start))
      g_error ("%s: expected %s", error->message, start);
  }
  const gchar *const broken[]
      = { "", "[", "[{\"at_s\":0,}]", "\xff\xfe", "[{\"at_s\":NaN,\"what\":\"outage\"}]" };
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_scenario_parse (broken[i], -1, "faults.json", site, &error));
    g_assert_nonnull (error);
  }
}

/* ---- events in a run ---- */

static const TestSession cars[] = { { "s1", 0, 600, 60, 3, 16, 0, 0 }, { "s2", 0, 600, 60, 3, 16, 0, 0 } };

/* Greatest set-point of s1 and least of all, in a stretch of time. */
typedef struct {
  gint64 from_s, until_s;
  gint32 most, most_s2;
  guint n_failsafe;
  guint8 signal;
} Look;

static void
look (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Look *at = data;
  gint64 second = (in->mono_ms - BB_SIM_MONO_START) / 1000;
  if (second < at->from_s || second >= at->until_s)
    return;
  at->most = MAX (at->most, out->stations[0].setpoint_ma);
  at->most_s2 = MAX (at->most_s2, out->stations[1].setpoint_ma);
  at->n_failsafe += out->circuits[0].failsafe;
  at->signal = out->signal;
}

static Look
look_during (const gchar *scenario, gint64 from_s, gint64 until_s)
{
  Look at = { from_s, until_s, 0, 0, 0, 0 };
  g_autoptr (BbSite) site = make_site ();
  g_autoptr (BbSimOptions) options = options_of (site, 2 * HOUR, cars, 2);
  add_load (options, 5000, 5000, 5000);
  add_scenario (options, scenario);
  options->never_skip = TRUE;
  options->observer = look;
  options->observer_data = &at;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  return at;
}

static void
test_events_act (void)
{
  Look quiet = look_during ("[]", 3000, 3600);
  g_assert_cmpint (quiet.most, >=, 16000);
  Look lost = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"meter-lost\",\"meter\":\"main\"}]", 3000,
                           3500);
  g_assert_cmpint (lost.most, ==, 0); /* offline limit 0 */
  g_assert_cmpuint (lost.n_failsafe, ==, 500);
  Look locked = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"signal\",\"signal\":\"ripple\","
                             "\"state\":\"locked\"}]",
                             3000, 3500);
  g_assert_cmpint (locked.most, ==, 0);
  g_assert_cmpint (locked.signal, ==, BBE_SIGNAL_LOCKED);
  Look reduced
      = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"reduction\",\"limit_a\":14}]", 3000, 3500);
  g_assert_cmpint (reduced.most + reduced.most_s2, ==, 14000);
  Look over
      = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"reduction\",\"limit_a\":14}]", 4000, 4500);
  g_assert_cmpint (over.most, >=, 16000);
  Look capped = look_during (
      "[{\"at_s\":2900,\"for_s\":700,\"what\":\"override\",\"station\":\"s1\",\"kind\":\"cap\","
      "\"limit_a\":7}]",
      3000, 3500);
  g_assert_cmpint (capped.most, ==, 7000);
  g_assert_cmpint (capped.most_s2, >=, 16000);
  Look stepped = look_during (
      "[{\"at_s\":2900,\"for_s\":700,\"what\":\"load-step\",\"circuit\":\"main\",\"l3_a\":15}]", 3000, 3500);
  g_assert_cmpint (stepped.most, ==, 10000); /* (40 - 20) / 2 */
}

/* An open clamp while a car draws: the meter is bad after 10 s, and no room appears before. */
static void
test_open_clamp (void)
{
  Look at = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"clamp-open\",\"meter\":\"main\"}]", 2900,
                         2911);
  Look before = look_during ("[]", 2890, 2900);
  g_assert_cmpint (at.most, <=, before.most);
  Look later = look_during ("[{\"at_s\":2900,\"for_s\":700,\"what\":\"clamp-open\",\"meter\":\"main\"}]",
                            2915, 2950);
  g_assert_cmpint (later.most, ==, 0);
  g_assert_cmpuint (later.n_failsafe, ==, 35);
}

/* The worst a fault does to the fuse: with fail-safe and declared load right, nothing for longer than the
 * reaction. */
static void
test_faults_keep_the_fuse (void)
{
  const gchar *const faults[]
      = { "{\"at_s\":2900,\"for_s\":700,\"what\":\"meter-lost\",\"meter\":\"main\"}",
          "{\"at_s\":2900,\"for_s\":700,\"what\":\"station-lost\",\"station\":\"s1\"}",
          "{\"at_s\":2900,\"for_s\":40,\"what\":\"outage\"}",
          "{\"at_s\":2900,\"for_s\":40,\"what\":\"station-fault\",\"station\":\"s2\"}",
          "{\"at_s\":2900,\"for_s\":700,\"what\":\"wall-jump\",\"jump_s\":86400}" };
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (BbSite) site = make_site ();
    g_autofree gchar *json = g_strdup_printf ("[%s]", faults[i]);
    g_autoptr (BbSimOptions) options = options_of (site, 2 * HOUR, cars, 2);
    add_load (options, 8000, 5000, 5000);
    add_scenario (options, json);
    g_autoptr (BbSimOutcome) outcome = run_ok (options);
    g_assert_false (bb_summary_is_over_rating (outcome->summary));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/scenario/reads-all", test_reads_all);
  g_test_add_func ("/simulation/scenario/refuses", test_refuses);
  g_test_add_func ("/simulation/scenario/events-act", test_events_act);
  g_test_add_func ("/simulation/scenario/open-clamp", test_open_clamp);
  g_test_add_func ("/simulation/scenario/faults-keep-the-fuse", test_faults_keep_the_fuse);
  return g_test_run ();
}
