/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ripple.h: two digital inputs as a source of the Normal, Reduced, Locked signal (C-13), by the site's truth
 * table.
 *
 * A state counts when the inputs were still for 100 ms. Inputs that do not come to rest for 1 s count as the
 * strictest state that they showed. The lines are read once a second too, so that a missed edge or a chip
 * that is gone is found; a lost chip is opened again every 5 s, and the source is not valid meanwhile. Not
 * yet confirmed on hardware.
 */
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "controller/gpio-lines.h"
#include "model/site-signal.h"

G_BEGIN_DECLS

#define BB_RIPPLE_STILL_MS    100
#define BB_RIPPLE_RESTLESS_MS 1000
#define BB_RIPPLE_LOOK_MS     1000
#define BB_RIPPLE_AGAIN_MS    5000

/* `valid` FALSE: the source is lost, `state` is its last. Called when either changed; before the first call
 * it is not valid. */
typedef void (*BbRippleFunc) (gboolean valid, guint state, gpointer data);

typedef struct _BbRipple BbRipple;

/* The state (bbe_signal) of the inputs: bit 0 the first, bit 1 the second. */
guint bb_ripple_state_of (const BbSignalFields *signal, guint inputs);

/* Takes the lines; copies the truth table. Starts at once on the thread's main context. */
BbRipple *bb_ripple_new (BbLines *lines, const BbSignalFields *signal, BbClock *clock, BbLog *log,
                         BbRippleFunc function, gpointer data);
void bb_ripple_free (BbRipple *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbRipple, bb_ripple_free)

gboolean bb_ripple_is_valid (BbRipple *self);
/* Why it is not valid, as a sentence; NULL when it is, or not yet known. */
const gchar *bb_ripple_get_trouble (BbRipple *self);

G_END_DECLS
