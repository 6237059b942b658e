/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-editor-parts.c: parts added, removed, moved, copied and pasted; references that follow. */
#include "editor-kit.h"

/* ---- ids and references ---- */

static void
test_rename (void)
{
  g_auto (Kit) kit = { 0 };

  kit_open (&kit, SITE);
  /* typed: one step, and all references follow, also that of an active group */
  set (&kit, BB_PART (bb_site_circuit (kit.site, 0)), "id", "h");
  set (&kit, BB_PART (bb_site_circuit (kit.site, 0)), "id", "house");
  assert_text (group (&kit, 1), "circuit", "house");
  assert_text (BB_PART (bb_site_circuit (kit.site, 1)), "parent", "house");
  set (&kit, BB_PART (bb_site_circuit (kit.site, 1)), "id", "garage");
  assert_text (BB_PART (bb_site_input (kit.site, 0)), "circuit", "garage");
  set (&kit, BB_PART (bb_site_meter (kit.site, 1)), "id", "n2");
  assert_text (station (&kit, 0), "included-in", "m,n2");
  assert_text (BB_PART (bb_site_peek (kit.site)->reduced), "other-meter", "n2");
  set (&kit, group (&kit, 0), "id", "all");
  assert_text (station (&kit, 1), "group", "all");
  assert_undoes (&kit, 4);
}

/* One of each class that refers to others, all of whose references name `id`. */
static void
fill_references (BbSite *site, const gchar *list, const gchar *id, GPtrArray *parts)
{
  BbPart *const made[]
      = { BB_PART (bb_circuit_new ("x")),   BB_PART (bb_meter_new ("x")),  BB_PART (bb_group_new ("x")),
          BB_PART (bb_station_new ("x")),   BB_PART (bb_signal_new ("x")), BB_PART (bb_site_input_new ()),
          BB_PART (bb_tariff_window_new ()) };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++) {
    g_assert_true (bb_site_add (site, made[i], NULL));
    g_ptr_array_add (parts, made[i]);
  }
  g_ptr_array_add (parts, g_object_ref (bb_site_peek (site)->reduced));
  for (guint i = 0; i < parts->len; i++) {
    BbPartClass *klass = BB_PART_GET_CLASS (parts->pdata[i]);

    for (guint f = 0; f < klass->n_fields; f++)
      if (g_strcmp0 (bb_field_reference_list (&klass->fields[f]), list) == 0)
        g_assert_true (bb_part_set ((BbPart *) parts->pdata[i], klass->fields[f].property, id, NULL));
  }
}

static guint
count_references (GPtrArray *parts, const gchar *list, const gchar *id)
{
  guint n = 0;

  for (guint i = 0; i < parts->len; i++) {
    BbPartClass *klass = BB_PART_GET_CLASS (parts->pdata[i]);

    for (guint f = 0; f < klass->n_fields; f++) {
      g_autofree gchar *text = NULL;

      if (g_strcmp0 (bb_field_reference_list (&klass->fields[f]), list) != 0)
        continue;
      text = bb_part_get_text ((BbPart *) parts->pdata[i], klass->fields[f].property);
      n += strcmp (text, id) == 0;
    }
  }
  return n;
}

/* Every reference field of every class follows a new id, and is cleared with what it names. */
static void
test_all_references (void)
{
  static const struct {
    const gchar *list;
    guint n; /* reference fields that point there, those of acknowledgements apart */
  } rows[] = { { "circuits", 4 }, { "meters", 5 }, { "groups", 1 } };
  BbPart *(*const makers[]) (const gchar *)
      = { (BbPart * (*) (const gchar *) ) bb_circuit_new, (BbPart * (*) (const gchar *) ) bb_meter_new,
          (BbPart * (*) (const gchar *) ) bb_group_new };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbSite) site = bb_site_new ();
    g_autoptr (BbEditor) editor = bb_editor_new (site);
    g_autoptr (BbPart) named = makers[i]("old");
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (GPtrArray) gone = array_of (named, NULL);

    g_assert_true (bb_site_add (site, named, NULL));
    fill_references (site, rows[i].list, "old", parts);
    g_assert_cmpuint (count_references (parts, rows[i].list, "old"), ==, rows[i].n);
    g_assert_true (bb_editor_set (editor, named, "id", "new", NULL));
    g_assert_cmpuint (count_references (parts, rows[i].list, "new"), ==, rows[i].n);
    g_assert_true (bb_editor_remove (editor, gone, NULL));
    g_assert_cmpuint (count_references (parts, rows[i].list, ""), ==, rows[i].n);
    g_assert_true (bb_editor_undo (editor) && bb_editor_undo (editor));
    g_assert_cmpuint (count_references (parts, rows[i].list, "old"), ==, rows[i].n);
  }
}

