/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: what window tests share: an application, the demo site, windows, waiting for what happens, actions.
 */
#include "app/kit.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <stdlib.h>

#include "app/forgive-quarks.h"
#include "app/preferences-settings.h"
#include "app/recovery.h"

/* GLib leaves its first table of quarks behind when the 2048th is made, on purpose: readers may be in it. The
 * leak check would blame whoever makes that one. The sanitizer calls this for each allocation; GLib's table
 * is the first of its size, made before main(), and a pointer to it that stays says that it is in use. */
void __sanitizer_malloc_hook (const volatile void *block, size_t size);

static const volatile void *quarks;

void
__sanitizer_malloc_hook (const volatile void *block, size_t size)
{
  if (size == 2048 * sizeof (char *) && !quarks)
    quarks = block;
}

static char *state_home;

static void
remove_state (void)
{
  bb_kit_remove (state_home);
}

/* Recovery copies of tests stay out of the way of the person's and of other tests'. */
void
bb_kit_init_plain (int *argc, char ***argv)
{
  state_home = g_dir_make_tmp ("busbar-state-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", state_home, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", FALSE);
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (argc, argv, NULL);
  atexit (remove_state);
}

/* A question that is open now, e.g. whether to save. */
static gboolean
find_message_dialog (void)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);
    if (ADW_IS_MESSAGE_DIALOG (window))
      return TRUE;
  }
  return FALSE;
}

/* libadwaita 1.7 measures the heading of its own message dialogs for less than it needs, whatever the
 * heading, and GTK 4.18 warns of that. Nothing outside libadwaita can mend it: this one message is not fatal.
 */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && find_message_dialog ()
        && g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel "))
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, data);
}

