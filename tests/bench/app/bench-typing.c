/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-typing.c: does typing wait? A person types into every field of a page of the office's site, quietly
 * and while a year of it runs in the simulator; turns of the main loop that use more than 16 ms of the main
 * thread's own CPU time are counted. Asked: none.
 */
#include <stdio.h>

#include "app/kit.h"
#include "app/pages/groups-page.h"
#include "app/pages/simulate-page.h"
#include "app/watchdog.h"
#include "app/widgets/problem-list.h"
#include "model/site-json.h"

/* Strokes in a field before the next one. */
#define STROKES 8

typedef struct {
  GtkWidget *window;
  BbDocument *document;
  gboolean year; /* one runs all the time */
  guint years;   /* that were started */
} Bench;

/* Shown entries that can be written in, in the order of the page. (transfer full) */
static GPtrArray *
find_entries (GtkWidget *root, GPtrArray *found)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child)) {
    if (!gtk_widget_get_mapped (child))
      continue;
    if (GTK_IS_TEXT (child) && gtk_widget_is_sensitive (child))
      g_ptr_array_add (found, g_object_ref (child));
    find_entries (child, found);
  }
  return found;
}

/* One more character in an entry, then all that follows from it, with a frame. */
static void
type (Bench *bench, GtkWidget *entry, guint stroke)
{
  g_autofree gchar *digit = g_strdup_printf ("%u", stroke % 10);
  gint position = -1;

  if (!gtk_widget_has_focus (entry))
    gtk_widget_grab_focus (entry);
  if (stroke % 4 == 3)
    gtk_editable_delete_text (GTK_EDITABLE (entry), 0, -1);
  gtk_editable_insert_text (GTK_EDITABLE (entry), digit, 1, &position);
  bb_kit_wait_frames (bench->window, 2);
}

static void
undo_all (Bench *bench)
{
  BbEditor *editor = bb_document_get_editor (bench->document);

  while (bb_editor_undo (editor))
    ;
  bb_kit_wait_frames (bench->window, 5);
}

static gboolean
year_runs (Bench *bench)
{
  GtkWidget *page = bb_app_window_get_page (BB_APP_WINDOW (bench->window), "simulate");

  return bb_simulate_page_get_working (BB_SIMULATE_PAGE (page)) != NULL;
}

/* Of the site as it was: what is being typed may be no site that can be simulated. */
static void
keep_year (Bench *bench)
{
  if (!bench->year || year_runs (bench))
    return;
  undo_all (bench);
  bb_kit_activate (bench->window, "win.simulate.run");
  if (!year_runs (bench))
    g_error ("bench-typing: the year does not run");
  bench->years++;
  bb_kit_wait_frames (bench->window, 5);
}

/* Into all that is shown, one entry after the other, or into the first `most`. */
static void
measure (Bench *bench, const gchar *what, guint most)
{
  g_autoptr (GPtrArray) entries
      = find_entries (bench->window, g_ptr_array_new_with_free_func (g_object_unref));
  const guint n = MIN (entries->len, most);
  BbWatchdogReport report = { 0 };
  guint strokes = 0;

  if (n == 0)
    g_error ("bench-typing: no entry is shown");
  bench->years = 0;
  keep_year (bench);
  bb_watchdog_start ();
  for (guint e = 0; e < n; e++)
    for (guint i = 0; i < STROKES; i++) {
      GtkWidget *entry = g_ptr_array_index (entries, e);
      if (!gtk_widget_get_mapped (entry) || !gtk_widget_is_sensitive (entry))
        continue; /* what was typed before took it away */
      keep_year (bench);
      type (bench, entry, e * STROKES + i);
      strokes++;
    }
  bb_watchdog_stop (&report);
  undo_all (bench);
  printf ("typing/%s/entries: %u, strokes: %u, turns: %u\n", what, n, strokes, (guint) report.n_turns);
  if (bench->year)
    printf ("typing/%s/years begun meanwhile: %u\n", what, bench->years);
  printf ("typing/%s/over 16 ms: %u (asked 0)\n", what, (guint) report.n_long);
  printf ("typing/%s/longest: %.1f ms\n", what, (gdouble) report.longest_us / 1e3);
}

static void
show_part (Bench *bench, BbPart *part)
{
  BbGroupsPage *page = BB_GROUPS_PAGE (bb_app_window_get_page (BB_APP_WINDOW (bench->window), "groups"));

  bb_groups_page_select (page, part);
  bb_groups_form_finish (bb_groups_page_get_form (page));
  bb_kit_wait_frames (bench->window, 30);
}

static void
open_problems (Bench *bench, gboolean open)
{
  g_object_set (bb_kit_find (bench->window, BB_TYPE_PROBLEM_LIST, NULL), "expanded", open, NULL);
  bb_kit_wait_frames (bench->window, 5);
}

static void
measure_pages (Bench *bench)
{
  BbSite *site = bb_document_get_site (bench->document);

  show_part (bench, BB_PART (bb_site_group (site, 0)));
  measure (bench, "group", G_MAXUINT);
  open_problems (bench, TRUE);
  measure (bench, "group, list of problems open", 12);
  open_problems (bench, FALSE);
  show_part (bench, BB_PART (bb_site_station (site, 0)));
  measure (bench, "station", G_MAXUINT);
  show_part (bench, BB_PART (site));
  measure (bench, "site", G_MAXUINT);
  show_part (bench, BB_PART (bb_site_group (site, 0)));
  bench->year = TRUE;
  measure (bench, "group, a year runs", G_MAXUINT);
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", "office-40.busbar", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbDocument) document = NULL;
  Bench bench = { 0 };

  bb_kit_init (&argc, &argv);
  if (!(document = bb_kit_load (path, &error)))
    g_error ("%s", error->message);
  BbSite *site = bb_document_get_site (document);
  g_object_set (bb_site_peek (site)->simulation, "days", 365, NULL); /* no step that undoing takes back */
  g_object_set (bb_site_group (site, 0), "active", FALSE, NULL);
  bench.document = document;
  bench.window = GTK_WIDGET (bb_kit_window (document));
  bb_app_window_show_page (BB_APP_WINDOW (bench.window), "groups");
  bb_kit_wait_frames (bench.window, 30);
  measure_pages (&bench);
  bb_kit_activate (bench.window, "win.simulate.cancel");
  bb_kit_wait_frames (bench.window, 5);
  bb_kit_close (BB_APP_WINDOW (bench.window));
  return 0;
}
