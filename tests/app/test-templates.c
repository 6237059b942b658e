/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-templates.c: every class of the application with a template can be made and freed, and every property
 * of every class that can be set keeps what it was given. Warnings are fatal here. */
#include "app/assistant.h"
#include "app/help.h"
#include "app/kit.h"
#include "app/page.h"
#include "app/pages/groups-page.h"
#include "app/pages/log-page.h"
#include "app/pages/simulate-page.h"
#include "app/preferences.h"
#include "app/sidebar-row.h"
#include "app/welcome.h"

static void
test_instantiate (gconstpointer data)
{
  GType (*get_type) (void) = (GType (*) (void)) data;
  GObject *object = g_object_new (get_type (), NULL);

  g_object_ref_sink (object);
  if (GTK_IS_WINDOW (object)) {
    gtk_window_destroy (GTK_WINDOW (object));
    bb_kit_settle ();
    g_assert_finalize_object (object);
  } else {
    g_assert_finalize_object (object);
  }
}

static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/busbar/Busbar/ui/shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  g_assert_nonnull (window);
  gtk_window_destroy (window);
}

/* Every .ui file of the bundle is either a template of a class tested here, or tested on its own. */
static void
test_all_known (void)
{
  static const char *const known[] = { "app-window.ui",  "assistant.ui", "help.ui",   "log-page.ui",
                                       "preferences.ui", "shortcuts.ui", "welcome.ui" };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files = g_resources_enumerate_children ("/org/busbar/Busbar/ui", 0, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_true (g_strv_contains ((const char *const *) files, known[i]));
}

static void
test_window_properties (void)
{
  static const BbKitProperty table[]
      = { { "sidebar-visible", "FALSE" }, { "sidebar-visible", "TRUE" }, { NULL, NULL } };
  BbAppWindow *window = bb_kit_window (NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbDocument *document = NULL;

  bb_kit_round_trip (G_OBJECT (window), table);
  g_object_set (window, "document", demo, NULL);
  g_object_get (window, "document", &document, NULL);
  g_assert_true (document == demo);
  g_clear_object (&document);
  bb_kit_close (window);
}

static void
test_page_properties (void)
{
  static const BbKitProperty table[]
      = { { "page-name", "other" }, { "title", "Other" }, { "icon-name", "go-up-symbolic" },
          { "badge", "3" },         { "text", "fuse" },   { "text", "" },
          { "kind", "1" },          { "kind", "-1" },     { NULL, NULL } };
  GObject *page = g_object_ref_sink (g_object_new (BB_TYPE_LOG_PAGE, NULL));

  bb_kit_round_trip (page, table);
  g_assert_finalize_object (page);
}

static void
test_row_properties (void)
{
  static const BbKitProperty table[] = { { "compact", "TRUE" }, { "compact", "FALSE" }, { NULL, NULL } };
  GObject *page = g_object_ref_sink (g_object_new (BB_TYPE_LOG_PAGE, NULL));
  GObject *row = G_OBJECT (g_object_ref_sink (bb_sidebar_row_new (BB_PAGE (page))));

  bb_kit_round_trip (row, table);
  g_assert_finalize_object (row);
  g_assert_finalize_object (page);
}

static void
test_help_properties (void)
{
  static const BbKitProperty table[]
      = { { "chapter", "20-groups" }, { "chapter", "40-charts" }, { NULL, NULL } };
  GtkWindow *help = g_object_new (BB_TYPE_HELP, NULL);

  bb_kit_round_trip (G_OBJECT (help), table);
  gtk_window_destroy (help);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
#define INSTANTIATE(name, function)                                                                          \
  g_test_add_data_func ("/app/templates/instantiate/" name, (gconstpointer) (function), test_instantiate)
  INSTANTIATE ("app-window", bb_app_window_get_type);
  INSTANTIATE ("assistant", bb_assistant_get_type);
  INSTANTIATE ("groups-page", bb_groups_page_get_type);
  INSTANTIATE ("help", bb_help_get_type);
  INSTANTIATE ("log-page", bb_log_page_get_type);
  INSTANTIATE ("preferences", bb_preferences_get_type);
  INSTANTIATE ("simulate-page", bb_simulate_page_get_type);
  INSTANTIATE ("welcome", bb_welcome_get_type);
  g_test_add_func ("/app/templates/shortcuts", test_shortcuts);
  g_test_add_func ("/app/templates/all-known", test_all_known);
  g_test_add_func ("/app/templates/properties/window", test_window_properties);
  g_test_add_func ("/app/templates/properties/page", test_page_properties);
  g_test_add_func ("/app/templates/properties/sidebar-row", test_row_properties);
  g_test_add_func ("/app/templates/properties/help", test_help_properties);
  return g_test_run ();
}
