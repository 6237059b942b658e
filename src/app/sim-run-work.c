/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-work.c: what a run does in its thread: simulate, or reopen a result. */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

#include "app/sim-run-folder.h"
#include "app/sim-run-private.h"
#include "model/site-check.h"
#include "report/result-chart.h"
#include "simulation/explain.h"

BbRunBook *
bb_run_book_new (BbSimOptions *options, const gchar *obstacle)
{
  BbRunBook *book = g_new0 (BbRunBook, 1);

  g_atomic_ref_count_init (&book->refs);
  g_mutex_init (&book->lock);
  book->options = options;
  book->obstacle = g_strdup (obstacle);
  return book;
}

BbRunBook *
bb_run_book_ref (BbRunBook *book)
{
  g_atomic_ref_count_inc (&book->refs);
  return book;
}

void
bb_run_book_unref (BbRunBook *book)
{
  if (!book || !g_atomic_ref_count_dec (&book->refs))
    return;
  g_clear_pointer (&book->options, bb_sim_options_free);
  g_clear_pointer (&book->config, bb_engine_config_free);
  g_mutex_clear (&book->lock);
  g_free (book->obstacle);
  g_free (book);
}

void
bb_run_harvest_free (BbRunHarvest *harvest)
{
  if (!harvest)
    return;
  g_clear_pointer (&harvest->book, bb_run_book_unref);
  g_clear_pointer (&harvest->summary, bb_summary_free);
  g_clear_pointer (&harvest->sessions, g_ptr_array_unref);
  g_clear_pointer (&harvest->bands, g_ptr_array_unref);
  g_clear_object (&harvest->result);
  g_clear_object (&harvest->site);
  if (harvest->result_path)
    g_unlink (harvest->result_path);
  g_free (harvest->result_path);
  g_free (harvest);
}

/* ---- what to look at first ---- */

/* The minute with the highest power of the cars. */
static gint64
find_peak (BbResult *result, gint64 from_ms, gint64 until_ms)
{
  gint series = bb_series_source_find (BB_SERIES_SOURCE (result), "site/cars");
  guint n = (guint) CLAMP ((until_ms - from_ms) / BB_MS_PER_MINUTE, 1, 4096);
  g_autofree BbSeriesColumn *columns = g_new (BbSeriesColumn, n);
  gdouble most = -G_MAXDOUBLE;
  gint64 peak_ms = from_ms;

  if (series < 0
      || !bb_series_source_query (BB_SERIES_SOURCE (result), (guint) series, from_ms, until_ms, n, columns,
                                  NULL))
    return from_ms;
  for (guint i = 0; i < n; i++)
    if (isfinite (columns[i].max) && columns[i].max > most) {
      most = columns[i].max;
      peak_ms = (columns[i].from_ms + columns[i].until_ms) / 2;
    }
  return peak_ms;
}

