/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-text.c: positions in errors, the log and its secrets, the CSV writer. */
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/csvout.h"
#include "base/log.h"

static void
test_position (void)
{
  static const gchar text[] = "ab\r\nc\n\nd";
  guint line = 0, column = 0;
  bb_text_position (text, 8, 0, &line, &column);
  g_assert_cmpuint (line * 100 + column, ==, 101);
  bb_text_position (text, 8, 4, &line, &column);
  g_assert_cmpuint (line * 100 + column, ==, 201);
  bb_text_position (text, 8, 7, &line, &column);
  g_assert_cmpuint (line * 100 + column, ==, 401);
  bb_text_position (text, 8, 99, &line, &column);
  g_assert_cmpuint (line * 100 + column, ==, 402);
}

static void
test_place (void)
{
  g_autoptr (GError) error = NULL;
  bb_set_error_at (&error, BB_TEXT_ERROR, BB_TEXT_ERROR_SYNTAX, "a.csv", 3, 7, "no %s", "number");
  g_assert_cmpstr (error->message, ==, "a.csv:3:7: no number");
  g_clear_error (&error);
  bb_set_error_at (&error, BB_TEXT_ERROR, BB_TEXT_ERROR_SYNTAX, NULL, 3, 0, "no");
  g_assert_cmpstr (error->message, ==, "3: no");
  bb_prefix_error_at (&error, "b", 0, 5);
  g_assert_cmpstr (error->message, ==, "b: 3: no");
  bb_set_error_at (NULL, BB_TEXT_ERROR, BB_TEXT_ERROR_SYNTAX, "a", 1, 1, "no one asks");
}

static BbLog *
memory_log (guint capacity)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 1767225600250);
  return bb_log_new_memory (BB_CLOCK (clock), BB_LOG_INFO, capacity);
}

static void
test_log (void)
{
  g_autoptr (BbLog) log = memory_log (2);
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree gchar *line = NULL;
  bb_log_write (log, BB_LOG_INFO, "a", "lost");
  bb_log_write (log, BB_LOG_ERROR, "a", "one %d", 1);
  bb_log_write (log, BB_LOG_DEBUG, "a", "not this one");
  bb_log_write_fields (log, BB_LOG_WARNING, "meter", "Two\nlines", "id", "m1", "value", "5", NULL);
  bb_log_write (NULL, BB_LOG_ERROR, "a", "nobody");
  entries = bb_log_get_entries (log);
  g_assert_cmpuint (entries->len, ==, 2);
  line = bb_log_entry_to_line (g_ptr_array_index (entries, 1));
  g_assert_cmpstr (line, ==, "2026-01-01T00:00:00.250Z warning meter: Two\\x0alines id=m1 value=5");
}

static void
test_secrets (void)
{
  g_autoptr (BbLog) log = memory_log (10);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  bb_log_add_secret (log, "hunter22");
  bb_log_add_secret (log, "e"); /* too short to be masked everywhere */
  bb_log_write (log, BB_LOG_INFO, "wifi", "joined with %s.", "hunter22");
  bb_log_write_fields (log, BB_LOG_INFO, "wifi", "join", "ssid", "house", "wifi_password", "abc", "PIN",
                       "1234", "url", "http://x?p=hunter22", "apiToken", "t0", NULL);
  entries = bb_log_get_entries (log);
  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    g_string_append (all, line);
  }
  g_assert_null (strstr (all->str, "hunter22"));
  g_assert_null (strstr (all->str, "abc"));
  g_assert_null (strstr (all->str, "1234"));
  g_assert_null (strstr (all->str, "t0"));
  g_assert_nonnull (strstr (all->str, "ssid=house"));
  g_assert_nonnull (strstr (all->str, "joined with •••."));
}

static void
test_csv (void)
{
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (NULL, NULL);
  bb_csv_out_text (csv, "plain");
  bb_csv_out_text (csv, "a,\"b\"\n");
  bb_csv_out_text (csv, "=1+1");
  bb_csv_out_text (csv, "");
  bb_csv_out_end_row (csv, NULL);
  bb_csv_out_int (csv, -5);
  bb_csv_out_double (csv, 1.25, 1);
  bb_csv_out_double (csv, NAN, 3);
  bb_csv_out_double (csv, -G_MAXDOUBLE, 0);
  bb_csv_out_fixed (csv, -1005, 3);
  bb_csv_out_fixed (csv, G_MININT64, 0);
  bb_csv_out_empty (csv);
  bb_csv_out_end_row (csv, NULL);
  g_assert_true (g_str_has_prefix (bb_csv_out_get_text (csv),
                                   "plain,\"a,\"\"b\"\"\n\",'=1+1,\n-5,1.2,,-17976931348623157"));
  g_assert_true (g_str_has_suffix (bb_csv_out_get_text (csv), ",-1.005,-9223372036854775808,\n"));
}

static void
test_csv_file (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-csv-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "a.csv", NULL);
  g_autofree gchar *contents = NULL;
  for (guint commit = 0; commit < 2; commit++) {
    g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, NULL);
    bb_csv_out_int (csv, 1);
    bb_csv_out_int (csv, 2);
    g_assert_true (bb_csv_out_end_row (csv, NULL));
    if (commit)
      g_assert_true (bb_csv_out_commit (csv, NULL));
    g_clear_pointer (&csv, bb_csv_out_free);
    g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, commit);
  }
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "1,2\n");
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error/position", test_position);
  g_test_add_func ("/base/error/place", test_place);
  g_test_add_func ("/base/log/entries", test_log);
  g_test_add_func ("/base/log/secrets", test_secrets);
  g_test_add_func ("/base/csvout/memory", test_csv);
  g_test_add_func ("/base/csvout/file", test_csv_file);
  return g_test_run ();
}
