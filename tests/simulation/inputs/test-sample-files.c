/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sample-files.c: the bundled real data is readable as it is, and says what its README says. */
#include "input-files.h"
#include "simulation/input-sessions.h"

static char *
sample (const char *name)
{
  const char *data = g_getenv ("BUSBAR_DATA_DIR");

  g_assert_nonnull (data);
  return g_build_filename (data, "samples", name, NULL);
}

static void
check_day (const char *name, BbInputKind kind, double expected_kwh)
{
  BbInputOptions options = { .kind = kind, .repeat = BB_REPEAT_DAY, .zone = "Europe/Oslo" };
  g_autofree char *path = sample (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbLoadSource) source = bb_load_open_csv (path, &options, &error);
  int64_t midnight_ms = ms ("2026-01-05T00:00:00+01:00");
  BbLoadInfo info;
  BbLoadSpan span;

  g_assert_no_error (error);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.rows, ==, 1440);
  g_assert_cmpuint (info.gap_count, ==, 0);
  g_assert_cmpstr (info.ignored_columns, ==, "");
  g_assert_true (bb_load_span (source, midnight_ms, midnight_ms + BB_MS_PER_DAY, &span, &error));
  g_assert_cmpfloat_with_epsilon (((double) span.mean_m[0] + span.mean_m[1] + span.mean_m[2]) * 24 / 1e6,
                                  expected_kwh, 0.01);
}

static void
test_loads (void)
{
  check_day ("load-house3.csv", BB_INPUT_LOAD, 31.262);
  check_day ("load-house12.csv", BB_INPUT_LOAD, 110.019);
  check_day ("load-feeder55.csv", BB_INPUT_LOAD, 483.914);
  check_day ("pv-serf-east.csv", BB_INPUT_PV, 35.585);
}

static void
test_sessions (void)
{
  static const BbInputOptions options = { 0 };
  static const struct {
    const char *name;
    size_t n;
    int most_at_once;
  } files[] = { { "sessions-garage-12.csv", 298, 9 }, { "sessions-office-40.csv", 1084, 35 } };

  for (size_t f = 0; f < G_N_ELEMENTS (files); f++) {
    g_autofree char *path = sample (files[f].name);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSessions) sessions = bb_sessions_load_csv (path, &options, &error);
    int most = 0;

    g_assert_no_error (error);
    g_assert_cmpuint (sessions->n_items, ==, files[f].n);
    for (size_t i = 0; i < sessions->n_items; i++) {
      int now = 0;

      for (size_t k = 0; k <= i; k++)
        now += sessions->items[k].departure_ms > sessions->items[i].arrival_ms;
      most = MAX (most, now);
    }
    g_assert_cmpint (most, ==, files[f].most_at_once);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inputs/samples/loads", test_loads);
  g_test_add_func ("/inputs/samples/sessions", test_sessions);
  return run_input_tests ();
}
