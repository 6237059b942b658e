/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview-day.c: the representative day of a site with its inputs in memory. */
#include "app/preview-day.h"

#include <glib/gi18n.h>
#include <string.h>

/* All kinds of inputs: bits 1 << BbSiteInputKind. */
#define ALL_KINDS (1u << BB_SITE_INPUT_LOAD | 1u << BB_SITE_INPUT_PV | 1u << BB_SITE_INPUT_SESSIONS)

typedef struct {
  gint64 from_ms;
  gint32 value_m[3];
} Stretch;

/* One feed over the day: stretches in order, the last one ends at `until_ms`. */
typedef struct {
  gatomicrefcount refs;
  BbLoadInfo info;
  GArray *stretches; /* (element-type Stretch) */
  gint64 until_ms;
} Track;

struct _BbPreviewDay {
  gatomicrefcount refs;
  BbSimOptions *options; /* (owned): of a site without anything in it */
  gchar *words;
  /* What it was made of. */
  GPtrArray *parts;    /* (element-type BbPart): copies of the inputs, then of the simulation's defaults */
  gchar *surroundings; /* the rest that inputs depend on */
};

/* ---- one feed in memory ---- */

typedef struct {
  BbLoadSource source; /* first */
  Track *track;
  guint next; /* stretch after the current one */
} TrackSource;

static void
track_unref (gpointer data)
{
  Track *track = data;

  if (!g_atomic_ref_count_dec (&track->refs))
    return;
  g_array_unref (track->stretches);
  g_free (track);
}

