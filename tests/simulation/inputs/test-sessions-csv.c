/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sessions-csv.c: charging sessions from CSV: what is tolerated, what is refused, repetition. */
#include "input-files.h"
#include "simulation/input-sessions.h"

static BbSessions *
load_text (const char *content, const BbInputOptions *options, GError **error)
{
  static const BbInputOptions defaults = { 0 };
  g_autofree char *path = write_input ("s.csv", content, -1);

  return bb_sessions_load_csv (path, options != NULL ? options : &defaults, error);
}

static BbSessions *
load_good (const char *content, const BbInputOptions *options)
{
  g_autoptr (GError) error = NULL;
  BbSessions *sessions = load_text (content, options, &error);

  g_assert_no_error (error);
  return sessions;
}

static void
test_all_columns (void)
{
  g_autoptr (BbSessions) sessions
      = load_good ("Station;ARRIVAL;departure;Energy_kWh;max_a;phases;battery_kwh;arrival_soc;who\r\n"
                   "\"B; left\";2026-01-05T10:00Z;2026-01-05T12:00Z;7,25;16;3;60;35 %;x\r\n"
                   "A;2026-01-05T09:00Z;2026-01-05T10:00Z;0,001;;;;;y\r\n"
                   ";2026-01-05T09:00Z;2026-01-05T09:30Z;11;13,5;1;;0,35;z\r\n",
                   NULL);
  const BbSession *s = sessions->items;

  g_assert_cmpuint (sessions->n_items, ==, 3);
  g_assert_cmpuint (sessions->n_stations, ==, 2);
  g_assert_cmpstr (sessions->stations[0], ==, "B; left");
  g_assert_cmpstr (sessions->stations[1], ==, "A");
  g_assert_null (sessions->stations[2]);
  g_assert_cmpstr (sessions->ignored_columns, ==, "who");
  g_assert_cmpuint (s[0].line, ==, 4);
  g_assert_cmpint (s[0].station, ==, -1);
  g_assert_cmpint (s[0].arrival_soc_permille, ==, 350);
  g_assert_cmpint (s[0].max_ma, ==, 13500);
  g_assert_cmpuint (s[1].line, ==, 3);
  g_assert_cmpint (s[1].station, ==, 1);
  g_assert_cmpuint (s[1].energy_wh, ==, 1);
  g_assert_cmpint (s[1].arrival_soc_permille, ==, -1);
  g_assert_cmpuint (s[1].phases, ==, 0);
  g_assert_cmpint (s[2].arrival_ms, ==, ms ("2026-01-05T10:00Z"));
  g_assert_cmpint (s[2].departure_ms, ==, ms ("2026-01-05T12:00Z"));
  g_assert_cmpuint (s[2].energy_wh, ==, 7250);
  g_assert_cmpuint (s[2].battery_wh, ==, 60000);
  g_assert_cmpint (s[2].max_ma, ==, 16000);
  g_assert_cmpuint (s[2].phases, ==, 3);
  g_assert_cmpint (s[2].arrival_soc_permille, ==, 350);
}

static void
test_minutes (void)
{
  BbInputOptions options = { .start_ms = ms ("2026-01-05T00:00Z") };
  g_autoptr (BbSessions) sessions
      = load_good ("energy_kwh,departure,arrival\n5,90.5,60\n0,100,20\n", &options);

  g_assert_cmpuint (sessions->n_items, ==, 1);
  g_assert_cmpuint (sessions->n_zero, ==, 1);
  g_assert_cmpint (sessions->items[0].arrival_ms, ==, ms ("2026-01-05T01:00Z"));
  g_assert_cmpint (sessions->items[0].departure_ms, ==, ms ("2026-01-05T01:30:30Z"));
}

static void
test_none (void)
{
  g_autoptr (BbSessions) sessions = load_good ("arrival,departure,energy_kwh\n", NULL);

  g_assert_cmpuint (sessions->n_items, ==, 0);
  g_assert_cmpuint (bb_sessions_find (sessions, 0), ==, 0);
}

