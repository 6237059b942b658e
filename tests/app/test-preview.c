/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-preview.c: the instant preview says what a run of the simulator says, of the latest edit, or why it
 * cannot. */
#include "kit.h"

#include "app/preview-day.h"
#include "app/preview.h"
#include "base/data-dir.h"
#include "model/site-json.h"

static BbSite *
load_sample (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/samples/%s.busbar", g_getenv ("BUSBAR_DATA_DIR"), name);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_load (path, &error);

  g_assert_no_error (error);
  return site;
}

static gboolean
is_done (gpointer data)
{
  return !bb_preview_get_running (data) && bb_preview_is_current (data);
}

static void
wait_for (BbPreview *preview)
{
  bb_kit_wait (is_done, preview, "the preview");
}

/* The same day by the plain way: files read again, nothing in memory. */
static BbSimOutcome *
run_plainly (BbSite *site, const BbPreviewFigures *figures)
{
  g_autoptr (BbSite) copy = bb_site_copy (site);
  g_autoptr (BbSimOptions) options = bb_sim_options_new (copy);
  g_autoptr (GError) error = NULL;
  BbSimOutcome *outcome;

  g_assert_true (bb_sim_options_add_site_defaults (options, &error));
  g_assert_true (bb_sim_options_add_site_inputs (options, 0, &error));
  g_assert_no_error (error);
  options->from_ms = figures->from_ms;
  options->until_ms = figures->until_ms;
  options->step_ms = figures->step_ms;
  outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return outcome;
}

static void
assert_equal (BbSite *site, const BbPreviewFigures *figures)
{
  g_autoptr (BbSimOutcome) outcome = run_plainly (site, figures);
  const BbSummary *summary = outcome->summary;
  gdouble most = 0;

  g_assert_cmpint (figures->delivered_mws, ==, summary->delivered_mws);
  g_assert_cmpint (figures->wanted_mws, ==, summary->wanted_mws);
  g_assert_cmpuint (figures->n_sessions, ==, summary->n_sessions);
  g_assert_cmpint (figures->over_rating, ==, bb_summary_is_over_rating (summary));
  g_assert_cmpuint (figures->circuits->len, ==, summary->n_circuits);
  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      if (summary->circuits[c].phases >> p & 1)
        most = MAX (most, 100.0 * (gdouble) summary->circuits[c].phase[p].peak_ma
                              / (gdouble) summary->circuits[c].phase[p].rating_ma);
  g_assert_cmpfloat (bb_preview_circuit_pct (g_ptr_array_index (figures->circuits, figures->worst)), ==,
                     most);
}

static void
test_equal (gconstpointer name)
{
  g_autoptr (BbSite) site = load_sample (name);
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (bb_preview_get_state (preview), ==, BB_PREVIEW_WAITING);
  wait_for (preview);
  g_assert_cmpint (bb_preview_get_state (preview), ==, BB_PREVIEW_READY);
  g_assert_null (bb_preview_get_figures (preview)->as_if_active);
  g_assert_nonnull (bb_preview_get_source (preview));
  g_assert_cmpint (bb_preview_get_figures (preview)->wanted_mws, >, 0);
  assert_equal (site, bb_preview_get_figures (preview));
  /* And after an edit, with what was read before. */
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "active", "false", &error));
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "working-ma", "7", &error));
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "active", "true", &error));
  g_assert_no_error (error);
  wait_for (preview);
  assert_equal (site, bb_preview_get_figures (preview));
  if (bb_preview_get_baseline (preview)->delivered_mws > 0) /* a dark day of solar mode has nothing to lose */
    g_assert_cmpint (bb_preview_get_figures (preview)->delivered_mws, !=,
                     bb_preview_get_baseline (preview)->delivered_mws);
}

/* The test above would see it: other inputs are other figures. */
static void
test_equal_sees_a_defect (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  BbPreviewFigures shifted;

  wait_for (preview);
  shifted = *bb_preview_get_figures (preview);
  shifted.from_ms += BB_MS_PER_DAY;
  shifted.until_ms += BB_MS_PER_DAY;
  g_autoptr (BbSimOutcome) outcome = run_plainly (site, &shifted);
  g_assert_cmpint (outcome->summary->delivered_mws, !=, shifted.delivered_mws);
}

static void
count_cb (BbPreview *preview, guint *n)
{
  (*n)++;
}

static void
test_latest_wins (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  BbPart *group = BB_PART (bb_site_group (site, 0));
  guint n = 0;

  wait_for (preview);
  bb_group_set_active (BB_GROUP (group), FALSE);
  g_signal_connect (preview, "updated", G_CALLBACK (count_cb), &n);
  for (guint a = 6; a <= 16; a++) {
    g_autofree char *text = g_strdup_printf ("%u", a);
    g_assert_true (bb_editor_set (editor, group, "working-ma", text, NULL));
    g_main_context_iteration (NULL, FALSE); /* some of them start */
  }
  wait_for (preview);
  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, 11);
  bb_group_set_active (BB_GROUP (group), TRUE);
  assert_equal (site, bb_preview_get_figures (preview));
}