static guint
find_after (const GArray *stretches, gint64 time_ms)
{
  guint low = 0, high = stretches->len;

  while (low < high) {
    guint middle = (low + high) / 2;
    if (g_array_index (stretches, Stretch, middle).from_ms <= time_ms)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gboolean
track_seek (BbLoadSource *source, int64_t t_ms, GError **error)
{
  TrackSource *self = (TrackSource *) (void *) source;
  const GArray *stretches = self->track->stretches;
  guint next = self->next;

  if (t_ms != source->until_ms || next >= stretches->len)
    next = find_after (stretches, t_ms);
  else
    next++;
  if (next == 0 || t_ms >= self->track->until_ms) {
    g_set_error_literal (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE,
                         _ ("The preview has inputs of one day only."));
    return FALSE;
  }
  const Stretch *now = &g_array_index (stretches, Stretch, next - 1);
  self->next = next;
  source->from_ms = now->from_ms;
  source->until_ms
      = next < stretches->len ? g_array_index (stretches, Stretch, next).from_ms : self->track->until_ms;
  memcpy (source->value_m, now->value_m, sizeof now->value_m);
  return TRUE;
}

static void
track_info (BbLoadSource *source, BbLoadInfo *info)
{
  *info = ((TrackSource *) (void *) source)->track->info;
}

static void
track_source_free (BbLoadSource *source)
{
  track_unref (((TrackSource *) (void *) source)->track);
  g_free (source);
}

static const BbLoadSourceClass track_class = { track_seek, track_info, track_source_free };

static BbLoadSource *
track_open (gconstpointer spec, GError **error)
{
  TrackSource *self = g_new0 (TrackSource, 1);

  self->source.klass = &track_class;
  self->track = (Track *) spec; /* its count is all that changes, atomically */
  g_atomic_ref_count_inc (&self->track->refs);
  return &self->source;
}

/* What matters to a run; the rest speaks of the whole file. */
static void
keep_info (Track *track, const BbLoadInfo *info)
{
  track->info = (BbLoadInfo){ .unit = info->unit,
                              .total_only = info->total_only,
                              .resolution_ms = info->resolution_ms,
                              .averages = info->averages,
                              .complete = TRUE,
                              .ignored_columns = "" };
  track->info.first_ms = g_array_index (track->stretches, Stretch, 0).from_ms;
  track->info.end_ms = track->until_ms;
}

static Track *
track_new (const BbSimFeed *feed, gint64 from_ms, gint64 until_ms, GError **error)
{
  g_autoptr (BbLoadSource) source = feed->open (feed->spec, error);
  BbLoadInfo info;
  Track *track;

  if (source == NULL)
    return NULL;
  track = g_new0 (Track, 1);
  g_atomic_ref_count_init (&track->refs);
  track->stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  for (gint64 at_ms = from_ms; at_ms < until_ms;) {
    Stretch stretch = { .from_ms = at_ms };
    if (!bb_load_at (source, at_ms, stretch.value_m, &at_ms, error)) {
      track_unref (track);
      return NULL;
    }
    g_array_append_val (track->stretches, stretch);
    track->until_ms = MAX (at_ms, until_ms);
  }
  bb_load_get_info (source, &info);
  keep_info (track, &info);
  return track;
}

/* Replaces the feeds of `options` by tracks of its time. */
static gboolean
keep_feeds (BbSimOptions *options, GError **error)
{
  g_autoptr (GPtrArray) feeds = g_steal_pointer (&options->feeds);
  g_autoptr (BbSimOptions) empty = bb_sim_options_new (options->site);

  options->feeds = g_steal_pointer (&empty->feeds);
  for (guint f = 0; f < feeds->len; f++) {
    const BbSimFeed *feed = g_ptr_array_index (feeds, f);
    BbSimFeed kept = *feed;
    kept.spec = track_new (feed, options->from_ms, options->until_ms, error);
    kept.open = track_open;
    kept.free_spec = track_unref;
    if (kept.spec == NULL)
      return FALSE;
    bb_sim_options_add_feed (options, &kept);
  }
  return TRUE;
}

/* ---- which day ---- */

typedef struct {
  gint64 from_ms, until_ms;
  gint64 whole_wh;  /* wanted by those who come and leave within it */
  gint64 wanted_wh; /* by all who come */
  guint n_cars;
} Window;

static void
weigh (Window *window, const BbSessions *sessions)
{
  for (gsize i = bb_sessions_find (sessions, window->from_ms); i < sessions->n_items; i++) {
    const BbSession *session = &sessions->items[i];
    if (session->arrival_ms >= window->until_ms)
      break;
    window->wanted_wh += session->energy_wh;
    window->n_cars++;
    if (session->departure_ms <= window->until_ms)
      window->whole_wh += session->energy_wh;
  }
}

/* The 24 h of the local clock from `hour` of the day that starts at `day_ms`. */
static Window
window_at (BbZone *zone, gint64 day_ms, gint hour)
{
  gint64 local_ms = bb_zone_to_local (zone, day_ms) + hour * BB_MS_PER_HOUR;
  Window window = { .n_cars = 0 };

  bb_zone_from_local (zone, local_ms, &window.from_ms, NULL);
  bb_zone_from_local (zone, local_ms + BB_MS_PER_DAY, &window.until_ms, NULL);
  return window;
}

static Window
choose (BbSimOptions *options, BbZone *zone)
{
  const BbSessions *sessions = bb_sim_options_get_sessions (options);
  Window best = window_at (zone, bb_zone_day_start (zone, options->from_ms), 0);
  gboolean found = FALSE;

  if (best.from_ms < options->from_ms) /* a run that starts at some hour */
    best = (Window){ .from_ms = options->from_ms, .until_ms = options->from_ms + BB_MS_PER_DAY };
  best.until_ms = MIN (best.until_ms, options->until_ms);
  for (gint64 day = bb_zone_day_start (zone, options->from_ms); sessions != NULL && day < options->until_ms;
       day = bb_zone_next_midnight (zone, day))
    for (gint hour = 0; hour <= 12; hour += 12) {
      Window window = window_at (zone, day, hour);
      if (window.from_ms < options->from_ms || window.until_ms > options->until_ms)
        continue;
      weigh (&window, sessions);
      if (found && window.whole_wh <= best.whole_wh)
        continue;
      best = window;
      found = TRUE;
    }
  return best;
}

static gchar *
describe (const Window *window, BbZone *zone)
{
  gint64 local_ms = bb_zone_to_local (zone, window->from_ms);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (local_ms / 1000);
  /* Translators: a day such as "Wednesday 6 March 2019"; strftime, see g_date_time_format(). */
  g_autofree gchar *day = g_date_time_format (date, _ ("%A %-d %B %Y"));
  g_autofree gchar *start
      = bb_local_minute_of_day (local_ms) == 0
            ? g_strdup (day)
            /* Translators: a day and the hour at which the 24 hours start: "Wednesday 6 March 2019 from
               12:00" */
            : g_strdup_printf (_ ("%s from %02d:%02d"), day, bb_local_minute_of_day (local_ms) / 60,
                               bb_local_minute_of_day (local_ms) % 60);

  if (window->n_cars == 0)
    return g_strdup_printf (_ ("%s, the first day of the site’s simulation"), start);
  /* Translators: day; energy in kWh; number of cars */
  return g_strdup_printf (ngettext ("%s, when cars want most: %.2f kWh by %u car",
                                    "%s, when cars want most: %.2f kWh by %u cars", window->n_cars),
                          start, (gdouble) window->wanted_wh / 1000, window->n_cars);
}

/* ---- what it depends on ---- */

/* Grid, clock and the tree of circuits: where inputs flow in, and over which phases totals are spread. */
static gchar *
surroundings (BbSite *site)
{
  const BbSiteFields *fields = bb_site_peek (site);
  guint n = g_list_model_get_n_items (bb_site_get_circuits (site));
  const gchar *path = bb_site_get_path (site);
  GString *text = g_string_new (path != NULL ? path : "");

  g_string_append_printf (text, "\n%s\n%d %d\n", fields->timezone, fields->grid, fields->nominal_mv);
  for (guint c = 0; c < n; c++) {
    const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (site, c));
    g_string_append_printf (text, "%s<%s:%d\n", circuit->id, circuit->parent, circuit->phases);
  }
  return g_string_free (text, FALSE);
}

static void
keep_parts (BbPreviewDay *self, BbSite *site)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (site));

  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->parts, bb_part_copy (BB_PART (bb_site_input (site, i))));
  g_ptr_array_add (self->parts, bb_part_copy (BB_PART (bb_site_peek (site)->simulation)));
  self->surroundings = surroundings (site);
}

