/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-site-json.c: reading and writing site files: shorthand, unknown keys, refusals, files that open for
 * ever. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "kit.h"
#include "model/json-text.h"
#include "model/part-private.h"

/* Writing what was read gives the same site, and writing that again the same text. */
static void
assert_stable (BbSite *site)
{
  g_autofree gchar *text = bb_site_to_text (site);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) again = bb_site_parse (text, -1, "again", &error);
  g_autofree gchar *second = NULL;

  g_assert_no_error (error);
  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (again)));
  second = bb_site_to_text (again);
  g_assert_cmpstr (text, ==, second);
}

/* The site that a person types: metered, one circuit, one group. */
static void
test_minimal (void)
{
  g_autofree gchar *path = kit_fixture ("minimal.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  const BbCircuitFields *circuit;
  const BbStationFields *station;

  g_assert_nonnull (site);
  g_assert_cmpuint (kit_count (site, 0, BB_SEVERITY_ERROR), ==, 0);
  circuit = bb_circuit_peek (bb_site_circuit (site, 0));
  g_assert_cmpstr (circuit->id, ==, "main");
  g_assert_cmpstr (circuit->meter, ==, "main");
  g_assert_cmpint (circuit->rating_ma[2], ==, 25000);
  g_assert_true (bb_meter_peek (bb_site_meter (site, 0))->is_signed);
  g_assert_true (bb_group_peek (bb_site_group (site, 0))->active);
  g_assert_cmpstr (bb_group_peek (bb_site_group (site, 0))->circuit, ==, "main");
  station = bb_station_peek (bb_site_station (site, 0));
  g_assert_cmpstr (station->group, ==, "all");
  g_assert_cmpint (station->max_ma, ==, 16000);
  g_assert_cmpstr (bb_site_get_path (site), ==, path);
  assert_stable (site);
}

static void
test_shorthand_text (void)
{
  g_autoptr (BbSite) site
      = kit_site ("'name':'V','main_fuse_a':35.5,'mode':'solar','offline_a':6,'stations':[{},{'id':'b'}]");
  g_autofree gchar *text = bb_site_to_text (site);

  g_assert_cmpstr (text, ==,
                   "{\n"
                   "  \"format\": \"busbar-site/1\",\n"
                   "  \"name\": \"V\",\n"
                   "  \"circuits\": [\n"
                   "    {\n"
                   "      \"id\": \"main\",\n"
                   "      \"meter\": \"main\",\n"
                   "      \"rating_a\": 35.5\n"
                   "    }\n"
                   "  ],\n"
                   "  \"meters\": [\n"
                   "    {\n"
                   "      \"id\": \"main\",\n"
                   "      \"signed\": true\n"
                   "    }\n"
                   "  ],\n"
                   "  \"groups\": [\n"
                   "    {\n"
                   "      \"id\": \"all\",\n"
                   "      \"circuit\": \"main\",\n"
                   "      \"offline_a\": 6,\n"
                   "      \"mode\": \"solar\"\n"
                   "    }\n"
                   "  ],\n"
                   "  \"stations\": [\n"
                   "    {\n"
                   "      \"id\": \"station-1\",\n"
                   "      \"group\": \"all\"\n"
                   "    },\n"
                   "    {\n"
                   "      \"id\": \"b\",\n"
                   "      \"group\": \"all\"\n"
                   "    }\n"
                   "  ]\n"
                   "}\n");
}

static void
test_shorthand_meters (void)
{
  g_autoptr (BbSite) none = kit_site ("'metered':false,'other_load_a':3");
  g_autoptr (BbSite) one = kit_site ("'meters':[{'id':'x'}]");
  g_autoptr (BbSite) two = kit_site ("'meters':[{'id':'x'},{'id':'y'}]");
  g_autoptr (BbSite) empty = bb_site_new ();

  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_meters (none)), ==, 0);
  g_assert_cmpstr (bb_circuit_peek (bb_site_circuit (none, 0))->meter, ==, "");
  g_assert_cmpint (bb_circuit_peek (bb_site_circuit (none, 0))->other_load_ma[1], ==, 3000);
  g_assert_cmpstr (bb_circuit_peek (bb_site_circuit (one, 0))->meter, ==, "x");
  g_assert_cmpstr (bb_circuit_peek (bb_site_circuit (two, 0))->meter, ==, "");
  assert_stable (none);
  /* an empty site stays one: nothing is made up when it comes back */
  assert_stable (empty);
}

