/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report.c: the report as a whole: what is read, in which order it is printed, how it gets into a file.
 */
#include "report/site-report.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>

#include "base/file.h"
#include "model/site-check.h"
#include "report/result-chart.h"
#include "report/site-report-private.h"

/* ---- what is read ------------------------------------------------------------------------------ */

static void
book_clear (BbReportBook *book)
{
  g_clear_object (&book->result);
  g_clear_pointer (&book->options, bb_sim_options_free);
  g_clear_pointer (&book->origin, json_node_unref);
  g_clear_pointer (&book->summary, bb_summary_free);
  g_clear_pointer (&book->zone, bb_zone_unref);
  g_clear_pointer (&book->headlines, bb_headlines_free);
  g_clear_object (&book->problems);
  g_clear_pointer (&book->bands, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbReportBook, book_clear)

static gboolean
read_book (BbReportBook *book, GError **error)
{
  book->options = bb_sim_options_from_result (book->result, &book->origin, error);
  if (book->options == NULL)
    return FALSE;
  book->site = book->options->site;
  book->zone = bb_zone_new (bb_site_peek (book->site)->timezone, error);
  book->summary = book->zone != NULL ? bb_summary_from_result (book->result, error) : NULL;
  if (book->summary == NULL)
    return FALSE;
  book->headlines = bb_headlines_new (book->summary, book->site, book->zone);
  book->problems = bb_site_check (book->site, BB_CHECK_DEPLOY);
  book->bands = bb_result_bands_new (book->result, book->site, book->cancellable, error);
  return book->bands != NULL;
}

/* ---- dates ------------------------------------------------------------------------------------- */

static gchar *
format_local (BbReportBook *book, gint64 utc_ms, const gchar *format)
{
  BbLocalTime local;

  bb_local_split (bb_zone_to_local (book->zone, utc_ms), &local);
  g_autoptr (GDateTime) time
      = g_date_time_new_utc (local.year, local.month, local.day, local.hour, local.minute, local.second);
  gchar *text = time != NULL ? g_date_time_format (time, format) : NULL;
  return text != NULL ? text : g_strdup ("–");
}

gchar *
bb_report_date (BbReportBook *book, gint64 utc_ms)
{
  /* Translators: a date as g_date_time_format() makes it: "4 March 2019" */
  return format_local (book, utc_ms, _ ("%-d %B %Y"));
}

static gboolean
is_midnight (BbReportBook *book, gint64 utc_ms)
{
  return bb_zone_day_start (book->zone, utc_ms) == utc_ms;
}

/* The last of the days is named, not the one that then begins. */
static gchar *
days_text (BbReportBook *book, gint64 from_ms, gint64 until_ms)
{
  gint64 first = bb_floor_div (bb_zone_to_local (book->zone, from_ms), BB_MS_PER_DAY);
  gint64 last = bb_floor_div (bb_zone_to_local (book->zone, until_ms - 1), BB_MS_PER_DAY);
  g_autofree gchar *from = bb_report_date (book, from_ms);
  g_autofree gchar *until = bb_report_date (book, until_ms - 1);
  guint n = (guint) (last - first + 1);

  if (n == 1)
    return g_steal_pointer (&from);
  /* Translators: first day, last day, number of days */
  return g_strdup_printf (ngettext ("%s – %s (%u day)", "%s – %s (%u days)", n), from, until, n);
}

gchar *
bb_report_period (BbReportBook *book, gint64 from_ms, gint64 until_ms)
{
  if (is_midnight (book, from_ms) && is_midnight (book, until_ms))
    return days_text (book, from_ms, until_ms);
  /* Translators: a date with time of day as g_date_time_format() makes it: "4 March 2019, 18:30" */
  const gchar *format = _ ("%-d %B %Y, %H:%M");
  g_autofree gchar *from = format_local (book, from_ms, format);
  g_autofree gchar *until = format_local (book, until_ms, format);
  return g_strdup_printf ("%s – %s", from, until);
}

/* ---- pages ------------------------------------------------------------------------------------- */

/* Returns the number of pages, 0 with an error. `n_pages` 0: only counts. */
static guint
print (BbReportBook *book, cairo_t *cr, guint n_pages, GError **error)
{
  const gchar *name = bb_site_peek (book->site)->name;
  g_autofree gchar *date = bb_report_date (book, book->made_ms);
  /* Translators: date of the report */
  g_autofree gchar *footer = g_strdup_printf (_ ("Simulation report of %s, made with Busbar"), date);
  BbPaper *paper = bb_paper_new (cr, name, footer, n_pages);

  bb_report_verdict (book, paper);
  gboolean good = bb_report_charts (book, paper, error);
  bb_report_figures (book, paper);
  bb_report_settings (book, paper);
  bb_report_assumptions (book, paper);
  bb_report_signatures (book, paper);
  guint n = bb_paper_finish (paper);
  return good ? n : 0;
}

/* The file, and the first error that came up while cairo wrote to it. */
typedef struct {
  BbStagedFile *file;
  GError *error;
} Sink;

static cairo_status_t
write_cb (gpointer data, const guchar *bytes, guint length)
{
  Sink *sink = data;

  if (sink->error != NULL || !bb_staged_file_write (sink->file, bytes, length, &sink->error))
    return CAIRO_STATUS_WRITE_ERROR;
  return CAIRO_STATUS_SUCCESS;
}

static void
set_metadata (BbReportBook *book, cairo_surface_t *surface, const gchar *author)
{
  g_autofree gchar *title = g_strdup_printf (_ ("Simulation report: %s"), bb_site_peek (book->site)->name);
  g_autofree gchar *valid = g_utf8_make_valid (title, -1);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (book->made_ms / 1000);
  g_autofree gchar *date = time != NULL ? g_date_time_format_iso8601 (time) : NULL;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, valid);
  if (author != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_AUTHOR, author);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Busbar");
  if (date != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

static gboolean
cairo_failed (cairo_status_t status, Sink *sink, GError **error)
{
  if (sink->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&sink->error));
    return TRUE;
  }
  if (status == CAIRO_STATUS_SUCCESS)
    return FALSE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The report could not be drawn: %s"),
               cairo_status_to_string (status));
  return TRUE;
}

