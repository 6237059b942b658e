/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-tape.c: recording, redaction, replaying, differences, damaged tapes. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "protocols/tape/tape.h"

#define HEAD "{\"format\":\"busbar-tape/1\"}\n"

static BbTape *
recorder (const gchar *path, BbManualClock **clock)
{
  g_autoptr (GError) error = NULL;
  BbTape *tape;
  *clock = bb_manual_clock_new (5000, 1800000000000);
  tape = bb_tape_new_recorder (path, BB_CLOCK (*clock), &error);
  g_assert_no_error (error);
  g_assert_false (bb_tape_is_player (tape));
  return tape;
}

static BbTape *
player (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  BbTape *tape = bb_tape_new_player_from_text (text, &error);
  g_assert_no_error (error);
  g_assert_true (bb_tape_is_player (tape));
  return tape;
}

static void
write_conversation (BbTape *tape, BbManualClock *clock)
{
  bb_tape_write (tape, "a", BB_TAPE_OUT, "\x01\x03\x00", 3, FALSE);
  bb_manual_clock_advance_to (clock, 5007);
  bb_tape_write (tape, "b", BB_TAPE_OUT, "[2,\"1\"]\n\"ü\"", 12, TRUE);
  bb_tape_write (tape, "a", BB_TAPE_IN, "\xff\x00", 2, FALSE);
  bb_tape_write (tape, "b", BB_TAPE_IN, "", 0, TRUE);
  bb_tape_write (tape, "a", BB_TAPE_FAILED, "timed-out", 9, FALSE);
  /* Not UTF-8 after all. */
  bb_tape_write (tape, "b", BB_TAPE_IN, "\xfe", 1, TRUE);
}

static const gchar conversation[]
    = HEAD "{\"ms\":0,\"channel\":\"a\",\"out\":\"010300\"}\n"
           "{\"ms\":7,\"channel\":\"b\",\"out_text\":\"[2,\\\"1\\\"]\\n\\\"ü\\\"\"}\n"
           "{\"ms\":7,\"channel\":\"a\",\"in\":\"ff00\"}\n"
           "{\"ms\":7,\"channel\":\"b\",\"in_text\":\"\"}\n"
           "{\"ms\":7,\"channel\":\"a\",\"error\":\"timed-out\"}\n"
           "{\"ms\":7,\"channel\":\"b\",\"in\":\"fe\"}\n";

