/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-editor.c: steps, undo and redo, references, copies, problems; random edits that undo to the same
 * bytes. */
#include <string.h>

#include "kit.h"
#include "model/editor.h"
#include "model/part-private.h"

#define SITE                                                                                                 \
  "'circuits':[{'id':'main','name':'Main fuse','rating_a':25,'meter':'m','other_load_a':13},"                \
  "{'id':'sub','parent':'main','rating_a':20,'stations_only':true},"                                         \
  "{'id':'leaf','parent':'sub','rating_a':16,'stations_only':true}],"                                        \
  "'meters':[{'id':'m','signed':true,'x-note':'kept'},{'id':'n'}],"                                          \
  "'groups':[{'id':'cars','name':'Cars','circuit':'sub','active':false,'offline_a':12,"                      \
  "'measurement_device':'m','windows':[{'start':'22:00','end':'06:00','x-w':1}]},"                           \
  "{'id':'g2','circuit':'main'}],"                                                                           \
  "'stations':[{'id':'a','name':'Garage','group':'cars','serial':'S1','address':'10.0.0.5','failsafe_a':6,"  \
  "'power_on_a':6,'included_in':['m','n'],'x-s':[1,2]},{'id':'b','group':'cars','circuit':'leaf',"           \
  "'failsafe_a':6},{'id':'c','group':'g2','failsafe_a':0}],"                                                 \
  "'reduced':{'other_meter':'n'},'inputs':[{'kind':'load','source':'constant','circuit':'sub'}],"            \
  "'acknowledgements':[{'rule':'failsafe-sum','group':'cars','name':'A','reason':'B'}],'x-top':{'y':null}"

typedef struct {
  BbSite *site;
  BbEditor *editor;
  gchar *start;
} Kit;

static void
kit_open (Kit *kit, const gchar *members)
{
  kit->site = kit_site (members);
  kit->editor = bb_editor_new (kit->site);
  kit->start = bb_site_to_text (kit->site);
}

static void
kit_clear (Kit *kit)
{
  g_object_unref (kit->editor);
  g_object_unref (kit->site);
  g_free (kit->start);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kit, kit_clear)

static BbPart *
group (Kit *kit, guint i)
{
  return BB_PART (bb_site_group (kit->site, i));
}

static BbPart *
station (Kit *kit, guint i)
{
  return BB_PART (bb_site_station (kit->site, i));
}

static void
set (Kit *kit, BbPart *part, const gchar *property, const gchar *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_editor_set (kit->editor, part, property, text, &error));
  g_assert_no_error (error);
}

static void
assert_text (BbPart *part, const gchar *property, const gchar *expected)
{
  g_autofree gchar *text = bb_part_get_text (part, property);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_label (Kit *kit, const gchar *property, const gchar *expected)
{
  g_autofree gchar *label = NULL;

  g_object_get (kit->editor, property, &label, NULL);
  g_assert_cmpstr (label, ==, expected);
}

static guint
undo_all (BbEditor *editor)
{
  guint n = 0;

  while (bb_editor_undo (editor))
    n++;
  return n;
}

/* Everything can be taken back to the byte, and done again. */
static void
assert_undoes (Kit *kit, guint n_steps)
{
  g_autofree gchar *later = bb_site_to_text (kit->site);
  g_autofree gchar *back = NULL;
  g_autofree gchar *again = NULL;

  g_assert_cmpuint (undo_all (kit->editor), ==, n_steps);
  back = bb_site_to_text (kit->site);
  g_assert_cmpstr (back, ==, kit->start);
  while (bb_editor_redo (kit->editor))
    ;
  again = bb_site_to_text (kit->site);
  g_assert_cmpstr (again, ==, later);
}

static GPtrArray *
array_of (BbPart *first, ...)
{
  GPtrArray *parts = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (BbPart *part = first; part != NULL; part = va_arg (args, BbPart *))
    g_ptr_array_add (parts, part);
  va_end (args);
  return parts;
}

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
  g_test_add_func ("/model/editor/rename", test_rename);
  g_test_add_func ("/model/editor/all-references", test_all_references);
  g_test_add_func ("/model/editor/remove-group", test_remove_group);
  g_test_add_func ("/model/editor/remove-others", test_remove_others);
  g_test_add_func ("/model/editor/remove-fails-whole", test_remove_fails_whole);
  g_test_add_func ("/model/editor/add-move", test_add_move);
  g_test_add_func ("/model/editor/duplicate", test_duplicate);
  g_test_add_func ("/model/editor/nesting", test_nesting);
  g_test_add_func ("/model/editor/group-coalesces", test_group_coalesces);
  g_test_add_func ("/model/editor/reentrant", test_reentrant);
  g_test_add_func ("/model/editor/saved", test_saved);
  g_test_add_func ("/model/editor/limit", test_limit);
  g_test_add_func ("/model/editor/paste", test_paste);
  g_test_add_func ("/model/editor/paste-hostile", test_paste_hostile);
  g_test_add_func ("/model/editor/paste-many", test_paste_many);
  g_test_add_func ("/model/editor/problems", test_problems);
  return g_test_run ();
}