static gboolean
print_to (BbReportBook *book, const gchar *author, Sink *sink, GError **error)
{
  cairo_surface_t *surface
      = cairo_pdf_surface_create_for_stream (write_cb, sink, BB_PAPER_WIDTH, BB_PAPER_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (GError) own = NULL;

  set_metadata (book, surface, author);
  guint n = print (book, cr, 0, &own);
  if (n > 0)
    n = print (book, cr, n, &own);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = status == CAIRO_STATUS_SUCCESS ? cairo_surface_status (surface) : status;
  cairo_surface_destroy (surface);
  if (cairo_failed (status, sink, error))
    return FALSE;
  if (n == 0)
    g_propagate_error (error, g_steal_pointer (&own));
  return n > 0;
}

gboolean
bb_site_report_write (BbResult *result, gint64 made_ms, const gchar *author, const gchar *path,
                      GCancellable *cancellable, GError **error)
{
  g_auto (BbReportBook) book
      = { .result = g_object_ref (result), .made_ms = made_ms, .cancellable = cancellable };
  g_autoptr (BbStagedFile) file = bb_staged_file_new (path, error);
  Sink sink = { file, NULL };

  if (file == NULL || !read_book (&book, error) || !print_to (&book, author, &sink, error)
      || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return bb_staged_file_commit (file, error);
}

/* ---- in a worker -------------------------------------------------------------------------------- */

typedef struct {
  BbResult *result;
  gint64 made_ms;
  gchar *author, *path;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->result);
  g_free (job->author);
  g_free (job->path);
  g_free (job);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;

  if (bb_site_report_write (job->result, job->made_ms, job->author, job->path, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
bb_site_report_write_async (BbResult *result, gint64 made_ms, const gchar *author, const gchar *path,
                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (result, cancellable, callback, data);
  Job *job = g_new (Job, 1);

  *job = (Job){ g_object_ref (result), made_ms, g_strdup (author), g_strdup (path) };
  g_task_set_source_tag (task, bb_site_report_write_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, work);
}

gboolean
bb_site_report_write_finish (GAsyncResult *async, GError **error)
{
  return g_task_propagate_boolean (G_TASK (async), error);
}
