/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-files.c: results saved, reopened and exported: by dialog, by drop, by action. */
#include <glib/gi18n.h>

#include "app/compat.h"
#include "app/pages/simulate-page-private.h"
#include "app/sim-run-export.h"

/* ---- telling ---------------------------------------------------------------------------------- */

static void
tell_saved (BbSimulatePage *self, const gchar *path)
{
  g_autofree gchar *name = g_path_get_basename (path);
  g_autofree gchar *shown = g_utf8_make_valid (name, -1);
  g_autofree gchar *text = g_strdup_printf (_ ("Saved %s"), shown);

  bb_page_toast (BB_PAGE (self), text, NULL, NULL);
  bb_simulate_page_log (self, BB_EVENT_INFO, text);
}

static void
tell_error (BbSimulatePage *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  bb_simulate_page_log (self, BB_EVENT_ERROR, error->message);
  bb_simulate_page_complain (self, error->message);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbSimulatePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_sim_run_export_finish (result, &error);

  if (path)
    tell_saved (self, path);
  else
    tell_error (self, error);
}

static void
export_to (BbSimulatePage *self, BbRunExport what, const gchar *path)
{
  if (self->shown)
    bb_sim_run_export_async (self->shown, what, path, self->exporting, exported_cb, g_object_ref (self));
}

static void
save_to_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  export_to (BB_SIMULATE_PAGE (widget), BB_RUN_EXPORT_RESULT, g_variant_get_string (parameter, NULL));
}

static void
export_csv_to_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  export_to (BB_SIMULATE_PAGE (widget), BB_RUN_EXPORT_CSV, g_variant_get_string (parameter, NULL));
}

static void
export_pdf_to_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  export_to (BB_SIMULATE_PAGE (widget), BB_RUN_EXPORT_REPORT, g_variant_get_string (parameter, NULL));
}

/* A picture of the charts as they are shown. */
typedef struct {
  BbSimulatePage *page; /* (owned) */
  gchar *path;
} Picture;

static void
picture_cb (GObject *chart, GAsyncResult *result, gpointer data)
{
  Picture *picture = data;
  g_autoptr (GError) error = NULL;

  if (bb_chart_export_finish (BB_CHART (chart), result, &error))
    tell_saved (picture->page, picture->path);
  else
    tell_error (picture->page, error);
  g_object_unref (picture->page);
  g_free (picture->path);
  g_free (picture);
}

static void
export_png_to_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  Picture *picture = g_new0 (Picture, 1);

  picture->page = g_object_ref (self);
  picture->path = g_variant_dup_string (parameter, NULL);
  bb_chart_export_async (self->chart, picture->path, self->exporting, picture_cb, picture);
}

/* ---- dialogs ---------------------------------------------------------------------------------- */

/* What a dialog was opened for: the action that takes its path. */
typedef struct {
  BbSimulatePage *page; /* (owned) */
  const gchar *action;
} Chosen;

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Chosen *chosen = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);

  if (path)
    gtk_widget_activate_action (GTK_WIDGET (chosen->page), chosen->action, "s", path);
  else
    tell_error (chosen->page, error);
  g_object_unref (chosen->page);
  g_free (chosen);
}

static GtkWindow *
window_of (BbSimulatePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* "villa-run-2.pdf". (transfer full) */
static gchar *
suggest_name (BbSimulatePage *self, const gchar *ending)
{
  BbSite *site = bb_sim_run_get_site (self->shown);
  g_autofree gchar *name = g_utf8_strdown (bb_site_peek (site)->name, -1);

  g_strdelimit (name, " /\\:*?\"<>|", '-');
  return g_strdup_printf ("%s-run-%u%s", *name ? name : "site", bb_sim_run_get_number (self->shown), ending);
}

static void
ask_where (BbSimulatePage *self, const gchar *title, const gchar *ending, const gchar *kind,
           const gchar *action)
{
  g_autofree gchar *name = self->shown ? suggest_name (self, ending) : NULL;
  g_autofree gchar *pattern = g_strconcat ("*", ending, NULL);
  Chosen *chosen = NULL;

  if (!self->shown)
    return;
  chosen = g_new0 (Chosen, 1);
  chosen->page = g_object_ref (self);
  chosen->action = action;
  bb_compat_save_file_async (window_of (self), title, name, kind, pattern, NULL, chosen_cb, chosen);
}

static void
save_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  ask_where (BB_SIMULATE_PAGE (widget), _ ("Save Result"), ".bbr", _ ("Results"), "simulate.save-to");
}

static void
export_pdf_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  ask_where (BB_SIMULATE_PAGE (widget), _ ("Export Report"), ".pdf", _ ("PDF documents"),
             "simulate.export-pdf-to");
}

/* Three files: the name is that of their folder. */
static void
export_csv_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  ask_where (BB_SIMULATE_PAGE (widget), _ ("Export Tables to a Folder"), "", _ ("Folders"),
             "simulate.export-csv-to");
}

static void
export_png_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  ask_where (BB_SIMULATE_PAGE (widget), _ ("Export Chart"), ".png", _ ("Pictures"), "simulate.export-png-to");
}

static void
open_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  Chosen *chosen = g_new0 (Chosen, 1);

  chosen->page = g_object_ref (self);
  chosen->action = "simulate.open-path";
  bb_compat_open_file_async (window_of (self), _ ("Open Result"), _ ("Results"), "*.bbr", NULL, chosen_cb,
                             chosen);
}

static void
open_path_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  g_autoptr (BbSimRun) run = bb_sim_run_new_from_file (g_variant_get_string (parameter, NULL));

  bb_simulate_page_start (self, run, FALSE);
}

void
bb_simulate_page_class_init_files (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.save", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "simulate.save-to", "s", save_to_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-pdf", NULL, export_pdf_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-pdf-to", "s", export_pdf_to_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-csv", NULL, export_csv_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-csv-to", "s", export_csv_to_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-png", NULL, export_png_cb);
  gtk_widget_class_install_action (widget_class, "simulate.export-png-to", "s", export_png_to_cb);
  gtk_widget_class_install_action (widget_class, "simulate.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "simulate.open-path", "s", open_path_cb);
}
