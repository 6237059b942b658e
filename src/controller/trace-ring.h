/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-ring.h: what the engine was given, in files that rotate and stay within a bound:
 * FOLDER/trace/NNNNNNNN.trace.
 *
 * Each file starts with the engine's state, so that each replays alone (`busbar-cli replay`). A disk that is
 * full or fails costs records, never a control period: told once in the log, tried again with the next file.
 */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "base/log.h"
#include "simulation/driver.h"
#include "simulation/trace.h"

G_BEGIN_DECLS

typedef struct _BbTraceRing BbTraceRing;

/* At most about `max_bytes` in all files together. */
BbTraceRing *bb_trace_ring_new (const gchar *folder, BbSite *site, BbDriver *driver, BbClock *clock,
                                BbLog *log, guint64 max_bytes);
/* Before the engine's step: starts a new file where one is due, with the state as it is now. */
void bb_trace_ring_prepare (BbTraceRing *ring);
/* After it. */
void bb_trace_ring_add (BbTraceRing *ring, const bbe_inputs *in, const bbe_outputs *out);
void bb_trace_ring_free (BbTraceRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbTraceRing, bb_trace_ring_free)

G_END_DECLS