/* Unknown keys of every level, in their places. */
static void
test_unknown_keys (void)
{
  g_autofree gchar *path = kit_fixture ("unknown-keys.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  g_autofree gchar *text = bb_site_to_text (site);
  static const gchar *const kept[] = {
    "\"$schema\": \"../../../data/schemas/busbar-site-1.schema.json\",\n  \"x-note\": [\n    \"kept\",\n    "
    "0.1,\n    1e+100,\n    -7,\n",
    "\"deeper\": [\n          [],\n          {},\n          \"é\\n\\\"\\\\\"\n        ]",
    "\"x-before\": 1,\n      \"id\": \"main\",\n      \"colour\": \"blue\",\n      \"rating_a\": 25,",
    "\"other_load_a\": 5,\n      \"x-after\": 2.5\n",
    "\"big\": 9007199254740993",
    "\"why\": \"cheap\"",
    "\"a/b~c\": \"odd\"",
    "\"unit\": \"%\"",
    "\"scenario\": [\n    {\n      \"at_s\": 60,\n      \"for_s\": 60,\n      \"what\": \"meter-lost\",\n    "
    "  \"meter\": \"m\"\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (strstr (text, kept[i]) == NULL)
      g_test_fail_printf ("lost: %s\nin: %s", kept[i], text);
  g_assert_nonnull (bb_part_get_extra (BB_PART (site), "scenario"));
  assert_stable (site);
}

/* An edit changes its own line and no other. */
static void
test_edit_is_local (void)
{
  g_autofree gchar *path = kit_fixture ("garage.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);
  g_autofree gchar *before = bb_site_to_text (site);
  g_autofree gchar *after = NULL;
  g_auto (GStrv) old_lines = g_strsplit (before, "\n", -1), new_lines = NULL;
  guint n_different = 0;

  g_object_set (bb_site_station (site, 1), "max-ma", 20000, NULL);
  after = bb_site_to_text (site);
  new_lines = g_strsplit (after, "\n", -1);
  g_assert_cmpuint (g_strv_length (old_lines), ==, g_strv_length (new_lines));
  for (guint i = 0; old_lines[i] != NULL; i++)
    n_different += strcmp (old_lines[i], new_lines[i]) != 0;
  g_assert_cmpuint (n_different, ==, 1);
}

typedef struct {
  const gchar *members;
  gint code;
  const gchar *pointer;
} Refusal;

static const Refusal refusals[] = {
  { "'name':7", BB_MODEL_ERROR_TYPE, "/name" },
  { "'name':null", BB_MODEL_ERROR_TYPE, "/name" },
  { "'network':[]", BB_MODEL_ERROR_TYPE, "/network" },
  { "'network':{'dhcp':'yes'}", BB_MODEL_ERROR_TYPE, "/network/dhcp" },
  { "'stations':{}", BB_MODEL_ERROR_TYPE, "/stations" },
  { "'stations':[3]", BB_MODEL_ERROR_TYPE, "/stations/0" },
  { "'stations':[{'max_a':'16'}]", BB_MODEL_ERROR_TYPE, "/stations/0/max_a" },
  { "'stations':[{'max_a':true}]", BB_MODEL_ERROR_TYPE, "/stations/0/max_a" },
  { "'stations':[{'max_a':[16]}]", BB_MODEL_ERROR_TYPE, "/stations/0/max_a" },
  { "'stations':[{},{'max_a':-16}]", BB_MODEL_ERROR_VALUE, "/stations/1/max_a" },
  { "'stations':[{'max_a':1e300}]", BB_MODEL_ERROR_VALUE, "/stations/0/max_a" },
  { "'stations':[{'max_a':-1e300}]", BB_MODEL_ERROR_VALUE, "/stations/0/max_a" },
  { "'stations':[{'max_a':1e-300}]", BB_MODEL_ERROR_VALUE, "/stations/0/max_a" },
  { "'stations':[{'max_a':9223372036854775807}]", BB_MODEL_ERROR_VALUE, "/stations/0/max_a" },
  { "'stations':[{'max_a':6.0001}]", BB_MODEL_ERROR_VALUE, "/stations/0/max_a" },
  { "'stations':[{'priority':1.5}]", BB_MODEL_ERROR_VALUE, "/stations/0/priority" },
  { "'stations':[{'id':'a'},{'id':'b'},{'id':'a'}]", BB_MODEL_ERROR_DUPLICATE, "/stations/2/id" },
  { "'stations':[{'included_in':'m'}]", BB_MODEL_ERROR_TYPE, "/stations/0/included_in" },
  { "'stations':[{'included_in':['m',1]}]", BB_MODEL_ERROR_TYPE, "/stations/0/included_in/1" },
  { "'circuits':[{'rating_a':[1,2]}]", BB_MODEL_ERROR_TYPE, "/circuits/0/rating_a" },
  { "'circuits':[{'rating_a':[1,2,'3']}]", BB_MODEL_ERROR_TYPE, "/circuits/0/rating_a/2" },
  { "'circuits':[{'rating_a':null}]", BB_MODEL_ERROR_TYPE, "/circuits/0/rating_a" },
  { "'circuits':[{'phases':3}]", BB_MODEL_ERROR_TYPE, "/circuits/0/phases" },
  { "'circuits':[{'phases':[0]}]", BB_MODEL_ERROR_VALUE, "/circuits/0/phases/0" },
  { "'circuits':[{'phases':[{}]}]", BB_MODEL_ERROR_TYPE, "/circuits/0/phases/0" },
  { "'circuits':[],'main_fuse_a':25", BB_MODEL_ERROR_VALUE, "/main_fuse_a" },
  { "'circuits':[],'metered':true", BB_MODEL_ERROR_VALUE, "/metered" },
  { "'groups':[],'mode':'solar'", BB_MODEL_ERROR_VALUE, "/mode" },
  { "'metered':1", BB_MODEL_ERROR_TYPE, "/metered" },
  { "'main_fuse_a':'25'", BB_MODEL_ERROR_TYPE, "/main_fuse_a" },
  { "'main_fuse_a':-25", BB_MODEL_ERROR_VALUE, "/main_fuse_a" },
  { "'mode':'sun'", BB_MODEL_ERROR_VALUE, "/mode" },
  { "'groups':[{'mode':3}]", BB_MODEL_ERROR_TYPE, "/groups/0/mode" },
  { "'groups':[{'windows':[{'start':'25:00'}]}]", BB_MODEL_ERROR_VALUE, "/groups/0/windows/0/start" },
  { "'groups':[{'windows':[{'start':700}]}]", BB_MODEL_ERROR_TYPE, "/groups/0/windows/0/start" },
  { "'groups':[{'windows':[{'days':'mon'}]}]", BB_MODEL_ERROR_TYPE, "/groups/0/windows/0/days" },
  { "'groups':[{'windows':[{'days':['mon',2]}]}]", BB_MODEL_ERROR_TYPE, "/groups/0/windows/0/days/1" },
  { "'groups':[{'windows':[{'days':['maandag']}]}]", BB_MODEL_ERROR_VALUE, "/groups/0/windows/0/days/0" },
  { "'nominal_v':-230", BB_MODEL_ERROR_VALUE, "/nominal_v" },
};

static void
test_refusals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++) {
    gint code = -1;
    g_autofree gchar *message = kit_site_error (refusals[i].members, &code);
    g_autofree gchar *start = g_strconcat (refusals[i].pointer, ": ", NULL);

    g_test_message ("%s: %s", refusals[i].members, message);
    g_assert_cmpint (code, ==, refusals[i].code);
    g_assert_true (g_str_has_prefix (message, start));
    g_assert_cmpuint (strlen (message), >, strlen (start) + 10);
  }
}

static void
test_formats (void)
{
  static const struct {
    const gchar *text;
    gint code;
  } rows[] = {
    { "[]", BB_MODEL_ERROR_FORMAT },
    { "{}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":1}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":null}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":\"busbar-site\"}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":\"busbar-site/0\"}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":\"busbar-site/x\"}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":\"busbar-trace/1\"}", BB_MODEL_ERROR_FORMAT },
    { "{\"format\":\"busbar-site/2\",\"stations\":7}", BB_MODEL_ERROR_VERSION },
    { "{\"format\":\"busbar-site/10\"}", BB_MODEL_ERROR_VERSION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (bb_site_parse (rows[i].text, -1, NULL, &error));
    g_assert_error (error, BB_MODEL_ERROR, rows[i].code);
    if (rows[i].code == BB_MODEL_ERROR_VERSION)
      g_assert_nonnull (strstr (error->message, "newer version of Busbar"));
  }
}

/* What is no JSON at all, or no sane one, is refused before the model sees it. */
static void
test_not_json (void)
{
  static const gchar *const texts[] = { "",
                                        "{",
                                        "{\"format\":\"busbar-site/1\",",
                                        "\x89PNG\r\n",
                                        "{\"format\":NaN}",
                                        "{\"format\":\"busbar-site/1\",\"main_fuse_a\":1e999}",
                                        "{\"format\":\"busbar-site/1\",\"x\":[1e999]}",
                                        "{\"format\":\"busbar-site/1\",\"name\":\"a\",\"name\":\"b\"}" };
  g_autofree gchar *deep = g_strnfill (100000, '[');

  for (gsize i = 0; i <= G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (bb_site_parse (i < G_N_ELEMENTS (texts) ? texts[i] : deep, -1, "t", &error));
    g_assert_nonnull (error);
    g_assert_true (g_str_has_prefix (error->message, "t:"));
  }
}

/* Files of each landed version open for ever: these are never changed, only added to. */
static void
test_fixtures (void)
{
  g_auto (GStrv) names = kit_fixtures ();

  g_assert_cmpuint (g_strv_length (names), >=, 6);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree gchar *path = kit_fixture (names[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSite) site = bb_site_load (path, &error);

    g_test_message ("%s", names[i]);
    g_assert_no_error (error);
    assert_stable (site);
    if (strcmp (names[i], "every-key.busbar") != 0)
      g_assert_cmpuint (kit_count (site, 0, BB_SEVERITY_ERROR), ==, 0);
  }
}

/* A part whose every field differs from its default: nothing in a table can be forgotten by reader or writer.
 */
static void
assert_every_field_set (BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    GListModel *list = field->kind == BB_FIELD_LIST ? BB_FIELD_AT (part, field, GListModel *) : NULL;
    g_autoptr (BbPart) item = NULL;

    if (bb_part_field_is_absent_value (part, field))
      g_test_fail_printf ("every-key.busbar lacks %s of %s", field->key, klass->type_name);
    if (field->kind == BB_FIELD_PART)
      assert_every_field_set (BB_FIELD_AT (part, field, BbPart *));
    if (list == NULL)
      continue;
    item = (BbPart *) g_list_model_get_item (list, strcmp (field->key, "circuits") == 0 ? 1 : 0);
    assert_every_field_set (item);
  }
}

