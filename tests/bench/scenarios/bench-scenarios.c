/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-scenarios.c: the load-sharing scenarios that other balancers are shown on, with the simulator's
 * plant: vehicles that react after seconds, taper and finish, meters and stations as in a real run.
 *
 *   over, set    greatest sum of set-points over the limit (others: 2 to 6 A for seconds)
 *   over, flows  greatest current over the limit, REACTION_S after a fall of the limit at the earliest
 *   used         share of the limit that flows while the cars want more than it (others: 60 to 74 %)
 * A figure that misses its aim ends the program with 1.
 */
#include <stdio.h>

#include "model/site-json.h"
#include "simulation/run.h"

#define START_MS   G_GINT64_CONSTANT (1767571200000) /* 2026-01-05 00:00 UTC */
#define REACTION_S 6                                 /* meter or command 1 s, station 2 s, vehicle 3 s */
#define SETTLED_S  240 /* the budget is measured from here: the first cars have started */
#define MOST       8

typedef struct {
  gint from_s, until_s;
  gdouble kwh;
  gint battery_kwh, soc_permille; /* of a car that tapers */
} Car;

typedef struct {
  gint at_s, limit_a;
} Limit;

typedef struct {
  const gchar *name;
  guint n_stations, n_phases;
  gint fuse_a, minutes;
  const gchar *balancer, *events; /* JSON, NULL: none */
  Limit limits[10];               /* load reductions: from then on; at_s 0 ends the list */
  Car cars[MOST];
  gint least_used_pct; /* 0: scarcity is not its subject */
} Scenario;

#define ALL_ALONG(at)                                                                                        \
  {                                                                                                          \
    at, 86000, 500, 0, 0                                                                                     \
  }

static const Scenario scenarios[] = {
  { "staggered arrivals, 4 cars on 32 A",
    4,
    1,
    32,
    20,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (125), ALL_ALONG (245), ALL_ALONG (365) },
    95 },
  { "arrivals 3 s apart, 6 cars on 40 A",
    6,
    1,
    40,
    15,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (30), ALL_ALONG (33), ALL_ALONG (36), ALL_ALONG (39), ALL_ALONG (42), ALL_ALONG (45) },
    95 },
  { "two cars, three phases, 20 A",
    2,
    3,
    20,
    15,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (125) },
    95 },
  { "scarcity, 4 three-phase cars on 16 A",
    4,
    3,
    16,
    60,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    95 },
  { "scarcity, 4 on 16 A, turns of 15 min",
    4,
    3,
    16,
    60,
    "rotate",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    95 },
  { "scarcity, 5 cars on 10 A",
    5,
    1,
    10,
    60,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    95 },
  { "scarcity, queue, 4 cars on 25 A",
    4,
    3,
    25,
    30,
    "queue",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (65), ALL_ALONG (125), ALL_ALONG (185) },
    95 },
  { "scarcity, 8 three-phase cars on 40 A",
    8,
    3,
    40,
    30,
    "fair",
    NULL,
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5),
      ALL_ALONG (5) },
    95 },
  { "taper, 3 cars on 32 A",
    3,
    1,
    32,
    60,
    "fair",
    NULL,
    { { 0 } },
    { { 5, 86000, 4, 20, 800 }, ALL_ALONG (5), ALL_ALONG (5) },
    95 },
  { "finish and resume, 3 cars on 24 A",
    3,
    1,
    24,
    60,
    "fair",
    NULL,
    { { 0 } },
    { { 5, 1200, 0.6, 0, 0 }, ALL_ALONG (5), ALL_ALONG (5), { 1260, 86000, 500, 0, 0 } },
    95 },
  { "variable supply, 3 cars",
    3,
    1,
    32,
    27,
    "fair",
    NULL,
    { { 180, 20 },
      { 360, 26 },
      { 540, 13 },
      { 720, 7 },
      { 900, 15 },
      { 1080, 32 },
      { 1260, 12 },
      { 1440, 32 },
      { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    90 },
  { "a lost station, 3 cars on 30 A",
    3,
    1,
    30,
    30,
    "fair",
    "[{\"at_s\":600,\"for_s\":600,\"what\":\"station-lost\",\"station\":\"s2\"}]",
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    0 },
  { "leave and return, 2 cars on 16 A",
    2,
    1,
    16,
    20,
    "fair",
    NULL,
    { { 0 } },
    { { 5, 480, 500, 0, 0 }, ALL_ALONG (5), { 720, 86000, 500, 0, 0 } },
    95 },
  { "the meter lost for 5 min, 3 cars on 25 A",
    3,
    1,
    25,
    20,
    "fair",
    "[{\"at_s\":600,\"for_s\":300,\"what\":\"meter-lost\",\"meter\":\"m\"}]",
    { { 0 } },
    { ALL_ALONG (5), ALL_ALONG (5), ALL_ALONG (5) },
    0 },
};

typedef struct {
  const Scenario *scenario;
  gint64 last_ms, fell_ms;
  gint32 limit_ma, over_set_ma, over_flow_ma;
  gint32 flow_ma;
  gint64 budget, used;
  guint stops;
  gint32 setpoint_ma[MOST];
} Watch;

/* ---- the site ---- */

static BbSite *
make_site (const Scenario *scenario)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gint failsafe_a = (gint) scenario->n_stations * 6 <= scenario->fuse_a ? 6 : 0;
  /* Stations that consume nothing themselves: the limit is compared with what cars take. */
  g_string_append_printf (
      text,
      "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":%d,\"meter\":\"m\","
      "\"other_load_a\":0}],\"meters\":[{\"id\":\"m\"}],\"groups\":[{\"id\":\"g\",\"circuit\":\"main\","
      "\"balancer\":\"%s\"}],\"simulation\":{\"station_own_w\":0},\"stations\":[",
      scenario->fuse_a, scenario->balancer);
  for (guint s = 0; s < scenario->n_stations; s++)
    g_string_append_printf (text,
                            "%s{\"id\":\"s%u\",\"group\":\"g\",\"phases\":%u,\"max_a\":32,\"failsafe_a\":%d,"
                            "\"power_on_a\":%d}",
                            s > 0 ? "," : "", s + 1, scenario->n_phases, failsafe_a, failsafe_a);
  g_string_append (text, "]}");
  BbSite *site = bb_site_parse (text->str, (gssize) text->len, scenario->name, &error);
  if (site == NULL)
    g_error ("%s", error->message);
  return site;
}