static void
test_as_if_active (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  gint64 delivered;

  wait_for (preview);
  delivered = bb_preview_get_figures (preview)->delivered_mws;
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_group (site, 0)), "active", "false", NULL));
  wait_for (preview);
  g_assert_cmpstr (bb_preview_get_figures (preview)->as_if_active, ==, "“Cars”");
  g_assert_cmpint (bb_preview_get_figures (preview)->delivered_mws, ==, delivered);
  g_assert_false (bb_group_peek (bb_site_group (site, 0))->active);
}

static void
test_blocked (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  const gchar *pointer = NULL;

  wait_for (preview);
  g_assert_null (bb_preview_get_obstacle (preview, &pointer));
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_station (site, 0)), "min-ma", "40", NULL));
  wait_for (preview);
  g_assert_cmpint (bb_preview_get_state (preview), ==, BB_PREVIEW_BLOCKED);
  g_assert_true (g_str_has_prefix (bb_preview_get_obstacle (preview, &pointer), "No preview. "));
  g_assert_true (g_str_has_prefix (pointer, "/stations/0"));
  g_assert_true (bb_editor_undo (editor));
  wait_for (preview);
  g_assert_cmpint (bb_preview_get_state (preview), ==, BB_PREVIEW_READY);
  g_assert_null (bb_preview_get_obstacle (preview, NULL));
}

static void
test_baseline (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = bb_preview_new (editor);
  gint64 before;

  wait_for (preview);
  before = bb_preview_get_baseline (preview)->delivered_mws;
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_station (site, 0)), "max-ma", "8", NULL));
  wait_for (preview);
  g_assert_cmpint (bb_preview_get_baseline (preview)->delivered_mws, ==, before);
  bb_editor_mark_saved (editor);
  g_assert_cmpint (bb_preview_get_baseline (preview)->delivered_mws, ==,
                   bb_preview_get_figures (preview)->delivered_mws);
}

static void
test_unreadable (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  g_autoptr (BbPreview) preview = NULL;

  g_object_set (bb_site_input (site, 0), "file", "no-such-file.csv", NULL);
  preview = bb_preview_new (editor);
  wait_for (preview);
  g_assert_cmpint (bb_preview_get_state (preview), ==, BB_PREVIEW_BLOCKED);
  g_assert_nonnull (strstr (bb_preview_get_obstacle (preview, NULL), "no-such-file.csv"));
}

/* Nothing waits for it, nothing is left of it. */
static void
test_dispose_while_running (void)
{
  g_autoptr (BbSite) site = load_sample ("office-40");
  g_autoptr (BbEditor) editor = bb_editor_new (site);
  BbPreview *preview = bb_preview_new (editor);
  gpointer alive = preview;

  g_object_add_weak_pointer (G_OBJECT (preview), &alive);
  g_main_context_iteration (NULL, FALSE);
  g_object_run_dispose (G_OBJECT (preview));
  g_object_unref (preview);
  while (alive != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_day (void)
{
  g_autoptr (BbSite) site = load_sample ("garage-12"), other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbPreviewDay) day = bb_preview_day_new (site, &error);

  g_assert_no_error (error);
  g_assert_cmpint (bb_preview_day_get_until_ms (day) - bb_preview_day_get_from_ms (day), ==, BB_MS_PER_DAY);
  /* Residents plug in in the evening: a day from midnight would cut their nights. */
  g_assert_nonnull (strstr (bb_preview_day_get_words (day), "from 12:00"));
  g_assert_true (bb_preview_day_fits (day, site));
  other = bb_site_copy (site);
  g_object_set (bb_site_group (other, 0), "active", FALSE, "min-ma", 8000, NULL);
  g_assert_true (bb_preview_day_fits (day, other));
  g_object_set (bb_site_input (other, 0), "scale-permille", 500, NULL);
  g_assert_false (bb_preview_day_fits (day, other));
  g_assert_cmpint (bb_preview_day_step_ms (site), ==, 5000);
}

int
main (int argc, char *argv[])
{
  bb_kit_init_plain (&argc, &argv);
  g_test_add_data_func ("/app/preview/equal/villa-demo", "villa-demo", test_equal);
  g_test_add_data_func ("/app/preview/equal/garage-12", "garage-12", test_equal);
  g_test_add_data_func ("/app/preview/equal/office-40", "office-40", test_equal);
  g_test_add_data_func ("/app/preview/equal/solar-home", "solar-home", test_equal);
  g_test_add_func ("/app/preview/equal-sees-a-defect", test_equal_sees_a_defect);
  g_test_add_func ("/app/preview/latest-wins", test_latest_wins);
  g_test_add_func ("/app/preview/A-06/as-if-active", test_as_if_active);
  g_test_add_func ("/app/preview/blocked", test_blocked);
  g_test_add_func ("/app/preview/baseline", test_baseline);
  g_test_add_func ("/app/preview/unreadable", test_unreadable);
  g_test_add_func ("/app/preview/dispose-while-running", test_dispose_while_running);
  g_test_add_func ("/app/preview/day", test_day);
  return g_test_run ();
}