static void
test_every_key (void)
{
  g_autofree gchar *path = kit_fixture ("every-key.busbar");
  g_autoptr (BbSite) site = bb_site_load (path, NULL);

  assert_every_field_set (BB_PART (site));
  g_assert_cmpint (bb_group_peek (bb_site_group (site, 0))->solar_start_ma, ==, 7010);
  g_assert_cmpint (bb_circuit_peek (bb_site_circuit (site, 1))->rating_ma[2], ==, 40500);
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint n_extras = 0;

  for (gint i = 0; i < 500; i++) {
    g_autoptr (BbSite) site = kit_random_site (rand, TRUE);
    g_autoptr (GPtrArray) extras = bb_part_get_extra_keys (BB_PART (bb_site_station (site, 0)));

    n_extras += extras->len;
    assert_stable (site);
  }
  g_assert_cmpuint (n_extras, >, 50);
}

/* The round trip's check can fail: a lost unknown key, a moved value, are seen. */
static void
test_random_shown_red (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (gint i = 0; i < 50; i++) {
    g_autoptr (BbSite) site = kit_random_site (rand, TRUE);
    g_autoptr (BbSite) lost = bb_site_copy (site);
    g_autoptr (BbSite) moved = bb_site_copy (site);
    BbPart *station = BB_PART (bb_site_station (lost, 0));
    g_autoptr (GPtrArray) extras = bb_part_get_extra_keys (station);
    gint step;

    if (extras->len > 0) {
      bb_part_set_extra (station, (const gchar *) extras->pdata[0], NULL);
      g_assert_false (bb_part_equal (BB_PART (site), BB_PART (lost)));
    }
    g_object_get (bb_site_station (moved, 0), "step-ma", &step, NULL);
    g_object_set (bb_site_station (moved, 0), "step-ma", step + 1, NULL);
    g_assert_false (bb_part_equal (BB_PART (site), BB_PART (moved)));
  }
}

