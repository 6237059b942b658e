/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-headline.c: what a result says first, the same from a file as from the run; and two runs compared. */
#include <glib/gstdio.h>
#include <math.h>

#include "simulation/compare.h"
#include "simulation/headline-text.h"
#include "simulation/headline.h"
#include "support.h"

/* Two stations of 32 A on 25 A with 10 A of other load: they must share. */
static BbSimOptions *
shared_board (void)
{
  static const TestSession cars[]
      = { { .station = "s1", .from_min = 10, .until_min = 400, .kwh = 20, .phases = 7, .max_a = 32 },
          { .station = "s2", .from_min = 20, .until_min = 400, .kwh = 60, .phases = 7, .max_a = 32 } };
  g_autoptr (BbSite) site = board_of (2, 25);
  BbSimOptions *options = options_of (site, 8 * HOUR, cars, G_N_ELEMENTS (cars));

  add_load (options, 10000, 10000, 10000);
  return options;
}

static const gchar *
sentence (const BbHeadlines *headlines, guint i)
{
  g_assert_cmpuint (i, <, headlines->sentences->len);
  return ((const BbHeadline *) g_ptr_array_index (headlines->sentences, i))->text;
}

static const BbFigure *
figure (const BbHeadlines *headlines, guint i)
{
  g_assert_cmpuint (headlines->figures->len, ==, 4);
  return g_ptr_array_index (headlines->figures, i);
}

static void
assert_has (const gchar *text, const gchar *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in “%s”", part, text);
}

/* ---- texts ------------------------------------------------------------------------------------ */

static void
test_texts (void)
{
  static const struct {
    gint64 ms;
    const gchar *text;
  } durations[] = { { 0, "–" },
                    { 1, "1 s" },
                    { 45000, "45 s" },
                    { 60000, "1 min" },
                    { 725000, "12 min 5 s" },
                    { 11400000, "3 h 10 min" },
                    { 443 * HOUR, "18 d 11 h" } };
  static const struct {
    gdouble value;
    guint decimals;
    const gchar *number, *percent;
  } numbers[] = { { 97.04, 0, "97", "97" },        { 99.96, 1, "100.0", "99.9" },
                  { 99.7, 0, "100", "99" },        { 100, 1, "100.0", "100.0" },
                  { 100.02, 1, "100.0", "100.1" }, { -0.004, 2, "0.00", "0.00" },
                  { -1.5, 1, "−1.5", "−1.5" },     { NAN, 1, "–", "–" } };

  for (guint i = 0; i < G_N_ELEMENTS (durations); i++) {
    g_autofree gchar *text = bb_duration_text (durations[i].ms);
    g_assert_cmpstr (text, ==, durations[i].text);
  }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree gchar *number = bb_number_text (numbers[i].value, numbers[i].decimals);
    g_autofree gchar *percent = bb_percent_text (numbers[i].value, numbers[i].decimals);
    g_assert_cmpstr (number, ==, numbers[i].number);
    g_assert_cmpstr (percent, ==, numbers[i].percent);
  }
}

/* ---- sentences -------------------------------------------------------------------------------- */

static void
test_good (void)
{
  g_autoptr (BbSimOptions) options = shared_board ();
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbHeadlines) headlines = bb_headlines_new (outcome->summary, options->site, NULL);

  g_assert_cmpstr (sentence (headlines, 0), ==, "No phase went over its rating.");
  assert_has (sentence (headlines, 1), "% of the energy was delivered: ");
  assert_has (sentence (headlines, 1), " of 80.00 kWh.");
  assert_has (sentence (headlines, 2), " of ");
  assert_has (sentence (headlines, 2), " was the limit for ");
  g_assert_cmpstr (figure (headlines, 0)->title, ==, "Energy delivered");
  g_assert_cmpstr (figure (headlines, 0)->unit, ==, "%");
  assert_has (figure (headlines, 1)->note, " of 25.0 A");
  g_assert_cmpint (figure (headlines, 1)->severity, ==, BB_HEADLINE_GOOD);
  g_assert_cmpstr (figure (headlines, 3)->title, ==, "From the grid");
}

