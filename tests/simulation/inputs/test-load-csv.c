/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-load-csv.c: what the reader of load and generation tolerates, and where it says that it does not. */
#include "load-kit.h"

#define START "2026-01-05T00:00:00Z"

/* ---- one table of everything tolerated: all say 1.5, 2, 3 W and then 4, 5, 6.25 W ---- */

typedef struct {
  const char *name;
  const char *content;
} Good;

static const Good goods[] = {
  { "plain", "minute,l1_w,l2_w,l3_w\n0,1.5,2,3\n1,4,5,6.25\n" },
  { "no last newline", "minute,l1_w,l2_w,l3_w\n0,1.5,2,3\n1,4,5,6.25" },
  { "crlf", "minute,l1_w,l2_w,l3_w\r\n0,1.5,2,3\r\n1,4,5,6.25\r\n" },
  { "mark", "\xef\xbb\xbfminute,l1_w,l2_w,l3_w\n0,1.5,2,3\n1,4,5,6.25\n" },
  { "semicolon", "minute;l1_w;l2_w;l3_w\n0;1,5;2;3\n1;4;5,0;6,25\n" },
  { "semicolon point", "minute;l1_w;l2_w;l3_w\n0;1.5;2;3\n1;4;5.0;6.25\n" },
  { "tab", "minute\tl1_w\tl2_w\tl3_w\n0\t1,5\t2\t3\n1\t4\t5\t6,25\n" },
  { "case", "MINUTE,L1_W,l2_W,L3_w\n0,1.5,2,3\n1,4,5,6.25\n" },
  { "order", "l3_w,l1_w,minute,l2_w\n3,1.5,0,2\n6.25,4,1,5\n" },
  { "others", "id,minute,l1_w,note,l2_w,l3_w\nx,0,1.5,\"a,b\",2,3\ny,1,4,,5,6.25\n" },
  { "quotes", "\"minute\",\"l1_w\",\"l2_w\",\"l3_w\"\n\"0\",\"1.5\",2,\"3\"\n1,4,\"5\",6.25\n" },
  { "blanks", " minute , l1_w,l2_w ,l3_w \n 0 , 1.5, 2 ,3\n1 ,4 , 5 , 6.25 \n" },
  { "empty lines", "\n\nminute,l1_w,l2_w,l3_w\n\n0,1.5,2,3\n\n\n1,4,5,6.25\n\n" },
  { "comments", "# made up\n#\nminute,l1_w,l2_w,l3_w\n0,1.5,2,3\n1,4,5,6.25\n" },
  { "numbers", "minute,l1_w,l2_w,l3_w\n0,+1.50,02,3.\n1.0,.4e1,5000E-3,6.2500000000001\n" },
  { "rounding", "minute,l1_w,l2_w,l3_w\n0,1.4995,1.99951,3.0004\n1,4.0000,4.9996,6.24999\n" },
  { "seconds", "second,l1_w,l2_w,l3_w\n0,1.5,2,3\n60,4,5,6.25\n" },
  { "zulu", "time,l1_w,l2_w,l3_w\n2026-01-05T00:00:00Z,1.5,2,3\n2026-01-05T00:01:00Z,4,5,6.25\n" },
  { "offset", "time,l1_w,l2_w,l3_w\n2026-01-05 01:00+01:00,1.5,2,3\n2026-01-05 01:01+01:00,4,5,6.25\n" },
  { "mixed offsets", "time,l1_w,l2_w,l3_w\n2026-01-05T00:00Z,1.5,2,3\n2026-01-05T02:01:00+0200,4,5,6.25\n" },
  { "no offset", "time,l1_w,l2_w,l3_w\n2026-01-05T00:00,1.5,2,3\n2026-01-05T00:01,4,5,6.25\n" },
};

static void
test_good (gconstpointer data)
{
  const Good *good = data;
  BbInputOptions options = { .start_ms = ms (START) };
  g_autoptr (BbLoadSource) source = open_good (good->content, &options);
  g_autoptr (GError) error = NULL;
  int32_t value_m[3];
  int64_t until_ms;
  BbLoadInfo info;

  bb_load_get_info (source, &info);
  g_assert_cmpint (info.unit, ==, BB_UNIT_WATTS);
  g_assert_cmpint (info.resolution_ms, ==, 60000);
  g_assert_cmpint (info.first_ms, ==, ms (START));
  g_assert_cmpint (info.end_ms, ==, ms (START) + 120000);
  assert_value (source, ms (START), 1500, 2000, 3000);
  assert_value (source, ms (START) + 59999, 1500, 2000, 3000);
  assert_value (source, ms (START) + 60000, 4000, 5000, 6250);
  g_assert_true (bb_load_at (source, ms (START) + 119999, value_m, &until_ms, &error));
  g_assert_cmpint (until_ms, ==, ms (START) + 120000);
  g_assert_false (bb_load_at (source, ms (START) + 120000, value_m, &until_ms, &error));
  assert_input_error (error, BB_INPUT_ERROR_RANGE, "f.csv", " ends at 2026-01-05T00:02:00Z");
  bb_load_get_info (source, &info);
  g_assert_true (info.complete);
  g_assert_cmpuint (info.rows, ==, 2);
  g_assert_cmpuint (info.gap_count, ==, 0);
}

