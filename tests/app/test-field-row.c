/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-field-row.c: every field of every class can be set in its row, taken back, and refuses what cannot be
 * a value. */
#include "kit.h"

#include "app/widgets/field-row.h"
#include "app/widgets/phase-toggle.h"
#include "model/site-json.h"

/* One of everything, so that references have something to name. */
static const char *site_text
    = "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"main\",\"rating_a\":63,\"meter\":\"m1\"},"
      "{\"id\":\"garage\",\"parent\":\"main\",\"rating_a\":32}],"
      "\"meters\":[{\"id\":\"m1\"},{\"id\":\"m2\"}],"
      "\"groups\":[{\"id\":\"g1\",\"circuit\":\"garage\",\"active\":false},{\"id\":\"g2\",\"circuit\":"
      "\"garage\",\"active\":false}],"
      "\"stations\":[{\"id\":\"s1\",\"group\":\"g1\"},{\"id\":\"s2\",\"group\":\"g1\",\"max_a\":20}]}";

typedef struct {
  BbSite *site;
  BbEditor *editor;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->site = bb_site_parse (site_text, -1, "test", &error);
  g_assert_no_error (error);
  fixture->editor = bb_editor_new (fixture->site);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->editor);
  g_clear_object (&fixture->site);
}

static BbFieldRow *
new_row (Fixture *fixture, BbPart *part, const BbFieldInfo *info)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_ptr_array_add (parts, part);
  return BB_FIELD_ROW (g_object_ref_sink (bb_field_row_new (fixture->editor, parts, info)));
}

static const BbField *
field_of (BbPart *part, const BbFieldInfo *info)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);
  const char *phase = strstr (info->property, "-l1-");

  for (guint f = 0; f < klass->n_fields; f++) {
    gsize stem = phase ? (gsize) (phase - info->property + 1) : 0;
    if (strcmp (klass->fields[f].property, info->property) == 0
        || (stem > 0 && klass->fields[f].kind == BB_FIELD_PHASES3
            && strncmp (klass->fields[f].property, info->property, stem) == 0))
      return &klass->fields[f];
  }
  return NULL;
}

/* A number that the field can hold. */
static char *
other_number (const BbField *field, const char *now)
{
  static const int numbers[] = { 12, 13, 2, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = g_strdup_printf ("%d", numbers[i]);
    if ((gint64) numbers[i] * field->scale <= field->most && strcmp (text, now) != 0)
      return g_steal_pointer (&text);
  }
  g_assert_not_reached ();
}

/* Another value than `now`, as its text. (transfer full) */
static char *
other_text (const BbField *field, const char *now)
{
  switch (field->kind) {
  case BB_FIELD_BOOLEAN:
    return g_strdup (strcmp (now, "true") == 0 ? "false" : "true");
  case BB_FIELD_ENUM:
    return g_strdup (field->names[strcmp (now, field->names[0]) == 0 ? 1 : 0]);
  case BB_FIELD_MASK:
    return g_strdup ("1,3");
  case BB_FIELD_DAYS:
    return g_strdup ("mon,sun");
  case BB_FIELD_CLOCK:
    return g_strdup ("07:30");
  case BB_FIELD_IDS:
    return g_strdup ("m1,m2");
  case BB_FIELD_NUMBER:
  case BB_FIELD_PHASES3:
    return other_number (field, now);
  default:
    break;
  }
  if ((field->flags & BB_FIELD_REFERENCE) == 0)
    return g_strdup ("another");
  if (strcmp (field->key, "circuit") == 0 || strcmp (field->key, "parent") == 0)
    return g_strdup (strcmp (now, "main") == 0 ? "garage" : "main");
  if (strcmp (field->key, "group") == 0)
    return g_strdup ("g2");
  return g_strdup (strcmp (now, "m2") == 0 ? "m1" : "m2");
}

/* A number may be shown with more decimals than it is written with. */
static void
assert_shown (BbFieldRow *row, const BbField *field, const char *text)
{
  g_autofree char *shown = bb_field_row_get_text (row);

  if ((field->kind == BB_FIELD_NUMBER || field->kind == BB_FIELD_PHASES3) && *text != '\0')
    g_assert_cmpfloat (g_ascii_strtod (shown, NULL), ==, g_ascii_strtod (text, NULL));
  else
    g_assert_cmpstr (shown, ==, text);
}

static void
round_trip (Fixture *fixture, BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = field_of (part, info);
  BbFieldRow *row = new_row (fixture, part, info);
  g_autofree char *before = bb_part_get_text (part, info->property), *other = other_text (field, before),
                  *after = NULL, *back = NULL;
  gboolean undone;

  g_test_message ("%s %s: “%s” -> “%s”", BB_PART_GET_CLASS (part)->type_name, info->property, before, other);
  assert_shown (row, field, before);
  g_assert_true (bb_field_row_type (row, other));
  g_assert_null (bb_field_row_get_error (row));
  after = bb_part_get_text (part, info->property);
  g_assert_cmpstr (after, ==, other);
  bb_editor_seal (fixture->editor);
  undone = bb_editor_undo (fixture->editor);
  g_assert_true (undone);
  back = bb_part_get_text (part, info->property);
  g_assert_cmpstr (back, ==, before);
  assert_shown (row, field, before); /* the row followed */
  g_object_unref (row);
}