static BbSessions *
make_sessions (const Scenario *scenario)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);
  sessions->name = g_strdup (scenario->name);
  sessions->ignored_columns = g_strdup ("");
  sessions->items = g_new0 (BbSession, MOST);
  sessions->stations = g_new0 (char *, 1);
  for (guint i = 0; i < MOST && scenario->cars[i].until_s > 0; i++) {
    const Car *car = &scenario->cars[i];
    sessions->items[sessions->n_items++] = (BbSession){ .arrival_ms = START_MS + car->from_s * 1000,
                                                        .departure_ms = START_MS + car->until_s * 1000,
                                                        .energy_wh = (guint32) (car->kwh * 1000),
                                                        .battery_wh = (guint32) car->battery_kwh * 1000,
                                                        .arrival_soc_permille = (gint16) car->soc_permille,
                                                        .max_ma = 32000,
                                                        .station = -1,
                                                        .phases = (guint8) scenario->n_phases };
  }
  return sessions;
}

static void
add_events (BbSimOptions *options, const Scenario *scenario)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new ("[");
  for (const Limit *limit = scenario->limits; limit->at_s > 0; limit++) {
    gint end_s = limit[1].at_s > 0 ? limit[1].at_s : scenario->minutes * 60;
    g_string_append_printf (
        text, "%s{\"at_s\":%d,\"for_s\":%d,\"what\":\"reduction\",\"circuit\":\"main\",\"limit_a\":%d}",
        limit > scenario->limits ? "," : "", limit->at_s, end_s - limit->at_s, limit->limit_a);
  }
  g_string_append_c (text, ']');
  options->scenario = bb_scenario_parse (scenario->events != NULL ? scenario->events : text->str, -1,
                                         scenario->name, options->site, &error);
  if (options->scenario == NULL)
    g_error ("%s", error->message);
}

/* ---- measuring ---- */

static gint32
limit_at (const Scenario *scenario, gint64 t_ms)
{
  gint32 limit_a = scenario->fuse_a;
  for (const Limit *limit = scenario->limits; limit->at_s > 0 && limit->at_s * 1000 <= t_ms; limit++)
    limit_a = limit->limit_a;
  return limit_a * 1000;
}

