/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-site-report.c: pages and tables that break where they should, and the report as a file that can be
 * read. */
#include <cairo-pdf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "report/report-text.h"
#include "report/site-report.h"
#include "support.h"

/* ---- pages ------------------------------------------------------------------------------------- */

typedef struct {
  cairo_surface_t *surface;
  cairo_t *cr;
  BbPaper *paper;
} Sheet;

static void
open_sheet (Sheet *sheet, guint n_pages)
{
  sheet->surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
  sheet->cr = cairo_create (sheet->surface);
  sheet->paper = bb_paper_new (sheet->cr, "Header", "Footer", n_pages);
}

static guint
close_sheet (Sheet *sheet)
{
  guint n = bb_paper_finish (sheet->paper);

  g_assert_cmpint (cairo_status (sheet->cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (sheet->cr);
  cairo_surface_destroy (sheet->surface);
  return n;
}

static void
put_rows (BbPaper *paper, guint n, const gchar *text)
{
  const gchar *const head[] = { "Name", "Figure", "Remark" };
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("lrl", head);

  for (guint i = 0; i < n; i++) {
    bb_paper_table_take (table, g_strdup_printf ("row %u", i));
    bb_paper_table_add (table, "123.45 kWh");
    bb_paper_table_add (table, text);
  }
  g_assert_cmpuint (bb_paper_table_get_n_rows (table), ==, n);
  bb_paper_put_table (paper, table);
}

static guint
count_pages (guint n_rows, const gchar *text, guint n_pages)
{
  Sheet sheet;

  open_sheet (&sheet, n_pages);
  put_rows (sheet.paper, n_rows, text);
  return close_sheet (&sheet);
}

/* Counting and painting agree, and more rows are more pages. */
static void
test_table_pages (void)
{
  guint before = 0;

  for (guint rows = 1; rows < 400; rows += 37) {
    guint n = count_pages (rows, "short", 0);
    g_assert_cmpuint (n, >=, before);
    g_assert_cmpuint (count_pages (rows, "short", n), ==, n);
    before = n;
  }
  g_assert_cmpuint (before, >, 5);
}

/* A text that is far too long for its cell is cut, wraps, and still ends. */
static void
test_long_cells (void)
{
  g_autofree gchar *word = g_strnfill (5000, 'w');
  g_autofree gchar *spaced = g_strnfill (100000, ' ');

  g_assert_cmpuint (count_pages (12, word, 0), <, 12);
  g_assert_cmpuint (count_pages (12, "Kraftfahrzeugladestationslastmanagementkonfiguration", 0), ==, 1);
  g_assert_cmpuint (count_pages (3, spaced, 0), <, 4);
}

static void
test_long_paragraph (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Sheet sheet;

  for (guint i = 0; i < 3000; i++)
    g_string_append (text, "word \xff and ");
  open_sheet (&sheet, 3);
  bb_paper_text (sheet.paper, BB_TEXT_BODY, text->str);
  bb_paper_item (sheet.paper, BB_TEXT_BODY, "•", 12, text->str);
  g_assert_cmpuint (close_sheet (&sheet), >, 3);
}

/* A heading moves to the next page with what it heads. */
static void
test_heading_stays (void)
{
  Sheet sheet;

  open_sheet (&sheet, 0);
  bb_paper_take (sheet.paper, bb_paper_get_room (sheet.paper) - 60);
  bb_paper_heading (sheet.paper, BB_TEXT_HEADING, "Heading", 80);
  g_assert_cmpfloat (bb_paper_get_room (sheet.paper), >, bb_paper_get_page_height () - 60);
  g_assert_cmpuint (close_sheet (&sheet), ==, 2);
}

/* ---- the file ---------------------------------------------------------------------------------- */

typedef struct {
  gchar *folder, *result_path, *path;
  BbResult *result;
} Fixture;

/* Many stations, names as long as German makes them. */
static BbSite *
large_site (guint n)
{
  g_autoptr (GString) stations = g_string_new (NULL);

  for (guint s = 0; s < n; s++)
    g_string_append_printf (
        stations,
        "%s{\"id\":\"s%u\",\"name\":\"Tiefgaragenstellplatz Nord %03u\",\"group\":\"g\",\"max_a\":%u,"
        "\"failsafe_a\":0,\"rotation\":\"%s\",\"description\":\"Säule am Treppenhaus\"}",
        s > 0 ? "," : "", s + 1, s + 1, 16 + s % 2 * 16, s % 3 == 0 ? "123" : "231");
  return site_of ("{\"format\":\"busbar-site/1\",\"name\":\"Wohnungseigentümergemeinschaft "
                  "Donaudampfschifffahrtsgesellschaft\","
                  "\"timezone\":\"Europe/"
                  "Berlin\",\"circuits\":[{\"id\":\"m\",\"name\":\"Niederspannungshauptverteilung mit "
                  "Summenzähler\",\"rating_a\":250,\"meter\":\"m\",\"other_load_a\":20}],\"meters\":[{\"id\":"
                  "\"m\",\"signed\":true}],"
                  "\"groups\":[{\"id\":\"g\",\"circuit\":\"m\",\"offline_a\":100}],\"stations\":[%s],"
                  "\"acknowledgements\":[{\"rule\":\"failsafe-sum\",\"group\":\"g\",\"name\":\"A. "
                  "Muster\",\"reason\":\"Fest "
                  "eingestellt\"}]}",
                  stations->str);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const TestSession cars[]
      = { { .station = "s1", .from_min = 10, .until_min = 100, .kwh = 9, .phases = 7, .max_a = 32 },
          { .station = "s2", .from_min = 10, .until_min = 300, .kwh = 20, .phases = 7, .max_a = 32 } };
  g_autoptr (BbSite) site = large_site (GPOINTER_TO_UINT (data));
  g_autoptr (BbSimOptions) options = options_of (site, 4 * HOUR, cars, G_N_ELEMENTS (cars));

  f->folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  f->result_path = g_build_filename (f->folder, "r.bbr", NULL);
  f->path = g_build_filename (f->folder, "page.pdf", NULL);
  options->result_path = g_strdup (f->result_path);
  bb_sim_outcome_free (run_ok (options));
  f->result = bb_result_open (f->result_path, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->result);
  g_unlink (f->result_path);
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing else was left there */
  g_free (f->folder);
  g_free (f->result_path);
  g_free (f->path);
}

static void
write_report (const Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_site_report_write (f->result, MONDAY, "Busbar 1", f->path, NULL, &error));
  g_assert_no_error (error);
}

/* What a reader of the file sees; NULL where the program that tells is not installed. */
static gchar *
pdf_text (const Fixture *f, const gchar *option)
{
  const gchar *const argv[] = { "pdftotext", option, f->path, "-", NULL };
  g_autofree gchar *program = g_find_program_in_path ("pdftotext");
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  if (program == NULL) {
    g_test_skip ("pdftotext is not installed");
    return NULL;
  }
  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_text (Fixture *f, gconstpointer data)
{
  static const gchar *const parts[] = { "Simulation report",
                                        "No phase went over its rating.",
                                        "5 January 2026",
                                        "What the checker finds",
                                        "Highest load",
                                        "Page 1 of ",
                                        "Energy delivered",
                                        "Tiefgaragenstellplatz Nord 001",
                                        "The site as it was simulated",
                                        "Known and accepted",
                                        "A. Muster",
                                        "Fest eingestellt",
                                        "What this rests on",
                                        "Signature" };

  write_report (f);
  g_autofree gchar *text = pdf_text (f, "-layout");
  for (guint i = 0; i < G_N_ELEMENTS (parts) && text != NULL; i++)
    if (strstr (text, parts[i]) == NULL)
      g_error ("“%s” is not in the report", parts[i]);
}

/* Every station has its row, on as many pages as it takes, and each page says which it is. */
static void
test_many_stations (Fixture *f, gconstpointer data)
{
  write_report (f);
  g_autofree gchar *text = pdf_text (f, "-layout");
  if (text == NULL)
    return;
  for (guint s = 1; s <= GPOINTER_TO_UINT (data); s++) {
    g_autofree gchar *name = g_strdup_printf ("Nord %03u", s);
    const gchar *first = strstr (text, name);
    g_assert_nonnull (first);
    g_assert_nonnull (strstr (first + 1, name)); /* in the figures and in the settings */
  }
  g_auto (GStrv) pages = g_strsplit (text, "\f", -1);
  guint n = g_strv_length (pages) - 1;
  g_assert_cmpuint (n, >, 6);
  for (guint p = 0; p < n; p++) {
    g_autofree gchar *number = g_strdup_printf ("Page %u of %u", p + 1, n);
    g_assert_nonnull (strstr (pages[p], number));
  }
}

/* No word reaches into the margins: nothing is clipped, whatever its length. */
static void
test_margins (Fixture *f, gconstpointer data)
{
  guint n_words = 0;

  write_report (f);
  g_autofree gchar *text = pdf_text (f, "-bbox");
  for (const gchar *at = text; at != NULL && (at = strstr (at, "<word xMin=\"")) != NULL; at++) {
    gdouble box[4];
    gchar *end = (gchar *) at;
    for (guint i = 0; i < 4; i++) {
      end = strchr (end, '"') + 1;
      box[i] = g_ascii_strtod (end, &end);
      end++;
    }
    g_assert_cmpfloat (box[0], >=, BB_PAPER_MARGIN - 2);
    g_assert_cmpfloat (box[2], <=, BB_PAPER_WIDTH - BB_PAPER_MARGIN + 2);
    g_assert_cmpfloat (box[1], >=, 20);
    g_assert_cmpfloat (box[3], <=, BB_PAPER_HEIGHT - 20);
    n_words++;
  }
  g_assert_true (text == NULL || n_words > 500);
}

/* ---- refusals ---------------------------------------------------------------------------------- */

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autofree gchar *nowhere = g_build_filename (f->folder, "no", "page.pdf", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (bb_site_report_write (f->result, MONDAY, NULL, nowhere, NULL, &error));
  g_assert_cmpint (error->domain, ==, BB_IO_ERROR);
  g_assert_nonnull (strstr (error->message, "page.pdf"));
}

/* A result that no run of ours made: a sentence, no file. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", "result-1.bbresult", NULL);
  g_autoptr (BbResult) foreign = bb_result_open (path, NULL);

  g_assert_nonnull (foreign);
  g_assert_false (bb_site_report_write (foreign, MONDAY, NULL, f->path, NULL, &error));
  g_assert_cmpint (error->domain, ==, BB_FORMAT_ERROR);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
write_async (const Fixture *f, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bb_site_report_write_async (f->result, MONDAY, "Busbar", f->path, cancellable, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return bb_site_report_write_finish (result, error);
}

static void
test_async (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (write_async (f, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_true (write_async (f, NULL, &error));
  g_assert_true (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

#define ADD(path, n, function)                                                                               \
  g_test_add ("/report/site/" path, Fixture, GUINT_TO_POINTER (n), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/pages/table", test_table_pages);
  g_test_add_func ("/report/pages/long-cells", test_long_cells);
  g_test_add_func ("/report/pages/long-paragraph", test_long_paragraph);
  g_test_add_func ("/report/pages/heading-stays", test_heading_stays);
  ADD ("text", 3, test_text);
  ADD ("many-stations", 100, test_many_stations);
  ADD ("margins", 20, test_margins);
  ADD ("unwritable", 2, test_unwritable);
  ADD ("foreign", 2, test_foreign);
  ADD ("async", 2, test_async);
  return g_test_run ();
}
