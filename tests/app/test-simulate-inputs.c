/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-simulate-inputs.c: inputs of a simulation without a display: read, exchanged, taken back; faults in
 * words. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/sim-inputs.h"
#include "app/sim-run-faults.h"
#include "model/site-json.h"

typedef struct {
  BbSite *site;
  BbEditor *editor;
  gchar *folder;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", "villa-demo.busbar", NULL);

  f->site = bb_site_load (path, NULL);
  f->editor = bb_editor_new (f->site);
  f->folder = g_dir_make_tmp ("busbar-test-XXXXXX", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const gchar *name = NULL;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (f->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->folder);
  g_object_unref (f->editor);
  g_object_unref (f->site);
  g_free (f->folder);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static BbInputFile *
read_path (const gchar *path, gint kind, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bb_input_file_read_async (path, kind, "Europe/Oslo", NULL, read_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return bb_input_file_read_finish (result, error);
}

/* Writes a file into the fixture's folder and reads it. */
static BbInputFile *
read_text (Fixture *f, const gchar *name, const gchar *text, gint kind, GError **error)
{
  g_autofree gchar *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return read_path (path, kind, error);
}

static gchar *
words (Fixture *f, BbSiteInputKind kind)
{
  return bb_sim_inputs_words (f->site, kind);
}

static void
assert_words (Fixture *f, BbSiteInputKind kind, const gchar *expected)
{
  g_autofree gchar *text = words (f, kind);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_words (Fixture *f, gconstpointer data)
{
  g_autofree gchar *whole = bb_sim_input_describe (bb_site_input (f->site, 0));

  assert_words (f, BB_SITE_INPUT_LOAD, "House");
  assert_words (f, BB_SITE_INPUT_PV, "Roof");
  assert_words (f, BB_SITE_INPUT_SESSIONS, "sessions-villa-2.csv");
  g_assert_cmpstr (whole, ==, "load-feeder55.csv, every day, × 0.08");
}

static void
test_samples (void)
{
  guint n = 0;
  const BbInputSample *samples = bb_input_samples (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *path = bb_input_sample_path (&samples[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbInputFile) file = read_path (path, -1, &error);
    g_assert_no_error (error);
    g_assert_cmpint (file->kind, ==, samples[i].kind); /* told from the file itself */
    g_assert_cmpint (file->one_day, ==, samples[i].kind != BB_SITE_INPUT_SESSIONS);
  }
}

static void
test_bad_files (Fixture *f, gconstpointer data)
{
  const struct {
    const gchar *text, *says;
  } cases[] = { { "minute,total_w\n0,100\n1,abc\n2,100\n", "bad.csv:3" },
                { "minute,total_w\n0,100\n1,1e99\n", "bad.csv:3" },
                { "nothing,here\n1,2\n", "bad.csv:1" },
                { "", "bad.csv" },
                { "arrival,departure,energy_kwh\n2019-03-04T10:00,2019-03-04T09:00,5\n", "bad.csv:2" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbInputFile) file = read_text (f, "bad.csv", cases[i].text, -1, &error);
    g_assert_null (file);
    g_assert_nonnull (error);
    if (!strstr (error->message, cases[i].says))
      g_error ("case %u: %s", i, error->message);
  }
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_path ("/nowhere/at/all.csv", -1, &error));
  g_assert_nonnull (strstr (error->message, "all.csv"));
}

static void
test_use_file (Fixture *f, gconstpointer data)
{
  g_autoptr (BbInputFile) file
      = read_text (f, "house.csv", "minute,total_w\n0,100\n1,200\n1439,100\n", BB_SITE_INPUT_LOAD, NULL);
  g_autofree gchar *note = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (file->one_day);
  g_assert_false (file->dated);
  g_assert_true (bb_sim_inputs_use_file (f->editor, file, &note, &error));
  g_assert_no_error (error);
  g_assert_null (note);
  assert_words (f, BB_SITE_INPUT_LOAD, "house.csv");
  g_assert_true (bb_editor_undo (f->editor)); /* one step */
  assert_words (f, BB_SITE_INPUT_LOAD, "House");
  assert_words (f, BB_SITE_INPUT_PV, "Roof");
}

/* A file of other days moves the period, and one undo brings both back. */
static void
test_period_follows (Fixture *f, gconstpointer data)
{
  const gchar *text = "arrival,departure,energy_kwh\n2026-05-01T08:00,2026-05-01T12:00,5\n"
                      "2026-05-04T08:00,2026-05-04T12:00,5\n";
  g_autoptr (BbInputFile) file = read_text (f, "cars.csv", text, -1, NULL);
  const BbSimulationFields *simulation = bb_simulation_peek (bb_site_peek (f->site)->simulation);
  g_autofree gchar *note = NULL;

  g_assert_cmpint (file->kind, ==, BB_SITE_INPUT_SESSIONS);
  g_assert_true (bb_sim_inputs_use_file (f->editor, file, &note, NULL));
  g_assert_nonnull (note);
  g_assert_cmpstr (simulation->from, ==, "2026-05-01");
  g_assert_cmpint (simulation->days, ==, 3);
  g_assert_true (bb_editor_undo (f->editor));
  g_assert_cmpstr (simulation->from, ==, "2019-03-04");
  g_assert_cmpint (simulation->days, ==, 14);
}

static void
test_synthetic_and_none (Fixture *f, gconstpointer data)
{
  for (guint kind = 0; kind < BB_SITE_INPUT_KINDS; kind++) {
    g_assert_true (bb_sim_inputs_use_synthetic (f->editor, kind, NULL));
    g_autoptr (GPtrArray) inputs = bb_sim_inputs_of_kind (f->site, kind);
    g_assert_cmpuint (inputs->len, ==, 1);
    g_autoptr (GPtrArray) fields = bb_sim_input_fields (g_ptr_array_index (inputs, 0));
    g_assert_cmpuint (fields->len, >, 2);
  }
  assert_words (f, BB_SITE_INPUT_LOAD, "1 home, made up");
  assert_words (f, BB_SITE_INPUT_PV, "5.00 kWp, made up");
  assert_words (f, BB_SITE_INPUT_SESSIONS, "2.0 cars a day, made up");
  for (guint kind = 0; kind < BB_SITE_INPUT_KINDS; kind++) {
    g_assert_true (bb_sim_inputs_use_none (f->editor, kind, NULL));
    assert_words (f, kind, "none");
  }
  for (guint i = 0; i < 6; i++)
    g_assert_true (bb_editor_undo (f->editor));
  assert_words (f, BB_SITE_INPUT_LOAD, "House");
}

/* (transfer full) */
static void
assert_all_known (GPtrArray *fields)
{
  g_assert_cmpuint (fields->len, >, 0);
  for (guint i = 0; i < fields->len; i++)
    g_assert_nonnull (g_ptr_array_index (fields, i));
  g_ptr_array_unref (fields);
}

/* Every field that a form offers is one that the model tells about. */
static void
test_fields (void)
{
  g_autoptr (BbSiteInput) input = bb_site_input_new ();
  g_autoptr (GObject) simulation = g_object_new (BB_TYPE_SIMULATION, NULL);
  const gchar *const kinds[] = { "load", "pv", "sessions" }, *const sources[] = { "file", "synthetic" };

  assert_all_known (bb_simulation_fields (BB_PART (simulation)));
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint s = 0; s < G_N_ELEMENTS (sources); s++) {
      g_assert_true (bb_part_set (BB_PART (input), "kind", kinds[k], NULL));
      g_assert_true (bb_part_set (BB_PART (input), "source", sources[s], NULL));
      assert_all_known (bb_sim_input_fields (input));
    }
}

/* ---- faults ----------------------------------------------------------------------------------- */

static void
test_faults (Fixture *f, gconstpointer data)
{
  guint n = 0;
  const BbFaultKind *kinds = bb_fault_kinds (&n);
  g_autoptr (JsonNode) faults = NULL;

  for (guint i = 0; i < n; i++) {
    GListModel *places = bb_fault_places (f->site, kinds[i].place);
    if (places && g_list_model_get_n_items (places) == 0)
      continue; /* the villa has no signal */
    g_autoptr (BbPart) part = places ? g_list_model_get_item (places, 0) : NULL;
    g_autofree gchar *id = part ? bb_fault_place_id (part) : NULL;
    g_autoptr (JsonNode) fault = bb_fault_new (&kinds[i], id, kinds[i].phases ? 2 : 0, 86400 + 47100, 5400);
    g_autofree gchar *text = bb_fault_describe (fault, f->site);
    g_autoptr (JsonNode) before = g_steal_pointer (&faults);
    g_assert_nonnull (strstr (text, ", day 2, 13:05, for 1 h 30 min"));
    faults = bb_faults_with (before, fault);
  }
  g_autoptr (GError) error = NULL;
  g_assert_true (bb_faults_check (faults, f->site, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bb_faults_count (faults), ==, n - 3);
  g_autoptr (JsonNode) less = bb_faults_without (faults, 0);
  g_assert_cmpuint (bb_faults_count (less), ==, n - 4);
}

static void
test_hostile_faults (Fixture *f, gconstpointer data)
{
  const gchar *const texts[]
      = { "[{}]", "[1]", "{}", "[{\"what\":\"meter-lost\",\"meter\":\"none\",\"at_s\":0}]",
          "[{\"what\":7,\"at_s\":\"x\"}]" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (JsonNode) faults = json_from_string (texts[i], NULL);
    g_autoptr (GError) error = NULL;
    g_assert_false (bb_faults_check (faults, f->site, &error));
    g_assert_nonnull (error);
    for (guint e = 0; e < bb_faults_count (faults); e++) {
      g_autofree gchar *text
          = bb_fault_describe (json_array_get_element (json_node_get_array (faults), e), f->site);
      g_assert_nonnull (text);
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/app/simulate-inputs/words", test_words);
  g_test_add_func ("/app/simulate-inputs/samples", test_samples);
  ADD ("/app/simulate-inputs/bad-files", test_bad_files);
  g_test_add_func ("/app/simulate-inputs/missing-file", test_missing_file);
  ADD ("/app/simulate-inputs/use-file", test_use_file);
  ADD ("/app/simulate-inputs/period-follows", test_period_follows);
  ADD ("/app/simulate-inputs/synthetic-and-none", test_synthetic_and_none);
  g_test_add_func ("/app/simulate-inputs/fields", test_fields);
  ADD ("/app/simulate-inputs/faults", test_faults);
  ADD ("/app/simulate-inputs/hostile-faults", test_hostile_faults);
  return g_test_run ();
}