static void
test_clock_changes (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo" };
  g_autoptr (BbSessions) sessions = load_good ("arrival,departure,energy_kwh\n"
                                               "2025-10-26T02:40,2025-10-26T02:20,5\n"
                                               "2025-10-26T02:10,2025-10-26T02:20,5\n"
                                               "2028-02-29T23:00,2028-03-01T07:00,5\n",
                                               &options);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sessions->items[0].arrival_ms, ==, ms ("2025-10-26T00:10Z"));
  g_assert_cmpint (sessions->items[0].departure_ms, ==, ms ("2025-10-26T00:20Z"));
  g_assert_cmpint (sessions->items[1].arrival_ms, ==, ms ("2025-10-26T00:40Z"));
  g_assert_cmpint (sessions->items[1].departure_ms, ==, ms ("2025-10-26T01:20Z"));
  g_assert_cmpint (sessions->items[2].departure_ms - sessions->items[2].arrival_ms, ==, 8 * 3600000);
  g_assert_null (
      load_text ("arrival,departure,energy_kwh\n2025-03-30T02:30,2025-03-30T05:00,5\n", &options, &error));
  assert_input_error (error, BB_INPUT_ERROR_TIME, "s.csv", ":2:1: 2025-03-30T02:30 does not exist");
}

typedef struct {
  const char *name;
  BbInputError code;
  const char *where;
  const char *content;
} Bad;

#define HEAD "station,arrival,departure,energy_kwh,max_a,phases,battery_kwh,arrival_soc\n"

