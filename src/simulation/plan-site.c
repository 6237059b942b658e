/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-site.c: a site with another rating, with fewer stations, or with more of the same, and the sessions
 * that go with it. */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "model/engine-config.h"
#include "simulation/plan.h"

/* ---- another rating --------------------------------------------------------------------------- */

static gint
get (gpointer part, const gchar *property)
{
  gint value = 0;

  g_object_get (part, property, &value, NULL);
  return value;
}

static void
set_group (BbGroup *group, gint old_ma, gint rating_ma)
{
  static const gchar *const names[] = { "online-ma", "supply-max-ma", "household-ma" };
  gboolean active = bb_group_peek (group)->active;

  bb_group_set_active (group, FALSE); /* a group is edited while it is inactive */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (get (group, names[i]) == old_ma)
      g_object_set (group, names[i], rating_ma, NULL);
  gint offline_ma = bb_group_peek (group)->offline_ma;
  if (offline_ma != BB_UNSTATED && rating_ma < old_ma)
    g_object_set (group, "offline-ma", MAX (offline_ma - (old_ma - rating_ma), 0), NULL);
  bb_group_set_active (group, active);
}

/* Is circuit `c` the circuit `above` or below it? By ids, a few levels; a ring ends it. */
static gboolean
is_under (BbSite *site, gint c, guint above)
{
  for (guint depth = 0; c >= 0 && depth <= BBE_MAX_DEPTH; depth++) {
    if ((guint) c == above)
      return TRUE;
    c = bb_site_find_circuit (site, bb_circuit_peek (bb_site_circuit (site, (guint) c))->parent);
  }
  return FALSE;
}

BbSite *
bb_plan_site_with_rating (BbSite *site, guint circuit, gint32 rating_ma)
{
  static const gchar *const ratings[] = { "rating-l1-ma", "rating-l2-ma", "rating-l3-ma" };
  BbSite *variant = bb_site_copy (site);
  BbCircuit *varied = bb_site_circuit (variant, circuit);
  gint old_ma = bb_circuit_peek (varied)->rating_ma[0];
  gint supply_ma = bb_circuit_peek (varied)->supply_max_ma;

  bb_site_set_path (variant, bb_site_get_path (site));
  for (guint p = 0; p < G_N_ELEMENTS (ratings); p++)
    g_object_set (varied, ratings[p], rating_ma, NULL);
  if (supply_ma > 0)
    g_object_set (varied, "supply-max-ma", MAX (supply_ma + rating_ma - old_ma, 1), NULL);
  for (guint g = 0; g < g_list_model_get_n_items (bb_site_get_groups (variant)); g++) {
    BbGroup *group = bb_site_group (variant, g);
    if (is_under (variant, bb_site_find_circuit (variant, bb_group_peek (group)->circuit), circuit))
      set_group (group, old_ma, rating_ma);
  }
  return variant;
}

/* ---- another number of stations --------------------------------------------------------------- */

guint
bb_plan_station_model (guint n_models, guint station, guint *round)
{
  if (round != NULL)
    *round = n_models > 0 ? station / n_models : 0;
  return n_models > 0 ? station % n_models : 0;
}

/* "123" -> "231": on a three-phase circuit, by so many phases. */
static gchar *
rotated (const BbEngineConfig *config, guint model, guint by)
{
  const bbe_station_config *station = &config->stations[model];
  gchar text[4] = "";

  if (station->rotation_unknown || config->circuits[station->circuit].phases != 7)
    return NULL;
  for (guint t = 0; t < station->n_phases && t < 3; t++)
    text[t] = (gchar) ('1' + (station->rotation[t] + by) % 3);
  return g_strdup (text);
}

static gboolean
add_copy (BbSite *variant, const BbEngineConfig *config, guint station, guint n_models, GError **error)
{
  guint round, model = bb_plan_station_model (n_models, station, &round);
  g_autoptr (BbPart) copy = bb_part_copy (BB_PART (bb_site_station (variant, model)));
  const BbStationFields *fields = bb_station_peek (BB_STATION (copy));
  g_autofree gchar *id = g_strdup_printf ("%s+%u", fields->id, round);
  g_autofree gchar *name
      = *fields->name != '\0' ? g_strdup_printf ("%s +%u", fields->name, round) : g_strdup ("");
  g_autofree gchar *rotation = rotated (config, model, round * n_models % 3);

  g_object_set (copy, "id", id, "name", name, "serial", "", "address", "", NULL);
  if (rotation != NULL)
    g_object_set (copy, "rotation", rotation, NULL);
  return bb_site_add (variant, copy, error);
}

