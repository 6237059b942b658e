/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event-log.h: what happened, newest last: edits, problems, simulations; later devices too. A list model. No
 * GTK in here. */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"

G_BEGIN_DECLS

typedef enum {
  BB_EVENT_EDIT = 0,
  BB_EVENT_PROBLEM,
  BB_EVENT_SIMULATION,
  BB_EVENT_FILE,
  BB_EVENT_KINDS
} BbEventKind;
typedef enum { BB_EVENT_INFO = 0, BB_EVENT_GOOD, BB_EVENT_WARNING, BB_EVENT_ERROR } BbEventLevel;

#define BB_TYPE_EVENT (bb_event_get_type ())
G_DECLARE_FINAL_TYPE (BbEvent, bb_event, BB, EVENT, GObject)

guint64 bb_event_get_number (BbEvent *self); /* grows with each event of a log */
gint64 bb_event_get_time_ms (BbEvent *self); /* UTC */
BbEventKind bb_event_get_kind (BbEvent *self);
BbEventLevel bb_event_get_level (BbEvent *self);
const gchar *bb_event_get_source (BbEvent *self);   /* "Garage", "Simulation" */
const gchar *bb_event_get_sentence (BbEvent *self); /* translated */

#define BB_TYPE_EVENT_LOG (bb_event_log_get_type ())
G_DECLARE_FINAL_TYPE (BbEventLog, bb_event_log, BB, EVENT_LOG, GObject)

/* A GListModel of BbEvent, at most 10,000: then the oldest goes. `clock`: of the times. */
BbEventLog *bb_event_log_new (BbClock *clock);
BbClock *bb_event_log_get_clock (BbEventLog *self);
void bb_event_log_add (BbEventLog *self, BbEventKind kind, BbEventLevel level, const gchar *source,
                       const gchar *sentence);
/* As bb_event_log_add() with BB_EVENT_EDIT; the same sentence as the newest one's, less than a minute later,
 * only moves that one's time: a field that is typed into is one line. */
void bb_event_log_add_edit (BbEventLog *self, const gchar *source, const gchar *sentence);
/* Words for a kind, translated: "Edit". */
const gchar *bb_event_kind_name (BbEventKind kind);

G_END_DECLS