/* Bands, the busiest day, its peak. */
static gboolean
look_around (BbRunHarvest *harvest, GCancellable *cancellable, GError **error)
{
  BbSite *site = harvest->book->options->site;
  g_autoptr (GError) problem = NULL;

  harvest->bands = bb_result_bands_new (harvest->result, site, cancellable, error);
  if (!harvest->bands)
    return FALSE;
  if (!bb_result_find_busiest_day (harvest->result, site, &harvest->busiest_from_ms,
                                   &harvest->busiest_until_ms, &problem)) {
    if (!problem)
      return TRUE; /* a result without any day to show is still one */
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  harvest->peak_ms = find_peak (harvest->result, harvest->busiest_from_ms, harvest->busiest_until_ms);
  return TRUE;
}

/* ---- simulate --------------------------------------------------------------------------------- */

static BbSimOptions *
make_options (BbSite *site, const BbRunSettings *settings, GError **error)
{
  g_autoptr (BbSimOptions) options = NULL;

  if (settings->faults)
    bb_part_set_extra (BB_PART (site), "scenario", json_node_copy (settings->faults));
  if (!bb_site_check_errors (site, BB_CHECK_SIMULATION, error))
    return NULL;
  options = bb_sim_options_new (site);
  if (!bb_sim_options_add_site_defaults (options, error)
      || !bb_sim_options_add_site_inputs (options, 0, error))
    return NULL;
  options->balancer = settings->balancer;
  return g_steal_pointer (&options);
}

static BbRunHarvest *
run_into (BbSimOptions *options, GCancellable *cancellable, BbSimProgress progress, gpointer data,
          GError **error)
{
  g_autoptr (BbRunHarvest) harvest = g_new0 (BbRunHarvest, 1);
  g_autoptr (BbSimOutcome) outcome = NULL;

  harvest->result_path = bb_run_folder_new_path (error);
  if (!harvest->result_path)
    return NULL;
  options->result_path = g_strdup (harvest->result_path);
  outcome = bb_sim_run (options, cancellable, progress, data, error);
  g_clear_pointer (&options->result_path, g_free);
  if (!outcome || !(harvest->result = bb_result_open (harvest->result_path, error)))
    return NULL;
  harvest->summary = g_steal_pointer (&outcome->summary);
  harvest->sessions = g_steal_pointer (&outcome->sessions_done);
  return g_steal_pointer (&harvest);
}

BbRunHarvest *
bb_run_work_simulate (BbSite *site, const BbRunSettings *settings, GCancellable *cancellable,
                      BbSimProgress progress, gpointer data, GError **error)
{
  g_autoptr (BbSimOptions) options = make_options (site, settings, error);
  g_autoptr (BbRunHarvest) harvest = NULL;

  if (!options)
    return NULL;
  harvest = run_into (options, cancellable, progress, data, error);
  if (!harvest)
    return NULL;
  harvest->book = bb_run_book_new (g_steal_pointer (&options), NULL);
  return look_around (harvest, cancellable, error) ? g_steal_pointer (&harvest) : NULL;
}

/* ---- reopen ----------------------------------------------------------------------------------- */

typedef struct {
  BbSimProgress progress;
  gpointer data;
} CopyProgress;

static void
copied_cb (goffset done, goffset total, gpointer data)
{
  CopyProgress *copy = data;

  if (total > 0)
    copy->progress ((gdouble) done / (gdouble) total, copy->data);
}

/* A copy of our own: the file may lie on a stick that is pulled out. */
static gboolean
copy_file (const gchar *from, const gchar *to, GCancellable *cancellable, BbSimProgress progress,
           gpointer data, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);
  CopyProgress copy = { progress, data };

  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable,
                      copied_cb, &copy, error);
}

/* The inputs of that run. They may be gone: then what was recorded is still told. */
static BbRunBook *
book_of_result (BbResult *result, BbSite **site, GError **error)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_from_result (result, NULL, error);
  g_autoptr (GError) problem = NULL;
  g_autofree gchar *obstacle = NULL;

  if (!options)
    return NULL;
  *site = bb_site_copy (options->site);
  if (!bb_sim_options_add_site_inputs (options, 0, &problem))
    obstacle
        = g_strdup_printf (_ ("The run's inputs cannot be read any more: %s. These are the figures at the "
                              "start of each state."),
                           problem->message);
  return bb_run_book_new (g_steal_pointer (&options), obstacle);
}

/* Readers name the file that they read; people know the one that they chose. (transfer full) */
static GError *
name_as_chosen (GError *error, const gchar *own, const gchar *chosen)
{
  g_autoptr (GString) message = g_string_new (error->message);

  g_string_replace (message, own, chosen, 0);
  g_free (error->message);
  error->message = g_string_free (g_steal_pointer (&message), FALSE);
  return error;
}

BbRunHarvest *
bb_run_work_reopen (const gchar *path, GCancellable *cancellable, BbSimProgress progress, gpointer data,
                    GError **error)
{
  g_autoptr (BbRunHarvest) harvest = g_new0 (BbRunHarvest, 1);
  g_autoptr (GError) problem = NULL;
  g_autofree gchar *summary = NULL;

  harvest->result_path = bb_run_folder_new_path (error);
  if (!harvest->result_path || !copy_file (path, harvest->result_path, cancellable, progress, data, error))
    return NULL;
  if (!(harvest->result = bb_result_open (harvest->result_path, &problem))
      || !bb_result_verify (harvest->result, cancellable, &problem)
      || !(harvest->book = book_of_result (harvest->result, &harvest->site, &problem))
      || !(summary = bb_result_get_summary (harvest->result, &problem))
      || !(harvest->summary = bb_summary_parse (summary, -1, &problem))
      || !look_around (harvest, cancellable, &problem)) {
    g_propagate_error (error, name_as_chosen (g_steal_pointer (&problem), harvest->result_path, path));
    return NULL;
  }
  return g_steal_pointer (&harvest);
}
