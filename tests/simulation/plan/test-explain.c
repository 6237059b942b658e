/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-explain.c: any second of a result is explained as it was: as the change list says, and as an
 * uninterrupted run answered. */
#include "simulation/explain.h"

#include <glib/gstdio.h>
#include <string.h>

#include "support.h"

static const TestSession cars[]
    = { { NULL, 10.5, 300, 12.0, 3, 16, 60, 500 }, { NULL, 20, 400, 9.0, 1, 32, 0, 0 },
        { NULL, 33, 350, 20.0, 3, 32, 77, 700 },   { "s4", 40, 200, 7.0, 2, 16, 40, 820 },
        { NULL, 45, 330, 30.0, 3, 16, 0, 0 },      { NULL, 210, 350, 5.0, 1, 16, 0, 0 } };

static BbSimOptions *
make_options (gint64 step_ms)
{
  g_autoptr (BbSite) site = board_of (5, 25);
  BbHouseholdsSpec homes = { .households = 2, .seed = 3 };
  BbSimOptions *options = options_of (site, 6 * HOUR, cars, G_N_ELEMENTS (cars));

  bb_sim_options_add_households (options, 0, &homes);
  options->plant.meter_noise_ma = 30;
  options->step_ms = step_ms;
  options->balancer = BBE_ROTATE;
  add_scenario (options,
                "[{\"at_s\":3000,\"for_s\":4000,\"what\":\"station-lost\",\"station\":\"s1\"},"
                "{\"at_s\":7100,\"for_s\":600,\"what\":\"load-step\",\"circuit\":\"main\",\"l1_a\":12},"
                "{\"at_s\":9000,\"for_s\":300,\"what\":\"outage\"},"
                "{\"at_s\":12000,\"for_s\":900,\"what\":\"override\",\"station\":\"s2\",\"kind\":\"cap\","
                "\"limit_a\":7}]");
  return options;
}

/* All answers of an uninterrupted run, by time. */
typedef struct {
  gint64 utc_ms;
  bbe_station_out stations[5];
} Answer;

static void
keep (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Answer answer = { .utc_ms = in->mono_ms - BB_SIM_MONO_START + MONDAY };

  memcpy (answer.stations, out->stations, sizeof answer.stations);
  g_array_append_val ((GArray *) data, answer);
}

static const Answer *
answer_at (GArray *answers, gint64 time_ms)
{
  guint low = 0, high = answers->len;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (answers, Answer, middle).utc_ms <= time_ms)
      low = middle;
    else
      high = middle;
  }
  return &g_array_index (answers, Answer, low);
}

typedef struct {
  gchar *folder;
  BbSimOptions *options;
  GArray *answers;
  BbResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer step_s)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("busbar-explain-XXXXXX", &error);
  g_assert_no_error (error);
  f->options = make_options (GPOINTER_TO_INT (step_s) * SECOND);
  f->answers = g_array_new (FALSE, FALSE, sizeof (Answer));
  f->options->observer = keep;
  f->options->observer_data = f->answers;
  f->options->never_skip = TRUE; /* every second of the uninterrupted run was answered */
  bb_sim_outcome_free (run_ok (f->options));
  f->options->observer = NULL;
  f->options->never_skip = FALSE;
  f->options->result_path = g_build_filename (f->folder, "r.bbr", NULL);
  bb_sim_outcome_free (run_ok (f->options));
  f->result = bb_result_open (f->options->result_path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer step_s)
{
  g_object_unref (f->result);
  g_remove (f->options->result_path);
  g_rmdir (f->folder);
  g_array_unref (f->answers);
  bb_sim_options_free (f->options);
  g_free (f->folder);
}

/* Number of stations whose explanation is not what the whole run answered. */
static guint
differences (const BbExplanation *explanation, const Answer *answer)
{
  guint n = 0;

  for (guint s = 0; s < 5; s++) {
    const BbExplainedStation *told = &explanation->stations[s];
    bbe_reason reason = answer->stations[s].reason;
    if (reason.until_ms != 0 && reason.until_ms != G_MAXINT64 && reason.until_ms != G_MININT64
        && reason.code != BBE_REASON_OFF_PEAK)
      reason.until_ms += MONDAY - BB_SIM_MONO_START;
    n += told->setpoint_ma != answer->stations[s].setpoint_ma
         || told->target_ma != answer->stations[s].target_ma || told->phases != answer->stations[s].phases
         || told->reason.code != reason.code || told->reason.limit != reason.limit
         || told->reason.place != reason.place || told->reason.phase != reason.phase
         || told->reason.index != reason.index || told->reason.value_ma != reason.value_ma
         || told->reason.until_ms != reason.until_ms;
  }
  return n;
}

