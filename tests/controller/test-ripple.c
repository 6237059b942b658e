/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ripple.c: two inputs as a signal source: truth table, stillness, restlessness, a chip that is lost and
 * comes back. */
#include "controller/ripple.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/engine.h"

/* Lines whose levels the test sets. */
typedef struct {
  BbLines parent;
  guint values;
  gint fd;
  guint n_opened;
  gboolean gone, closed;
} FakeLines;

static gboolean
fake_fails (FakeLines *lines, GError **error)
{
  if (lines->gone)
    g_set_error_literal (error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING, "gone");
  return lines->gone;
}

static gboolean
fake_open (BbLines *lines, GError **error)
{
  FakeLines *self = (FakeLines *) lines;

  if (fake_fails (self, error))
    return FALSE;
  self->fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  self->n_opened++;
  return TRUE;
}

static gboolean
fake_read (BbLines *lines, guint *values, GError **error)
{
  *values = ((FakeLines *) lines)->values;
  return !fake_fails ((FakeLines *) lines, error);
}

static gint
fake_get_fd (BbLines *lines)
{
  return ((FakeLines *) lines)->fd;
}

static gboolean
fake_take_edges (BbLines *lines, GError **error)
{
  guint64 count;

  if (fake_fails ((FakeLines *) lines, error))
    return FALSE;
  g_assert_cmpint (read (((FakeLines *) lines)->fd, &count, sizeof count), ==, sizeof count);
  return TRUE;
}

static void
fake_close (BbLines *lines)
{
  FakeLines *self = (FakeLines *) lines;

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
fake_free (BbLines *lines)
{
  g_free (lines);
}

static const BbLinesClass fake_class
    = { fake_open, fake_read, fake_get_fd, fake_take_edges, fake_close, fake_free };

typedef struct {
  BbManualClock *clock;
  FakeLines *lines;
  BbRipple *ripple;
  guint n_calls, state;
  gboolean valid;
} Fixture;

static void
changed (gboolean valid, guint state, gpointer data)
{
  Fixture *f = data;

  f->n_calls++;
  f->valid = valid;
  f->state = state;
}

static void
set_up (Fixture *f, guint values, gboolean gone)
{
  g_autoptr (BbSignal) signal = bb_signal_new ("rc");

  *f = (Fixture){ .clock = bb_manual_clock_new (0, 0), .lines = g_new0 (FakeLines, 1) };
  f->lines->parent.klass = &fake_class;
  f->lines->values = values;
  f->lines->gone = gone;
  f->lines->fd = -1;
  f->ripple
      = bb_ripple_new (&f->lines->parent, bb_signal_peek (signal), BB_CLOCK (f->clock), NULL, changed, f);
}

static void
tear_down (Fixture *f)
{
  bb_ripple_free (f->ripple);
  g_object_unref (f->clock);
}

static void
wait_ms (Fixture *f, gint64 ms)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bb_manual_clock_advance_to (f->clock, bb_clock_get_mono_ms (BB_CLOCK (f->clock)) + ms);
}

static void
set_lines (Fixture *f, guint values)
{
  guint64 one = 1;

  f->lines->values = values;
  g_assert_cmpint (write (f->lines->fd, &one, sizeof one), ==, sizeof one);
}

static void
test_truth_table (void)
{
  static const guint expected[4]
      = { BBE_SIGNAL_NORMAL, BBE_SIGNAL_REDUCED, BBE_SIGNAL_LOCKED, BBE_SIGNAL_LOCKED };

  for (guint inputs = 0; inputs < 4; inputs++) {
    Fixture f;

    set_up (&f, inputs, FALSE);
    g_assert_false (bb_ripple_is_valid (f.ripple));
    wait_ms (&f, 99);
    g_assert_cmpuint (f.n_calls, ==, 0);
    wait_ms (&f, 1);
    g_assert_cmpuint (f.n_calls, ==, 1);
    g_assert_true (f.valid && bb_ripple_is_valid (f.ripple));
    g_assert_cmpuint (f.state, ==, expected[inputs]);
    tear_down (&f);
  }
}

/* A site whose network operator wires them the other way round. */
static void
test_own_table (void)
{
  g_autoptr (BbSignal) signal = bb_signal_new ("rc");

  g_object_set (signal, "input-00", BBE_SIGNAL_LOCKED, "input-01", BBE_SIGNAL_NORMAL, "input-10",
                BBE_SIGNAL_REDUCED, NULL);
  g_assert_cmpuint (bb_ripple_state_of (bb_signal_peek (signal), 0), ==, BBE_SIGNAL_LOCKED);
  g_assert_cmpuint (bb_ripple_state_of (bb_signal_peek (signal), 1), ==, BBE_SIGNAL_NORMAL);
  g_assert_cmpuint (bb_ripple_state_of (bb_signal_peek (signal), 2), ==, BBE_SIGNAL_REDUCED);
  g_assert_cmpuint (bb_ripple_state_of (bb_signal_peek (signal), 3), ==, BBE_SIGNAL_LOCKED);
}