/* ---- one table of everything refused ---- */

typedef struct {
  const char *name;
  BbInputError code;
  const char *where; /* behind the file's name */
  const char *content;
} Bad;

#define HEAD "minute,l1_w,l2_w,l3_w\n"
#define TIME "time,total_w\n"

static const Bad bads[] = {
  { "empty", BB_INPUT_ERROR_EMPTY, " is empty", "" },
  { "mark alone", BB_INPUT_ERROR_EMPTY, " is empty", "\xef\xbb\xbf" },
  { "blank", BB_INPUT_ERROR_EMPTY, " has no header", "\n \n\r\n" },
  { "no rows", BB_INPUT_ERROR_EMPTY, " has a header but no rows", HEAD },
  { "one row", BB_INPUT_ERROR_EMPTY, " has one row only", HEAD "0,1,2,3\n" },
  { "utf16", BB_INPUT_ERROR_BINARY, ":1:1: the file is in UTF-16", "\xff\xfem" },
  { "latin header", BB_INPUT_ERROR_BINARY, ":1:8: byte 0xe4", "minute,\xe4,l1_w\n0,1,1\n" },
  { "control header", BB_INPUT_ERROR_BINARY, ":1:4: byte 0x01", "min\001ute,l1_w\n0,1\n" },
  { "no time", BB_INPUT_ERROR_HEADER, ":1:1: there is no column “time”", "l1_w,l2_w\n1,2\n" },
  { "no values", BB_INPUT_ERROR_HEADER, ":1:1: there is no column “total_w”", "minute,x\n1,2\n" },
  { "two times", BB_INPUT_ERROR_HEADER, ":1:8: only one of", "minute,time,l1_w\n1,2,3\n" },
  { "two units", BB_INPUT_ERROR_HEADER, ":1:13: the values stand here in two ways",
    "minute,l1_w,l2_a\n1,2,3\n" },
  { "total too", BB_INPUT_ERROR_HEADER, ":1:13: the values stand", "minute,l1_w,total_w\n1,2,3\n" },
  { "twice", BB_INPUT_ERROR_HEADER, ":1:13: the column “l1_w” stands here twice",
    "minute,l1_w,L1_W\n1,2,3\n" },
  { "few cells", BB_INPUT_ERROR_VALUE, ":3:6: 3 columns where the header has 4", HEAD "0,1,2,3\n1,1,2\n" },
  { "decimal comma", BB_INPUT_ERROR_VALUE, ":2:10: 5 columns where the header has 4; a decimal comma",
    HEAD "0,1,5,2,3\n" },
  { "open quote", BB_INPUT_ERROR_VALUE, ":2:3: the quote", HEAD "0,\"1,2,3\n" },
  { "after quote", BB_INPUT_ERROR_VALUE, ":2:6: text after", HEAD "0,\"1\"2,3,4\n" },
  { "word", BB_INPUT_ERROR_VALUE, ":3:5: “l2_w” is not a number: x7", HEAD "0,1,2,3\n1,1,x7,3\n" },
  { "thousands", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is not a number: 1.234.5", HEAD "0,1.234.5,2,3\n" },
  { "hex", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is not a number: 0x10", HEAD "0,0x10,2,3\n" },
  { "exponent", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is not a number: 1e", HEAD "0,1e,2,3\n" },
  { "sign", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is not a number: -", HEAD "0,-,2,3\n" },
  { "nan", BB_INPUT_ERROR_VALUE, ":2:7: “l3_w” is not a number (NaN)", HEAD "0,1,2,NaN\n" },
  { "inf", BB_INPUT_ERROR_VALUE, ":2:7: “l3_w” is infinite (-inf)", HEAD "0,1,2,-inf\n" },
  { "infinity", BB_INPUT_ERROR_VALUE, ":2:7: “l3_w” is infinite", HEAD "0,1,2,+Infinity\n" },
  { "huge", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is too large", HEAD "0,1e300,2,3\n" },
  { "large", BB_INPUT_ERROR_VALUE, ":2:3: “l1_w” is out of range", HEAD "0,2000000.001,2,3\n" },
  { "large fast", BB_INPUT_ERROR_VALUE, ":36:4: “l1_w” is out of range", NULL },
  { "negative", BB_INPUT_ERROR_VALUE, ":3:5: “l2_w” is negative (-300)", HEAD "0,1,2,3\n1,1,-300,3\n" },
  { "time word", BB_INPUT_ERROR_TIME, ":2:5: “time” is not a time", TIME "2026/01/05 00:00,1\n" },
  { "time empty", BB_INPUT_ERROR_TIME, ":2:1: “time” is empty", TIME ",1\n" },
  { "no such day", BB_INPUT_ERROR_TIME, ":2:", TIME "2026-02-29T00:00Z,1\n" },
  { "minute word", BB_INPUT_ERROR_VALUE, ":2:1: “minute” is not a number", HEAD "a,1,2,3\n" },
  { "minute empty", BB_INPUT_ERROR_VALUE, ":2:1: “minute” is empty", HEAD ",1,2,3\n" },
  { "minute negative", BB_INPUT_ERROR_TIME, ":2:1: “minute” counts", HEAD "-1,1,2,3\n" },
  { "minute large", BB_INPUT_ERROR_TIME, ":2:1: “minute” counts", HEAD "1e12,1,2,3\n" },
  { "twice the same", BB_INPUT_ERROR_TIME, ":3:1: the same time", HEAD "5,1,2,3\n5,1,2,3\n" },
  { "backwards", BB_INPUT_ERROR_TIME, ":4:1: time goes backwards, by 60 s",
    HEAD "5,1,2,3\n6,1,2,3\n5,1,2,3\n" },
  { "too fine", BB_INPUT_ERROR_TIME, ":3:1: rows every 0.5 s", "second,l1_w\n0,1\n0.5,1\n" },
  { "too coarse", BB_INPUT_ERROR_TIME, ":3:1: rows every 7200 s", HEAD "0,1,2,3\n120,1,2,3\n" },
};

/* Rows of which the last is out of range in the fast reader's layout. */
static char *
large_fast (void)
{
  GString *text = g_string_new (HEAD);

  for (int i = 0; i < 34; i++)
    g_string_append_printf (text, "%d,1.0,2.0,3.0\n", i);
  g_string_append (text, "34,2000001.0,2.0,3.0\n");
  return g_string_free (text, FALSE);
}

static void
test_bad (gconstpointer data)
{
  const Bad *bad = data;
  g_autofree char *made = bad->content == NULL ? large_fast () : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbLoadSource) source = open_text (made != NULL ? made : bad->content, -1, NULL, &error);
  int32_t value_m[3];

  /* Rows behind the first few are read as they are needed. */
  for (int64_t t_ms = 0; source != NULL && error == NULL && t_ms < 60 * 60000; t_ms += 60000)
    bb_load_at (source, t_ms, value_m, NULL, &error);
  assert_input_error (error, bad->code, "f.csv", bad->where);
}

/* ---- columns ---- */

static void
test_amperes (void)
{
  g_autoptr (BbLoadSource) source = open_good ("minute,L1_A,l3_a\n0,1.5,2\n1,0.001,3\n", NULL);
  BbLoadInfo info;

  bb_load_get_info (source, &info);
  g_assert_cmpint (info.unit, ==, BB_UNIT_AMPERES);
  assert_value (source, 0, 1500, 0, 2000);
  assert_value (source, 60000, 1, 0, 3000);
}

static void
test_total (void)
{
  BbInputOptions one = { .total_phases = 2 }, two = { .total_phases = 5 };
  const char *text = "minute,total_w\n0,1\n1,100.001\n";
  g_autoptr (BbLoadSource) all = open_good (text, NULL);
  g_autoptr (BbLoadSource) l2 = open_good (text, &one);
  g_autoptr (BbLoadSource) l1_l3 = open_good (text, &two);
  BbLoadInfo info;

  bb_load_get_info (all, &info);
  g_assert_true (info.total_only);
  assert_value (all, 0, 334, 333, 333);
  assert_value (l2, 0, 0, 1000, 0);
  assert_value (l1_l3, 60000, 50001, 0, 50000);
}

static void
test_pv (void)
{
  BbInputOptions options = { .kind = BB_INPUT_PV, .total_phases = 1 };
  g_autoptr (BbLoadSource) source
      = open_good ("minute,power_w,junk\n0,-2.7,a\n1,100,b\n2,-0.5,c\n3,,d\n4,50,e\n", &options);
  BbLoadInfo info;

  assert_value (source, 0, 0, 0, 0);
  assert_value (source, 60000, 100000, 0, 0);
  assert_value (source, 120000, 0, 0, 0);
  assert_value (source, 180000, 0, 0, 0);
  assert_value (source, 240000, 50000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.clamped_rows, ==, 2);
  g_assert_cmpint (info.clamped_lowest_m, ==, -2700);
  g_assert_cmpuint (info.gap_count, ==, 1);
  g_assert_cmpint (info.gaps[0].from_ms, ==, 180000);
  g_assert_cmpint (info.gaps[0].to_ms, ==, 240000);
  g_assert_cmpstr (info.ignored_columns, ==, "junk");
}

static void
test_pv_errors (void)
{
  BbInputOptions options = { .kind = BB_INPUT_PV };
  g_autoptr (GError) negative = NULL, both = NULL, none = NULL;

  g_assert_null (open_text ("minute,power_w\n0,1\n1,-500\n", -1, &options, &negative));
  assert_input_error (negative, BB_INPUT_ERROR_VALUE, "f.csv",
                      ":3:3: “power_w” is negative (-500): generation");
  g_assert_null (open_text ("minute,power_w,total_w\n0,1,1\n", -1, &options, &both));
  assert_input_error (both, BB_INPUT_ERROR_HEADER, "f.csv", ":1:8: “power_w” and");
  g_assert_null (open_text ("minute,x\n0,1\n", -1, &options, &none));
  assert_input_error (none, BB_INPUT_ERROR_HEADER, "f.csv", ":1:1: there is no column “power_w”");
}

static void
test_net_load (void)
{
  BbInputOptions options = { .may_export = TRUE };
  GString *text = g_string_new (HEAD);
  g_autoptr (BbLoadSource) source = NULL;
  g_autofree char *content = NULL;

  for (int i = 0; i < 40; i++)
    g_string_append_printf (text, "%d,-%d.5,%d,-0.25\n", i, 1000 + i, i);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  for (int i = 0; i < 40; i++)
    assert_value (source, i * 60000, -(1000 + i) * 1000 - 500, i * 1000, -250);
}

/* ---- gaps and spacing ---- */

static void
test_gaps (void)
{
  g_autoptr (BbLoadSource) source = open_good ("minute,l1_w\n0,1\n1,2\n5,3\n6,\n7,\n8,4\n12,5\n13,\n", NULL);
  g_autoptr (GError) error = NULL;
  int32_t value_m[3];
  int64_t until_ms;
  BbLoadInfo info;

  g_assert_true (bb_load_at (source, 60000, value_m, &until_ms, &error));
  g_assert_cmpint (until_ms, ==, 120000);
  g_assert_true (bb_load_at (source, 120000, value_m, &until_ms, &error));
  g_assert_cmpint (value_m[0], ==, 2000);
  g_assert_cmpint (until_ms, ==, 300000);
  assert_value (source, 7 * 60000, 3000, 0, 0);
  assert_value (source, 11 * 60000, 4000, 0, 0);
  assert_value (source, 13 * 60000 + 59999, 5000, 0, 0);
  g_assert_false (bb_load_at (source, 14 * 60000, value_m, &until_ms, &error));
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 4);
  g_assert_cmpint (info.gap_ms, ==, (3 + 2 + 3 + 1) * 60000);
  g_assert_cmpint (info.gaps[1].from_ms, ==, 6 * 60000);
  g_assert_cmpint (info.gaps[1].to_ms, ==, 8 * 60000);
  /* Going back counts nothing twice. */
  assert_value (source, 0, 1000, 0, 0);
  assert_value (source, 13 * 60000, 5000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 4);
  g_assert_cmpuint (info.rows, ==, 8);
}

static void
test_many_gaps (void)
{
  GString *text = g_string_new ("minute,l1_w\n");
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;
  BbLoadInfo info;

  /* Every third minute is missing: 1,200 gaps of one minute. */
  for (int i = 0; i <= 3600; i++)
    if (i % 3 != 2)
      g_string_append_printf (text, "%d,%d\n", i, i);
  content = g_string_free (text, FALSE);
  source = open_good (content, NULL);
  assert_value (source, 3600 * 60000, 3600000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 1200);
  g_assert_cmpint (info.gap_ms, ==, 1200 * 60000);
  g_assert_cmpuint (info.n_gaps, ==, BB_INPUT_MAX_GAPS);
}

static char *
two_resolutions (int first_s, int second_s)
{
  GString *text = g_string_new ("second,l1_w\n");
  int t = 0;

  for (int i = 0; i < 40; i++, t += first_s)
    g_string_append_printf (text, "%d,1\n", t);
  for (int i = 0; i < 40; i++, t += second_s)
    g_string_append_printf (text, "%d,1\n", t);
  return g_string_free (text, FALSE);
}

static void
test_mixed_resolution (void)
{
  g_autofree char *finer = two_resolutions (60, 10), *coarser = two_resolutions (60, 900);
  g_autoptr (GError) fine_error = NULL, coarse_error = NULL;
  g_autoptr (BbLoadSource) fine = open_good (finer, NULL);
  int32_t value_m[3];

  g_assert_false (bb_load_at (fine, 3000000, value_m, NULL, &fine_error));
  assert_input_error (fine_error, BB_INPUT_ERROR_TIME, "f.csv",
                      ":43:1: this row comes 10 s after the one before, the file began with rows every 60 s");
  /* What was good stays good. */
  assert_value (fine, 39 * 60000, 1000, 0, 0);
  g_clear_pointer (&fine, bb_load_source_free);
  fine = open_good (coarser, NULL);
  g_assert_false (bb_load_at (fine, 20000000, value_m, NULL, &coarse_error));
  assert_input_error (coarse_error, BB_INPUT_ERROR_TIME, "f.csv", ":50:1: this row comes 900 s");
}

static void
test_jitter (void)
{
  g_autoptr (BbLoadSource) source = open_good ("second,l1_w\n0,1\n60,2\n121.5,3\n180,4\n240,5\n", NULL);
  BbLoadInfo info;

  assert_value (source, 121499, 2000, 0, 0);
  assert_value (source, 121500, 3000, 0, 0);
  assert_value (source, 240000, 5000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 0);
}

/* ---- the stream ---- */

static char *
long_file (int rows)
{
  GString *text = g_string_new ("second,l1_w,l2_w,l3_w\n");

  for (int i = 0; i < rows; i++)
    g_string_append_printf (text, "%d,%d.%d,%d,%d.%03d\n", i, i % 4096, i % 10, i % 77, i % 5, i % 1000);
  return g_string_free (text, FALSE);
}

static void
assert_long_row (BbLoadSource *source, int i)
{
  assert_value (source, i * 1000 + 500, i % 4096 * 1000 + i % 10 * 100, i % 77 * 1000,
                i % 5 * 1000 + i % 1000);
}

static void
test_seek_back (void)
{
  const int n = 60000;
  g_autofree char *content = long_file (n);
  g_autoptr (BbLoadSource) source = open_good (content, NULL);
  guint32 random = 1;
  BbLoadInfo info;

  for (int i = 0; i < n; i++)
    assert_long_row (source, i);
  for (int i = 0; i < 300; i++) {
    random = random * 1664525u + 1013904223u;
    assert_long_row (source, (int) (random % (unsigned int) n));
  }
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.rows, ==, (unsigned int) n);
  g_assert_cmpuint (info.gap_count, ==, 0);
}

#define COMPARED_ROWS 20000

/* The same rows in the fast reader's favourite layout, and in one that only the slow reader takes. */
static void
make_twins (char **fast_text, char **slow_text)
{
  const char *const fractions[]
      = { "", ".5", ".25", ".125", ".0625", ".03125", ".9996", ".99949", ".1234567" };
  GString *fast = g_string_new ("second,l1_w,l2_w,l3_w\n"),
          *slow = g_string_new ("second,l1_w,l2_w,l3_w,x\n");
  guint32 random = 7;

  for (int i = 0; i < COMPARED_ROWS; i++) {
    g_string_append_printf (fast, "%d", i);
    g_string_append_printf (slow, "%d", i);
    for (int p = 0; p < 3; p++) {
      const char *fraction;
      unsigned int digits;

      random = random * 1664525u + 1013904223u;
      digits = (random >> 12 & 0xfffff) >> (random >> 8 & 15);
      fraction = fractions[(random >> 4) % G_N_ELEMENTS (fractions)];
      g_string_append_printf (fast, ",%u%s", digits, fraction);
      g_string_append_printf (slow, ",%u%s", digits, fraction);
    }
    g_string_append (fast, "\n");
    g_string_append (slow, ",\n");
  }
  *fast_text = g_string_free (fast, FALSE);
  *slow_text = g_string_free (slow, FALSE);
}

/* The first row in which two files differ; -1: none. */
static int
first_difference (const char *fast_text, const char *slow_text)
{
  g_autofree char *fast_path = write_input ("fast.csv", fast_text, -1);
  g_autofree char *slow_path = write_input ("slow.csv", slow_text, -1);
  static const BbInputOptions options = { 0 };
  g_autoptr (BbLoadSource) a = bb_load_open_csv (fast_path, &options, NULL);
  g_autoptr (BbLoadSource) b = bb_load_open_csv (slow_path, &options, NULL);

  g_assert_true (a != NULL && b != NULL);
  for (int i = 0; i < COMPARED_ROWS; i++) {
    int32_t x[3], y[3];

    g_assert_true (bb_load_at (a, i * 1000, x, NULL, NULL) && bb_load_at (b, i * 1000, y, NULL, NULL));
    if (memcmp (x, y, sizeof x) != 0)
      return i;
  }
  return -1;
}

static void
test_fast_is_slow (void)
{
  g_autofree char *fast_text = NULL, *slow_text = NULL;

  make_twins (&fast_text, &slow_text);
  g_assert_cmpint (first_difference (fast_text, slow_text), ==, -1);
}

/* Shown red: one digit of one row changed is found. */
static void
test_fast_is_slow_can_fail (void)
{
  g_autofree char *fast_text = NULL, *slow_text = NULL;
  char *digit;

  make_twins (&fast_text, &slow_text);
  digit = strchr (strstr (fast_text, "\n12345,"), ',') + 1;
  *digit = *digit == '9' ? '8' : (char) (*digit + 1);
  g_assert_cmpint (first_difference (fast_text, slow_text), ==, 12345);
}

static void
test_stretches (void)
{
  g_autoptr (BbLoadSource) source = NULL;
  GString *text = g_string_new (HEAD);
  g_autofree char *content = NULL;
  int32_t value_m[3];
  int64_t until_ms;

  for (int i = 0; i < 300; i++)
    g_string_append_printf (text, "%d,%d,0,0\n", i, i < 200 ? 5 : 6);
  content = g_string_free (text, FALSE);
  source = open_good (content, NULL);
  g_assert_true (bb_load_at (source, 60000, value_m, &until_ms, NULL));
  g_assert_cmpint (until_ms, ==, 200 * 60000);
  g_assert_true (bb_load_at (source, 0, value_m, &until_ms, NULL));
  g_assert_cmpint (value_m[0], ==, 5000);
  g_assert_true (bb_load_at (source, 200 * 60000, value_m, &until_ms, NULL));
  g_assert_cmpint (value_m[0], ==, 6000);
}

static void
test_span (void)
{
  g_autoptr (BbLoadSource) source
      = open_good ("minute,l1_w,l2_w,l3_w\n0,1,0,3\n1,2,0.001,3\n2,9,0,3\n", NULL);
  g_autoptr (GError) error = NULL;
  BbLoadSpan span;

  g_assert_true (bb_load_span (source, 30000, 150000, &span, &error));
  g_assert_cmpint (span.mean_m[0], ==, 3500); /* 30 s of 1, 60 s of 2, 30 s of 9 */
  g_assert_cmpint (span.max_m[0], ==, 9000);
  g_assert_cmpint (span.mean_m[1], ==, 1); /* 0.5 away from zero */
  g_assert_cmpint (span.mean_m[2], ==, 3000);
  g_assert_false (bb_load_span (source, 150000, 240000, &span, &error));
  g_assert_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE);
}

static void
test_before_start (void)
{
  BbInputOptions options = { .start_ms = 60000 };
  g_autoptr (BbLoadSource) source = open_good (HEAD "0,1,2,3\n1,1,2,3\n", &options);
  g_autoptr (GError) error = NULL;
  int32_t value_m[3];

  g_assert_false (bb_load_at (source, 59999, value_m, NULL, &error));
  assert_input_error (error, BB_INPUT_ERROR_RANGE, "f.csv", " begins at 1970-01-01T00:01:00Z");
  assert_value (source, 60000, 1000, 2000, 3000);
}

/* ---- files that are none ---- */

static void
test_not_files (void)
{
  static const BbInputOptions options = { 0 };
  BbInputOptions nowhere = { .zone = "Mars/Olympus" };
  g_autofree char *missing = g_build_filename (input_folder, "missing.csv", NULL);
  g_autofree char *good = write_input ("good.csv", HEAD "0,1,2,3\n1,1,2,3\n", -1);
  g_autoptr (GError) folder_error = NULL, missing_error = NULL, zone_error = NULL;

  g_assert_null (bb_load_open_csv (missing, &options, &missing_error));
  assert_input_error (missing_error, BB_INPUT_ERROR_READ, "missing.csv", " cannot be read: ");
  g_assert_null (bb_load_open_csv (input_folder, &options, &folder_error));
  g_assert_error (folder_error, BB_INPUT_ERROR, BB_INPUT_ERROR_READ);
  g_assert_null (bb_load_open_csv (good, &nowhere, &zone_error));
  g_assert_error (zone_error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION);
}

static void
test_binary (void)
{
  static const char zeros[] = "minute,l1_w\n0,1\n1,\0002\n";
  static const BbInputOptions options = { 0 };
  g_autofree char *sparse = g_build_filename (input_folder, "sparse.csv", NULL);
  g_autoptr (GError) error = NULL, sparse_error = NULL;

  g_assert_null (open_text (zeros, sizeof zeros - 1, NULL, &error));
  assert_input_error (error, BB_INPUT_ERROR_BINARY, "f.csv", ":3:3: a zero byte");
  /* A gigabyte of nothing is refused after one buffer. */
  g_assert_true (g_file_set_contents (sparse, "", 0, NULL));
  g_assert_cmpint (truncate (sparse, (off_t) 1 << 30), ==, 0);
  g_assert_null (bb_load_open_csv (sparse, &options, &sparse_error));
  assert_input_error (sparse_error, BB_INPUT_ERROR_BINARY, "sparse.csv", ":1:1: a zero byte");
}

static void
test_huge_line (void)
{
  GString *text = g_string_new (HEAD "0,1,2,3\n1,1,2,");
  g_autoptr (GError) error = NULL, endless_error = NULL;
  g_autofree char *content = NULL, *endless = g_strnfill (400000, 'x');

  for (int i = 0; i < 70000; i++)
    g_string_append_c (text, '1');
  g_string_append (text, "\n2,1,2,3\n");
  content = g_string_free (text, FALSE);
  g_assert_null (open_text (content, -1, NULL, &error));
  assert_input_error (error, BB_INPUT_ERROR_BINARY, "f.csv", ":3:65537: the line is longer than 64 KiB");
  g_assert_null (open_text (endless, -1, NULL, &endless_error));
  assert_input_error (endless_error, BB_INPUT_ERROR_BINARY, "f.csv", ":1:65537: the line is longer");
}

/* Cut anywhere, a file gives values and then an error or its end, never anything else. */
static void
test_truncated (void)
{
  const char *text = "time;l1_w;l2_w;l3_w\r\n2026-01-05T00:00:00+01:00;1,5;2;3\r\n"
                     "2026-01-05T00:01:00+01:00;\"4\";5;6,25\r\n2026-01-05T00:02:00+01:00;4;5;6,25\r\n";

  for (size_t length = 0; length < strlen (text); length++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbLoadSource) source = open_text (text, (gssize) length, NULL, &error);
    int32_t value_m[3];

    g_assert_true ((source == NULL) == (error != NULL));
    for (int i = 0; source != NULL && i < 5 && error == NULL; i++)
      if (bb_load_at (source, ms ("2026-01-04T23:00:00Z") + i * 60000, value_m, NULL, &error))
        /* A row cut before its last number is one without values: the one before holds. */
        g_assert_true (value_m[0] == 1500 || (i > 0 && value_m[0] == 4000));
    g_assert_nonnull (error);
    g_assert_true (error->domain == BB_INPUT_ERROR);
  }
}

