/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-parts.c: properties of every class of parts, driven by their tables; editing, copying, list models. */
#include <string.h>

#include "kit.h"
#include "model/part-private.h"

static GType (*const classes[]) (void) = {
  bb_site_get_type,       bb_network_get_type,       bb_reduced_get_type,    bb_circuit_get_type,
  bb_meter_get_type,      bb_group_get_type,         bb_window_get_type,     bb_station_get_type,
  bb_signal_get_type,     bb_tariff_window_get_type, bb_site_input_get_type, bb_acknowledgement_get_type,
  bb_simulation_get_type,
};

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

/* Another value than the default one that the property can hold. */
static void
other_value (GParamSpec *pspec, GValue *value)
{
  g_value_init (value, pspec->value_type);
  if (G_IS_PARAM_SPEC_STRING (pspec))
    g_value_set_string (value, "other ü");
  else if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    g_value_set_boolean (value, !G_PARAM_SPEC_BOOLEAN (pspec)->default_value);
  else if (G_IS_PARAM_SPEC_INT (pspec))
    g_value_set_int (value, G_PARAM_SPEC_INT (pspec)->default_value != G_PARAM_SPEC_INT (pspec)->maximum
                                ? G_PARAM_SPEC_INT (pspec)->maximum
                                : G_PARAM_SPEC_INT (pspec)->minimum);
  else
    g_value_take_boxed (value, g_strsplit ("a,b", ",", -1));
}

static gboolean
same_value (const GValue *a, const GValue *b)
{
  if (G_VALUE_HOLDS (a, G_TYPE_STRV)) {
    const gchar *const *left = (const gchar *const *) g_value_get_boxed (a);
    const gchar *const *right = (const gchar *const *) g_value_get_boxed (b);

    return left == NULL || right == NULL ? left == right : g_strv_equal (left, right);
  }
  if (G_VALUE_HOLDS_STRING (a))
    return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
  if (G_VALUE_HOLDS_INT (a))
    return g_value_get_int (a) == g_value_get_int (b);
  return g_value_get_boolean (a) == g_value_get_boolean (b);
}

/* Default; set, notified once and only this; read back; set again without notice; no other property moved. */
static void
round_trip (GType type, GParamSpec *pspec)
{
  g_autoptr (GObject) object = (GObject *) g_object_new (type, NULL);
  g_autoptr (BbPart) before = bb_part_copy (BB_PART (object));
  g_autofree gchar *signal = g_strdup_printf ("notify::%s", pspec->name);
  g_auto (GValue) initial = G_VALUE_INIT, other = G_VALUE_INIT, got = G_VALUE_INIT;
  guint n_own = 0, n_all = 0;

  g_test_message ("%s %s", g_type_name (type), pspec->name);
  g_value_init (&initial, pspec->value_type);
  g_value_init (&got, pspec->value_type);
  g_object_get_property (object, pspec->name, &initial);
  g_assert_true (g_param_value_defaults (pspec, &initial) || G_VALUE_HOLDS (&initial, G_TYPE_STRV));
  g_signal_connect (object, signal, G_CALLBACK (count_cb), &n_own);
  g_signal_connect (object, "notify", G_CALLBACK (count_cb), &n_all);
  other_value (pspec, &other);
  g_object_set_property (object, pspec->name, &other);
  g_object_set_property (object, pspec->name, &other);
  g_assert_cmpuint (n_own, ==, 1);
  g_assert_cmpuint (n_all, ==, 1);
  g_object_get_property (object, pspec->name, &got);
  g_assert_true (same_value (&got, &other));
  g_assert_false (bb_part_equal (BB_PART (object), before));
  if (strcmp (pspec->name, "active") == 0)
    return;
  g_object_set_property (object, pspec->name, &initial);
  g_assert_true (bb_part_equal (BB_PART (object), before));
}

static void
test_properties (gconstpointer data)
{
  const GType type = (*(GType (*const *) (void)) data) ();
  g_autoptr (GTypeClass) klass = (GTypeClass *) g_type_class_ref (type);
  guint n = 0, n_written = 0;
  g_autofree GParamSpec **properties = g_object_class_list_properties ((GObjectClass *) klass, &n);

  g_assert_true (G_TYPE_IS_FINAL (type));
  for (guint i = 0; i < n; i++)
    if ((properties[i]->flags & G_PARAM_WRITABLE) != 0) {
      round_trip (type, properties[i]);
      n_written++;
    } else {
      g_assert_true (g_type_is_a (properties[i]->value_type, G_TYPE_OBJECT)
                     || properties[i]->value_type == G_TYPE_LIST_MODEL);
    }
  g_assert_cmpuint (n_written, >=, 3);
}

