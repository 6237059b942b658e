/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-actions.c: everything has a named action and a key: keys, actions and the window of shortcuts agree.
 */
#include "app/kit.h"

typedef struct {
  GHashTable *actions; /* of the shortcuts window: action -> accelerators as written there */
} Shown;

/* Reads the .ui as it is bundled: "action-name" and "accelerator" of each shortcut. */
typedef struct {
  GHashTable *actions;
  char *property, *action, *accelerator;
} Reader;

static void
start_cb (GMarkupParseContext *context, const char *element, const char **names, const char **values,
          gpointer data, GError **error)
{
  Reader *reader = data;

  g_clear_pointer (&reader->property, g_free);
  for (guint i = 0; g_str_equal (element, "property") && names[i]; i++)
    if (g_str_equal (names[i], "name"))
      reader->property = g_strdup (values[i]);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reader *reader = data;

  if (g_strcmp0 (reader->property, "action-name") == 0 && !reader->action)
    reader->action = g_strndup (text, length);
  else if (g_strcmp0 (reader->property, "accelerator") == 0 && !reader->accelerator)
    reader->accelerator = g_strndup (text, length);
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reader *reader = data;

  g_clear_pointer (&reader->property, g_free);
  if (!g_str_equal (element, "object"))
    return;
  if (reader->action)
    g_hash_table_insert (reader->actions, g_steal_pointer (&reader->action),
                         g_steal_pointer (&reader->accelerator));
  g_clear_pointer (&reader->accelerator, g_free);
}

static GHashTable *
read_shortcuts (void)
{
  const GMarkupParser parser = { start_cb, end_cb, text_cb, NULL, NULL };
  Reader reader = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), NULL, NULL, NULL };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data ("/org/busbar/Busbar/ui/shortcuts.ui", 0, NULL);
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;

  g_markup_parse_context_parse (context, text, (gssize) length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (reader.actions), >, 15);
  return reader.actions;
}

static gboolean
exists (BbAppWindow *window, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  g_action_parse_detailed_name (detailed, &name, &target, NULL);
  if (g_str_has_prefix (name, "app."))
    return g_action_group_has_action (G_ACTION_GROUP (bb_kit_application ()), name + 4);
  g_assert_true (g_str_has_prefix (name, "win."));
  return g_action_group_has_action (G_ACTION_GROUP (window), name + 4);
}

static void
test_keys_and_actions (void)
{
  BbAppWindow *window = bb_kit_window (NULL);

  for (const BbAccel *accel = bb_application_get_accels (); accel->action; accel++) {
    g_auto (GStrv) set
        = gtk_application_get_accels_for_action (GTK_APPLICATION (bb_kit_application ()), accel->action);
    if (!exists (window, accel->action))
      g_error ("%s has a key and is no action", accel->action);
    g_assert_cmpuint (g_strv_length (set), ==, g_strv_length ((char **) accel->accels));
  }
  bb_kit_close (window);
}

static void
test_keys_are_shown (void)
{
  g_autoptr (GHashTable) shown = read_shortcuts ();

  for (const BbAccel *accel = bb_application_get_accels (); accel->action; accel++) {
    g_autofree char *keys = g_strjoinv (" ", (char **) accel->accels);
    const char *written = g_hash_table_lookup (shown, accel->action);
    if (g_strcmp0 (written, keys) != 0)
      g_error ("%s has the keys %s, the window of shortcuts shows %s", accel->action, keys,
               written ? written : "none");
    g_hash_table_remove (shown, accel->action);
  }
  if (g_hash_table_size (shown) > 0) {
    g_autofree gpointer *left = g_hash_table_get_keys_as_array (shown, NULL);
    g_error ("the window of shortcuts shows %s, which has no key", (char *) left[0]);
  }
}

/* No key is given twice, and each can be typed at all. */
static void
test_keys_are_apart (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (const BbAccel *accel = bb_application_get_accels (); accel->action; accel++)
    for (guint i = 0; accel->accels[i]; i++) {
      guint key = 0;
      GdkModifierType modifiers = 0;
      g_assert_true (gtk_accelerator_parse (accel->accels[i], &key, &modifiers));
      g_assert_true (g_hash_table_add (seen, (gpointer) accel->accels[i]));
    }
}

/* What needs a site cannot be done without one. */
static void
test_enabled (void)
{
  static const char *const with_site[] = { "win.save", "win.save-as", "win.find" };
  BbAppWindow *window = bb_kit_window (NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();

  for (guint i = 0; i < G_N_ELEMENTS (with_site); i++)
    g_assert_false (bb_kit_is_enabled (window, with_site[i]));
  g_assert_false (bb_kit_is_enabled (window, "win.undo"));
  bb_app_window_set_document (window, demo);
  for (guint i = 0; i < G_N_ELEMENTS (with_site); i++)
    g_assert_true (bb_kit_is_enabled (window, with_site[i]));
  g_assert_false (bb_kit_is_enabled (window, "win.undo"));
  bb_kit_close (window);
}

/* The actions of all pages are the window's too: on the bus they are the way in. */
static void
test_page_actions (void)
{
  BbAppWindow *window = bb_kit_window (NULL);

  g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), "log.export"));
  g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), "log.show-all"));
  bb_kit_close (window);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/actions/keys-and-actions", test_keys_and_actions);
  g_test_add_func ("/app/actions/keys-are-shown", test_keys_are_shown);
  g_test_add_func ("/app/actions/keys-are-apart", test_keys_are_apart);
  g_test_add_func ("/app/actions/enabled", test_enabled);
  g_test_add_func ("/app/actions/page-actions", test_page_actions);
  return g_test_run ();
}