static void
test_save (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "a.busbar", NULL);
  g_autofree gchar *wrong = g_build_filename (folder, "missing", "a.busbar", NULL);
  g_autoptr (BbSite) site = kit_site ("'name':'one'");
  g_autoptr (BbSite) back = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (bb_site_save (site, wrong, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (bb_site_get_path (site));
  g_assert_true (bb_site_save (site, path, NULL, &error));
  g_assert_cmpstr (bb_site_get_path (site), ==, path);
  back = bb_site_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (back)));
  g_assert_cmpint (g_unlink (path), ==, 0);
  /* nothing else was left */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_null (bb_site_load (path, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static void
test_save_cancelled (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "a.busbar", NULL);
  g_autoptr (BbSite) site = kit_site ("'name':'two'");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *contents = NULL;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (bb_site_save (site, path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_json_text (void)
{
  static const gchar text[] = "{\n"
                              "  \"a\": [],\n"
                              "  \"b\": {},\n"
                              "  \"c\": [1, -2.5, \"x\\u0001\\t\", null, true],\n"
                              "  \"d\": [\n"
                              "    [1],\n"
                              "    {\n"
                              "      \"e\": false\n"
                              "    }\n"
                              "  ]\n"
                              "}\n";
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autofree gchar *again = bb_json_to_text (node);

  g_assert_cmpstr (again, ==, text);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/site-json/minimal", test_minimal);
  g_test_add_func ("/site-json/shorthand/text", test_shorthand_text);
  g_test_add_func ("/site-json/shorthand/meters", test_shorthand_meters);
  g_test_add_func ("/site-json/unknown-keys", test_unknown_keys);
  g_test_add_func ("/site-json/edit-is-local", test_edit_is_local);
  g_test_add_func ("/site-json/refusals", test_refusals);
  g_test_add_func ("/site-json/formats", test_formats);
  g_test_add_func ("/site-json/not-json", test_not_json);
  g_test_add_func ("/site-json/fixtures", test_fixtures);
  g_test_add_func ("/site-json/every-key", test_every_key);
  g_test_add_func ("/site-json/random", test_random);
  g_test_add_func ("/site-json/random/shown-red", test_random_shown_red);
  g_test_add_func ("/site-json/save", test_save);
  g_test_add_func ("/site-json/save/cancelled", test_save_cancelled);
  g_test_add_func ("/site-json/json-text", test_json_text);
  return g_test_run ();
}
