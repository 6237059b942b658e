/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-editor-site.c: tariff windows, signals, acknowledgements and unknown keys of a site, as steps. */
#include "editor-kit.h"

#include "model/site-check.h"

/* Two stations whose fail-safe currents, 12 A together, are over the group's limit; one cannot be set. */
#define EXCESS                                                                                               \
  "'circuits':[{'id':'main','rating_a':25}],'groups':[{'id':'cars','name':'Cars','circuit':'main',"          \
  "'active':true,'offline_a':10}],'stations':["                                                              \
  "{'id':'a','group':'cars','failsafe_a':6,'failsafe_fixed':true},"                                          \
  "{'id':'b','group':'cars','failsafe_a':6}]"

static BbPart *
item (GListModel *list, guint i)
{
  g_autoptr (BbPart) part = (BbPart *) g_list_model_get_item (list, i);

  return part; /* the list keeps it */
}

static GPtrArray *
one (BbPart *part)
{
  return array_of (part, NULL);
}

static void
test_tariff (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) window = BB_PART (bb_tariff_window_new ());
  g_autoptr (GPtrArray) gone = one (window);
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  g_assert_true (bb_editor_add (kit.editor, window, NULL));
  assert_label (&kit, "undo-label", "Add a tariff window");
  set (&kit, window, "start-min", "22:00");
  set (&kit, window, "days", "sat,sun");
  set (&kit, window, "price-e5", "0.1234");
  set (&kit, window, "name", "Night");
  assert_label (&kit, "undo-label", "Change name of a tariff window");
  g_assert_false (bb_editor_set (kit.editor, window, "start-min", "25:00", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_assert_cmpint (bb_tariff_window_peek (BB_TARIFF_WINDOW (window))->price_e5, ==, 12340);
  g_assert_true (bb_editor_remove (kit.editor, gone, NULL));
  assert_undoes (&kit, 6);
}

static void
test_signals (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) first = BB_PART (bb_signal_new ("")), second = BB_PART (bb_signal_new (""));
  g_autoptr (GPtrArray) gone = one (first);

  kit_open (&kit, SITE);
  g_assert_true (bb_editor_add (kit.editor, first, NULL));
  g_assert_true (bb_editor_add (kit.editor, second, NULL));
  assert_text (second, "id", "signal-2");
  set (&kit, first, "input-11", "reduced");
  set (&kit, first, "name", "Ripple control");
  g_assert_true (bb_editor_move (kit.editor, first, 1, NULL));
  g_assert_true (bb_editor_remove (kit.editor, gone, NULL));
  assert_label (&kit, "undo-label", "Remove Ripple control");
  assert_undoes (&kit, 6);
}

/* ---- accepted excesses ---- */

static BbProblem *
excess_of (Kit *kit)
{
  GListModel *problems = bb_editor_get_problems (kit->editor);

  bb_editor_check_now (kit->editor);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = (BbProblem *) g_list_model_get_item (problems, i);

    if (strcmp (bb_problem_get_rule (problem), "failsafe-sum") == 0)
      return problem;
    g_assert_null (bb_problem_get_acceptable (kit->site, problem));
  }
  return NULL;
}

static void
test_accept (void)
{
  g_auto (Kit) kit = { 0 };
  BbGroup *cars;

  kit_open (&kit, EXCESS);
  cars = bb_site_group (kit.site, 0);
  g_assert_cmpint (bb_problem_get_severity (excess_of (&kit)), ==, BB_SEVERITY_ERROR);
  g_assert_true (bb_problem_get_acceptable (kit.site, excess_of (&kit)) == cars);
  g_assert_null (bb_group_get_acceptance (kit.site, cars));
  g_assert_true (bb_editor_accept (kit.editor, cars, " A. Muster ", "The box has no such setting. ", NULL));
  assert_label (&kit, "undo-label", "Accept the excess of Cars");
  g_assert_cmpint (bb_problem_get_severity (excess_of (&kit)), ==, BB_SEVERITY_WARNING);
  g_assert_nonnull (strstr (bb_problem_get_sentence (excess_of (&kit)), "Accepted by A. Muster: The box"));
  g_assert_true (bb_problem_get_acceptable (kit.site, excess_of (&kit)) == cars);
  assert_text (BB_PART (bb_group_get_acceptance (kit.site, cars)), "name", "A. Muster");
  /* again: the same one, with other words */
  g_assert_true (bb_editor_accept (kit.editor, cars, "B", "C", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_acknowledgements (kit.site)), ==, 1);
  g_assert_true (bb_editor_withdraw (kit.editor, cars, NULL));
  assert_label (&kit, "undo-label", "No longer accept the excess of Cars");
  g_assert_cmpint (bb_problem_get_severity (excess_of (&kit)), ==, BB_SEVERITY_ERROR);
  assert_undoes (&kit, 3);
}

