/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.h: the injected clock: monotonic and wall time, and waiting for a time on a main context.
 *
 * Code that needs the time takes a BbClock; only this file reads the system's. The real clock follows the
 * system. A manual clock stands still until its owner advances it: then what is due runs in the order of the
 * times it is due at (equal times: in the order of creation), each with the clock at exactly its time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BB_TYPE_CLOCK (bb_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (BbClock, bb_clock, BB, CLOCK, GObject)

struct _BbClockClass {
  GObjectClass parent_class;
  gint64 (*get_mono_ms) (BbClock *self);
  gint64 (*get_wall_ms) (BbClock *self, gboolean *valid);
  /* Arms `source`, a child class of GSource of this file, to be ready at `due_ms`; called when it is created.
   */
  void (*arm) (BbClock *self, GSource *source, gint64 due_ms);
  void (*disarm) (BbClock *self, GSource *source);
};

/* Monotonic time in ms: never jumps, goes on in suspend as the system's CLOCK_MONOTONIC does. Origin
 * unspecified. */
gint64 bb_clock_get_mono_ms (BbClock *self);

/* Wall time in UTC ms since 1970. `valid` (may be NULL): FALSE when the clock is known to be unset (before
 * 2020). */
gint64 bb_clock_get_wall_ms (BbClock *self, gboolean *valid);

/* A source that becomes ready when the monotonic time reaches `due_ms`, once; its callback is a GSourceFunc
 * whose G_SOURCE_CONTINUE is ignored unless it set a new time with bb_clock_source_set_due(). (transfer
 * full); attach it. */
GSource *bb_clock_source_new (BbClock *self, gint64 due_ms);

/* A new time for a source of this clock; allowed in its callback too, which then returns G_SOURCE_CONTINUE.
 */
void bb_clock_source_set_due (GSource *source, gint64 due_ms);

/* Calls `function` after `delay_ms` on the thread-default context, and again each time it returns
 * G_SOURCE_CONTINUE: at multiples of the delay from now, without drift; missed times are left out.
 * Returns the source (transfer none): g_source_destroy() it to stop. `destroy` may be NULL. */
GSource *bb_clock_add_timeout (BbClock *self, gint64 delay_ms, GSourceFunc function, gpointer data,
                               GDestroyNotify destroy);

/* Finishes with TRUE at `due_ms`, or with G_IO_ERROR_CANCELLED at once when cancelled. */
void bb_clock_wait_until_async (BbClock *self, gint64 due_ms, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gboolean bb_clock_wait_until_finish (BbClock *self, GAsyncResult *result, GError **error);

/* The system's clock (transfer full). */
BbClock *bb_clock_new_real (void);

/* ---- manual clock ---- */

#define BB_TYPE_MANUAL_CLOCK (bb_manual_clock_get_type ())
G_DECLARE_FINAL_TYPE (BbManualClock, bb_manual_clock, BB, MANUAL_CLOCK, BbClock)

/* A clock that stands at these times (transfer full). It belongs to the thread that advances it. */
BbManualClock *bb_manual_clock_new (gint64 mono_ms, gint64 wall_ms);

/* Moves both times on to monotonic `mono_ms` (not backwards), running what falls due on the way: before the
 * time moves past each due time, the contexts of due sources are iterated until nothing is pending (at most
 * 10,000 iterations, so that a source which is always ready cannot hang it). Must run in the thread of those
 * contexts. Returns the number of sources that fell due. */
guint bb_manual_clock_advance_to (BbManualClock *self, gint64 mono_ms);

/* The earliest due time, or G_MAXINT64 when nothing waits. */
gint64 bb_manual_clock_get_next_due_ms (BbManualClock *self);

/* Sets the wall clock (a jump; nothing that waits moves), and whether it is known to be right. */
void bb_manual_clock_set_wall (BbManualClock *self, gint64 wall_ms, gboolean valid);

G_END_DECLS
