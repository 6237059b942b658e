/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.h: what an edit does, at once: 24 hours of the edited site are simulated again after each change.
 *
 * The run is in a worker thread on a copy of the site, over the site's representative day (preview-day.h)
 * with its inputs in memory. The latest edit wins: a run that is outdated is cancelled. Inactive groups are
 * simulated as if they were active, since that is what one edits them for. No GTK in here.
 */
#pragma once

#include "base/series.h"
#include "base/zone.h"
#include "model/editor.h"

G_BEGIN_DECLS

typedef enum {
  BB_PREVIEW_WAITING = 0, /* no figures yet */
  BB_PREVIEW_READY,
  BB_PREVIEW_BLOCKED /* see bb_preview_get_obstacle() */
} BbPreviewState;

/* How much of its rating a circuit's fullest phase took at most. */
typedef struct {
  gchar *circuit; /* id */
  guint phase;    /* 0..2 */
  gint64 peak_ma, rating_ma;
  gint64 over_rating_ms; /* of the phase that was over longest */
} BbPreviewCircuit;

typedef struct {
  gint64 from_ms, until_ms, step_ms;
  gint64 delivered_mws, wanted_mws;
  gdouble delivered_pct;
  guint n_sessions;
  guint stops;          /* times that charging stopped and began again */
  GPtrArray *circuits;  /* (element-type BbPreviewCircuit), in the order of the site */
  gint worst;           /* in `circuits`, by share of the rating; -1: none */
  gboolean over_rating; /* some phase was over its rating at some time */
  gchar *as_if_active;  /* names of inactive groups that were simulated as active; NULL: none */
  gdouble latency_ms;   /* from the edit until the figures were there */
  gdouble run_ms;       /* of it in the run */
} BbPreviewFigures;

#define BB_TYPE_PREVIEW (bb_preview_get_type ())
G_DECLARE_FINAL_TYPE (BbPreview, bb_preview, BB, PREVIEW, GObject)

/* Property "running" (gboolean). Signal "updated": state, figures or obstacle are others. Starts with a first
 * run. */
BbPreview *bb_preview_new (BbEditor *editor);
BbPreviewState bb_preview_get_state (BbPreview *self);
gboolean bb_preview_get_running (BbPreview *self);
/* The figures of the last run that succeeded; NULL before. They live until the next "updated". */
const BbPreviewFigures *bb_preview_get_figures (BbPreview *self);
/* Those of the site as it was saved last (at first: as it was found); NULL before. */
const BbPreviewFigures *bb_preview_get_baseline (BbPreview *self);
/* Are there figures of the site as it is now? */
gboolean bb_preview_is_current (BbPreview *self);
/* "No preview: …": what is to be put right first; NULL when nothing is. `pointer` (nullable): JSON pointer of
 * the problem, NULL when it is none of the checker's. */
const gchar *bb_preview_get_obstacle (BbPreview *self, const gchar **pointer);
/* Words for the day: see bb_preview_day_get_words(); NULL before the first run. */
const gchar *bb_preview_get_day (BbPreview *self);
/* Series of the last run, as in a result file ("circuit/main/l1"); NULL: none. */
BbSeriesSource *bb_preview_get_source (BbPreview *self);
/* Share of a circuit in the last run: NULL when not known. */
const BbPreviewCircuit *bb_preview_find_circuit (BbPreview *self, const gchar *id);

/* Peak over rating, in per cent. */
gdouble bb_preview_circuit_pct (const BbPreviewCircuit *circuit);

G_END_DECLS
