/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ripple.c: edges and looks of two inputs become states that were still long enough. Not yet confirmed on
 * hardware. */
#include "controller/ripple.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "engine/engine.h"

struct _BbRipple {
  BbLines *lines;
  guint table[4]; /* bbe_signal by inputs */
  gchar *id;
  BbClock *clock;
  BbLog *log;
  BbRippleFunc function;
  gpointer data;

  gboolean valid;
  guint state;            /* in force while valid */
  guint inputs;           /* as read last */
  guint strictest;        /* state shown since the inputs began to move */
  gint64 moving_since_ms; /* -1: they are still */
  gchar *trouble;
  GSource *edges; /* (owned) */
  GSource *timer; /* (unowned): looks, or opens again */
  GSource *rest;  /* (unowned): the inputs were still by then */
};

guint
bb_ripple_state_of (const BbSignalFields *signal, guint inputs)
{
  const gint table[4] = { signal->input_00, signal->input_01, signal->input_10, signal->input_11 };

  return (guint) CLAMP (table[inputs & 3], BBE_SIGNAL_NORMAL, BBE_SIGNAL_LOCKED);
}

/* ---- states ---- */

static const gchar *
title_of (guint state)
{
  static const gchar *const titles[] = { N_ ("Normal"), N_ ("Reduced"), N_ ("Locked") };

  return _ (titles[MIN (state, BBE_SIGNAL_LOCKED)]);
}

static void
settle_on (BbRipple *self, guint state)
{
  if (self->valid && self->state == state)
    return;
  self->valid = TRUE;
  self->state = state;
  g_clear_pointer (&self->trouble, g_free);
  /* Translators: id of a signal source; Normal, Reduced or Locked */
  bb_log_write (self->log, BB_LOG_INFO, "ripple",
                _ ("The inputs of “%s” say %s (not yet confirmed on hardware)."), self->id, title_of (state));
  self->function (TRUE, state, self->data);
}

static void
stop_rest (BbRipple *self)
{
  if (self->rest != NULL)
    g_source_destroy (self->rest);
  self->rest = NULL;
}

static void look (BbRipple *self, gboolean edge);

static gboolean
is_still (gpointer data)
{
  BbRipple *self = data;

  self->rest = NULL;
  look (self, FALSE);
  /* lost, or moved without an edge */
  if (self->moving_since_ms < 0 || self->rest != NULL)
    return G_SOURCE_REMOVE;
  self->moving_since_ms = -1;
  settle_on (self, self->table[self->inputs]);
  return G_SOURCE_REMOVE;
}

/* The inputs moved, or are seen for the first time. */
static void
move (BbRipple *self, guint inputs)
{
  gint64 now_ms = bb_clock_get_mono_ms (self->clock);

  self->inputs = inputs;
  if (self->moving_since_ms < 0) {
    self->moving_since_ms = now_ms;
    self->strictest = self->valid ? self->state : BBE_SIGNAL_NORMAL;
  }
  self->strictest = MAX (self->strictest, self->table[inputs]);
  if (now_ms - self->moving_since_ms >= BB_RIPPLE_RESTLESS_MS)
    settle_on (self, self->strictest);
  stop_rest (self);
  self->rest = bb_clock_add_timeout (self->clock, BB_RIPPLE_STILL_MS, is_still, self, NULL);
}

/* ---- lines ---- */

static void open_lines (BbRipple *self);

static gboolean
open_again (gpointer data)
{
  BbRipple *self = data;

  self->timer = NULL;
  open_lines (self);
  return G_SOURCE_REMOVE;
}

static void
close_lines (BbRipple *self)
{
  stop_rest (self);
  if (self->edges != NULL) {
    g_source_destroy (self->edges);
    g_clear_pointer (&self->edges, g_source_unref);
  }
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  self->timer = NULL;
  self->moving_since_ms = -1;
  self->lines->klass->close (self->lines);
}

static void
lose_lines (BbRipple *self, const GError *error)
{
  gboolean was_valid = self->valid;

  close_lines (self);
  self->valid = FALSE;
  if (g_strcmp0 (self->trouble, error->message) != 0)
    bb_log_write (self->log, BB_LOG_WARNING, "ripple", _ ("The inputs of “%s” are lost: %s"), self->id,
                  error->message);
  g_free (self->trouble);
  self->trouble = g_strdup (error->message);
  self->timer = bb_clock_add_timeout (self->clock, BB_RIPPLE_AGAIN_MS, open_again, self, NULL);
  if (was_valid)
    self->function (FALSE, self->state, self->data);
}

/* Reads the lines; `edge`: something moved, even if they look the same again. */
static void
look (BbRipple *self, gboolean edge)
{
  g_autoptr (GError) error = NULL;
  guint inputs;

  if (!self->lines->klass->read (self->lines, &inputs, &error))
    lose_lines (self, error);
  else if (edge || inputs != self->inputs)
    move (self, inputs);
}

static gboolean
look_again (gpointer data)
{
  look (data, FALSE);
  return G_SOURCE_CONTINUE;
}

static gboolean
edge_came (gint fd, GIOCondition condition, gpointer data)
{
  BbRipple *self = data;
  g_autoptr (GError) error = NULL;

  /* a chip that is gone stays "ready": without an end here it would be asked for ever */
  if (self->lines->klass->take_edges (self->lines, &error)
      && (condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)) != 0)
    g_set_error_literal (&error, BB_LINES_ERROR, BB_LINES_ERROR_MISSING, _ ("The GPIO chip is gone."));
  if (error != NULL)
    lose_lines (self, error);
  else
    look (self, TRUE);
  return G_SOURCE_CONTINUE;
}

static void
watch_edges (BbRipple *self)
{
  gint fd = self->lines->klass->get_fd (self->lines);

  if (fd < 0)
    return;
  self->edges = g_unix_fd_source_new (fd, G_IO_IN | G_IO_ERR | G_IO_HUP);
  g_source_set_callback (self->edges, G_SOURCE_FUNC (edge_came), self, NULL);
  g_source_attach (self->edges, g_main_context_get_thread_default ());
}

static void
open_lines (BbRipple *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->lines->klass->open (self->lines, &error)) {
    lose_lines (self, error);
    return;
  }
  watch_edges (self);
  self->timer = bb_clock_add_timeout (self->clock, BB_RIPPLE_LOOK_MS, look_again, self, NULL);
  look (self, TRUE);
}

/* ---- for the owner ---- */

BbRipple *
bb_ripple_new (BbLines *lines, const BbSignalFields *signal, BbClock *clock, BbLog *log,
               BbRippleFunc function, gpointer data)
{
  BbRipple *self = g_new0 (BbRipple, 1);

  self->lines = lines;
  for (guint i = 0; i < G_N_ELEMENTS (self->table); i++)
    self->table[i] = bb_ripple_state_of (signal, i);
  self->id = g_strdup (signal->id);
  self->clock = g_object_ref (clock);
  self->log = log != NULL ? bb_log_ref (log) : NULL;
  self->function = function;
  self->data = data;
  self->moving_since_ms = -1;
  open_lines (self);
  return self;
}

void
bb_ripple_free (BbRipple *self)
{
  close_lines (self);
  bb_lines_free (self->lines);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_free (self->trouble);
  g_free (self->id);
  g_free (self);
}

gboolean
bb_ripple_is_valid (BbRipple *self)
{
  return self->valid;
}

const gchar *
bb_ripple_get_trouble (BbRipple *self)
{
  return self->trouble;
}