static void
test_over_rating (void)
{
  g_autoptr (BbSimOptions) options = shared_board ();
  options->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbHeadlines) headlines = bb_headlines_new (outcome->summary, options->site, NULL);

  g_assert_cmpint (headlines->severity, ==, BB_HEADLINE_ERROR);
  assert_has (sentence (headlines, 0), " went over its rating of 25.0 A: up to ");
  assert_has (sentence (headlines, 0), " So did 2 other phases.");
  assert_has (sentence (headlines, 1), "would have opened: gG (");
  g_assert_cmpint (figure (headlines, 1)->severity, ==, BB_HEADLINE_ERROR);
}

static void
test_nobody_came (void)
{
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (BbSimOptions) options = options_of (site, HOUR, NULL, 0);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbHeadlines) headlines = bb_headlines_new (outcome->summary, NULL, NULL);

  g_assert_cmpuint (headlines->sentences->len, ==, 2);
  g_assert_cmpstr (sentence (headlines, 1), ==, "No car came.");
  g_assert_cmpstr (figure (headlines, 0)->value, ==, "–");
  g_assert_cmpstr (figure (headlines, 2)->value, ==, "–");
}

static void
test_sun_and_faults (void)
{
  static const TestSession cars[]
      = { { .station = "s1", .from_min = 0, .until_min = 200, .kwh = 60, .phases = 7, .max_a = 32 },
          { .from_min = 1, .until_min = 200, .kwh = 9, .phases = 7, .max_a = 16 } };
  g_autoptr (BbSite) site = board_of (1, 25);
  g_autoptr (BbSimOptions) options = options_of (site, 3 * HOUR, cars, G_N_ELEMENTS (cars));
  add_pv (options, 20000, 20000, 20000);
  add_scenario (options, "[{\"at_s\":600,\"for_s\":3600,\"what\":\"meter-lost\",\"meter\":\"main\"}]");
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (BbHeadlines) headlines = bb_headlines_new (outcome->summary, options->site, NULL);
  g_autofree gchar *text = bb_headlines_to_text (headlines, 0);

  assert_has (text, "the cars charged in fail-safe");
  assert_has (text, "1 car found no free station.");
  assert_has (text, "of the sun's energy was used on site");
  assert_has (text, "1 car was still there at the end.");
  g_assert_cmpstr (figure (headlines, 3)->title, ==, "From the sun");
}

/* ---- limits ----------------------------------------------------------------------------------- */

static gboolean
is_held (const BbResultChange *change)
{
  bbe_reason reason;

  bb_sim_reason_unpack (change->reason, &reason);
  return reason.code == BBE_REASON_ROW || reason.code == BBE_REASON_NO_ROOM
         || reason.code == BBE_REASON_QUEUED;
}

/* The times of all rows together, from the changes of a result file: an independent count, second by second.
 * `defect`: two stations that wait for the same row count twice. */
static gint64
count_held (BbResult *result, gboolean defect)
{
  gint64 held_ms = 0;

  for (gint64 t = bb_result_get_from_ms (result); t < bb_result_get_until_ms (result); t += SECOND) {
    gboolean rows[4][256] = { { FALSE } };
    for (guint s = 0; s < bb_result_get_n_stations (result); s++) {
      BbResultChange change;
      bbe_reason reason;
      if (!bb_result_find_change (result, s, t, &change, NULL, NULL) || !is_held (&change))
        continue;
      bb_sim_reason_unpack (change.reason, &reason);
      guint key = (guint) reason.limit * 8 + MIN (reason.phase, 4);
      if (defect || !rows[reason.place][key])
        held_ms += SECOND;
      rows[reason.place][key] = TRUE;
    }
  }
  return held_ms;
}

static gchar *
run_to_file (BbSimOptions *options, gchar **folder, BbSimOutcome **outcome)
{
  *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  options->result_path = g_build_filename (*folder, "r.bbr", NULL);
  *outcome = run_ok (options);
  return g_strdup (options->result_path);
}