/* What a person types into a form and what is shown there. */
static void
test_text (void)
{
  static const struct {
    GType (*type) (void);
    const gchar *property, *typed, *shown;
  } rows[] = {
    { bb_station_get_type, "max-ma", "16", "16" },
    { bb_station_get_type, "max-ma", "7.00", "7" },
    { bb_station_get_type, "max-ma", "7,25", "7.25" },
    { bb_station_get_type, "failsafe-ma", "", "" },
    { bb_station_get_type, "failsafe-ma", "6", "6" },
    { bb_station_get_type, "included-in", "a, b", "a,b" },
    { bb_station_get_type, "while-inactive", "off", "off" },
    { bb_circuit_get_type, "rating-l2-ma", "63.5", "63.5" },
    { bb_circuit_get_type, "phases", "L1, 3", "1,3" },
    { bb_circuit_get_type, "name", "Garage", "Garage" },
    { bb_group_get_type, "solar-start-ma", "7.01", "7.01" },
    { bb_group_get_type, "balancer", "rotate", "rotate" },
    { bb_group_get_type, "use-peak", "true", "true" },
    { bb_window_get_type, "start-min", "7:05", "07:05" },
    { bb_window_get_type, "end-min", "24:00", "24:00" },
    { bb_window_get_type, "days", "Mon,sun", "mon,sun" },
    { bb_site_input_get_type, "latitude-udeg", "-46.5", "-46.5" },
    { bb_station_get_type, "max-ma", "lots", NULL },
    { bb_station_get_type, "max-ma", "", NULL },
    { bb_station_get_type, "max-ma", "0.0001", NULL },
    { bb_station_get_type, "max-ma", "-1", NULL },
    { bb_station_get_type, "max-ma", "10001", NULL },
    { bb_station_get_type, "failsafe-ma", "-0.001", NULL },
    { bb_station_get_type, "n-phases", "4", NULL },
    { bb_station_get_type, "nothing", "4", NULL },
    { bb_group_get_type, "windows", "4", NULL },
    { bb_group_get_type, "balancer", "Fair", NULL },
    { bb_group_get_type, "use-peak", "yes", NULL },
    { bb_window_get_type, "start-min", "24:00", NULL },
    { bb_window_get_type, "start-min", "12:60", NULL },
    { bb_window_get_type, "start-min", "noon", NULL },
    { bb_window_get_type, "days", "someday", NULL },
    { bb_circuit_get_type, "phases", "4", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbPart) part = (BbPart *) g_object_new (rows[i].type (), NULL);
    g_autoptr (GError) error = NULL;
    const gboolean done = bb_part_set (part, rows[i].property, rows[i].typed, &error);
    g_autofree gchar *shown = done ? bb_part_get_text (part, rows[i].property) : NULL;

    g_test_message ("%s = %s", rows[i].property, rows[i].typed);
    g_assert_cmpint (done, ==, rows[i].shown != NULL);
    g_assert_cmpstr (shown, ==, rows[i].shown);
    if (!done)
      g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  }
}

