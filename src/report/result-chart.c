/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-chart.c: the standard charts of a result. */
#include "report/result-chart.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "simulation/headline-text.h"

/* An off-peak time narrower than this part of a picture is a stripe. */
#define LEAST_SHARE 500

typedef struct {
  BbChartModel *model;
  BbResult *result;
  BbResult *ghost; /* (nullable) */
  BbSite *site;
} Context;

/* A series of the result, and behind it that of the ghost. FALSE when the result has none. */
static gboolean
add_line (const Context *context, guint track, const gchar *id, const gchar *label, BbChartRole role,
          gdouble factor)
{
  BbSeriesSource *source = BB_SERIES_SOURCE (context->result);
  BbSeriesSource *ghost = context->ghost != NULL ? BB_SERIES_SOURCE (context->ghost) : NULL;
  gint series = bb_series_source_find (source, id);
  gint behind = ghost != NULL ? bb_series_source_find (ghost, id) : -1;

  if (series < 0)
    return FALSE;
  if (behind >= 0)
    bb_chart_model_add_line (context->model, track, ghost, (guint) behind, label, role, factor, TRUE);
  bb_chart_model_add_line (context->model, track, source, (guint) series, label, role, factor, FALSE);
  return TRUE;
}

static gboolean
has_series (const Context *context, const gchar *id)
{
  return bb_series_source_find (BB_SERIES_SOURCE (context->result), id) >= 0;
}

/* ---- circuits --------------------------------------------------------------------------------- */

static void
add_limit (const Context *context, guint track, const gchar *format, BbChartRole role, gint ma)
{
  g_autofree gchar *figure = bb_number_text (bb_amps (ma), 1);
  g_autofree gchar *label = g_strdup_printf ("%s %s A", format, figure);

  bb_chart_model_add_limit (context->model, track, label, role, bb_amps (ma));
}

/* One line where all phases have the same rating, else one for each. */
static void
add_ratings (const Context *context, guint track, const BbCircuitFields *circuit, guint phases)
{
  guint first = 0;
  gboolean same = TRUE;

  while (first < 2 && !(phases >> first & 1))
    first++;
  for (guint p = 0; p < 3; p++)
    same &= !(phases >> p & 1) || circuit->rating_ma[p] == circuit->rating_ma[first];
  if (same && circuit->rating_ma[first] > 0)
    add_limit (context, track, _ ("Rating"), BB_ROLE_RATING, circuit->rating_ma[first]);
  for (guint p = 0; p < 3 && !same; p++) {
    /* Translators: the rating of L1; its figure follows */
    g_autofree gchar *label = g_strdup_printf (_ ("Rating %s"), bb_phase_names[p]);
    if ((phases >> p & 1) && circuit->rating_ma[p] > 0)
      add_limit (context, track, label, BB_ROLE_RATING, circuit->rating_ma[p]);
  }
  if (circuit->supply_max_ma > 0 && circuit->supply_max_ma < circuit->rating_ma[first])
    add_limit (context, track, _ ("Supply maximum"), BB_ROLE_LIMIT, circuit->supply_max_ma);
}

static gboolean
add_circuit (const Context *context, guint position)
{
  const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (context->site, position));
  guint phases = 0, track = 0;

  for (guint p = 0; p < 3; p++) {
    g_autofree gchar *id = g_strdup_printf ("circuit/%s/l%u", circuit->id, p + 1);
    phases |= has_series (context, id) ? 1u << p : 0;
  }
  if (phases == 0)
    return FALSE;
  track = bb_chart_model_add_track (context->model, bb_circuit_name (context->site, circuit->id), "A", 1,
                                    BB_TRACK_LINES);
  for (guint p = 0; p < 3; p++) {
    g_autofree gchar *id = g_strdup_printf ("circuit/%s/l%u", circuit->id, p + 1);
    add_line (context, track, id, bb_phase_names[p], (BbChartRole) (BB_ROLE_L1 + p), 1);
  }
  add_ratings (context, track, circuit, phases);
  return TRUE;
}