static void
test_limit_times (void)
{
  g_autofree gchar *folder = NULL;
  g_autoptr (BbSimOptions) options = shared_board ();
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autofree gchar *path = run_to_file (options, &folder, &outcome);
  g_autoptr (BbResult) result = bb_result_open (path, NULL);
  const GArray *limits = outcome->summary->limits;
  gint64 sum_ms = 0;

  g_assert_cmpuint (limits->len, >, 0);
  for (guint l = 0; l < limits->len; l++) {
    const BbLimitTime *limit = &g_array_index (limits, BbLimitTime, l);
    g_assert_cmpint (limit->held_ms, <=, 8 * HOUR);
    g_assert_true (l == 0 || limit->held_ms <= g_array_index (limits, BbLimitTime, l - 1).held_ms);
    sum_ms += limit->held_ms;
  }
  g_assert_cmpint (sum_ms, ==, count_held (result, FALSE));
  g_assert_cmpint (sum_ms, <, count_held (result, TRUE)); /* the test can tell */
  g_unlink (path);
  g_rmdir (folder);
}

/* ---- read back -------------------------------------------------------------------------------- */

static void
assert_round_trip (const BbSummary *summary, BbSite *site)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = bb_summary_to_text (summary, TRUE);
  g_autoptr (BbSummary) back = bb_summary_parse (text, -1, &error);
  g_assert_no_error (error);
  g_autofree gchar *again = bb_summary_to_text (back, TRUE);
  g_autoptr (BbHeadlines) first = bb_headlines_new (summary, site, NULL);
  g_autoptr (BbHeadlines) second = bb_headlines_new (back, site, NULL);
  g_autofree gchar *first_text = bb_headlines_to_text (first, 0);
  g_autofree gchar *second_text = bb_headlines_to_text (second, 0);

  g_assert_cmpstr (again, ==, text);
  g_assert_cmpstr (second_text, ==, first_text);
}

static void
test_round_trip (void)
{
  g_autoptr (BbSimOptions) good = shared_board ();
  g_autoptr (BbSimOptions) bad = shared_board ();
  bad->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) of_good = run_ok (good);
  g_autoptr (BbSimOutcome) of_bad = run_ok (bad);

  assert_round_trip (of_good->summary, good->site);
  assert_round_trip (of_bad->summary, bad->site);
}

static void
test_from_result (void)
{
  g_autofree gchar *folder = NULL;
  g_autoptr (BbSimOptions) options = shared_board ();
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autofree gchar *path = run_to_file (options, &folder, &outcome);
  g_autoptr (BbResult) result = bb_result_open (path, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSummary) back = bb_summary_from_result (result, &error);
  g_assert_no_error (error);
  g_autofree gchar *was = bb_summary_to_text (outcome->summary, FALSE);
  g_autofree gchar *is = bb_summary_to_text (back, FALSE);

  g_assert_cmpstr (is, ==, was);
  g_unlink (path);
  g_rmdir (folder);
}

/* ---- hostile ---------------------------------------------------------------------------------- */

/* Every value of the text, one after the other, replaced by something absurd: read or refused, never worse.
 */
static void
test_hostile (void)
{
  static const gchar *const absurd[] = { "null", "-1", "1e300", "\"\"", "[]", "{}", "true", "[[[]]]" };
  g_autoptr (BbSimOptions) options = shared_board ();
  options->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autofree gchar *text = bb_summary_to_text (outcome->summary, TRUE);
  guint refused = 0, tried = 0;

  for (const gchar *at = text; (at = strstr (at, "\": ")) != NULL; at += 3) {
    gsize end = strcspn (at + 3, ",\n");
    for (guint i = 0; i < G_N_ELEMENTS (absurd); i++) {
      g_autofree gchar *bad
          = g_strdup_printf ("%.*s%s%s", (int) (at + 3 - text), text, absurd[i], at + 3 + end);
      g_autoptr (GError) error = NULL;
      g_autoptr (BbSummary) summary = bb_summary_parse (bad, -1, &error);
      g_assert_true ((summary == NULL) == (error != NULL));
      if (summary != NULL) {
        g_autoptr (BbHeadlines) headlines = bb_headlines_new (summary, NULL, NULL);
        g_assert_cmpuint (headlines->figures->len, ==, 4);
      }
      refused += summary == NULL;
      tried++;
    }
  }
  g_assert_cmpuint (tried, >, 300);
  g_assert_cmpuint (refused, >, tried / 2);
}