BbSite *
bb_plan_site_with_stations (BbSite *site, guint n_stations, GError **error)
{
  static const BbEngineOptions simulation = { .simulation = TRUE, .balancer = -1 };
  guint have = g_list_model_get_n_items (bb_site_get_stations (site));
  g_autoptr (BbEngineConfig) config = bb_engine_config_new (site, &simulation, error);
  g_autoptr (BbSite) variant = bb_site_copy (site);

  if (config == NULL)
    return NULL;
  if (have == 0) {
    g_set_error_literal (error, BB_SIM_ERROR, BB_SIM_ERROR_SITE,
                         _ ("The site has no station that could be copied; add one."));
    return NULL;
  }
  bb_site_set_path (variant, bb_site_get_path (site));
  for (guint s = have; s > n_stations; s--)
    bb_site_remove (variant, BB_PART (bb_site_station (variant, s - 1)));
  for (guint s = have; s < n_stations; s++)
    if (!add_copy (variant, config, s, have, error))
      return NULL;
  return g_steal_pointer (&variant);
}

/* ---- sessions --------------------------------------------------------------------------------- */

/* A copy's cars come so much later (earlier): another time for each round, within an hour. */
static gint64
moved_ms (guint round)
{
  return round == 0 ? 0 : ((gint64) (round * 37 % 121) - 60) * 60000;
}

static int
by_arrival (const void *a, const void *b)
{
  const BbSession *left = a, *right = b;

  if (left->arrival_ms != right->arrival_ms)
    return left->arrival_ms < right->arrival_ms ? -1 : 1;
  if (left->departure_ms != right->departure_ms)
    return left->departure_ms < right->departure_ms ? -1 : 1;
  if (left->line != right->line)
    return left->line < right->line ? -1 : 1;
  return left->station - right->station;
}

/* Adds a session in one round; `station` is the position in the variant, -1: the first free one. */
static void
add_session (GArray *items, const BbSession *session, guint round, gint station)
{
  BbSession copy = *session;

  copy.arrival_ms += moved_ms (round);
  copy.departure_ms += moved_ms (round);
  copy.station = station;
  g_array_append_val (items, copy);
}

/* How many of `n` things are kept up to the `i`-th of `have` alike. */
static guint64
share_up_to (guint64 i, guint64 n, guint64 have)
{
  return i * n / have;
}

typedef struct {
  const BbSessions *sessions;
  gint *station; /* position in the site of each of the sessions' stations; -1: none */
  guint have, n; /* stations of the site, of the variant */
  guint64 seen;  /* sessions without a station so far */
  GArray *items;
} Scaling;

static void
scale_session (Scaling *scaling, const BbSession *session)
{
  if (session->station < 0) {
    guint64 i = scaling->seen++;
    guint64 times
        = share_up_to (i + 1, scaling->n, scaling->have) - share_up_to (i, scaling->n, scaling->have);
    for (guint round = 0; round < times; round++)
      add_session (scaling->items, session, round, -1);
    return;
  }
  gint model = scaling->station[session->station];
  guint step = MAX (scaling->have, 1);
  for (guint s = (guint) MAX (model, 0); model >= 0 && s < scaling->n; s += step)
    add_session (scaling->items, session, s / step, (gint) s);
}

BbSessions *
bb_plan_scale_sessions (const BbSessions *sessions, BbSite *site, BbSite *variant)
{
  BbSessions *scaled = g_new0 (BbSessions, 1);
  Scaling scaling = { .sessions = sessions,
                      .have = g_list_model_get_n_items (bb_site_get_stations (site)),
                      .n = g_list_model_get_n_items (bb_site_get_stations (variant)),
                      .items = g_array_new (FALSE, FALSE, sizeof (BbSession)) };
  g_autofree gint *station = scaling.station = g_new (gint, MAX (sessions->n_stations, 1));

  for (gsize i = 0; i < sessions->n_stations; i++)
    station[i] = bb_site_find_station (site, sessions->stations[i]);
  for (gsize i = 0; i < sessions->n_items && scaling.have > 0; i++)
    scale_session (&scaling, &sessions->items[i]);
  qsort (scaling.items->data, scaling.items->len, sizeof (BbSession), by_arrival);
  scaled->name = g_strdup (sessions->name);
  scaled->ignored_columns = g_strdup (sessions->ignored_columns);
  scaled->n_zero = sessions->n_zero;
  scaled->n_items = scaling.items->len;
  scaled->stations = g_new0 (char *, scaling.n + 1);
  scaled->n_stations = scaling.n;
  for (guint s = 0; s < scaling.n; s++)
    scaled->stations[s] = g_strdup (bb_station_peek (bb_site_station (variant, s))->id);
  scaled->items = (BbSession *) (void *) g_array_free (scaling.items, FALSE);
  return scaled;
}