gboolean
bb_preview_day_fits (BbPreviewDay *self, BbSite *site)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (site));
  g_autofree gchar *now = NULL;

  if (n + 1 != self->parts->len)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!bb_part_equal (g_ptr_array_index (self->parts, i), BB_PART (bb_site_input (site, i))))
      return FALSE;
  now = surroundings (site);
  return strcmp (now, self->surroundings) == 0
         && bb_part_equal (g_ptr_array_index (self->parts, n), BB_PART (bb_site_peek (site)->simulation));
}

/* ---- the day ---- */

static BbPreviewDay *
day_new (BbSimOptions *options)
{
  BbPreviewDay *self = g_new0 (BbPreviewDay, 1);

  g_atomic_ref_count_init (&self->refs);
  self->options = options;
  return self;
}

BbPreviewDay *
bb_preview_day_new (BbSite *site, GError **error)
{
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  g_autoptr (BbPreviewDay) self = day_new (bb_sim_options_new (site));
  Window window;

  keep_parts (self, site);
  /* First all of the site's time: files without dates count from its start. */
  if (zone == NULL || !bb_sim_options_add_site_defaults (self->options, error)
      || !bb_sim_options_add_site_inputs (self->options, 0, error))
    return NULL;
  window = choose (self->options, zone);
  self->options->from_ms = window.from_ms;
  self->options->until_ms = window.until_ms;
  self->words = describe (&window, zone);
  if (!keep_feeds (self->options, error))
    return NULL;
  g_clear_pointer (&self->options->scenario, bb_scenario_unref);
  g_object_unref (self->options->site);
  self->options->site = bb_site_new ();
  return g_steal_pointer (&self);
}

BbPreviewDay *
bb_preview_day_ref (BbPreviewDay *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
bb_preview_day_unref (BbPreviewDay *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  bb_sim_options_free (self->options);
  g_ptr_array_unref (self->parts);
  g_free (self->surroundings);
  g_free (self->words);
  g_free (self);
}

gint64
bb_preview_day_get_from_ms (BbPreviewDay *self)
{
  return self->options->from_ms;
}

gint64
bb_preview_day_get_until_ms (BbPreviewDay *self)
{
  return self->options->until_ms;
}

const gchar *
bb_preview_day_get_words (BbPreviewDay *self)
{
  return self->words;
}

gint64
bb_preview_day_step_ms (BbSite *site)
{
  guint n = g_list_model_get_n_items (bb_site_get_stations (site));
  gint64 own_ms = bb_simulation_peek (bb_site_peek (site)->simulation)->step_ms;

  return MAX (own_ms, n <= 4 ? 1000 : n <= 16 ? 5000 : n <= 64 ? 30000 : 60000);
}

BbSimOptions *
bb_preview_day_options (BbPreviewDay *self, BbSite *site, GError **error)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_copy (self->options);

  g_set_object (&options->site, site);
  options->step_ms = bb_preview_day_step_ms (site);
  if (!bb_sim_options_add_site_inputs (options, ALL_KINDS, error))
    return NULL;
  return g_steal_pointer (&options);
}
