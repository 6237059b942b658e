/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock-manual.c: the clock that stands still until its owner advances it. */
#include "base/clock-private.h"

/* So many iterations of a context before time goes on although something is still pending. */
#define MAX_ITERATIONS 10000

struct _BbManualClock {
  BbClock parent_instance;
  gint64 mono_ms;
  gint64 wall_offset_ms; /* wall - mono */
  gboolean wall_valid;
  guint64 n_armed;
  GPtrArray *waiting; /* (element-type BbClockSource) (unowned): they leave when they are finalized or due */
};

G_DEFINE_FINAL_TYPE (BbManualClock, bb_manual_clock, BB_TYPE_CLOCK)

static gint64
manual_get_mono_ms (BbClock *clock)
{
  return BB_MANUAL_CLOCK (clock)->mono_ms;
}

static gint64
manual_get_wall_ms (BbClock *clock, gboolean *valid)
{
  BbManualClock *self = BB_MANUAL_CLOCK (clock);
  *valid = self->wall_valid;
  return self->mono_ms + self->wall_offset_ms;
}

static void
manual_arm (BbClock *clock, GSource *source, gint64 due_ms)
{
  BbManualClock *self = BB_MANUAL_CLOCK (clock);
  BbClockSource *mine = (BbClockSource *) source;
  if (mine->serial == 0)
    mine->serial = ++self->n_armed;
  if (due_ms <= self->mono_ms)
    g_source_set_ready_time (source, 0);
  else
    g_ptr_array_add (self->waiting, source);
}

static void
manual_disarm (BbClock *clock, GSource *source)
{
  g_ptr_array_remove_fast (BB_MANUAL_CLOCK (clock)->waiting, source);
  if (!g_source_is_destroyed (source))
    g_source_set_ready_time (source, -1);
}

/* The source that is due first, or NULL. */
static BbClockSource *
first_waiting (BbManualClock *self)
{
  BbClockSource *first = NULL;
  for (guint i = 0; i < self->waiting->len; i++) {
    BbClockSource *source = g_ptr_array_index (self->waiting, i);
    if (g_source_is_destroyed (&source->parent))
      continue;
    if (first == NULL || source->due_ms < first->due_ms
        || (source->due_ms == first->due_ms && source->serial < first->serial))
      first = source;
  }
  return first;
}

static void
settle (GMainContext *context)
{
  for (gint i = 0; i < MAX_ITERATIONS && g_main_context_iteration (context, FALSE); i++)
    ;
}

guint
bb_manual_clock_advance_to (BbManualClock *self, gint64 mono_ms)
{
  guint n_due = 0;
  g_return_val_if_fail (BB_IS_MANUAL_CLOCK (self), 0);
  g_return_val_if_fail (mono_ms >= self->mono_ms, 0);
  for (BbClockSource *source = first_waiting (self); source != NULL && source->due_ms <= mono_ms;
       source = first_waiting (self)) {
    g_autoptr (GMainContext) context = NULL;
    self->mono_ms = MAX (self->mono_ms, source->due_ms);
    g_ptr_array_remove_fast (self->waiting, source);
    g_source_set_ready_time (&source->parent, 0);
    n_due++;
    if (g_source_get_context (&source->parent) == NULL)
      continue; /* runs as soon as it is attached */
    context = g_main_context_ref (g_source_get_context (&source->parent));
    settle (context);
  }
  self->mono_ms = MAX (self->mono_ms, mono_ms);
  return n_due;
}

gint64
bb_manual_clock_get_next_due_ms (BbManualClock *self)
{
  BbClockSource *first = first_waiting (self);
  return first != NULL ? first->due_ms : G_MAXINT64;
}

void
bb_manual_clock_set_wall (BbManualClock *self, gint64 wall_ms, gboolean valid)
{
  g_return_if_fail (BB_IS_MANUAL_CLOCK (self));
  self->wall_offset_ms = wall_ms - self->mono_ms;
  self->wall_valid = valid;
}

static void
bb_manual_clock_finalize (GObject *object)
{
  /* Each waiting source holds a reference, so none is left here. */
  g_ptr_array_unref (BB_MANUAL_CLOCK (object)->waiting);
  G_OBJECT_CLASS (bb_manual_clock_parent_class)->finalize (object);
}

static void
bb_manual_clock_init (BbManualClock *self)
{
  self->waiting = g_ptr_array_new ();
  self->wall_valid = TRUE;
}

static void
bb_manual_clock_class_init (BbManualClockClass *klass)
{
  BbClockClass *clock_class = BB_CLOCK_CLASS (klass);
  clock_class->get_mono_ms = manual_get_mono_ms;
  clock_class->get_wall_ms = manual_get_wall_ms;
  clock_class->arm = manual_arm;
  clock_class->disarm = manual_disarm;
  G_OBJECT_CLASS (klass)->finalize = bb_manual_clock_finalize;
}

BbManualClock *
bb_manual_clock_new (gint64 mono_ms, gint64 wall_ms)
{
  BbManualClock *self = g_object_new (BB_TYPE_MANUAL_CLOCK, NULL);
  self->mono_ms = mono_ms;
  self->wall_offset_ms = wall_ms - mono_ms;
  return self;
}
