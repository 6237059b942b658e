/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-editor.c: values set as steps, undo and redo, steps of several changes, the saved point, problems. */
#include "editor-kit.h"

/* ---- values ---- */

static void
count_steps_cb (BbEditor *editor, const gchar *label, gint direction, GString *log)
{
  g_string_append_printf (log, "%+d %s\n", direction, label);
}

static void
test_set (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GString) log = g_string_new (NULL);
  const guint64 before = 0;

  kit_open (&kit, SITE);
  g_signal_connect (kit.editor, "stepped", G_CALLBACK (count_steps_cb), log);
  g_assert_cmpuint (bb_editor_get_revision (kit.editor), ==, before);
  set (&kit, group (&kit, 0), "min-ma", "6");
  g_assert_false (bb_editor_undo (kit.editor));
  set (&kit, group (&kit, 0), "min-ma", "1");
  set (&kit, group (&kit, 0), "min-ma", "10");
  assert_label (&kit, "undo-label", "Change minimum current of Cars");
  assert_label (&kit, "redo-label", NULL);
  bb_editor_seal (kit.editor);
  set (&kit, group (&kit, 0), "min-ma", "12");
  g_assert_true (bb_editor_undo (kit.editor));
  assert_text (group (&kit, 0), "min-ma", "10");
  assert_label (&kit, "redo-label", "Change minimum current of Cars");
  g_assert_true (bb_editor_undo (kit.editor));
  assert_text (group (&kit, 0), "min-ma", "6");
  g_assert_true (bb_editor_redo (kit.editor));
  assert_text (group (&kit, 0), "min-ma", "10");
  g_assert_cmpstr (log->str, ==,
                   "+0 Change minimum current of Cars\n+0 Change minimum current of Cars\n"
                   "-1 Change minimum current of Cars\n-1 Change minimum current of Cars\n"
                   "+1 Change minimum current of Cars\n");
}

/* Typing something and taking it back by hand leaves nothing to undo. */
static void
test_typed_back (void)
{
  g_auto (Kit) kit = { 0 };

  kit_open (&kit, SITE);
  set (&kit, station (&kit, 0), "name", "Garag");
  g_assert_true (bb_editor_get_modified (kit.editor));
  set (&kit, station (&kit, 0), "name", "Garage");
  g_assert_false (bb_editor_get_modified (kit.editor));
  g_assert_false (bb_editor_undo (kit.editor));
}

