/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason-text.h: a decision of the engine as words, in the site's names and its local time:
 * "Garage left: 9.0 A, held by L2 of Garage (32.0 A)". One place for application, command line and device.
 *
 * Sentences say what is and, where there is one, when it ends. Currents have one decimal and their unit;
 * times are of the local clock, with a date where it is another day than `now_ms`.
 */
#pragma once

#include "base/zone.h"
#include "engine/engine.h"
#include "model/engine-config.h"

G_BEGIN_DECLS

/* The same reason, but for figures that move with every reading. */
static inline gboolean
bb_reason_is_same (const bbe_reason *a, const bbe_reason *b)
{
  return a->code == b->code && a->limit == b->limit && a->place == b->place && a->phase == b->phase
         && a->index == b->index;
}

/* What a sentence needs to know beside the reason; all are lent. */
typedef struct {
  BbSite *site;
  const BbEngineConfig *config; /* of `site`: the reasons' indices are its */
  BbZone *zone;
  gint64 now_ms;      /* UTC: when the decision held */
  gint station;       /* engine index of the station that it is about */
  gint32 setpoint_ma; /* what it may draw */
} BbReasonContext;

/* "Garage left: 9.0 A, held by L2 of Garage (32.0 A)". `reason->until_ms` is UTC (bb_reason_to_utc()).
 * (transfer full) */
gchar *bb_reason_sentence (const BbReasonContext *context, const bbe_reason *reason);

/* The part after the current: "held by L2 of Garage (32.0 A)". (transfer full) */
gchar *bb_reason_text (const BbReasonContext *context, const bbe_reason *reason);

/* A few words for a code alone, for a table's cell: "held by a limit". NULL for BBE_REASON_NONE,
 * BBE_REASON_NO_VEHICLE, where there is nothing to say, and for codes that this version does not know. */
const gchar *bb_reason_words (guint8 code);

/* The name of the circuit or group that a reason is about, its id where it has no name, "the site"; NULL:
 * none. */
const gchar *bb_reason_place (const BbReasonContext *context, const bbe_reason *reason);

/* A row in words: "L2 of Garage", "the peak limit on the sum of L1 L2 L3 of Garage", "Garage". `limit` and
 * `phase` as in bbe_reason; `place`: what people call it. (transfer full) */
gchar *bb_reason_row_words (guint8 limit, guint8 phase, const gchar *place);

/* The engine's times are monotonic, but for off-peak windows: makes `until_ms` UTC. `mono_offset_ms` is mono
 * - UTC. 0 (none) and the ends of the range stay. */
void bb_reason_to_utc (bbe_reason *reason, gint64 mono_offset_ms);

/* "2026-01-31 12:30:05" in the zone. (transfer full) */
gchar *bb_reason_local_time (gint64 utc_ms, BbZone *zone);

G_END_DECLS
