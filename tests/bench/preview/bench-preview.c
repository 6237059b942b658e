/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-preview.c: how long from an edit until the preview has its figures: the middle and the worst of many
 * edits.
 *
 * bench-preview [--edits N]
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/preview.h"
#include "model/site-json.h"

static gint n_edits = 30;

static const GOptionEntry entries[]
    = { { "edits", 0, 0, G_OPTION_ARG_INT, &n_edits, "Edits of each site", "N" }, G_OPTION_ENTRY_NULL };

static void
wait_for (BbPreview *preview)
{
  while (bb_preview_get_running (preview) || !bb_preview_is_current (preview))
    g_main_context_iteration (NULL, TRUE);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return *(const gdouble *) a < *(const gdouble *) b ? -1 : 1;
}

static void
measure (const gchar *name)
{
  g_autofree gchar *path = g_strdup_printf ("%s/samples/%s.busbar", g_getenv ("BUSBAR_DATA_DIR"), name);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_load (path, &error);
  g_autoptr (BbEditor) editor = NULL;
  g_autoptr (BbPreview) preview = NULL;
  g_autofree gdouble *took = g_new (gdouble, n_edits);
  gdouble first;

  if (site == NULL)
    g_error ("%s", error->message);
  editor = bb_editor_new (site);
  preview = bb_preview_new (editor);
  wait_for (preview);
  first = bb_preview_get_figures (preview)->latency_ms;
  bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "active", "false", NULL);
  for (gint i = 0; i < n_edits; i++) {
    g_autofree gchar *text = g_strdup_printf ("%d", 8 + i % 24);
    bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "working-ma", text, NULL);
    wait_for (preview);
    took[i] = bb_preview_get_figures (preview)->latency_ms;
  }
  qsort (took, (size_t) n_edits, sizeof *took, compare);
  printf ("preview/%s: %.1f ms\n", name, took[n_edits / 2]);
  printf ("preview/%s/worst: %.1f ms\n", name, took[n_edits - 1]);
  printf ("preview/%s/first: %.1f ms\n", name, first);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_edits < 1) {
    fprintf (stderr, "bench-preview: %s\n", error ? error->message : "--edits must be 1 at least");
    return 2;
  }
  measure ("villa-demo");
  measure ("garage-12");
  measure ("office-40");
  return 0;
}