static void
assert_refused (const gchar *text, gint code, const gchar *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_summary_parse (text, -1, &error));
  g_assert_error (error, BB_FORMAT_ERROR, code);
  assert_has (error->message, part);
}

static void
test_foreign (void)
{
  g_autoptr (GError) error = NULL;

  assert_refused ("[]", BB_FORMAT_ERROR_FOREIGN, "not a summary");
  assert_refused ("{\"format\":7}", BB_FORMAT_ERROR_FOREIGN, "not a summary");
  assert_refused ("{\"format\":\"busbar-summary/2\"}", BB_FORMAT_ERROR_VERSION, "newer version");
  assert_refused ("{\"format\":\"busbar-summary/1\"}", BB_FORMAT_ERROR_CORRUPT, "simulate again");
  g_assert_null (bb_summary_parse ("{", -1, &error));
  g_assert_nonnull (error);
}

/* ---- comparison ------------------------------------------------------------------------------- */

static const BbCompareRow *
find_row (const BbComparison *comparison, const gchar *title)
{
  for (guint i = 0; i < comparison->rows->len; i++) {
    const BbCompareRow *row = g_ptr_array_index (comparison->rows, i);
    if (g_str_equal (row->title, title))
      return row;
  }
  g_assert_not_reached ();
}

static void
test_compare (void)
{
  g_autoptr (BbSimOptions) a = shared_board ();
  g_autoptr (BbSimOptions) b = shared_board ();
  b->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) of_a = run_ok (a);
  g_autoptr (BbSimOutcome) of_b = run_ok (b);
  g_autoptr (BbComparison) same = bb_comparison_new (of_a->summary, "A", of_a->summary, "B");
  g_autoptr (BbComparison) other = bb_comparison_new (of_a->summary, "A", of_b->summary, "B");

  g_assert_cmpstr (same->sentence, ==, "Neither goes over a rating. Both deliver the same energy.");
  for (guint i = 0; i < same->rows->len; i++)
    g_assert_cmpint (((const BbCompareRow *) g_ptr_array_index (same->rows, i))->verdict, ==,
                     BB_COMPARE_SAME);
  assert_has (other->sentence, "B goes over a rating for ");
  assert_has (other->sentence, "; A does not.");
  assert_has (other->sentence, "B delivers ");
  assert_has (other->sentence, " kWh more (");
  g_assert_cmpint (find_row (other, "Highest load of a rating")->verdict, ==, BB_COMPARE_WORSE);
  g_assert_cmpint (find_row (other, "Energy delivered")->verdict, ==, BB_COMPARE_BETTER);
  g_assert_true (g_str_has_prefix (find_row (other, "Energy delivered")->difference, "+"));
  g_assert_true (g_str_has_suffix (find_row (other, "Energy delivered")->difference, " kWh"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/headline/texts", test_texts);
  g_test_add_func ("/simulation/headline/good", test_good);
  g_test_add_func ("/simulation/headline/over-rating", test_over_rating);
  g_test_add_func ("/simulation/headline/nobody-came", test_nobody_came);
  g_test_add_func ("/simulation/headline/sun-and-faults", test_sun_and_faults);
  g_test_add_func ("/simulation/headline/limit-times", test_limit_times);
  g_test_add_func ("/simulation/headline/round-trip", test_round_trip);
  g_test_add_func ("/simulation/headline/from-result", test_from_result);
  g_test_add_func ("/simulation/headline/hostile", test_hostile);
  g_test_add_func ("/simulation/headline/foreign", test_foreign);
  g_test_add_func ("/simulation/headline/compare", test_compare);
  return g_test_run ();
}
