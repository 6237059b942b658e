/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-source.h: series of millions of points in memory with overview levels, for the chart's bench and
 * tests. */
#pragma once

#include "base/series.h"

G_BEGIN_DECLS

#define BENCH_TYPE_SOURCE (bench_source_get_type ())
G_DECLARE_FINAL_TYPE (BenchSource, bench_source, BENCH, SOURCE, GObject)

/* `n` points of 1 s from `from_ms` (a multiple of 1000) on; every series wanders, flickers and has spikes. */
BenchSource *bench_source_new (guint n_series, guint n_points, gint64 from_ms);

G_END_DECLS
