/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-fields.h: a step's inputs as one row of numbers, for writer and reader of traces. */
#pragma once

#include <glib.h>

#include "engine/engine.h"

G_BEGIN_DECLS

#define BB_TRACE_MAGIC "BBTRACE1"
/* In place of a record's number of fields: a state of the engine follows. */
#define BB_TRACE_STATE_MARK G_MAXUINT32

typedef struct {
  guint n_meters, n_stations, n_signals;
} BbTraceShape;

/* Numbers in a row. */
guint bb_trace_n_fields (const BbTraceShape *shape);
/* Fills `row`. Times but the first are kept relative to it, so that most stay the same from step to step. */
void bb_trace_flatten (const BbTraceShape *shape, const bbe_inputs *in, gint64 *row);
/* And back, into the arrays that `in` points to; numbers that do not fit are cut. */
void bb_trace_unflatten (const BbTraceShape *shape, const gint64 *row, bbe_inputs *in, bbe_meter_in *meters,
                         bbe_station_in *stations, bbe_signal_in *signals);

G_END_DECLS