/* Not without a name and a reason, not for a group that went, not where every station can be set. */
static void
test_accept_refused (void)
{
  static const gchar *const rows[][2] = { { "", "why" }, { "  ", "why" }, { "who", "" }, { "who", "\n" } };
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbGroup) stranger = bb_group_new ("x");
  g_autoptr (GError) error = NULL;

  kit_open (&kit, EXCESS);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_false (
        bb_editor_accept (kit.editor, bb_site_group (kit.site, 0), rows[i][0], rows[i][1], &error));
    g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
    g_clear_error (&error);
  }
  g_assert_false (bb_editor_accept (kit.editor, stranger, "who", "why", &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (bb_editor_withdraw (kit.editor, stranger, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  set (&kit, station (&kit, 0), "failsafe-fixed", "false");
  g_assert_nonnull (excess_of (&kit));
  g_assert_null (bb_problem_get_acceptable (kit.site, excess_of (&kit)));
  assert_undoes (&kit, 1);
}

/* All of the group's are withdrawn, those of others stay. An empty one is filled. */
static void
test_accept_several (void)
{
  g_auto (Kit) kit = { 0 };
  GListModel *list;

  kit_open (&kit, EXCESS ",'acknowledgements':[{'rule':'failsafe-sum','group':'cars','name':'','reason':''},"
                         "{'rule':'failsafe-sum','group':'other','name':'A','reason':'B'},"
                         "{'rule':'failsafe-sum','group':'cars','name':'C','reason':'D'}]");
  list = bb_site_get_acknowledgements (kit.site);
  g_assert_true (bb_group_get_acceptance (kit.site, bb_site_group (kit.site, 0))
                 == (BbAcknowledgement *) item (list, 2));
  g_assert_true (bb_editor_accept (kit.editor, bb_site_group (kit.site, 0), "E", "F", NULL));
  assert_text (item (list, 0), "reason", "F");
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 3);
  g_assert_true (bb_editor_withdraw (kit.editor, bb_site_group (kit.site, 0), NULL));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  assert_text (item (list, 0), "group", "other");
  assert_undoes (&kit, 2);
}

/* ---- unknown keys ---- */

static JsonNode *
parsed (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

static void
test_extra (void)
{
  g_auto (Kit) kit = { 0 };
  BbPart *site, *meter;

  kit_open (&kit, SITE);
  site = BB_PART (kit.site);
  meter = BB_PART (bb_site_meter (kit.site, 0));
  g_assert_true (bb_editor_set_extra (kit.editor, site, "scenario", parsed ("[{\"x\":1}]"), NULL));
  assert_label (&kit, "undo-label", "Change “scenario” of the site");
  g_assert_true (bb_editor_set_extra (kit.editor, site, "scenario", parsed ("[{\"x\":1}]"), NULL));
  g_assert_true (bb_editor_set_extra (kit.editor, site, "scenario", parsed ("[]"), NULL));
  /* away, and back where it was */
  g_assert_true (bb_editor_set_extra (kit.editor, site, "x-top", NULL, NULL));
  g_assert_null (bb_part_get_extra (site, "x-top"));
  g_assert_true (bb_editor_set_extra (kit.editor, meter, "x-note", NULL, NULL));
  set (&kit, meter, "signed", "false");
  g_assert_true (bb_editor_set_extra (kit.editor, meter, "x-note", parsed ("null"), NULL));
  g_assert_true (bb_editor_set_extra (kit.editor, meter, "x-none", NULL, NULL));
  assert_undoes (&kit, 6);
}

static void
test_extra_refused (void)
{
  g_auto (Kit) kit = { 0 };
  g_autoptr (BbPart) stranger = BB_PART (bb_meter_new ("x"));
  g_autoptr (GError) error = NULL;

  kit_open (&kit, SITE);
  g_assert_false (bb_editor_set_extra (kit.editor, BB_PART (kit.site), "name", parsed ("1"), &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (bb_editor_set_extra (kit.editor, BB_PART (kit.site), "", NULL, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (bb_editor_set_extra (kit.editor, stranger, "x", parsed ("1"), &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  assert_undoes (&kit, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/editor-site/tariff", test_tariff);
  g_test_add_func ("/model/editor-site/signals", test_signals);
  g_test_add_func ("/model/editor-site/accept", test_accept);
  g_test_add_func ("/model/editor-site/accept-refused", test_accept_refused);
  g_test_add_func ("/model/editor-site/accept-several", test_accept_several);
  g_test_add_func ("/model/editor-site/extra", test_extra);
  g_test_add_func ("/model/editor-site/extra-refused", test_extra_refused);
  return g_test_run ();
}
