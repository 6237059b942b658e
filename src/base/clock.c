/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.c: the injected clock and its sources; the real clock. The only file that reads the system's time. */
#include "base/clock.h"

#include "base/clock-private.h"

/* 2020-01-01: a wall clock before it was never set. */
#define WALL_VALID_FROM_MS G_GINT64_CONSTANT (1577836800000)

G_DEFINE_ABSTRACT_TYPE (BbClock, bb_clock, G_TYPE_OBJECT)

static void
bb_clock_init (BbClock *self)
{
}

static void
bb_clock_class_init (BbClockClass *klass)
{
}

gint64
bb_clock_get_mono_ms (BbClock *self)
{
  g_return_val_if_fail (BB_IS_CLOCK (self), 0);
  return BB_CLOCK_GET_CLASS (self)->get_mono_ms (self);
}

gint64
bb_clock_get_wall_ms (BbClock *self, gboolean *valid)
{
  gboolean dummy = FALSE;
  g_return_val_if_fail (BB_IS_CLOCK (self), 0);
  return BB_CLOCK_GET_CLASS (self)->get_wall_ms (self, valid != NULL ? valid : &dummy);
}

/* ---- sources ---- */

static gboolean
clock_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  BbClockSource *self = (BbClockSource *) source;
  BB_CLOCK_GET_CLASS (self->clock)->disarm (self->clock, source);
  self->armed = FALSE;
  if (callback == NULL || callback (data) == G_SOURCE_REMOVE)
    return G_SOURCE_REMOVE;
  return self->armed ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
clock_source_finalize (GSource *source)
{
  BbClockSource *self = (BbClockSource *) source;
  if (self->armed)
    BB_CLOCK_GET_CLASS (self->clock)->disarm (self->clock, source);
  g_clear_object (&self->clock);
}

static GSourceFuncs clock_source_funcs = {
  .dispatch = clock_source_dispatch,
  .finalize = clock_source_finalize,
};

GSource *
bb_clock_source_new (BbClock *self, gint64 due_ms)
{
  GSource *source = g_source_new (&clock_source_funcs, sizeof (BbClockSource));
  ((BbClockSource *) source)->clock = g_object_ref (self);
  g_source_set_static_name (source, "BbClock");
  bb_clock_source_set_due (source, due_ms);
  return source;
}

void
bb_clock_source_set_due (GSource *source, gint64 due_ms)
{
  BbClockSource *self = (BbClockSource *) source;
  BbClockClass *klass = BB_CLOCK_GET_CLASS (self->clock);
  if (self->armed)
    klass->disarm (self->clock, source);
  self->due_ms = due_ms;
  self->armed = TRUE;
  klass->arm (self->clock, source, due_ms);
}

/* ---- repeated calls ---- */

typedef struct {
  GSource *source; /* (unowned): owns this */
  gint64 delay_ms;
  GSourceFunc function;
  gpointer data;
  GDestroyNotify destroy;
} Timeout;

static void
timeout_free (gpointer data)
{
  Timeout *timeout = data;
  if (timeout->destroy != NULL)
    timeout->destroy (timeout->data);
  g_free (timeout);
}

static gboolean
timeout_due (gpointer data)
{
  Timeout *timeout = data;
  BbClockSource *source = (BbClockSource *) timeout->source;
  gint64 due_ms = source->due_ms;
  gint64 late_ms = 0;
  if (timeout->function (timeout->data) == G_SOURCE_REMOVE)
    return G_SOURCE_REMOVE;
  if (g_source_is_destroyed (timeout->source))
    return G_SOURCE_REMOVE;
  late_ms = MAX (bb_clock_get_mono_ms (source->clock) - due_ms, 0);
  bb_clock_source_set_due (timeout->source, due_ms + timeout->delay_ms * (late_ms / timeout->delay_ms + 1));
  return G_SOURCE_CONTINUE;
}

GSource *
bb_clock_add_timeout (BbClock *self, gint64 delay_ms, GSourceFunc function, gpointer data,
                      GDestroyNotify destroy)
{
  Timeout *timeout = g_new0 (Timeout, 1);
  GSource *source = bb_clock_source_new (self, bb_clock_get_mono_ms (self) + MAX (delay_ms, 1));
  *timeout = (Timeout){ source, MAX (delay_ms, 1), function, data, destroy };
  g_source_set_callback (source, timeout_due, timeout, timeout_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_source_unref (source);
  return source;
}

/* ---- waiting ---- */

static gboolean
wait_over (gpointer data)
{
  GTask *task = data;
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

void
bb_clock_wait_until_async (BbClock *self, gint64 due_ms, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GSource) source = bb_clock_source_new (self, due_ms);
  g_task_set_source_tag (task, bb_clock_wait_until_async);
  if (cancellable != NULL) {
    g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
    g_source_set_dummy_callback (cancelled);
    g_source_add_child_source (source, cancelled);
  }
  g_task_attach_source (task, source, wait_over);
}

gboolean
bb_clock_wait_until_finish (BbClock *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the system's clock ---- */

#define BB_TYPE_REAL_CLOCK (bb_real_clock_get_type ())
G_DECLARE_FINAL_TYPE (BbRealClock, bb_real_clock, BB, REAL_CLOCK, BbClock)

struct _BbRealClock {
  BbClock parent_instance;
};

G_DEFINE_FINAL_TYPE (BbRealClock, bb_real_clock, BB_TYPE_CLOCK)

static gint64
real_get_mono_ms (BbClock *self)
{
  return g_get_monotonic_time () / 1000;
}

static gint64
real_get_wall_ms (BbClock *self, gboolean *valid)
{
  gint64 wall_ms = g_get_real_time () / 1000;
  *valid = wall_ms >= WALL_VALID_FROM_MS;
  return wall_ms;
}

static void
real_arm (BbClock *self, GSource *source, gint64 due_ms)
{
  g_source_set_ready_time (source, MAX (due_ms, 0) * 1000);
}

static void
real_disarm (BbClock *self, GSource *source)
{
  if (!g_source_is_destroyed (source))
    g_source_set_ready_time (source, -1);
}

static void
bb_real_clock_init (BbRealClock *self)
{
}

static void
bb_real_clock_class_init (BbRealClockClass *klass)
{
  BbClockClass *clock_class = BB_CLOCK_CLASS (klass);
  clock_class->get_mono_ms = real_get_mono_ms;
  clock_class->get_wall_ms = real_get_wall_ms;
  clock_class->arm = real_arm;
  clock_class->disarm = real_disarm;
}

BbClock *
bb_clock_new_real (void)
{
  return g_object_new (BB_TYPE_REAL_CLOCK, NULL);
}