static void
test_shrinks (void)
{
  g_autofree char *content = long_file (60000), *path = write_input ("shrink.csv", content, -1);
  static const BbInputOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbLoadSource) source = bb_load_open_csv (path, &options, &error);
  int32_t value_m[3];

  g_assert_no_error (error);
  g_assert_cmpint (truncate (path, 1000), ==, 0);
  g_assert_false (bb_load_at (source, 50000000, value_m, NULL, &error));
  assert_input_error (error, BB_INPUT_ERROR_READ, "shrink.csv", " became shorter");
}

/* ---- amperes, and what to tell ---- */

static void
test_amperes_of_watts (void)
{
  g_assert_cmpint (bb_load_to_ma (BB_UNIT_WATTS, 2300000, 230000, 1000), ==, 10000);
  g_assert_cmpint (bb_load_to_ma (BB_UNIT_WATTS, 2300000, 230000, 950), ==, 10526);
  g_assert_cmpint (bb_load_to_ma (BB_UNIT_WATTS, -2300000, 230000, 950), ==, -10526);
  g_assert_cmpint (bb_load_to_ma (BB_UNIT_AMPERES, 1234, 230000, 950), ==, 1234);
  g_assert_cmpint (bb_load_to_ma (BB_UNIT_WATTS, INT32_MAX, 1, 1), ==, INT32_MAX);
  g_assert_cmpint (bb_load_to_mw (BB_UNIT_AMPERES, 10000, 230000, 1000), ==, 2300000);
  g_assert_cmpint (bb_load_to_mw (BB_UNIT_AMPERES, INT32_MAX, 230000, 1000), ==, INT32_MAX);
  g_assert_cmpint (bb_load_to_mw (BB_UNIT_WATTS, 77, 230000, 1000), ==, 77);
}