/* a group must be deactivated to be edited, then saved and activated. */
static void
test_life_cycle (void)
{
  g_autoptr (BbGroup) group = bb_group_new ("g");
  g_autoptr (BbWindow) window = bb_window_new (0, 60, 127);
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_part_set (BB_PART (group), "online-ma", "16", NULL));
  bb_group_set_active (group, TRUE);
  g_assert_false (bb_part_is_editable (BB_PART (group), "online-ma"));
  g_assert_true (bb_part_is_editable (BB_PART (group), "active"));
  g_assert_false (bb_part_set (BB_PART (group), "online-ma", "20", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  g_clear_error (&error);
  g_assert_false (bb_group_add_window (group, window, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE);
  g_test_expect_message ("busbar", G_LOG_LEVEL_WARNING, "*active*");
  g_object_set (group, "online-ma", 20000, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpint (bb_group_peek (group)->online_ma, ==, 16000);
  bb_group_set_active (group, FALSE);
  g_assert_true (bb_part_set (BB_PART (group), "online-ma", "20", NULL));
  g_assert_cmpint (bb_group_peek (group)->online_ma, ==, 20000);
  g_assert_true (bb_group_add_window (group, window, NULL));
  g_assert_true (bb_group_remove_window (group, 0, NULL));
  g_assert_false (bb_group_remove_window (group, 0, NULL));
}

static void
items_changed_cb (GListModel *list, guint position, guint removed, guint added, gpointer data)
{
  *(gint *) data += (gint) added - (gint) removed;
}

static void
test_lists (void)
{
  g_autoptr (BbSite) site = bb_site_new ();
  g_autoptr (BbStation) a = bb_station_new ("a");
  g_autoptr (BbStation) twin = bb_station_new ("a");
  g_autoptr (BbWindow) window = bb_window_new (0, 60, 127);
  g_autoptr (GError) error = NULL;
  gint n = 0;

  g_signal_connect (bb_site_get_stations (site), "items-changed", G_CALLBACK (items_changed_cb), &n);
  g_assert_true (bb_site_add (site, BB_PART (a), NULL));
  g_assert_cmpint (n, ==, 1);
  g_assert_cmpint (bb_site_find_station (site, "a"), ==, 0);
  g_assert_cmpint (bb_site_find_station (site, "b"), ==, -1);
  g_assert_false (bb_site_add (site, BB_PART (twin), &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_false (bb_site_add (site, BB_PART (window), &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_TYPE);
  g_assert_false (bb_site_remove (site, BB_PART (twin)));
  g_assert_true (bb_site_remove (site, BB_PART (a)));
  g_assert_cmpint (n, ==, 0);
}

static void
test_copy (void)
{
  g_autofree gchar *path = kit_fixture ("every-key.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  g_autoptr (BbSite) copy = bb_site_copy (site);

  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (copy)));
  g_assert_cmpstr (bb_site_get_path (copy), ==, path);
  g_object_set (bb_site_station (copy, 0), "max-ma", 12345, NULL);
  g_assert_false (bb_part_equal (BB_PART (site), BB_PART (copy)));
  g_assert_cmpint (bb_station_peek (bb_site_station (site, 0))->max_ma, !=, 12345);
}

static void
test_extras (void)
{
  g_autoptr (BbSite) site = kit_site ("'x-a':1,'x-b':[2]");
  g_autoptr (BbSite) copy = bb_site_copy (site);

  bb_part_set_extra (BB_PART (copy), "x-a", NULL);
  g_assert_null (bb_part_get_extra (BB_PART (copy), "x-a"));
  g_assert_false (bb_part_equal (BB_PART (site), BB_PART (copy)));
  bb_part_set_extra (BB_PART (copy), "x-a", json_node_init_int (json_node_alloc (), 1));
  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (copy)));
  bb_part_set_extra (BB_PART (copy), "x-a", json_node_init_int (json_node_alloc (), 2));
  g_assert_false (bb_part_equal (BB_PART (site), BB_PART (copy)));
}

/* Six rotations, one-phase on any phase, unknown. */
static void
test_rotation (void)
{
  static const struct {
    gint phases;
    const gchar *text;
    guint circuit;
    BbRotation verdict;
    guint n;
    guint8 rotation[3];
  } rows[] = {
    { -1, "", 7, BB_ROTATION_KNOWN, 3, { 0, 1, 2 } },
    { -1, "", 2, BB_ROTATION_KNOWN, 1, { 1, 1, 2 } },
    { 3, "231", 7, BB_ROTATION_KNOWN, 3, { 1, 2, 0 } },
    { 1, "3", 7, BB_ROTATION_KNOWN, 1, { 2, 1, 2 } },
    { 2, "31", 7, BB_ROTATION_KNOWN, 2, { 2, 0, 2 } },
    { 1, "", 6, BB_ROTATION_KNOWN, 1, { 1, 1, 2 } },
    { 3, "unknown", 7, BB_ROTATION_UNKNOWN, 3, { 0, 1, 2 } },
    { 3, "113", 7, BB_ROTATION_INVALID, 3, { 0, 1, 2 } },
    { 3, "124", 7, BB_ROTATION_INVALID, 3, { 0, 1, 2 } },
    { 2, "123", 7, BB_ROTATION_INVALID, 2, { 0, 1, 2 } },
    { 3, "", 3, BB_ROTATION_INVALID, 3, { 0, 1, 2 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BbStation) station = bb_station_new ("s");
    guint n = 0;
    guint8 rotation[3];

    g_object_set (station, "n-phases", rows[i].phases, "rotation", rows[i].text, NULL);
    g_assert_cmpint (bb_station_get_rotation (station, rows[i].circuit, &n, rotation), ==, rows[i].verdict);
    g_assert_cmpuint (n, ==, rows[i].n);
    g_assert_cmpmem (rotation, 3, rows[i].rotation, 3);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++) {
    g_autofree gchar *path = g_strdup_printf ("/parts/properties/%s", g_type_name (classes[i]()));

    g_test_add_data_func (path, &classes[i], test_properties);
  }
  g_test_add_func ("/parts/text", test_text);
  g_test_add_func ("/parts/A-06/life-cycle", test_life_cycle);
  g_test_add_func ("/parts/lists", test_lists);
  g_test_add_func ("/parts/copy", test_copy);
  g_test_add_func ("/parts/extras", test_extras);
  g_test_add_func ("/parts/rotation", test_rotation);
  return g_test_run ();
}
