/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-field-info.c: every field that people edit is explained; titles, ranges, choices, requirement rows. */
#include <string.h>

#include "kit.h"
#include "model/field-info.h"
#include "model/part-private.h"

static GType (*const classes[]) (void) = {
  bb_site_get_type,
  bb_network_get_type,
  bb_reduced_get_type,
  bb_circuit_get_type,
  bb_meter_get_type,
  bb_group_get_type,
  bb_window_get_type,
  bb_station_get_type,
  bb_signal_get_type,
  bb_site_input_get_type,
  bb_simulation_get_type,
  bb_tariff_window_get_type,
  bb_acknowledgement_get_type,
};

/* Lists and parts have pages of their own; nobody types them into a field. */
static const gchar *const not_edited[]
    = { "BbSite.network", "BbSite.reduced",          "BbSite.circuits",   "BbSite.meters",
        "BbSite.groups",  "BbSite.stations",         "BbSite.signals",    "BbSite.tariff",
        "BbSite.inputs",  "BbSite.acknowledgements", "BbSite.simulation", NULL };

static void
test_complete (void)
{
  guint n_skipped = 0;

  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    g_autoptr (BbPart) part = (BbPart *) g_object_new (classes[c](), NULL);
    g_autofree GParamSpec **pspecs = NULL;
    guint n, n_rows;

    pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (part), &n);
    for (guint i = 0; i < n; i++) {
      g_autofree gchar *name = g_strdup_printf ("%s.%s", G_OBJECT_TYPE_NAME (part), pspecs[i]->name);
      const gboolean skipped = g_strv_contains (not_edited, name);

      g_test_message ("%s", name);
      n_skipped += skipped;
      g_assert_true ((bb_field_info_find (part, pspecs[i]->name) != NULL) != skipped);
    }
    bb_field_info_list (classes[c](), &n_rows);
    for (guint i = 0; i < n_rows; i++)
      g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (part),
                                                      bb_field_info_list (classes[c](), &n)[i].property));
  }
  g_assert_cmpuint (n_skipped, ==, g_strv_length ((gchar **) (gpointer) not_edited));
}

static gboolean
is_sentence (const gchar *text)
{
  return g_unichar_isupper (g_utf8_get_char (text)) && g_str_has_suffix (text, ".")
         && strchr (text, '!') == NULL && strchr (text, '\n') == NULL && g_utf8_strlen (text, -1) <= 100;
}

static void
test_texts (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);
    guint n;
    const BbFieldInfo *rows = bb_field_info_list (classes[c](), &n);

    g_assert_cmpuint (n, >, 0);
    for (guint i = 0; i < n; i++) {
      g_test_message ("%s.%s", g_type_name (classes[c]()), rows[i].property);
      g_assert_true (g_hash_table_add (titles, (gpointer) rows[i].title));
      g_assert_true (g_unichar_isupper (g_utf8_get_char (rows[i].title)));
      g_assert_false (g_str_has_suffix (rows[i].title, "."));
      g_assert_true (is_sentence (rows[i].explanation));
      g_assert_nonnull (rows[i].unit);
      g_assert_cmpint (rows[i].section, <, BB_SECTION_COUNT);
      g_assert_nonnull (bb_field_info_title (&rows[i]));
      g_assert_nonnull (bb_field_info_explanation (&rows[i]));
      /* three phases are one row of a form: the first says what they are together */
      g_assert_true ((rows[i].three_title != NULL) == (strstr (rows[i].property, "-l1-") != NULL));
      g_assert_true (is_sentence (bb_field_info_explanation_of_three (&rows[i])));
      g_assert_null (strstr (bb_field_info_title_of_three (&rows[i]), " L1"));
    }
  }
}

/* Numbers: what is offered can be held, has a step, and contains the default. */
static void
check_number (const BbFieldInfo *info, const BbField *field)
{
  const gdouble preset = (gdouble) field->preset / field->scale;

  g_assert_cmpfloat (info->most, >, info->least);
  g_assert_cmpfloat (info->least * field->scale, >=, field->least);
  g_assert_cmpfloat (info->most * field->scale, <=, field->most);
  g_assert_cmpfloat (info->step, >, 0);
  g_assert_cmpfloat (info->step, >=, 1.0 / field->scale);
  if (field->preset == BB_UNSTATED && (field->flags & BB_FIELD_NULLABLE) != 0)
    g_assert_nonnull (info->unstated);
  else {
    g_assert_cmpfloat (preset, >=, info->least);
    g_assert_cmpfloat (preset, <=, info->most);
  }
}

static void
check_choices (const BbFieldInfo *info, const BbField *field)
{
  const guint n = g_strv_length ((gchar **) (gpointer) field->names);

  g_assert_nonnull (info->choices);
  g_assert_nonnull (info->choice_notes);
  g_assert_cmpuint (g_strv_length ((gchar **) (gpointer) info->choices), ==, n);
  g_assert_cmpuint (g_strv_length ((gchar **) (gpointer) info->choice_notes), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (is_sentence (info->choice_notes[i]));
}

static void
test_ranges (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    g_autoptr (BbPart) part = (BbPart *) g_object_new (classes[c](), NULL);
    guint n;
    const BbFieldInfo *rows = bb_field_info_list (classes[c](), &n);

    for (guint i = 0; i < n; i++) {
      const BbField *field = bb_part_field_of_property (part, rows[i].property);

      g_test_message ("%s.%s", g_type_name (classes[c]()), rows[i].property);
      if (field->kind == BB_FIELD_NUMBER || field->kind == BB_FIELD_PHASES3)
        check_number (&rows[i], field);
      else
        g_assert_cmpfloat (rows[i].most, ==, 0);
      if (field->kind == BB_FIELD_ENUM)
        check_choices (&rows[i], field);
      else
        g_assert_null (rows[i].choices);
      if ((field->flags & BB_FIELD_NULLABLE) != 0 || (field->flags & BB_FIELD_REFERENCE) != 0)
        g_assert_true (rows[i].unstated != NULL || strcmp (rows[i].property, "circuit") == 0);
    }
  }
}

