/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-clock.c: the injected clock: order of what is due, waiting, cancelling, jumps of the wall clock. */
#include "base/clock.h"

typedef struct {
  BbManualClock *clock;
  GString *said;
  const gchar *word;
} Speaker;

static gboolean
speak (gpointer data)
{
  Speaker *speaker = data;
  g_string_append_printf (speaker->said, "%s@%" G_GINT64_FORMAT " ", speaker->word,
                          bb_clock_get_mono_ms (BB_CLOCK (speaker->clock)));
  return G_SOURCE_REMOVE;
}

static GSource *
attach (Speaker *speaker, gint64 due_ms)
{
  GSource *source = bb_clock_source_new (BB_CLOCK (speaker->clock), due_ms);
  g_source_set_callback (source, speak, speaker, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static void
test_order (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (1000, 0);
  g_autoptr (GString) said = g_string_new (NULL);
  Speaker a = { clock, said, "a" }, b = { clock, said, "b" }, c = { clock, said, "c" },
          d = { clock, said, "d" };
  g_autoptr (GSource) second = attach (&b, 3000);
  g_autoptr (GSource) first = attach (&a, 2000);
  g_autoptr (GSource) third = attach (&c, 3000);
  g_autoptr (GSource) later = attach (&d, 9000);
  g_assert_cmpint (bb_manual_clock_get_next_due_ms (clock), ==, 2000);
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 1999), ==, 0);
  g_assert_cmpstr (said->str, ==, "");
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 5000), ==, 3);
  g_assert_cmpstr (said->str, ==, "a@2000 b@3000 c@3000 ");
  g_assert_cmpint (bb_clock_get_mono_ms (BB_CLOCK (clock)), ==, 5000);
  g_source_destroy (later);
  g_assert_cmpint (bb_manual_clock_get_next_due_ms (clock), ==, G_MAXINT64);
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 20000), ==, 0);
}

typedef struct {
  BbClock *clock;
  GArray *times;
  guint stop_after;
} Ticker;

static gboolean
tick (gpointer data)
{
  Ticker *ticker = data;
  gint64 now = bb_clock_get_mono_ms (ticker->clock);
  g_array_append_val (ticker->times, now);
  return ticker->times->len < ticker->stop_after;
}

static void
test_timeout (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  Ticker ticker = { BB_CLOCK (clock), times, 4 };
  bb_clock_add_timeout (BB_CLOCK (clock), 250, tick, &ticker, NULL);
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 600), ==, 2);
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 10000), ==, 2);
  g_assert_cmpuint (times->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (g_array_index (times, gint64, i), ==, 250 * (i + 1));
}

static gboolean
chain (gpointer data)
{
  Speaker *speaker = data;
  static Speaker next;
  next = (Speaker){ speaker->clock, speaker->said, "chained" };
  g_autoptr (GSource) source = attach (&next, bb_clock_get_mono_ms (BB_CLOCK (speaker->clock)) + 10);
  return speak (data);
}

/* What a callback starts is due within the same advance, at its own time. */
static void
test_chain (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GString) said = g_string_new (NULL);
  Speaker start = { clock, said, "start" };
  g_autoptr (GSource) source = bb_clock_source_new (BB_CLOCK (clock), 100);
  g_source_set_callback (source, chain, &start, NULL);
  g_source_attach (source, NULL);
  g_assert_cmpuint (bb_manual_clock_advance_to (clock, 1000), ==, 2);
  g_assert_cmpstr (said->str, ==, "start@100 chained@110 ");
}

static void
waited_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  GError **error = data;
  gboolean good = bb_clock_wait_until_finish (BB_CLOCK (object), result, error);
  if (good)
    *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "waited");
}

static void
test_wait (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GError) end = NULL;
  bb_clock_wait_until_async (BB_CLOCK (clock), 500, NULL, waited_cb, &end);
  bb_manual_clock_advance_to (clock, 499);
  g_assert_no_error (end);
  bb_manual_clock_advance_to (clock, 500);
  g_assert_error (end, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
test_cancel (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) end = NULL;
  bb_clock_wait_until_async (BB_CLOCK (clock), 500, cancellable, waited_cb, &end);
  g_cancellable_cancel (cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_error (end, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (bb_manual_clock_get_next_due_ms (clock), ==, G_MAXINT64);
}

static void
test_wall (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (100, 1700000000000);
  gboolean valid = FALSE;
  g_assert_cmpint (bb_clock_get_wall_ms (BB_CLOCK (clock), &valid), ==, 1700000000000);
  g_assert_true (valid);
  bb_manual_clock_advance_to (clock, 1100);
  g_assert_cmpint (bb_clock_get_wall_ms (BB_CLOCK (clock), NULL), ==, 1700000001000);
  bb_manual_clock_set_wall (clock, 0, FALSE);
  g_assert_cmpint (bb_clock_get_wall_ms (BB_CLOCK (clock), &valid), ==, 0);
  g_assert_false (valid);
  g_assert_cmpint (bb_clock_get_mono_ms (BB_CLOCK (clock)), ==, 1100);
}

static gboolean
forever (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

/* A source that is always ready must not stop time. */
static void
test_never_settles (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autoptr (GString) said = g_string_new (NULL);
  Speaker a = { clock, said, "a" };
  g_autoptr (GSource) source = attach (&a, 10);
  guint n = 0;
  guint idle = g_idle_add (forever, &n);
  bb_manual_clock_advance_to (clock, 20);
  g_assert_cmpstr (said->str, ==, "a@10 ");
  g_assert_cmpuint (n, >, 100);
  g_source_remove (idle);
}

static void
test_real (void)
{
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  g_autoptr (GError) end = NULL;
  gint64 before = bb_clock_get_mono_ms (clock);
  gboolean valid = FALSE;
  bb_clock_wait_until_async (clock, before + 5, NULL, waited_cb, &end);
  while (end == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (end, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpint (bb_clock_get_mono_ms (clock), >=, before + 5);
  g_assert_cmpint (bb_clock_get_wall_ms (clock, &valid), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/order", test_order);
  g_test_add_func ("/base/clock/timeout", test_timeout);
  g_test_add_func ("/base/clock/chain", test_chain);
  g_test_add_func ("/base/clock/wait", test_wait);
  g_test_add_func ("/base/clock/cancel", test_cancel);
  g_test_add_func ("/base/clock/wall", test_wall);
  g_test_add_func ("/base/clock/never-settles", test_never_settles);
  g_test_add_func ("/base/clock/real", test_real);
  return g_test_run ();
}