static void
refuses (Fixture *fixture, BbPart *part, const BbFieldInfo *info)
{
  const BbField *field = field_of (part, info);
  BbFieldRow *row;
  g_autofree char *before = NULL, *after = NULL, *shown = NULL;

  if (field->kind != BB_FIELD_NUMBER && field->kind != BB_FIELD_PHASES3 && field->kind != BB_FIELD_CLOCK)
    return;
  row = new_row (fixture, part, info);
  before = bb_part_get_text (part, info->property);
  g_assert_false (bb_field_row_type (row, "12x"));
  g_assert_nonnull (bb_field_row_get_error (row));
  after = bb_part_get_text (part, info->property);
  g_assert_cmpstr (after, ==, before);
  shown = bb_field_row_get_text (row);
  g_assert_cmpstr (shown, ==, "12x"); /* it stays to be corrected */
  gtk_widget_activate_action (GTK_WIDGET (row), "field.revert", NULL);
  g_assert_null (bb_field_row_get_error (row));
  assert_shown (row, field, before);
  g_object_unref (row);
}

static void
resets (Fixture *fixture, BbPart *part, const BbFieldInfo *info)
{
  g_autoptr (BbPart) fresh = g_object_new (G_OBJECT_TYPE (part), NULL);
  g_autofree char *preset = bb_part_get_text (fresh, info->property),
                  *before = bb_part_get_text (part, info->property), *other = NULL, *after = NULL;
  const BbField *field = field_of (part, info);
  BbFieldRow *row;

  if (strcmp (info->property, "id") == 0 || strcmp (info->property, "name") == 0
      || (field->flags & BB_FIELD_REFERENCE) != 0)
    return;
  row = new_row (fixture, part, info);
  other = other_text (field, preset);
  bb_field_row_type (row, other);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (row), "field.reset", NULL));
  after = bb_part_get_text (part, info->property);
  g_assert_cmpstr (after, ==, preset);
  while (bb_editor_undo (fixture->editor))
    ;
  g_object_unref (row);
}

static BbPart *
part_of (Fixture *fixture, const char *what)
{
  const BbSiteFields *site = bb_site_peek (fixture->site);

  return strcmp (what, "group") == 0     ? BB_PART (bb_site_group (fixture->site, 0))
         : strcmp (what, "station") == 0 ? BB_PART (bb_site_station (fixture->site, 0))
         : strcmp (what, "circuit") == 0 ? BB_PART (bb_site_circuit (fixture->site, 1))
         : strcmp (what, "meter") == 0   ? BB_PART (bb_site_meter (fixture->site, 0))
         : strcmp (what, "network") == 0 ? BB_PART (site->network)
         : strcmp (what, "reduced") == 0 ? BB_PART (site->reduced)
                                         : BB_PART (fixture->site);
}

static void
test_class (Fixture *fixture, gconstpointer what)
{
  BbPart *part = part_of (fixture, what);
  guint n, shown = 0;
  const BbFieldInfo *infos = bb_field_info_list (G_OBJECT_TYPE (part), &n);

  for (guint i = 0; i < n; i++) {
    if (!bb_field_row_can_show (part, &infos[i]))
      continue;
    round_trip (fixture, part, &infos[i]);
    refuses (fixture, part, &infos[i]);
    resets (fixture, part, &infos[i]);
    shown++;
  }
  g_test_message ("%s: %u fields", (const char *) what, shown);
  g_assert_cmpuint (shown, >, 0);
}

/* ---- several parts ---- */

static BbFieldRow *
new_row_of_both (Fixture *fixture, const char *property)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  BbPart *first = BB_PART (bb_site_station (fixture->site, 0));

  g_ptr_array_add (parts, first);
  g_ptr_array_add (parts, bb_site_station (fixture->site, 1));
  return BB_FIELD_ROW (
      g_object_ref_sink (bb_field_row_new (fixture->editor, parts, bb_field_info_find (first, property))));
}

static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  BbFieldRow *row = new_row_of_both (fixture, "max-ma");
  g_autofree char *text = bb_field_row_get_text (row);
  gboolean mixed;

  g_object_get (row, "mixed", &mixed, NULL);
  g_assert_true (mixed);
  g_assert_cmpstr (text, ==, "");
  g_assert_true (bb_field_row_type (row, "1"));
  g_assert_true (bb_field_row_type (row, "16"));
  for (guint s = 0; s < 2; s++)
    g_assert_cmpint (bb_station_peek (bb_site_station (fixture->site, s))->max_ma, ==, 16000);
  g_object_get (row, "mixed", &mixed, NULL);
  g_assert_false (mixed);
  /* Typing was one step for both. */
  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_cmpint (bb_station_peek (bb_site_station (fixture->site, 1))->max_ma, ==, 20000);
  g_assert_false (bb_editor_undo (fixture->editor));
  g_object_get (row, "mixed", &mixed, NULL);
  g_assert_true (mixed);
  g_object_unref (row);
}

