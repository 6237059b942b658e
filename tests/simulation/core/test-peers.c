/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-peers.c: the situations in which other balancers exceed their limit for seconds, or leave budget
 * unused: at 1 s steps, with stations and vehicles that take a second each to react, the current never
 * exceeds the limit, and the budget is used. */
#include "support.h"

typedef struct {
  const gchar *name;
  gint fuse_a;
  guint n_stations;
  const TestSession *cars;
  gsize n_cars;
  const gchar *scenario; /* nullable */
  gint least_use_pct;    /* of the budget while every station wants; 0: not looked at */
} Situation;

static const TestSession staggered[]
    = { { NULL, 10, 300, 40, 3, 32, 0, 0 },   { NULL, 12, 300, 40, 3, 32, 0, 0 },
        { NULL, 12.1, 300, 40, 3, 32, 0, 0 }, { NULL, 30, 300, 40, 3, 16, 0, 0 },
        { NULL, 31, 300, 40, 1, 32, 0, 0 },   { NULL, 31.05, 300, 40, 1, 32, 0, 0 } };
static const TestSession at_once[] = { { NULL, 10, 400, 60, 3, 32, 0, 0 },
                                       { NULL, 10, 400, 60, 3, 32, 0, 0 },
                                       { NULL, 10, 400, 60, 3, 32, 0, 0 },
                                       { NULL, 10, 400, 60, 3, 32, 0, 0 } };
static const TestSession tapering[] = { { NULL, 10, 400, 30, 3, 32, 50, 700 },
                                        { NULL, 10, 400, 60, 3, 32, 80, 600 },
                                        { NULL, 10, 400, 25, 3, 16, 40, 750 } };
static const TestSession coming_back[] = { { "s1", 10, 60, 2, 3, 32, 0, 0 },
                                           { "s2", 10, 300, 40, 3, 32, 0, 0 },
                                           { "s1", 61, 100, 3, 3, 32, 0, 0 },
                                           { "s3", 70, 90, 60, 3, 32, 0, 0 },
                                           { "s1", 101, 300, 30, 1, 32, 0, 0 } };

static const Situation situations[] = {
  { "staggered", 40, 6, staggered, G_N_ELEMENTS (staggered), NULL, 0 },
  { "scarcity", 16, 4, at_once, G_N_ELEMENTS (at_once), NULL, 95 },
  { "scarcity-14", 14, 2, at_once, 2, NULL, 95 },
  { "scarcity-11", 11, 2, at_once, 2, NULL, 95 },
  { "all-at-once", 63, 4, at_once, G_N_ELEMENTS (at_once), NULL, 95 },
  { "taper", 40, 3, tapering, G_N_ELEMENTS (tapering), NULL, 0 },
  { "finish-and-resume", 25, 3, coming_back, G_N_ELEMENTS (coming_back), NULL, 0 },
  { "lost-station", 40, 4, at_once, G_N_ELEMENTS (at_once),
    "[{\"at_s\":5000,\"for_s\":1800,\"what\":\"station-lost\",\"station\":\"s2\"}]", 0 },
};

static BbSite *
stations_only (guint n, gint fuse_a)
{
  g_autoptr (GString) stations = g_string_new (NULL);
  for (guint s = 0; s < n; s++)
    g_string_append_printf (stations,
                            "%s{\"id\":\"s%u\",\"group\":\"all\",\"failsafe_a\":0,\"power_on_a\":0,"
                            "\"measured\":true,\"reaction_s\":1}",
                            s > 0 ? "," : "", s + 1);
  return site_of (
      "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":%d,\"meter\":\"m\"}],"
      "\"meters\":[{\"id\":\"m\"}],\"groups\":[{\"id\":\"all\",\"circuit\":\"main\",\"offline_a\":0}],"
      "\"stations\":[%s]}",
      fuse_a, stations->str);
}

/* Vehicle current between two times, summed over the first phase. */
typedef struct {
  gint64 from_s, until_s, last_s, ma, sum;
} Use;

static void
add_use (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Use *use = data;
  gint64 second = (in->mono_ms - BB_SIM_MONO_START) / 1000;
  gint64 from = MAX (use->last_s, use->from_s), until = MIN (second, use->until_s);
  if (until > from)
    use->sum += use->ma * (until - from);
  use->last_s = second;
  use->ma = 0;
  for (guint s = 0; s < out->n_stations; s++)
    use->ma += in->stations[s].measured_ma[0];
}

static void
test_situation (gconstpointer data)
{
  const Situation *situation = data;
  Use use = { 700, 10000, 0, 0, 0 };
  g_autoptr (BbSite) site = stations_only (situation->n_stations, situation->fuse_a);
  g_autoptr (BbSimOptions) options = options_of (site, 8 * HOUR, situation->cars, situation->n_cars);
  options->plant.station_own_mw = 0;
  options->observer = add_use;
  options->observer_data = &use;
  if (situation->scenario != NULL)
    add_scenario (options, situation->scenario);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  gint64 used_pct = use.sum * 100 / ((gint64) situation->fuse_a * 1000 * (use.until_s - use.from_s));
  g_test_message ("%s: peak %.3f A of %d A, %" G_GINT64_FORMAT " %% of the budget, Jain %.3f",
                  situation->name, (gdouble) outcome->summary->circuits[0].phase[0].peak_ma / 1000,
                  situation->fuse_a, used_pct, outcome->summary->jain);
  for (guint p = 0; p < 3; p++) {
    g_assert_cmpint (outcome->summary->circuits[0].phase[p].over_rating_ms, ==, 0);
    g_assert_cmpint (outcome->summary->circuits[0].phase[p].peak_ma, <=, situation->fuse_a * 1000);
  }
  g_assert_cmpint (used_pct, >=, situation->least_use_pct);
  /* Without balancing every one of them would be over. */
  options->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) none = run_ok (options);
  g_assert_true (bb_summary_is_over_rating (none->summary));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (situations); i++) {
    g_autofree gchar *path = g_strconcat ("/simulation/peers/", situations[i].name, NULL);
    g_test_add_data_func (path, &situations[i], test_situation);
  }
  return g_test_run ();
}