static gboolean
add_circuits (const Context *context)
{
  guint n = g_list_model_get_n_items (bb_site_get_circuits (context->site));
  gboolean any = FALSE;

  for (guint c = 0; c < n; c++)
    any |= add_circuit (context, c);
  return any;
}

/* ---- stations --------------------------------------------------------------------------------- */

static gboolean
add_stations (const Context *context)
{
  guint n = bb_result_get_n_stations (context->result);

  if (n == 0)
    return FALSE;
  guint track = bb_chart_model_add_track (context->model, _ ("Stations"), "A", 1,
                                          n <= BB_RESULT_CHART_STACK ? BB_TRACK_STACK : BB_TRACK_LANES);
  for (guint s = 0; s < n; s++) {
    const gchar *own = bb_result_get_station_id (context->result, s);
    g_autofree gchar *id = g_strdup_printf ("station/%s/current", own);
    add_line (context, track, id, bb_station_name (context->site, own), BB_ROLE_STATION, 1);
  }
  return TRUE;
}

/* What it was told and what it drew. */
static gboolean
add_station (const Context *context, const gchar *own)
{
  g_autofree gchar *setpoint = g_strdup_printf ("station/%s/setpoint", own);
  g_autofree gchar *current = g_strdup_printf ("station/%s/current", own);

  if (!has_series (context, current))
    return FALSE;
  guint track = bb_chart_model_add_track (context->model, bb_station_name (context->site, own), "A", 1,
                                          BB_TRACK_LINES);
  add_line (context, track, setpoint, _ ("Set-point"), BB_ROLE_LIMIT, 1);
  add_line (context, track, current, _ ("Current"), BB_ROLE_STATION, 1);
  return TRUE;
}

/* ---- power ------------------------------------------------------------------------------------ */

static gboolean
add_power (const Context *context)
{
  static const struct {
    const gchar *id, *label;
    BbChartRole role;
  } lines[] = { { "site/house", N_ ("Other load"), BB_ROLE_HOUSE },
                { "site/cars", N_ ("Cars"), BB_ROLE_STATION },
                { "site/pv", N_ ("Generation"), BB_ROLE_EXPORT },
                { "site/grid", N_ ("Grid"), BB_ROLE_IMPORT } };
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    any |= has_series (context, lines[i].id);
  if (!any)
    return FALSE;
  guint track = bb_chart_model_add_track (context->model, _ ("Power"), "kW", 2, BB_TRACK_LINES);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_line (context, track, lines[i].id, _ (lines[i].label), lines[i].role, 0.001);
  return TRUE;
}

/* ---- what -------------------------------------------------------------------------------------- */

/* All that there is; results of older versions have no power without generation. */
static gboolean
add_all (const Context *context)
{
  gboolean any = add_circuits (context);

  any |= add_power (context);
  any |= add_stations (context);
  return any;
}

/* FALSE when there is nothing of that name. */
static gboolean
add_part (const Context *context, const gchar *what)
{
  if (g_str_has_prefix (what, "circuit/")) {
    gint position = bb_site_find_circuit (context->site, what + strlen ("circuit/"));
    return position >= 0 && add_circuit (context, (guint) position);
  }
  if (g_str_has_prefix (what, "station/"))
    return add_station (context, what + strlen ("station/"));
  if (g_str_equal (what, BB_RESULT_CHART_ALL))
    return add_all (context);
  if (g_str_equal (what, BB_RESULT_CHART_POWER))
    return add_power (context);
  if (g_str_equal (what, BB_RESULT_CHART_CIRCUITS))
    return add_circuits (context);
  if (g_str_equal (what, BB_RESULT_CHART_STATIONS))
    return add_stations (context);
  return FALSE;
}

static gboolean
add_parts (const Context *context, const gchar *what, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (what, ",", 0);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (add_part (context, parts[i]))
      continue;
    g_set_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE,
                 _ ("The result has nothing called “%s” to draw. There are power, circuits, stations, "
                    "circuit/ID and station/ID."),
                 parts[i]);
    return FALSE;
  }
  return TRUE;
}