/* A contact that bounces counts once, from when it is still. */
static void
test_bounce (void)
{
  Fixture f;

  set_up (&f, 0, FALSE);
  wait_ms (&f, 100);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_NORMAL);
  for (guint i = 0; i < 5; i++) {
    set_lines (&f, i % 2 == 0 ? 2 : 0);
    wait_ms (&f, 50);
    g_assert_cmpuint (f.n_calls, ==, 1);
  }
  wait_ms (&f, 49);
  g_assert_cmpuint (f.n_calls, ==, 1);
  wait_ms (&f, 1);
  g_assert_cmpuint (f.n_calls, ==, 2);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_LOCKED);
  /* a short pulse is none */
  set_lines (&f, 0);
  wait_ms (&f, 60);
  set_lines (&f, 2);
  wait_ms (&f, 500);
  g_assert_cmpuint (f.n_calls, ==, 2);
  tear_down (&f);
}

/* What never rests counts as the strictest that it showed, and never as less than what holds. */
static void
test_restless (void)
{
  Fixture f;

  set_up (&f, 0, FALSE);
  wait_ms (&f, 100);
  for (guint i = 0; i < 30; i++) {
    set_lines (&f, i % 2);
    wait_ms (&f, 50);
  }
  g_assert_cmpuint (f.n_calls, ==, 2);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_REDUCED);
  for (guint i = 0; i < 40; i++) {
    set_lines (&f, i % 2 == 0 ? 2 : 1);
    wait_ms (&f, 50);
  }
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_LOCKED);
  set_lines (&f, 0);
  wait_ms (&f, 100);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_NORMAL);
  tear_down (&f);
}

/* An edge that was not told is found by the look each second. */
static void
test_missed_edge (void)
{
  Fixture f;

  set_up (&f, 0, FALSE);
  wait_ms (&f, 100);
  f.lines->values = 1;
  wait_ms (&f, 899);
  g_assert_cmpuint (f.n_calls, ==, 1);
  wait_ms (&f, 101);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_REDUCED);
  tear_down (&f);
}

static void
test_lost_chip (void)
{
  Fixture f;

  set_up (&f, 2, FALSE);
  wait_ms (&f, 100);
  f.lines->gone = TRUE;
  wait_ms (&f, 1000);
  g_assert_cmpuint (f.n_calls, ==, 2);
  g_assert_false (f.valid);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_LOCKED);
  g_assert_cmpstr (bb_ripple_get_trouble (f.ripple), ==, "gone");
  wait_ms (&f, 20000);
  g_assert_cmpuint (f.n_calls, ==, 2);
  g_assert_cmpuint (f.lines->n_opened, ==, 1);
  f.lines->gone = FALSE;
  f.lines->values = 0;
  wait_ms (&f, 5100);
  g_assert_cmpuint (f.lines->n_opened, ==, 2);
  g_assert_true (f.valid);
  g_assert_cmpuint (f.state, ==, BBE_SIGNAL_NORMAL);
  g_assert_null (bb_ripple_get_trouble (f.ripple));
  tear_down (&f);
}

/* Gone while an edge is told; and not there from the start. */
static void
test_lost_at_edge (void)
{
  Fixture f;

  set_up (&f, 0, FALSE);
  wait_ms (&f, 100);
  f.lines->gone = TRUE;
  set_lines (&f, 1);
  wait_ms (&f, 0);
  g_assert_false (f.valid);
  tear_down (&f);
  set_up (&f, 0, TRUE);
  wait_ms (&f, 4000);
  g_assert_cmpuint (f.n_calls, ==, 0);
  f.lines->gone = FALSE;
  wait_ms (&f, 1100);
  g_assert_cmpuint (f.n_calls, ==, 1);
  g_assert_true (f.valid);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/C-13/ripple/truth-table", test_truth_table);
  g_test_add_func ("/controller/C-13/ripple/own-table", test_own_table);
  g_test_add_func ("/controller/C-13/ripple/bounce", test_bounce);
  g_test_add_func ("/controller/C-13/ripple/restless", test_restless);
  g_test_add_func ("/controller/C-13/ripple/missed-edge", test_missed_edge);
  g_test_add_func ("/controller/C-13/ripple/lost-chip", test_lost_chip);
  g_test_add_func ("/controller/C-13/ripple/lost-at-edge", test_lost_at_edge);
  return g_test_run ();
}