static const Bad bads[] = {
  { "empty", BB_INPUT_ERROR_EMPTY, " is empty", "" },
  { "no energy", BB_INPUT_ERROR_HEADER, ":1:1: there is no column “energy_kwh”", "arrival,departure\n" },
  { "no arrival", BB_INPUT_ERROR_HEADER, ":1:1: there is no column “arrival”", "departure,energy_kwh\n" },
  { "twice", BB_INPUT_ERROR_HEADER, ":1:9: the column “arrival” stands here twice", "arrival,Arrival\n" },
  { "backwards", BB_INPUT_ERROR_TIME, ":3:6: “departure” is not after “arrival” (1970-01-01T01:30:00Z)",
    HEAD "a,60,90,5,,,,\nb,90,60,5,,,,\n" },
  { "no stay", BB_INPUT_ERROR_TIME, ":2:6: “departure” is not after", HEAD "a,60,60,5,,,,\n" },
  { "no time", BB_INPUT_ERROR_TIME, ":2:3: “arrival” is empty", HEAD "a,,60,5,,,,\n" },
  { "word", BB_INPUT_ERROR_TIME, ":2:3: “arrival” is not a time: noon", HEAD "a,noon,60,5,,,,\n" },
  { "minutes", BB_INPUT_ERROR_TIME, ":2:3: “arrival” counts minutes", HEAD "a,1000000000,60,5,,,,\n" },
  { "points", BB_INPUT_ERROR_VALUE, ":2:3: “arrival” is not a number", HEAD "a,1.2.3,60,5,,,,\n" },
  { "negative", BB_INPUT_ERROR_VALUE, ":2:9: “energy_kwh” is negative", HEAD "a,30,60,-5,,,,\n" },
  { "nan", BB_INPUT_ERROR_VALUE, ":2:9: “energy_kwh” is not a number (nan)", HEAD "a,30,60,nan,,,,\n" },
  { "inf", BB_INPUT_ERROR_VALUE, ":2:9: “energy_kwh” is infinite", HEAD "a,30,60,inf,,,,\n" },
  { "wh", BB_INPUT_ERROR_VALUE, ":2:9: “energy_kwh” is over 2,000 kWh", HEAD "a,30,60,7250,,,,\n" },
  { "no number", BB_INPUT_ERROR_VALUE, ":2:9: “energy_kwh” is empty", HEAD "a,30,60,,,,,\n" },
  { "amperes", BB_INPUT_ERROR_VALUE, ":2:11: “max_a” must lie", HEAD "a,30,60,5,-6,,,\n" },
  { "phases", BB_INPUT_ERROR_VALUE, ":2:12: “phases” must lie", HEAD "a,30,60,5,,4,,\n" },
  { "half phases", BB_INPUT_ERROR_VALUE, ":2:12: “phases” must be 1, 2 or 3", HEAD "a,30,60,5,,1.5,,\n" },
  { "battery", BB_INPUT_ERROR_VALUE, ":2:13: “battery_kwh” must lie", HEAD "a,30,60,5,,,0,\n" },
  { "soc", BB_INPUT_ERROR_VALUE, ":2:14: “arrival_soc” is a share", HEAD "a,30,60,5,,,,35\n" },
  { "soc per cent", BB_INPUT_ERROR_VALUE, ":2:14: “arrival_soc” is a share", HEAD "a,30,60,5,,,,101%\n" },
  { "soc sign", BB_INPUT_ERROR_VALUE, ":2:14: “arrival_soc” is empty", HEAD "a,30,60,5,,,,%\n" },
  { "station utf8", BB_INPUT_ERROR_VALUE, ":2:1: “station” is not a name", HEAD "\xff,30,60,5,,,,\n" },
  { "overlap", BB_INPUT_ERROR_CONFLICT, ":2:1: this car arrives at station “a” while that of line 4",
    HEAD "a,60,90,5,,,,\nb,50,70,5,,,,\na,50,61,5,,,,\n" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (load_text (bad->content, NULL, &error));
  assert_input_error (error, bad->code, "s.csv", bad->where);
}

/* Leaving when the next one comes is no overlap; nor is any number of cars without a station. */
static void
test_adjacent (void)
{
  g_autoptr (BbSessions) sessions
      = load_good (HEAD "a,60,90,5,,,,\na,90,95,5,,,,\n,60,90,5,,,,\n,60,90,5,,,,\n", NULL);

  g_assert_cmpuint (sessions->n_items, ==, 4);
}

static void
test_find (void)
{
  g_autoptr (BbSessions) sessions
      = load_good ("arrival,departure,energy_kwh\n3,9,1\n1,9,1\n3,8,1\n2,9,1\n", NULL);

  g_assert_cmpuint (bb_sessions_find (sessions, 0), ==, 0);
  g_assert_cmpuint (bb_sessions_find (sessions, 60000), ==, 0);
  g_assert_cmpuint (bb_sessions_find (sessions, 60001), ==, 1);
  g_assert_cmpuint (bb_sessions_find (sessions, 180000), ==, 2);
  g_assert_cmpuint (bb_sessions_find (sessions, 180001), ==, 4);
  g_assert_cmpint (sessions->items[2].departure_ms, ==, 480000);
}

static void
test_repeat (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo" };
  int64_t from_ms = ms ("2025-03-28T00:00:00+01:00"), to_ms = ms ("2025-04-02T00:00:00+02:00");
  g_autoptr (BbSessions) day = load_good ("arrival,departure,energy_kwh\n"
                                          "2026-01-05T08:00,2026-01-05T16:00,5\n"
                                          "2026-01-05T18:00,2026-01-06T07:00,9\n",
                                          &options);
  g_autoptr (GError) error = NULL, two_days = NULL;
  g_autoptr (BbSessions) week = bb_sessions_repeat (day, "Europe/Oslo", from_ms, to_ms, &error);
  g_autoptr (BbSessions) other = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (week->n_items, ==, 10);
  g_assert_cmpint (week->items[0].arrival_ms, ==, ms ("2025-03-28T08:00:00+01:00"));
  /* The night in which the clock goes forward is an hour shorter. */
  g_assert_cmpint (week->items[3].arrival_ms, ==, ms ("2025-03-29T18:00:00+01:00"));
  g_assert_cmpint (week->items[3].departure_ms, ==, ms ("2025-03-30T07:00:00+02:00"));
  g_assert_cmpint (week->items[9].arrival_ms, ==, ms ("2025-04-01T18:00:00+02:00"));
  other = load_good ("arrival,departure,energy_kwh\n60,90,5\n1600,1700,5\n", NULL);
  g_assert_null (bb_sessions_repeat (other, NULL, from_ms, to_ms, &two_days));
  g_assert_error (two_days, BB_INPUT_ERROR, BB_INPUT_ERROR_TIME);
}

/* A stay of more than a day at one station cannot repeat daily. */
static void
test_repeat_conflict (void)
{
  g_autoptr (BbSessions) day = load_good ("station,arrival,departure,energy_kwh\na,60,1600,5\n", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_sessions_repeat (day, NULL, 0, 5 * BB_MS_PER_DAY, &error));
  assert_input_error (error, BB_INPUT_ERROR_CONFLICT, "s.csv", ":2:1: this car arrives");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (bads); i++) {
    g_autofree char *path
        = g_strdelimit (g_strdup_printf ("/inputs/sessions/bad/%s", bads[i].name), " ", '-');

    g_test_add_data_func (path, &bads[i], test_bad);
  }
  g_test_add_func ("/inputs/sessions/all-columns", test_all_columns);
  g_test_add_func ("/inputs/sessions/minutes", test_minutes);
  g_test_add_func ("/inputs/sessions/none", test_none);
  g_test_add_func ("/inputs/sessions/clock-changes", test_clock_changes);
  g_test_add_func ("/inputs/sessions/adjacent", test_adjacent);
  g_test_add_func ("/inputs/sessions/find", test_find);
  g_test_add_func ("/inputs/sessions/repeat", test_repeat);
  g_test_add_func ("/inputs/sessions/repeat-conflict", test_repeat_conflict);
  return run_input_tests ();
}