static void
test_remove_group (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GPtrArray) parts = NULL;

  kit_open (&kit, SITE);
  parts = array_of (group (&kit, 0), NULL);
  g_assert_true (bb_editor_remove (kit.editor, parts, NULL));
  assert_label (&kit, "undo-label", "Remove Cars");
  assert_text (station (&kit, 0), "group", "");
  assert_text (station (&kit, 0), "circuit", "sub");
  assert_text (station (&kit, 1), "circuit", "leaf");
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_acknowledgements (kit.site)), ==, 0);
  assert_undoes (&kit, 1);
}

static void
test_remove_others (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GPtrArray) circuit = NULL;
  g_autoptr (GPtrArray) meters = NULL;
  g_autoptr (GPtrArray) mixed = NULL;

  kit_open (&kit, SITE);
  circuit = array_of (BB_PART (bb_site_circuit (kit.site, 1)), NULL);
  g_assert_true (bb_editor_remove (kit.editor, circuit, NULL));
  assert_text (BB_PART (bb_site_circuit (kit.site, 1)), "parent", "main");
  assert_text (group (&kit, 0), "circuit", "");
  meters = array_of (BB_PART (bb_site_meter (kit.site, 0)), BB_PART (bb_site_meter (kit.site, 1)), NULL);
  g_assert_true (bb_editor_remove (kit.editor, meters, NULL));
  assert_label (&kit, "undo-label", "Remove 2 meters");
  assert_text (BB_PART (bb_site_circuit (kit.site, 0)), "meter", "");
  assert_text (group (&kit, 0), "measurement-device", "");
  mixed = array_of (group (&kit, 0), station (&kit, 0), NULL);
  g_assert_true (bb_editor_remove (kit.editor, mixed, NULL));
  assert_label (&kit, "undo-label", "Remove 2 parts");
  assert_undoes (&kit, 3);
}

/* One of several is not there: nothing is removed. */
static void
test_remove_fails_whole (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) stranger = BB_PART (bb_station_new ("x"));
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *after = NULL;

  kit_open (&kit, SITE);
  parts = array_of (group (&kit, 0), stranger, NULL);
  g_assert_false (bb_editor_remove (kit.editor, parts, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  after = bb_site_to_text (kit.site);
  g_assert_cmpstr (after, ==, kit.start);
  assert_undoes (&kit, 0);
}

/* ---- parts ---- */

static void
test_add_move (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) nameless = BB_PART (bb_station_new (""));
  g_autoptr (BbPart) taken = BB_PART (bb_station_new ("a"));
  g_autoptr (BbPart) window = BB_PART (bb_window_new (0, 1, 1));
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  g_assert_true (bb_editor_add (kit.editor, nameless, NULL));
  assert_text (nameless, "id", "station-4");
  g_assert_true (bb_editor_add (kit.editor, taken, NULL));
  assert_text (taken, "id", "a-2");
  assert_label (&kit, "undo-label", "Add a-2");
  g_assert_false (bb_editor_add (kit.editor, taken, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_TYPE);
  g_clear_error (&error);
  g_assert_false (bb_editor_add (kit.editor, window, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_TYPE);
  g_assert_true (bb_editor_move (kit.editor, taken, 0, NULL));
  g_assert_true (station (&kit, 0) == taken);
  g_assert_true (bb_editor_move (kit.editor, taken, 99, NULL));
  g_assert_true (station (&kit, 4) == taken);
  g_assert_true (bb_editor_move (kit.editor, taken, 4, NULL));
  assert_undoes (&kit, 4);
}

static void
test_duplicate (void)
{
  g_auto (Kit) kit = { 0 };
  BbPart *copy, *second;

  kit_open (&kit, SITE);
  set (&kit, group (&kit, 0), "active", "true");
  copy = bb_editor_duplicate (kit.editor, group (&kit, 0), NULL);
  g_assert_true (copy == group (&kit, 1));
  assert_text (copy, "id", "cars-2");
  assert_text (copy, "name", "Cars 2");
  assert_text (copy, "active", "false");
  assert_label (&kit, "undo-label", "Duplicate Cars");
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (kit.site)), ==, 5);
  assert_text (station (&kit, 2), "id", "a-2");
  assert_text (station (&kit, 2), "name", "Garage 2");
  assert_text (station (&kit, 2), "group", "cars-2");
  assert_text (station (&kit, 2), "serial", "");
  assert_text (station (&kit, 2), "address", "");
  second = bb_editor_duplicate (kit.editor, station (&kit, 2), NULL);
  assert_text (second, "id", "a-3");
  assert_text (second, "name", "Garage 3");
  g_assert_nonnull (bb_part_get_extra (second, "x-s"));
  assert_undoes (&kit, 3);
}

