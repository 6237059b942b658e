/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-bands.c: the times of a result that stood under fail-safe, a signal or off-peak. */
#include "report/result-chart.h"

#include <glib/gi18n.h>

#include "base/zone.h"
#include "simulation/run.h"

/* More bands than this of one kind are noise, and slow to draw: the longest ones stay. */
#define MOST_BANDS 2000
/* Shorter breaks between two stretches of a band are bridged: one station's reason flickers as cars come. */
#define BRIDGE_MS 60000

/* What is looked for in the reasons. */
enum { FAILSAFE, REDUCED, LOCKED, ENWG_14A, REDUCTION, OFF_PEAK, N_KINDS };

static const struct {
  BbBandKind band;
  const gchar *label;
} kinds[N_KINDS] = {
  [FAILSAFE] = { BB_BAND_FAILSAFE, N_ ("Fail-safe") },
  [REDUCED] = { BB_BAND_SIGNAL, N_ ("Signal Reduced") },
  [LOCKED] = { BB_BAND_SIGNAL, N_ ("Signal Locked") },
  [ENWG_14A] = { BB_BAND_SIGNAL, N_ ("Section 14a EnWG") },
  [REDUCTION] = { BB_BAND_SIGNAL, N_ ("Load reduction") },
  [OFF_PEAK] = { BB_BAND_OFF_PEAK, N_ ("Off-peak") },
};

typedef struct {
  gint64 from_ms, until_ms;
} Stretch;

/* The stretches of each kind, in the order of finding. */
typedef struct {
  GArray *stretches[N_KINDS]; /* (owned) (element-type Stretch) */
  gint kind;                  /* of the station that is looked at, now; -1: none */
  gint64 since_ms;
} Finder;

static void
finder_clear (Finder *finder)
{
  for (guint k = 0; k < N_KINDS; k++)
    g_clear_pointer (&finder->stretches[k], g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Finder, finder_clear)

static void
add_stretch (Finder *finder, guint kind, gint64 from_ms, gint64 until_ms)
{
  Stretch stretch = { from_ms, until_ms };

  if (until_ms > from_ms)
    g_array_append_val (finder->stretches[kind], stretch);
}

/* ---- reasons ---------------------------------------------------------------------------------- */

static gint
kind_of (const bbe_reason *reason)
{
  if (reason->code == BBE_REASON_FAILSAFE)
    return FAILSAFE;
  if (reason->code == BBE_REASON_LOCKED || reason->limit == BBE_LIMIT_LOCKED)
    return LOCKED;
  if (reason->limit == BBE_LIMIT_REDUCED)
    return REDUCED;
  if (reason->limit == BBE_LIMIT_14A)
    return ENWG_14A;
  return reason->limit == BBE_LIMIT_REDUCTION ? REDUCTION : -1;
}

static void
change_kind (Finder *finder, gint kind, gint64 time_ms)
{
  if (kind == finder->kind)
    return;
  if (finder->kind >= 0)
    add_stretch (finder, (guint) finder->kind, finder->since_ms, time_ms);
  finder->kind = kind;
  finder->since_ms = time_ms;
}

static gboolean
look_at (const BbResultChange *change, gpointer data)
{
  bbe_reason reason;

  bb_sim_reason_unpack (change->reason, &reason);
  change_kind (data, kind_of (&reason), change->time_ms);
  return TRUE;
}

static gboolean
find_in_reasons (Finder *finder, BbResult *result, GCancellable *cancellable, GError **error)
{
  gint64 from_ms = bb_result_get_from_ms (result), until_ms = bb_result_get_until_ms (result);

  if (bb_result_get_reason_size (result) < BB_SIM_REASON_SIZE)
    return TRUE; /* its reasons are of another kind of run */
  for (guint s = 0; s < bb_result_get_n_stations (result); s++) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !bb_result_foreach_change (result, s, from_ms, until_ms, look_at, finder, error))
      return FALSE;
    change_kind (finder, -1, until_ms);
  }
  return TRUE;
}

/* ---- off-peak windows -------------------------------------------------------------------------- */

/* A local time of day of the day that starts at `midnight` (local ms), as UTC. */
static gint64
at_minute (BbZone *zone, gint64 midnight_local_ms, gint minute)
{
  gint64 utc_ms;

  bb_zone_from_local (zone, midnight_local_ms + minute * BB_MS_PER_MINUTE, &utc_ms, NULL);
  return utc_ms;
}