static void
test_errors (void)
{
  static const struct {
    const gchar *property, *text;
    gint code;
  } rows[] = {
    { "min-ma", "much", BB_MODEL_ERROR_VALUE }, { "min-ma", "-1", BB_MODEL_ERROR_VALUE },
    { "mode", "lunar", BB_MODEL_ERROR_VALUE },  { "nothing", "1", BB_MODEL_ERROR_VALUE },
    { "windows", "1", BB_MODEL_ERROR_VALUE },   { "id", "", BB_MODEL_ERROR_VALUE },
    { "id", "g2", BB_MODEL_ERROR_DUPLICATE },
  };
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) stranger = BB_PART (bb_group_new ("x"));
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_false (bb_editor_set (kit.editor, group (&kit, 0), rows[i].property, rows[i].text, &error));
    g_assert_error (error, BB_MODEL_ERROR, rows[i].code);
    g_clear_error (&error);
  }
  g_assert_false (bb_editor_set (kit.editor, stranger, "min-ma", "7", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  assert_undoes (&kit, 0);
}

static void
test_set_all (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  all = array_of (station (&kit, 0), station (&kit, 1), station (&kit, 2), NULL);
  set (&kit, station (&kit, 0), "max-ma", "1");
  bb_editor_seal (kit.editor);
  /* the second text changes a station that the first one did not: one step still */
  g_assert_true (bb_editor_set_all (kit.editor, all, "max-ma", "1", NULL));
  g_assert_true (bb_editor_set_all (kit.editor, all, "max-ma", "11", NULL));
  assert_label (&kit, "undo-label", "Change maximum current of 3 stations");
  g_assert_false (bb_editor_set_all (kit.editor, all, "id", "z", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_DUPLICATE);
  g_clear_error (&error);
  /* one that is locked: none is changed */
  groups = array_of (group (&kit, 0), group (&kit, 1), NULL);
  g_assert_false (bb_editor_set_all (kit.editor, groups, "min-ma", "8", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  assert_text (group (&kit, 0), "min-ma", "6");
  assert_undoes (&kit, 2);
}

/* what an active group refuses, and the way round it, taken back in one go. */
static void
test_active (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbWindow) window = bb_window_new (0, 1, 1);
  g_autoptr (GError) error = NULL;
  BbGroup *cars;

  kit_open (&kit, SITE);
  cars = bb_site_group (kit.site, 0);
  set (&kit, BB_PART (cars), "active", "true");
  assert_label (&kit, "undo-label", "Activate Cars");
  g_assert_false (bb_editor_set (kit.editor, BB_PART (cars), "min-ma", "8", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  g_assert_nonnull (strstr (error->message, "Deactivate it"));
  g_clear_error (&error);
  g_assert_false (bb_editor_set_window (kit.editor, cars, 0, 0, 60, 1, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  g_clear_error (&error);
  g_assert_false (bb_editor_add_window (kit.editor, cars, window, &error));
  g_clear_error (&error);
  g_assert_false (bb_editor_remove_window (kit.editor, cars, 0, &error));
  g_clear_error (&error);
  bb_editor_seal (kit.editor);
  set (&kit, BB_PART (cars), "active", "false");
  assert_label (&kit, "undo-label", "Deactivate Cars");
  set (&kit, BB_PART (cars), "min-ma", "8");
  set (&kit, BB_PART (cars), "active", "true");
  set (&kit, station (&kit, 0), "max-ma", "10");
  assert_undoes (&kit, 5);
}

/* The lock of a group holds for its windows too, whichever way they are set. */
static void
test_window_lock (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbPart) window = NULL;

  kit_open (&kit, SITE);
  window = (BbPart *) g_list_model_get_item (bb_group_get_windows (bb_site_group (kit.site, 0)), 0);
  set (&kit, window, "start-min", "21:00");
  assert_label (&kit, "undo-label", "Change start of an off-peak window");
  set (&kit, group (&kit, 0), "active", "true");
  g_assert_false (bb_editor_set (kit.editor, window, "start-min", "20:00", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  assert_undoes (&kit, 2);
}

static void
test_windows (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbWindow) window = bb_window_new (600, 660, 3);
  BbGroup *cars;

  kit_open (&kit, SITE);
  cars = bb_site_group (kit.site, 0);
  g_assert_true (bb_editor_add_window (kit.editor, cars, window, NULL));
  assert_label (&kit, "undo-label", "Add an off-peak window to Cars");
  g_assert_true (bb_editor_set_window (kit.editor, cars, 1, 610, 660, 3, NULL));
  g_assert_true (bb_editor_set_window (kit.editor, cars, 1, 615, 670, 1, NULL));
  assert_label (&kit, "undo-label", "Change an off-peak window of Cars");
  g_assert_true (bb_editor_remove_window (kit.editor, cars, 0, NULL));
  assert_label (&kit, "undo-label", "Remove an off-peak window of Cars");
  g_assert_cmpint (bb_window_peek (window)->start_min, ==, 615);
  g_assert_false (bb_editor_set_window (kit.editor, cars, 0, 1440, 0, 1, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (bb_editor_remove_window (kit.editor, cars, 1, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  assert_undoes (&kit, 3);
}

/* ---- begin, end, abandon ---- */

static void
test_nesting (void)
{
  g_auto (Kit) kit = { 0 };

  kit_open (&kit, SITE);
  bb_editor_begin (kit.editor, "Outer");
  bb_editor_begin (kit.editor, "Inner");
  set (&kit, group (&kit, 0), "min-ma", "7");
  bb_editor_end (kit.editor);
  g_assert_false (bb_editor_undo (kit.editor));
  g_assert_true (bb_editor_get_modified (kit.editor));
  set (&kit, group (&kit, 0), "name", "X");
  bb_editor_end (kit.editor);
  assert_label (&kit, "undo-label", "Outer");
  bb_editor_begin (kit.editor, "Outer");
  bb_editor_begin (kit.editor, "Inner");
  set (&kit, group (&kit, 0), "min-ma", "9");
  bb_editor_abandon (kit.editor);
  assert_text (group (&kit, 0), "min-ma", "7");
  set (&kit, group (&kit, 0), "min-ma", "10");
  bb_editor_end (kit.editor);
  assert_undoes (&kit, 2);
}

/* Three fields that a form sets together coalesce as one does. */
static void
test_group_coalesces (void)
{
  g_auto (Kit) kit = { 0 };
  static const gchar *const typed[] = { "1", "16", "160" };
  static const gchar *const fields[] = { "rating-l1-ma", "rating-l2-ma", "rating-l3-ma" };

  kit_open (&kit, SITE);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    bb_editor_begin (kit.editor, "Change rating");
    for (guint p = 0; p < 3; p++)
      set (&kit, BB_PART (bb_site_circuit (kit.site, 0)), fields[p], typed[i]);
    bb_editor_end (kit.editor);
  }
  assert_undoes (&kit, 1);
}

static void
edit_back_cb (BbEditor *editor, BbPart *part, const gchar *property, guint *n_refused)
{
  g_autoptr (GError) error = NULL;

  if (BB_IS_STATION (part) || !BB_IS_GROUP (part))
    return;
  if (!bb_editor_set (editor, BB_PART (bb_site_station (bb_editor_get_site (editor), 0)), "name",
                      bb_group_peek (BB_GROUP (part))->name, &error))
    ++*n_refused;
}

/* A listener that edits: part of the step while it is made, refused while it is undone. */
static void
test_reentrant (void)
{
  g_auto (Kit) kit = { 0 };
  guint n_refused = 0;

  kit_open (&kit, SITE);
  g_signal_connect (kit.editor, "changed", G_CALLBACK (edit_back_cb), &n_refused);
  set (&kit, group (&kit, 0), "name", "X");
  assert_text (station (&kit, 0), "name", "X");
  assert_undoes (&kit, 1);
  g_assert_cmpuint (n_refused, ==, 2);
}

/* ---- saved, limit ---- */

static void
test_saved (void)
{
  g_auto (Kit) kit = { 0 };

  kit_open (&kit, SITE);
  set (&kit, group (&kit, 0), "min-ma", "7");
  bb_editor_mark_saved (kit.editor);
  g_assert_false (bb_editor_get_modified (kit.editor));
  set (&kit, group (&kit, 0), "min-ma", "8"); /* no part of the saved step */
  g_assert_true (bb_editor_get_modified (kit.editor));
  bb_editor_undo (kit.editor);
  g_assert_false (bb_editor_get_modified (kit.editor));
  assert_text (group (&kit, 0), "min-ma", "7");
  bb_editor_undo (kit.editor);
  g_assert_true (bb_editor_get_modified (kit.editor));
  set (&kit, group (&kit, 0), "min-ma", "9"); /* the saved point is gone for good */
  bb_editor_undo (kit.editor);
  g_assert_true (bb_editor_get_modified (kit.editor));
  bb_editor_redo (kit.editor);
  g_assert_true (bb_editor_get_modified (kit.editor));
}

static void
test_limit (void)
{
  g_auto (Kit) kit = { 0 };

  kit_open (&kit, SITE);
  for (gint i = 0; i < 1100; i++) {
    g_autofree gchar *text = g_strdup_printf ("%d", 7 + i % 2);

    set (&kit, group (&kit, 0), "min-ma", text);
    bb_editor_seal (kit.editor);
  }
  g_assert_cmpuint (undo_all (kit.editor), ==, 1000);
  g_assert_true (bb_editor_get_modified (kit.editor));
}

/* ---- problems ---- */

static guint
n_problems (Kit *kit)
{
  return g_list_model_get_n_items (bb_editor_get_problems (kit->editor));
}

static void
run_idles (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
count_items_cb (GListModel *model, guint position, guint removed, guint added, guint *n_kept_touched)
{
  *n_kept_touched += removed + added;
}

static void
test_problems (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (GListModel) fresh = NULL;
  g_autoptr (GObject) first = NULL;
  g_autoptr (GObject) still = NULL;
  guint before, touched = 0, n_errors = 0;

  kit_open (&kit, SITE);
  run_idles ();
  before = n_problems (&kit);
  g_assert_cmpuint (before, >, 0);
  g_signal_connect (bb_editor_get_problems (kit.editor), "items-changed", G_CALLBACK (count_items_cb),
                    &touched);
  set (&kit, station (&kit, 0), "max-ma", "100");
  g_assert_cmpuint (n_problems (&kit), ==, before); /* not before the idle */
  run_idles ();
  g_object_get (kit.editor, "n-errors", &n_errors, NULL);
  g_assert_cmpuint (n_errors, >=, 1);
  g_assert_cmpuint (n_errors, ==, bb_editor_get_n_errors (kit.editor));
  first = (GObject *) g_list_model_get_item (bb_editor_get_problems (kit.editor), 0);
  touched = 0;
  set (&kit, station (&kit, 1), "min-ma", "5");
  bb_editor_check_now (kit.editor);
  g_assert_cmpuint (touched, ==, 1);
  still = (GObject *) g_list_model_get_item (bb_editor_get_problems (kit.editor), 0);
  g_assert_true (first == still);
  undo_all (kit.editor);
  run_idles ();
  g_assert_cmpuint (n_problems (&kit), ==, before);
  fresh = bb_site_check (kit.site, BB_CHECK_DEPLOY);
  g_assert_cmpuint (g_list_model_get_n_items (fresh), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/editor/set", test_set);
  g_test_add_func ("/model/editor/typed-back", test_typed_back);
  g_test_add_func ("/model/editor/errors", test_errors);
  g_test_add_func ("/model/editor/set-all", test_set_all);
  g_test_add_func ("/model/A-06/editor-active", test_active);
  g_test_add_func ("/model/A-06/editor-window-lock", test_window_lock);
  g_test_add_func ("/model/editor/windows", test_windows);
  g_test_add_func ("/model/editor/nesting", test_nesting);
  g_test_add_func ("/model/editor/group-coalesces", test_group_coalesces);
  g_test_add_func ("/model/editor/reentrant", test_reentrant);
  g_test_add_func ("/model/editor/saved", test_saved);
  g_test_add_func ("/model/editor/limit", test_limit);
  g_test_add_func ("/model/editor/problems", test_problems);
  return g_test_run ();
}