/* What is offered at the ends of a range is accepted as text, in as many decimals as the row says. */
static void
test_ends_are_accepted (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++) {
    g_autoptr (BbPart) part = (BbPart *) g_object_new (classes[c](), NULL);
    guint n;
    const BbFieldInfo *rows = bb_field_info_list (classes[c](), &n);

    for (guint i = 0; i < n; i++) {
      const gdouble ends[] = { rows[i].least, rows[i].most };

      for (guint e = 0; rows[i].most > 0 && e < G_N_ELEMENTS (ends); e++) {
        g_autofree gchar *text = g_strdup_printf ("%.*f", (gint) rows[i].decimals, ends[e]);
        g_autoptr (GError) error = NULL;

        bb_part_set (part, rows[i].property, text, &error);
        g_assert_no_error (error);
      }
    }
  }
}

static void
test_order (void)
{
  for (guint c = 0; c < G_N_ELEMENTS (classes); c++)
    if (classes[c] == bb_group_get_type) {
      guint n;
      const BbFieldInfo *rows = bb_field_info_list (classes[c](), &n);

      for (guint i = 1; i < n; i++)
        g_assert_cmpint (rows[i].section, >=, rows[i - 1].section);
    }
  for (gint s = 0; s < BB_SECTION_COUNT; s++)
    g_assert_nonnull (bb_field_section_title ((BbFieldSection) s));
}

/* REQUIREMENTS.md, rows A-07 and T-07: every field that they name. */
static void
test_requirements (void)
{
  static const gchar *const rows[][2] = {
    { "A-07", "name" },
    { "A-07", "organisation" },
    { "A-07", "description" },
    { "A-07", "phases" },
    { "A-07", "offline-ma" },
    { "A-07", "online-ma" },
    { "A-07", "min-ma" },
    { "A-07", "supply-max-ma" },
    { "A-07", "socket" },
    { "A-07", "chargers-included" },
    { "A-07", "measurement-device" },
    { "A-07", "balancer" },
    { "A-07", "use-peak" },
    { "A-07", "initial-peak-w" },
    { "T-07", "working-ma" },
    { "T-07", "household-ma" },
    { "T-07", "off-peak" },
    { "T-07", "windows" },
    { "T-07", "timezone" },
    { "T-07", "mode" },
    { "T-07", "solar-start-ma" },
    { "T-07", "random-delay-max-min" },
    { "T-07", "plug-and-play" },
  };
  g_autoptr (BbPart) group = BB_PART (bb_group_new ("g"));
  guint n, n_named = 0;
  const BbFieldInfo *all = bb_field_info_list (BB_TYPE_GROUP, &n);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (bb_field_info_find (group, rows[i][1])->requirement, ==, rows[i][0]);
  for (guint i = 0; i < n; i++)
    n_named += g_strcmp0 (all[i].requirement, "A-07") == 0 || g_strcmp0 (all[i].requirement, "T-07") == 0;
  g_assert_cmpuint (n_named, ==, G_N_ELEMENTS (rows));
}

static void
assert_range (BbPart *part, const gchar *property, const gchar *expected)
{
  g_autofree gchar *text = bb_field_info_range_text (part, bb_field_info_find (part, property));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_range_text (void)
{
  g_autoptr (BbPart) group = BB_PART (bb_group_new ("g"));
  g_autoptr (BbPart) window = BB_PART (bb_window_new (0, 1, 1));
  g_autoptr (BbPart) tariff = BB_PART (bb_tariff_window_new ());
  g_autoptr (BbPart) site = BB_PART (bb_site_new ());

  assert_range (group, "min-ma", "6.0 – 80.0 A, default 6.0 A");
  assert_range (group, "solar-start-ma", "0.00 – 80.00 A, default 7.00 A");
  assert_range (group, "working-ma", "0.0 – 80.0 A, 0: each station's own maximum");
  assert_range (group, "phases", "if left empty: those of its circuit");
  assert_range (group, "mode", "default Normal");
  assert_range (group, "socket", "default off");
  assert_range (group, "active", "default off");
  assert_range (group, "id", "");
  assert_range (window, "end-min", "default 24:00");
  assert_range (window, "days", "");
  assert_range (tariff, "price-e5", "−10.0000 – 10.0000, default 0.0000");
  assert_range (site, "timezone", "default UTC");
}

static void
test_unknown (void)
{
  g_autoptr (BbPart) site = BB_PART (bb_site_new ());
  guint n = 7;

  g_assert_null (bb_field_info_find (site, "circuits"));
  g_assert_null (bb_field_info_find (site, "nothing"));
  g_assert_null (bb_field_info_list (G_TYPE_OBJECT, &n));
  g_assert_cmpuint (n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/field-info/complete", test_complete);
  g_test_add_func ("/model/field-info/texts", test_texts);
  g_test_add_func ("/model/field-info/ranges", test_ranges);
  g_test_add_func ("/model/field-info/ends-are-accepted", test_ends_are_accepted);
  g_test_add_func ("/model/field-info/order", test_order);
  g_test_add_func ("/model/A-07/T-07/field-info", test_requirements);
  g_test_add_func ("/model/field-info/range-text", test_range_text);
  g_test_add_func ("/model/field-info/unknown", test_unknown);
  return g_test_run ();
}