static void
find_window (Finder *finder, const BbWindowFields *window, BbZone *zone, gint64 from_ms, gint64 until_ms)
{
  gint64 day = bb_floor_to (bb_zone_to_local (zone, from_ms), BB_MS_PER_DAY) - BB_MS_PER_DAY;
  gint64 last = bb_zone_to_local (zone, until_ms);
  gint end = window->end_min + (window->end_min <= window->start_min ? 1440 : 0);

  for (; day <= last; day += BB_MS_PER_DAY)
    if (window->days >> bb_local_weekday (day) & 1)
      add_stretch (finder, OFF_PEAK, MAX (at_minute (zone, day, window->start_min), from_ms),
                   MIN (at_minute (zone, day, end), until_ms));
}

static void
find_in_windows (Finder *finder, BbSite *site, BbZone *zone, gint64 from_ms, gint64 until_ms)
{
  guint n_groups = g_list_model_get_n_items (bb_site_get_groups (site));

  for (guint g = 0; g < n_groups; g++) {
    BbGroup *group = bb_site_group (site, g);
    GListModel *windows = bb_group_get_windows (group);
    if (!bb_group_peek (group)->off_peak)
      continue;
    for (guint w = 0; w < g_list_model_get_n_items (windows); w++) {
      g_autoptr (BbWindow) window = g_list_model_get_item (windows, w);
      find_window (finder, bb_window_peek (window), zone, from_ms, until_ms);
    }
  }
}

/* ---- into bands -------------------------------------------------------------------------------- */

static gint
compare_starts (gconstpointer a, gconstpointer b)
{
  const Stretch *left = a, *right = b;

  return (left->from_ms > right->from_ms) - (left->from_ms < right->from_ms);
}

static gint
compare_lengths (gconstpointer a, gconstpointer b)
{
  const Stretch *left = a, *right = b;
  gint64 of_left = left->until_ms - left->from_ms, of_right = right->until_ms - right->from_ms;

  return (of_left < of_right) - (of_left > of_right);
}

/* Sorts, joins what overlaps or nearly touches, and leaves out the shortest of too many. */
static void
join (GArray *stretches)
{
  guint n = 0;

  g_array_sort (stretches, compare_starts);
  for (guint i = 0; i < stretches->len; i++) {
    Stretch *stretch = &g_array_index (stretches, Stretch, i);
    Stretch *last = n > 0 ? &g_array_index (stretches, Stretch, n - 1) : NULL;
    if (last != NULL && stretch->from_ms <= last->until_ms + BRIDGE_MS)
      last->until_ms = MAX (last->until_ms, stretch->until_ms);
    else
      g_array_index (stretches, Stretch, n++) = *stretch;
  }
  g_array_set_size (stretches, n);
  if (n <= MOST_BANDS)
    return;
  g_array_sort (stretches, compare_lengths);
  g_array_set_size (stretches, MOST_BANDS);
  g_array_sort (stretches, compare_starts);
}

static void
band_free (gpointer data)
{
  BbChartBand *band = data;

  g_free (band->label);
  g_free (band);
}

static gint
compare_bands (gconstpointer a, gconstpointer b)
{
  const BbChartBand *left = *(const BbChartBand *const *) a, *right = *(const BbChartBand *const *) b;

  return (left->from_ms > right->from_ms) - (left->from_ms < right->from_ms);
}

static GPtrArray *
make_bands (Finder *finder)
{
  GPtrArray *bands = g_ptr_array_new_with_free_func (band_free);

  for (guint k = 0; k < N_KINDS; k++) {
    join (finder->stretches[k]);
    for (guint i = 0; i < finder->stretches[k]->len; i++) {
      const Stretch *stretch = &g_array_index (finder->stretches[k], Stretch, i);
      BbChartBand *band = g_new (BbChartBand, 1);
      *band = (BbChartBand){ stretch->from_ms, stretch->until_ms, kinds[k].band,
                             g_strdup (_ (kinds[k].label)) };
      g_ptr_array_add (bands, band);
    }
  }
  g_ptr_array_sort (bands, compare_bands);
  return bands;
}

GPtrArray *
bb_result_bands_new (BbResult *result, BbSite *site, GCancellable *cancellable, GError **error)
{
  g_auto (Finder) finder = { .kind = -1 };
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);

  if (zone == NULL)
    return NULL;
  for (guint k = 0; k < N_KINDS; k++)
    finder.stretches[k] = g_array_new (FALSE, FALSE, sizeof (Stretch));
  if (!find_in_reasons (&finder, result, cancellable, error))
    return NULL;
  find_in_windows (&finder, site, zone, bb_result_get_from_ms (result), bb_result_get_until_ms (result));
  return make_bands (&finder);
}