/* What the cars would take that are not nearly full, were there no limit. */
static gint32
wanted_at (const Scenario *scenario, gint64 t_ms)
{
  gint32 sum_ma = 0;
  for (guint i = 0; i < MOST && scenario->cars[i].until_s > 0; i++) {
    const Car *car = &scenario->cars[i];
    if (car->from_s * 1000 <= t_ms && t_ms < (gint64) car->until_s * 1000 && car->kwh > 100)
      sum_ma += 32000;
  }
  return sum_ma;
}

static void
count_time (Watch *watch, gint64 t_ms)
{
  gint64 from_ms = MAX (watch->last_ms, MAX (watch->fell_ms + REACTION_S * 1000, SETTLED_S * 1000));
  if (t_ms > from_ms && wanted_at (watch->scenario, watch->last_ms) > watch->limit_ma) {
    watch->budget += watch->limit_ma * (t_ms - from_ms);
    watch->used += watch->flow_ma * (t_ms - from_ms);
  }
  watch->last_ms = t_ms;
}

static void
watch_step (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Watch *watch = data;
  gint64 t_ms = in->mono_ms - BB_SIM_MONO_START;
  gint32 set_ma = 0, flow_ma = 0, limit_ma = limit_at (watch->scenario, t_ms);
  count_time (watch, t_ms);
  if (limit_ma < watch->limit_ma)
    watch->fell_ms = t_ms;
  watch->limit_ma = limit_ma;
  for (guint s = 0; s < watch->scenario->n_stations; s++) {
    const bbe_station_out *now = &out->stations[s];
    flow_ma += in->stations[s].measured_ma[0];
    set_ma += now->commanded ? now->setpoint_ma : 0;
    watch->stops
        += watch->setpoint_ma[s] > 0 && now->setpoint_ma == 0 && in->stations[s].vehicle == BBE_VEHICLE_C;
    watch->setpoint_ma[s] = now->setpoint_ma;
  }
  watch->flow_ma = flow_ma;
  watch->over_set_ma = MAX (watch->over_set_ma, set_ma - limit_ma);
  if (t_ms > watch->fell_ms + REACTION_S * 1000)
    watch->over_flow_ma = MAX (watch->over_flow_ma, flow_ma - limit_ma);
}

static gboolean
bench_scenario (const Scenario *scenario)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = make_site (scenario);
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);
  Watch watch
      = { .scenario = scenario, .fell_ms = -REACTION_S * 1000 - 1, .limit_ma = scenario->fuse_a * 1000 };
  bb_sim_options_add_site_defaults (options, &error);
  options->from_ms = START_MS;
  options->until_ms = START_MS + scenario->minutes * 60000;
  options->never_skip = TRUE;
  options->observer = watch_step;
  options->observer_data = &watch;
  bb_sim_options_set_sessions (options, make_sessions (scenario));
  add_events (options, scenario);
  g_autoptr (BbSimOutcome) outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  if (outcome == NULL)
    g_error ("%s", error->message);
  count_time (&watch, options->until_ms - START_MS);
  gint32 over_rating_ma = 0;
  for (guint p = 0; p < 3; p++)
    over_rating_ma = (gint32) MAX (over_rating_ma, outcome->summary->circuits[0].phase[p].peak_ma
                                                       - outcome->summary->circuits[0].phase[p].rating_ma);
  gint32 over_flow_ma = MAX (watch.over_flow_ma, over_rating_ma);
  gdouble used_pct = watch.budget > 0 ? 100.0 * (gdouble) watch.used / (gdouble) watch.budget : 0;
  gboolean good = watch.over_set_ma <= 0 && over_flow_ma <= 0 && used_pct >= scenario->least_used_pct;
  printf ("%-42s %9.1f A %9.1f A %9.1f %% %6u %s\n", scenario->name, watch.over_set_ma / 1000.0,
          over_flow_ma / 1000.0, used_pct, watch.stops, good ? "" : "MISSED");
  return good;
}

int
main (void)
{
  gboolean good = TRUE;
  printf ("%-42s %11s %11s %11s %6s\n", "", "over, set", "over, flows", "used", "stops");
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    good = bench_scenario (&scenarios[i]) && good;
  return good ? 0 : 1;
}