static gboolean
has_note (GStrv notes, const char *part)
{
  for (size_t i = 0; notes[i] != NULL; i++)
    if (strstr (notes[i], part) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_notes (void)
{
  g_autoptr (BbLoadSource) coarse = open_good ("minute,total_w,x\n0,1,\n15,-1,\n60,1,\n75,1,\n90,1,\n", NULL);
  g_autoptr (BbLoadSource) fine = open_good ("minute,l1_a\n0,1\n1,1\n", NULL);
  g_auto (GStrv) coarse_notes = NULL, fine_notes = NULL;

  assert_value (coarse, 90 * 60000, 334, 333, 333);
  coarse_notes = bb_load_notes (coarse, BB_INPUT_LOAD, 950);
  fine_notes = bb_load_notes (fine, BB_INPUT_LOAD, 950);
  g_assert_true (has_note (coarse_notes, "averages: shorter peaks not covered"));
  g_assert_true (has_note (coarse_notes, "power factor 0.95 assumed"));
  g_assert_true (has_note (coarse_notes, "spread evenly"));
  g_assert_true (has_note (coarse_notes, "in 1 rows counted as 0 (lowest -1 W)"));
  g_assert_true (has_note (coarse_notes, "1 gaps, 0.5 h"));
  g_assert_true (has_note (coarse_notes, "columns not used: x"));
  g_assert_cmpuint (g_strv_length (coarse_notes), ==, 6);
  g_assert_cmpuint (g_strv_length (fine_notes), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (goods); i++) {
    g_autofree char *path = g_strdelimit (g_strdup_printf ("/inputs/load/good/%s", goods[i].name), " ", '-');

    g_test_add_data_func (path, &goods[i], test_good);
  }
  for (size_t i = 0; i < G_N_ELEMENTS (bads); i++) {
    g_autofree char *path = g_strdelimit (g_strdup_printf ("/inputs/load/bad/%s", bads[i].name), " ", '-');

    g_test_add_data_func (path, &bads[i], test_bad);
  }
  g_test_add_func ("/inputs/load/amperes", test_amperes);
  g_test_add_func ("/inputs/load/total", test_total);
  g_test_add_func ("/inputs/load/pv", test_pv);
  g_test_add_func ("/inputs/load/pv-errors", test_pv_errors);
  g_test_add_func ("/inputs/load/net-load", test_net_load);
  g_test_add_func ("/inputs/load/gaps", test_gaps);
  g_test_add_func ("/inputs/load/many-gaps", test_many_gaps);
  g_test_add_func ("/inputs/load/mixed-resolution", test_mixed_resolution);
  g_test_add_func ("/inputs/load/jitter", test_jitter);
  g_test_add_func ("/inputs/load/seek-back", test_seek_back);
  g_test_add_func ("/inputs/load/fast-is-slow", test_fast_is_slow);
  g_test_add_func ("/inputs/load/fast-is-slow-can-fail", test_fast_is_slow_can_fail);
  g_test_add_func ("/inputs/load/stretches", test_stretches);
  g_test_add_func ("/inputs/load/span", test_span);
  g_test_add_func ("/inputs/load/before-start", test_before_start);
  g_test_add_func ("/inputs/load/not-files", test_not_files);
  g_test_add_func ("/inputs/load/binary", test_binary);
  g_test_add_func ("/inputs/load/huge-line", test_huge_line);
  g_test_add_func ("/inputs/load/truncated", test_truncated);
  g_test_add_func ("/inputs/load/shrinks", test_shrinks);
  g_test_add_func ("/inputs/load/amperes-of-watts", test_amperes_of_watts);
  g_test_add_func ("/inputs/load/notes", test_notes);
  return run_input_tests ();
}