static void
play_conversation (BbTape *tape)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL, third = NULL;

  g_assert_cmpint (bb_tape_peek (tape, "a"), ==, BB_TAPE_OUT);
  g_assert_true (bb_tape_expect (tape, "a", "\x01\x03\x00", 3, &error));
  g_assert_cmpint (bb_tape_peek (tape, "a"), ==, BB_TAPE_IN);
  first = bb_tape_next (tape, "a", &error);
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), "\xff\x00", 2);
  /* The other channel has its own place. */
  g_assert_true (bb_tape_expect (tape, "b", "[2,\"1\"]\n\"ü\"", 12, &error));
  second = bb_tape_next (tape, "b", &error);
  g_assert_cmpuint (g_bytes_get_size (second), ==, 0);
  third = bb_tape_next (tape, "b", &error);
  g_assert_cmpmem (g_bytes_get_data (third, NULL), g_bytes_get_size (third), "\xfe", 1);
  g_assert_no_error (error);
  g_assert_cmpint (bb_tape_peek (tape, "a"), ==, BB_TAPE_FAILED);
  g_assert_null (bb_tape_next (tape, "a", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_cmpint (bb_tape_peek (tape, "a"), ==, -1);
  g_assert_null (bb_tape_next (tape, "a", &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_END);
  g_clear_error (&error);
  g_assert_false (bb_tape_expect (tape, "never", "", 0, &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_END);
}

static void
test_roundtrip_memory (void)
{
  g_autoptr (BbManualClock) clock = NULL;
  g_autoptr (BbTape) tape = recorder (NULL, &clock);
  g_autoptr (BbTape) played = NULL;
  g_autofree gchar *text = NULL;

  write_conversation (tape, clock);
  text = bb_tape_to_text (tape);
  g_assert_cmpstr (text, ==, conversation);
  played = player (text);
  play_conversation (played);
}

static void
test_roundtrip_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-tape-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "tape.jsonl", NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (BbManualClock) clock = NULL;
  g_autoptr (BbTape) tape = recorder (path, &clock);
  g_autoptr (BbTape) played = NULL;
  GStatBuf info;

  write_conversation (tape, clock);
  text = bb_tape_to_text (tape);
  g_assert_cmpstr (text, ==, conversation);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  /* Each line is in the file at once: a killed program leaves a tape that plays. */
  played = bb_tape_new_player (path, &error);
  g_assert_no_error (error);
  play_conversation (played);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_file_errors (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_tape_new_recorder ("/nowhere/at/all", BB_CLOCK (clock), &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (bb_tape_new_player ("/nowhere/at/all", &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static void
test_null_tape (void)
{
  bb_tape_write (NULL, "a", BB_TAPE_OUT, "x", 1, FALSE);
  bb_tape_add_secret (NULL, "secret");
  g_assert_false (bb_tape_is_player (NULL));
}

/* ---- secrets ---- */

static void
test_redaction (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbManualClock) clock = NULL;
  g_autoptr (BbTape) tape = recorder (NULL, &clock);
  g_autoptr (BbTape) played = NULL;
  g_autofree gchar *text = NULL;

  bb_tape_add_secret (tape, "hunter2");
  bb_tape_add_secret (tape, "hunter2-long");
  bb_tape_add_secret (tape, "abc"); /* too short to be masked */
  bb_tape_write (tape, "a", BB_TAPE_OUT, "pass=hunter2&key=hunter2-long&abc", 33, TRUE);
  bb_tape_write (tape, "a", BB_TAPE_OUT, "\x01hunter2\x02", 9, FALSE);
  bb_tape_write (tape, "a", BB_TAPE_IN, "hunter2", 7, TRUE);
  text = bb_tape_to_text (tape);
  g_assert_null (strstr (text, "hunter"));
  g_assert_null (strstr (text, "68756e746572"));
  g_assert_nonnull (strstr (text, "\"pass=•••&key=•••&abc\""));
  g_assert_nonnull (strstr (text, "\"012a2a2a2a2a2a2a02\""));
  played = player (text);
  g_assert_false (bb_tape_expect (played, "a", "pass=x&kez=y&abc", 16, &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
  g_clear_error (&error);
  g_assert_true (bb_tape_expect (played, "a", "pass=another&key=&abc", 21, &error));
  g_assert_false (bb_tape_expect (played, "a",
                                  "\x01"
                                  "secret",
                                  7, &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
  g_clear_error (&error);
  g_assert_true (bb_tape_expect (played, "a",
                                 "\x01"
                                 "much longer than it\x02",
                                 21, &error));
  g_assert_no_error (error);
}

/* Many masks against a long text take no time. */
static void
test_masks_are_quick (void)
{
  g_autoptr (GString) line = g_string_new (HEAD "{\"ms\":0,\"channel\":\"a\",\"out_text\":\"");
  g_autofree gchar *sent = g_strnfill (20000, 'a');
  g_autoptr (BbTape) tape = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append (line, "•••a");
  g_string_append (line, "b\"}\n");
  tape = player (line->str);
  g_assert_false (bb_tape_expect (tape, "a", sent, 20000, NULL));
  sent[19999] = 'b';
  g_assert_true (bb_tape_expect (tape, "a", sent, 20000, NULL));
}

/* ---- differences ---- */

static void
assert_difference (const gchar *recorded, const gchar *sent, gsize size, const gchar *message)
{
  g_autofree gchar *text = g_strconcat (HEAD, recorded, "\n", NULL);
  g_autoptr (BbTape) tape = player (text);
  g_autoptr (GError) error = NULL;

  g_assert_false (bb_tape_expect (tape, "a", sent, size, &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_differences (void)
{
  g_autoptr (BbTape) tape = player (HEAD "{\"ms\":0,\"channel\":\"a\",\"out\":\"01\"}\n");
  g_autoptr (GError) error = NULL;

  assert_difference ("{\"ms\":0,\"channel\":\"a\",\"out\":\"010300\"}", "\x01\x04\x00", 3,
                     "a: sent “010400”, but line 2 of the tape has “010300”: different from byte 1 on.");
  assert_difference ("{\"ms\":0,\"channel\":\"a\",\"out\":\"010300\"}", "\x01\x03", 2,
                     "a: sent “0103”, but line 2 of the tape has “010300”: different from byte 2 on.");
  assert_difference ("{\"ms\":0,\"channel\":\"a\",\"out\":\"0103\"}", "\x01\x03\x00", 3,
                     "a: sent “010300”, but line 2 of the tape has “0103”: different from byte 2 on.");
  assert_difference ("{\"ms\":0,\"channel\":\"a\",\"out_text\":\"limit 16\"}", "limit 6", 7,
                     "a: sent “limit 6”, but line 2 of the tape has “limit 16”: different from byte 6 on.");
  assert_difference ("{\"ms\":0,\"channel\":\"a\",\"in\":\"00\"}", "x", 1,
                     "a: something was sent, but line 2 of the tape has something received.");
  g_assert_null (bb_tape_next (tape, "a", &error));
  g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
}

/* ---- damaged tapes ---- */

static void
test_damaged (void)
{
  static const struct {
    const gchar *text, *message;
  } tapes[] = {
    { "", "line 1: the tape is empty." },
    { "\n", NULL },
    { "[]\n", "line 1: not an object." },
    { "{\"format\":\"busbar-tape/2\"}\n", NULL },
    { "{\"format\":1}\n", NULL },
    { "{\"format\":\"busbar-tape/1\",\"x\":1}\n", "line 1: the head has unknown keys." },
    { "{\"ms\":0,\"channel\":\"a\",\"out\":\"01\"}\n", NULL },
    { HEAD "\n", NULL },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"out\":\"01\"", NULL },
    { HEAD "7\n", "line 2: not an object." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"out\":\"0\"}\n", "line 2: “out” is not bytes in hexadecimal." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"in\":\"0g\"}\n", "line 2: “in” is not bytes in hexadecimal." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"in\":5}\n", "line 2: “in” is not a text." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"in\":\"\",\"out\":\"\"}\n", NULL },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"in\":\"\",\"error\":\"timed-out\"}\n", NULL },
    { HEAD "{\"ms\":0,\"channel\":\"a\"}\n", NULL },
    { HEAD "{\"ms\":0,\"channel\":\"\",\"out\":\"01\"}\n",
      "line 2: “channel” is missing, empty or too long." },
    { HEAD "{\"ms\":0,\"out\":\"01\"}\n", "line 2: “channel” is missing, empty or too long." },
    { HEAD "{\"channel\":\"a\",\"out\":\"01\"}\n", "line 2: “ms” is missing." },
    { HEAD "{\"ms\":-1,\"channel\":\"a\",\"out\":\"01\"}\n", "line 2: “ms” is not a whole number from 0." },
    { HEAD "{\"ms\":0.5,\"channel\":\"a\",\"out\":\"01\"}\n", "line 2: “ms” is not a whole number from 0." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"out\":\"01\",\"why\":\"\"}\n", "line 2: unknown key “why”." },
    { HEAD "{\"ms\":0,\"channel\":\"a\",\"error\":\"bored\"}\n", "line 2: “bored” is no known failure." },
    { HEAD "{\"ms\":0,\"ms\":0,\"channel\":\"a\",\"out\":\"01\"}\n", NULL },
    { HEAD "{\"ms\":0,\"channel\":\"\xff\",\"out\":\"01\"}\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tapes); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_tape_new_player_from_text (tapes[i].text, &error));
    g_assert_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_FORMAT);
    g_assert_true (g_str_has_prefix (error->message, "line "));
    if (tapes[i].message != NULL)
      g_assert_cmpstr (error->message, ==, tapes[i].message);
  }
}

/* Every beginning of a good tape is a tape or an error. */
static void
test_cut_anywhere (void)
{
  for (gsize size = 0; size < strlen (conversation); size++) {
    g_autofree gchar *text = g_strndup (conversation, size);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbTape) tape = bb_tape_new_player_from_text (text, &error);
    gboolean line_is_whole = size > 0 && (text[size - 1] == '\n' || conversation[size] == '\n');
    g_assert_true ((tape != NULL) == line_is_whole);
  }
}

static gpointer
write_many (gpointer data)
{
  for (guint i = 0; i < 500; i++)
    bb_tape_write (data, "a", BB_TAPE_OUT, &i, sizeof i, FALSE);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (BbManualClock) clock = NULL;
  g_autoptr (BbTape) tape = recorder (NULL, &clock);
  g_autoptr (BbTape) played = NULL;
  g_autofree gchar *text = NULL;
  GThread *threads[4];
  guint n = 0;

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("writer", write_many, tape);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  text = bb_tape_to_text (tape);
  played = player (text);
  for (const gchar *at = text; (at = strchr (at, '\n')) != NULL; at++)
    n++;
  g_assert_cmpuint (n, ==, 2001);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tape/roundtrip/memory", test_roundtrip_memory);
  g_test_add_func ("/tape/roundtrip/file", test_roundtrip_file);
  g_test_add_func ("/tape/file-errors", test_file_errors);
  g_test_add_func ("/tape/null", test_null_tape);
  g_test_add_func ("/tape/redaction", test_redaction);
  g_test_add_func ("/tape/masks-are-quick", test_masks_are_quick);
  g_test_add_func ("/tape/differences", test_differences);
  g_test_add_func ("/tape/damaged", test_damaged);
  g_test_add_func ("/tape/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/tape/threads", test_threads);
  return g_test_run ();
}