/* ---- copy and paste ---- */

static void
test_paste (void)
{
  g_auto (Kit) from = { 0 };
  g_auto (Kit) to = { 0 };
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GPtrArray) pasted = NULL;
  g_autofree gchar *text = NULL;

  kit_open (&from, SITE);
  kit_open (&to, "'circuits':[{'id':'main'}],'meters':[{'id':'n'}],'groups':[{'id':'cars','circuit':'main'}],"
                 "'stations':[{'id':'z','serial':'S1','group':'cars'}]");
  parts = array_of (group (&from, 0), station (&from, 2), NULL);
  text = bb_editor_copy (from.editor, parts);
  pasted = bb_editor_paste (to.editor, text, NULL);
  g_assert_cmpuint (pasted->len, ==, 4);
  assert_label (&to, "undo-label", "Paste Cars");
  assert_text (group (&to, 1), "id", "cars-2");
  assert_text (group (&to, 1), "circuit", "");
  assert_text (group (&to, 1), "measurement-device", "");
  assert_text (group (&to, 1), "active", "false");
  g_assert_cmpuint (g_list_model_get_n_items (bb_group_get_windows (bb_site_group (to.site, 1))), ==, 1);
  assert_text (station (&to, 1), "group", "cars-2");
  assert_text (station (&to, 1), "serial", "");
  assert_text (station (&to, 1), "included-in", "n");
  assert_text (station (&to, 3), "group", "");
  g_assert_nonnull (bb_part_get_extra (station (&to, 1), "x-s"));
  assert_undoes (&to, 1);
}

static void
test_paste_hostile (void)
{
  static const gchar *const texts[] = {
    "",
    "hello",
    "[]",
    "null",
    "{}",
    "{\"format\":\"busbar-parts/2\"}",
    "{\"format\":[]}",
    "{\"format\":\"busbar-parts/1\"}",
    "{\"format\":\"busbar-parts/1\",\"groups\":{}}",
    "{\"format\":\"busbar-parts/1\",\"groups\":[1]}",
    "{\"format\":\"busbar-parts/1\",\"groups\":[{\"min_a\":\"x\"}]}",
    "{\"format\":\"busbar-parts/1\",\"stations\":[{\"id\":\"a\"},{\"max_a\":-5}]}",
    "{\"format\":\"busbar-parts/1\",\"stations\":[{\"max_a\":1e400}]}",
    "{\"format\":\"busbar-parts/1\",\"stations\":[{\"name\":\"\\ud800\"}]}",
  };
  g_auto (Kit) kit = { 0 };
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_assert_null (bb_editor_paste (kit.editor, texts[i], &error));
    g_assert_nonnull (error);
    g_assert_true (g_str_has_prefix (error->message, "clipboard:"));
    g_clear_error (&error);
  }
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (bb_editor_paste (kit.editor, deep->str, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (bb_editor_paste (kit.editor, texts[11], &error));
  g_assert_nonnull (strstr (error->message, "/stations/1/max_a"));
  assert_undoes (&kit, 0);
}

static void
test_paste_many (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GString) many = g_string_new ("{\"format\":\"busbar-parts/1\",\"stations\":[");
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  for (guint i = 0; i < 2001; i++)
    g_string_append (many, i > 0 ? ",{}" : "{}");
  g_string_append (many, "]}");
  g_assert_null (bb_editor_paste (kit.editor, many->str, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  assert_undoes (&kit, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/editor/rename", test_rename);
  g_test_add_func ("/model/editor/all-references", test_all_references);
  g_test_add_func ("/model/editor/remove-group", test_remove_group);
  g_test_add_func ("/model/editor/remove-others", test_remove_others);
  g_test_add_func ("/model/editor/remove-fails-whole", test_remove_fails_whole);
  g_test_add_func ("/model/editor/add-move", test_add_move);
  g_test_add_func ("/model/editor/duplicate", test_duplicate);
  g_test_add_func ("/model/editor/paste", test_paste);
  g_test_add_func ("/model/editor/paste-hostile", test_paste_hostile);
  g_test_add_func ("/model/editor/paste-many", test_paste_many);
  return g_test_run ();
}