/* Empty; NULL with an error where the site's time zone is none. */
static BbChartModel *
make_model (BbResult *result, BbSite *site, GError **error)
{
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  BbChartModel *model = zone != NULL ? bb_chart_model_new (zone) : NULL;

  if (model != NULL)
    bb_chart_model_set_extent (model, bb_result_get_from_ms (result), bb_result_get_until_ms (result));
  return model;
}

BbChartModel *
bb_result_chart_new (BbResult *result, BbSite *site, const gchar *what, BbResult *ghost, GError **error)
{
  g_autoptr (BbChartModel) model = make_model (result, site, error);
  Context context = { model, result, ghost, site };

  if (model == NULL || !add_parts (&context, what != NULL ? what : BB_RESULT_CHART_ALL, error))
    return NULL;
  return g_steal_pointer (&model);
}

BbChartModel *
bb_result_chart_new_of (BbResult *result, BbSite *site, const gchar *const *what, BbResult *ghost,
                        GError **error)
{
  g_autoptr (BbChartModel) model = make_model (result, site, error);
  Context context = { model, result, ghost, site };

  for (guint i = 0; model != NULL && what[i] != NULL; i++)
    add_part (&context, what[i]);
  return g_steal_pointer (&model);
}

void
bb_result_chart_add_bands (BbChartModel *model, const GPtrArray *bands)
{
  bb_result_chart_add_bands_for (model, bands, G_MININT64 / 2, G_MININT64 / 2);
}

void
bb_result_chart_add_bands_for (BbChartModel *model, const GPtrArray *bands, gint64 from_ms, gint64 until_ms)
{
  gint64 least_ms = (until_ms - from_ms) / LEAST_SHARE;

  for (guint b = 0; b < bands->len; b++) {
    const BbChartBand *band = g_ptr_array_index (bands, b);
    if (band->kind != BB_BAND_OFF_PEAK || band->until_ms - band->from_ms >= least_ms)
      bb_chart_model_add_band (model, band->from_ms, band->until_ms, band->kind, band->label);
  }
}

/* ---- the busiest day --------------------------------------------------------------------------- */

/* Highest share of its rating that a circuit's phase had in [from, until). */
static gboolean
find_load (BbResult *result, const BbCircuitFields *circuit, gint64 from_ms, gint64 until_ms, gdouble *load,
           GError **error)
{
  for (guint p = 0; p < 3; p++) {
    g_autofree gchar *id = g_strdup_printf ("circuit/%s/l%u", circuit->id, p + 1);
    gint series = bb_series_source_find (BB_SERIES_SOURCE (result), id);
    BbSeriesColumn column;
    if (series < 0 || circuit->rating_ma[p] <= 0)
      continue;
    if (!bb_series_source_query (BB_SERIES_SOURCE (result), (guint) series, from_ms, until_ms, 1, &column,
                                 error))
      return FALSE;
    if (!(column.quality & BB_QUALITY_GAP))
      *load = MAX (*load, MAX (column.max, -column.min) / bb_amps (circuit->rating_ma[p]));
  }
  return TRUE;
}

static gboolean
find_day_load (BbResult *result, BbSite *site, gint64 from_ms, gint64 until_ms, gdouble *load, GError **error)
{
  guint n = g_list_model_get_n_items (bb_site_get_circuits (site));

  *load = 0;
  for (guint c = 0; c < n; c++)
    if (!find_load (result, bb_circuit_peek (bb_site_circuit (site, c)), from_ms, until_ms, load, error))
      return FALSE;
  return TRUE;
}

gboolean
bb_result_find_busiest_day (BbResult *result, BbSite *site, gint64 *from_ms, gint64 *until_ms, GError **error)
{
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  gint64 begin = bb_result_get_from_ms (result), end = bb_result_get_until_ms (result);
  gdouble highest = -1;

  if (zone == NULL)
    return FALSE;
  for (gint64 day = begin; day < end; day = bb_zone_next_midnight (zone, day)) {
    gint64 next = MIN (bb_zone_next_midnight (zone, day), end);
    gdouble load;
    if (!find_day_load (result, site, day, next, &load, error))
      return FALSE;
    if (load <= highest)
      continue;
    highest = load;
    *from_ms = day;
    *until_ms = next;
  }
  return highest >= 0;
}