static void
assert_as_recorded (const Fixture *f, const BbExplanation *explanation, gint64 time_ms)
{
  for (guint s = 0; s < 5; s++) {
    const BbExplainedStation *told = &explanation->stations[s];
    BbResultChange change;
    gint64 until_ms;
    bbe_reason reason;
    g_assert_true (bb_result_find_change (f->result, s, time_ms, &change, &until_ms, NULL));
    bb_sim_reason_unpack (change.reason, &reason);
    g_assert_cmpint (told->setpoint_ma, ==, change.setpoint_ma);
    g_assert_cmpint (told->reason.code, ==, reason.code);
    g_assert_cmpint (told->since_ms, ==, change.time_ms);
    g_assert_cmpint (told->until_ms, ==, until_ms);
    g_assert_cmpint (told->since_ms, <=, time_ms);
    g_assert_cmpint (told->until_ms, >, time_ms);
  }
}

static void
test_any_second (Fixture *f, gconstpointer step_s)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint recomputed = 0, dark = 0;

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GError) error = NULL;
    gint64 time_ms
        = MONDAY + g_rand_int_range (random, 0, 6 * 3600) * SECOND + g_rand_int_range (random, 0, 1000);
    g_autoptr (BbExplanation) explanation = bb_explain (f->result, f->options, NULL, time_ms, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (explanation->obstacle, ==, NULL);
    assert_as_recorded (f, explanation, time_ms);
    if (explanation->recomputed) {
      const Answer *answer = answer_at (f->answers, time_ms);
      g_assert_cmpuint (differences (explanation, answer), ==, 0);
      /* the comparison can fail */
      Answer wrong = *answer;
      wrong.stations[i % 5].reason.value_ma++;
      g_assert_cmpuint (differences (explanation, &wrong), ==, 1);
      recomputed++;
    } else {
      g_assert_cmpint (time_ms, >=, MONDAY + 9000 * SECOND); /* the outage */
      g_assert_cmpint (time_ms, <, MONDAY + 9300 * SECOND);
      dark++;
    }
  }
  g_assert_cmpuint (recomputed, >, 180);
  g_assert_cmpuint (dark, >, 0);
}

/* Inputs that are no longer the same are noticed: then the record is told, and that it was not recomputed. */
static void
test_changed_inputs (Fixture *f, gconstpointer step_s)
{
  g_autoptr (BbSimOptions) other = bb_sim_options_copy (f->options);
  guint told = 0;

  g_ptr_array_set_size (other->feeds, 0);
  add_load (other, 17000, 17000, 17000);
  for (guint i = 0; i < 40; i++) {
    gint64 time_ms = MONDAY + 40 * MINUTE + i * 7 * MINUTE;
    g_autoptr (BbExplanation) explanation = bb_explain (f->result, other, NULL, time_ms, NULL, NULL);
    g_assert_nonnull (explanation);
    assert_as_recorded (f, explanation, time_ms);
    told += explanation->obstacle != NULL;
    g_assert_false (explanation->recomputed && explanation->obstacle != NULL);
  }
  g_assert_cmpuint (told, >, 20);
}

static void
test_foreign_options (Fixture *f, gconstpointer step_s)
{
  g_autoptr (BbSimOptions) other = bb_sim_options_copy (f->options);

  other->seed++;
  g_autoptr (BbExplanation) explanation = bb_explain (f->result, other, NULL, MONDAY + HOUR, NULL, NULL);
  g_assert_nonnull (explanation);
  g_assert_false (explanation->recomputed);
  g_assert_nonnull (strstr (explanation->obstacle, "could not be recomputed"));
}

static void
test_outside (Fixture *f, gconstpointer step_s)
{
  const gint64 times[] = { MONDAY - 1, MONDAY + 6 * HOUR, G_MAXINT64 / 2, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_explain (f->result, f->options, NULL, times[i], NULL, &error));
    g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  }
}

static void
test_cancelled (Fixture *f, gconstpointer step_s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  g_assert_null (bb_explain (f->result, f->options, NULL, MONDAY + HOUR, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The result says itself which run made it. */
static void
test_options_from_result (Fixture *f, gconstpointer step_s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSimOptions) options = bb_sim_options_from_result (f->result, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (options->from_ms, ==, f->options->from_ms);
  g_assert_cmpint (options->until_ms, ==, f->options->until_ms);
  g_assert_cmpint (options->step_ms, ==, f->options->step_ms);
  g_assert_cmpuint (options->seed, ==, f->options->seed);
  g_assert_cmpint (options->balancer, ==, BBE_ROTATE);
  g_autofree gchar *mine = bb_site_to_text (options->site), *its = bb_site_to_text (f->options->site);
  g_assert_cmpstr (mine, ==, its);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, step_s, function)                                                                          \
  g_test_add ("/explain/" path, Fixture, GINT_TO_POINTER (step_s), set_up, function, tear_down)
  ADD ("any-second", 1, test_any_second);
  ADD ("any-second/step-30", 30, test_any_second);
  ADD ("changed-inputs", 1, test_changed_inputs);
  ADD ("foreign-options", 1, test_foreign_options);
  ADD ("outside", 1, test_outside);
  ADD ("cancelled", 1, test_cancelled);
  ADD ("options-from-result", 1, test_options_from_result);
  return g_test_run ();
}
