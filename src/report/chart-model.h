/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-model.h: what a stack of charts shows: tracks that share one time axis, their lines, limits and
 * bands.
 *
 * A line is a series of a BbSeriesSource (a result file, the live ring, the history) and is only ever read
 * through bb_series_source_query(). The widget of the application and the printer draw the same model with
 * the same geometry.
 */
#pragma once

#include "base/series.h"
#include "base/zone.h"

G_BEGIN_DECLS

/* What a line or limit stands for; the palette gives its colour, width and dash. */
typedef enum {
  BB_ROLE_L1 = 0,
  BB_ROLE_L2,
  BB_ROLE_L3,
  BB_ROLE_TOTAL,
  BB_ROLE_IMPORT,
  BB_ROLE_EXPORT, /* and PV */
  BB_ROLE_STATION,
  BB_ROLE_HOUSE,
  BB_ROLE_RATING, /* the fuse */
  BB_ROLE_LIMIT,  /* the limit in force */
  BB_ROLE_COUNT
} BbChartRole;

typedef enum {
  BB_TRACK_LINES = 0,
  BB_TRACK_STACK, /* lines on top of each other, filled */
  BB_TRACK_LANES  /* one lane per line, filled by strength (heat map): many stations */
} BbTrackKind;

typedef enum {
  BB_BAND_FAILSAFE = 0,
  BB_BAND_SIGNAL,
  BB_BAND_OFF_PEAK,
  BB_BAND_MARK, /* something that a person marked */
  BB_BAND_COUNT
} BbBandKind;

typedef struct {
  BbSeriesSource *source; /* (owned) */
  guint series;
  gchar *label; /* (owned): "L1", "Garage" */
  BbChartRole role;
  gdouble factor; /* value of the series x factor = value in the track's unit (0.001: W -> kW) */
  gboolean ghost; /* of the run that this one is compared with: behind, faint */
} BbChartLine;

typedef struct {
  gchar *label; /* (owned): "Main fuse 25.0 A" */
  BbChartRole role;
  gdouble value; /* in the track's unit */
} BbChartLimit;

typedef struct {
  gchar *title; /* (owned): "Main fuse" */
  gchar *unit;  /* (owned): "A" */
  guint decimals;
  BbTrackKind kind;
  GPtrArray *lines;  /* (owned) (element-type BbChartLine) */
  GPtrArray *limits; /* (owned) (element-type BbChartLimit) */
} BbChartTrack;

typedef struct {
  gint64 from_ms, until_ms; /* UTC */
  BbBandKind kind;
  gchar *label; /* (owned) */
} BbChartBand;

#define BB_TYPE_CHART_MODEL (bb_chart_model_get_type ())
G_DECLARE_FINAL_TYPE (BbChartModel, bb_chart_model, BB, CHART_MODEL, GObject)

/* Signal "changed": anything of it changed (not the data behind a source: call bb_chart_model_touch() for
 * that). `zone`: of the labels of the time axis; NULL: UTC. */
BbChartModel *bb_chart_model_new (BbZone *zone);
BbZone *bb_chart_model_get_zone (BbChartModel *self);
/* The time that fits: [from, until). */
void bb_chart_model_set_extent (BbChartModel *self, gint64 from_ms, gint64 until_ms);
void bb_chart_model_get_extent (BbChartModel *self, gint64 *from_ms, gint64 *until_ms);
/* Returns the track's position. */
guint bb_chart_model_add_track (BbChartModel *self, const gchar *title, const gchar *unit, guint decimals,
                                BbTrackKind kind);
/* Adds a line; drawn in the order of adding, ghosts first. Returns its position in the track. */
guint bb_chart_model_add_line (BbChartModel *self, guint track, BbSeriesSource *source, guint series,
                               const gchar *label, BbChartRole role, gdouble factor, gboolean ghost);
/* All lines of `before` read from `after` instead, which has the same series in the same order. */
void bb_chart_model_replace_source (BbChartModel *self, BbSeriesSource *before, BbSeriesSource *after);
void bb_chart_model_add_limit (BbChartModel *self, guint track, const gchar *label, BbChartRole role,
                               gdouble value);
void bb_chart_model_add_band (BbChartModel *self, gint64 from_ms, gint64 until_ms, BbBandKind kind,
                              const gchar *label);
void bb_chart_model_clear (BbChartModel *self);
/* The data behind a source changed. */
void bb_chart_model_touch (BbChartModel *self);
/* Another number after each change, for those who keep what they computed from the model. */
guint bb_chart_model_get_serial (BbChartModel *self);

guint bb_chart_model_get_n_tracks (BbChartModel *self);
const BbChartTrack *bb_chart_model_get_track (BbChartModel *self, guint track);
/* (transfer none) (element-type BbChartBand) */
const GPtrArray *bb_chart_model_get_bands (BbChartModel *self);
/* "Main fuse: L1 12.3 A, L2 8.0 A (highest 24.9 A)…" over [from, until): for screen readers and captions.
 * (transfer full) */
gchar *bb_chart_model_describe (BbChartModel *self, gint64 from_ms, gint64 until_ms);

G_END_DECLS