static void
test_decimal_comma (Fixture *fixture, gconstpointer data)
{
  BbPart *station = BB_PART (bb_site_station (fixture->site, 0));
  BbFieldRow *row = new_row (fixture, station, bb_field_info_find (station, "max-ma"));

  g_assert_true (bb_field_row_type (row, "7,5"));
  g_assert_cmpint (bb_station_peek (BB_STATION (station))->max_ma, ==, 7500);
  g_object_unref (row);
}

static void
test_problem (Fixture *fixture, gconstpointer data)
{
  BbPart *station = BB_PART (bb_site_station (fixture->site, 0));
  BbFieldRow *row = new_row (fixture, station, bb_field_info_find (station, "max-ma"));

  bb_field_row_set_problem (row, "Too much.", BB_SEVERITY_ERROR);
  g_assert_cmpstr (bb_field_row_get_problem (row), ==, "Too much.");
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "Too much."));
  bb_field_row_set_problem (row, NULL, BB_SEVERITY_ADVICE);
  g_assert_false (gtk_widget_get_visible (
      gtk_widget_get_ancestor (bb_kit_find (GTK_WIDGET (row), GTK_TYPE_LABEL, "Too much."), GTK_TYPE_BOX)));
  g_object_unref (row);
}

/* what an active group says can be read, not changed. */
static void
test_locked (Fixture *fixture, gconstpointer data)
{
  BbPart *group = BB_PART (bb_site_group (fixture->site, 0));
  BbFieldRow *row;

  bb_group_set_active (BB_GROUP (group), TRUE);
  row = new_row (fixture, group, bb_field_info_find (group, "min-ma"));
  g_assert_false (bb_field_row_type (row, "8"));
  g_assert_nonnull (bb_field_row_get_error (row));
  g_assert_cmpint (bb_group_peek (BB_GROUP (group))->min_ma, ==, 6000);
  g_object_unref (row);
}

static void
test_three_phases (Fixture *fixture, gconstpointer data)
{
  BbPart *circuit = BB_PART (bb_site_circuit (fixture->site, 0));
  const BbFieldInfo *info = bb_field_info_find (circuit, "rating-l1-ma");
  BbFieldRow *row;

  g_assert_nonnull (info);
  row = new_row (fixture, circuit, info);
  g_assert_true (bb_field_row_type (row, "25,32,40"));
  g_assert_cmpint (bb_circuit_peek (BB_CIRCUIT (circuit))->rating_ma[0], ==, 25000);
  g_assert_cmpint (bb_circuit_peek (BB_CIRCUIT (circuit))->rating_ma[1], ==, 32000);
  g_assert_cmpint (bb_circuit_peek (BB_CIRCUIT (circuit))->rating_ma[2], ==, 40000);
  g_assert_true (bb_field_row_type (row, "50"));
  for (guint p = 0; p < 3; p++)
    g_assert_cmpint (bb_circuit_peek (BB_CIRCUIT (circuit))->rating_ma[p], ==, 50000);
  g_object_unref (row);
}

static void
test_phase_toggle (void)
{
  GtkWidget *toggle = g_object_ref_sink (bb_phase_toggle_new_phases ());
  static const BbKitProperty table[] = { { "mask", "5" }, { NULL, NULL } };

  bb_kit_round_trip (G_OBJECT (toggle), table);
  bb_phase_toggle_press (BB_PHASE_TOGGLE (toggle), 1);
  g_assert_cmpint (bb_phase_toggle_get_mask (BB_PHASE_TOGGLE (toggle)), ==, 7);
  bb_phase_toggle_set_mask (BB_PHASE_TOGGLE (toggle), -1);
  bb_phase_toggle_press (BB_PHASE_TOGGLE (toggle), 2);
  g_assert_cmpint (bb_phase_toggle_get_mask (BB_PHASE_TOGGLE (toggle)), ==, 4);
  g_object_unref (toggle);
}

int
main (int argc, char *argv[])
{
  static const char *const classes[]
      = { "group", "station", "circuit", "meter", "site", "network", "reduced" };

  bb_kit_init (&argc, &argv);
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    g_autofree char *path = g_strdup_printf ("/app/field-row/round-trip/%s", classes[c]);
    g_test_add (path, Fixture, classes[c], set_up, test_class, tear_down);
  }
  g_test_add ("/app/field-row/mixed", Fixture, NULL, set_up, test_mixed, tear_down);
  g_test_add ("/app/field-row/decimal-comma", Fixture, NULL, set_up, test_decimal_comma, tear_down);
  g_test_add ("/app/field-row/problem", Fixture, NULL, set_up, test_problem, tear_down);
  g_test_add ("/app/field-row/A-06/locked", Fixture, NULL, set_up, test_locked, tear_down);
  g_test_add ("/app/field-row/three-phases", Fixture, NULL, set_up, test_three_phases, tear_down);
  g_test_add_func ("/app/field-row/phase-toggle", test_phase_toggle);
  return g_test_run ();
}