void
bb_kit_init (int *argc, char ***argv)
{
  g_log_set_writer_func (write_log, NULL, NULL);
  bb_forgive_quarks ();
  bb_kit_init_plain (argc, argv);
  if (!gtk_init_check ()) {
    g_print ("1..0 # SKIP there is no display\n");
    exit (77);
  }
  adw_init ();
  bb_preferences_prepare ();
  bb_application_load_resources ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

BbApplication *
bb_kit_application (void)
{
  static BbApplication *application;
  g_autoptr (GError) error = NULL;

  if (application)
    return application;
  application = bb_application_new ();
  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  return application;
}

/* ---- folders ---- */

char *
bb_kit_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("busbar-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
bb_kit_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  g_chmod (folder, 0700);
  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      bb_kit_remove (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

/* ---- waiting ---- */

static gboolean
late_cb (gpointer what)
{
  g_error ("waited too long for: %s", (const char *) what);
  return G_SOURCE_REMOVE;
}

static gboolean
look_again_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* What is waited for may be a file or another process, which wakes nobody here: look every 10 ms at least. */
void
bb_kit_wait (BbKitDone done, gpointer data, const char *what)
{
  const guint timer = g_timeout_add_seconds (20, late_cb, (gpointer) what);
  const guint wake = g_timeout_add (10, look_again_cb, NULL);

  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_source_remove (timer);
}

void
bb_kit_settle (void)
{
  for (guint i = 0; i < 10000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
painted_cb (GdkFrameClock *clock, guint *left)
{
  if (*left > 0)
    (*left)--;
}

static gboolean
is_zero (gpointer left)
{
  return *(guint *) left == 0;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

void
bb_kit_wait_frames (GtkWidget *widget, guint n)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  guint left = n, tick = 0;
  gulong handler = 0;

  g_assert_nonnull (clock);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &left);
  tick = gtk_widget_add_tick_callback (widget, tick_cb, NULL, NULL);
  bb_kit_wait (is_zero, &left, "a frame");
  gtk_widget_remove_tick_callback (widget, tick);
  g_signal_handler_disconnect (clock, handler);
}

/* ---- documents ---- */

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

BbDocument *
bb_kit_load (const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bb_document_load_async (path, NULL, keep_result_cb, &result);
  bb_kit_wait (is_set, &result, "the site to load");
  return bb_document_load_finish (result, error);
}

BbDocument *
bb_kit_demo (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  BbDocument *document = NULL;

  bb_document_load_demo_async (NULL, keep_result_cb, &result);
  bb_kit_wait (is_set, &result, "the demo to load");
  document = bb_document_load_finish (result, &error);
  g_assert_no_error (error);
  return document;
}

gboolean
bb_kit_save (BbDocument *document, const char *path, BbDocumentSaveFlags flags, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bb_document_save_async (document, path, flags, NULL, keep_result_cb, &result);
  bb_kit_wait (is_set, &result, "the site to be saved");
  return bb_document_save_finish (document, result, error);
}

/* ---- windows ---- */

BbAppWindow *
bb_kit_window (BbDocument *document)
{
  GtkWidget *window = bb_app_window_new (ADW_APPLICATION (bb_kit_application ()));

  if (document)
    bb_app_window_set_document (BB_APP_WINDOW (window), document);
  gtk_window_present (GTK_WINDOW (window));
  bb_kit_wait_frames (window, 2);
  return BB_APP_WINDOW (window);
}

static gboolean
is_null (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

void
bb_kit_close (BbAppWindow *window)
{
  gpointer alive = window;

  g_object_add_weak_pointer (G_OBJECT (window), &alive);
  gtk_window_destroy (GTK_WINDOW (window));
  bb_kit_wait (is_null, &alive, "the window to be freed: something still holds a reference to it");
}

void
bb_kit_activate (GtkWidget *widget, const char *detailed_action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  g_action_parse_detailed_name (detailed_action, &name, &target, &error);
  g_assert_no_error (error);
  if (!gtk_widget_activate_action_variant (widget, name, target))
    g_error ("%s cannot be activated on %s", detailed_action, G_OBJECT_TYPE_NAME (widget));
}

gboolean
bb_kit_is_enabled (BbAppWindow *window, const char *win_action)
{
  g_assert_true (g_str_has_prefix (win_action, "win."));
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), win_action + strlen ("win."));
}

static gboolean
has_text (GtkWidget *widget, const char *text)
{
  static const char *const properties[] = { "label", "title", "text" };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (widget), properties[i]);
    g_autofree char *value = NULL;

    if (!pspec || pspec->value_type != G_TYPE_STRING || !(pspec->flags & G_PARAM_READABLE))
      continue;
    g_object_get (widget, properties[i], &value, NULL);
    if (g_strcmp0 (value, text) == 0)
      return TRUE;
  }
  return FALSE;
}

GtkWidget *
bb_kit_find (GtkWidget *root, GType type, const char *text)
{
  GtkWidget *found = NULL;

  if ((!type || g_type_is_a (G_OBJECT_TYPE (root), type)) && (!text || has_text (root, text)))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = bb_kit_find (child, type, text);
  return found;
}

/* ---- properties ---- */

static void
parse_value (GValue *value, const char *text)
{
  g_auto (GValue) string = G_VALUE_INIT;

  if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, g_str_equal (text, "TRUE"));
  else if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, text);
  else {
    g_value_init (&string, G_TYPE_INT64);
    g_value_set_int64 (&string, g_ascii_strtoll (text, NULL, 10));
    g_assert_true (g_value_transform (&string, value));
  }
}

static void
count_cb (GObject *object, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
round_trip (GObject *object, const BbKitProperty *row)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), row->property);
  g_autofree char *signal = g_strconcat ("notify::", row->property, NULL);
  g_auto (GValue) in = G_VALUE_INIT, out = G_VALUE_INIT;
  guint n = 0;
  gulong handler = 0;

  g_assert_nonnull (pspec);
  g_value_init (&in, pspec->value_type);
  g_value_init (&out, pspec->value_type);
  parse_value (&in, row->value);
  handler = g_signal_connect (object, signal, G_CALLBACK (count_cb), &n);
  g_object_set_property (object, row->property, &in);
  g_object_get_property (object, row->property, &out);
  if (g_param_values_cmp (pspec, &in, &out) != 0)
    g_error ("%s.%s is not %s after it was set", G_OBJECT_TYPE_NAME (object), row->property, row->value);
  g_object_set_property (object, row->property, &in);
  if (n != 1)
    g_error ("%s.%s: %u notifications for one change", G_OBJECT_TYPE_NAME (object), row->property, n);
  g_signal_handler_disconnect (object, handler);
}

void
bb_kit_round_trip (GObject *object, const BbKitProperty *table)
{
  for (; table->property; table++)
    round_trip (object, table);
}
