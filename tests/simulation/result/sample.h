/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.h: a small result with a bit of everything, which the tests write, damage and read. */
#pragma once

#include "simulation/result-reader.h"
#include "simulation/result-writer.h"

#define SAMPLE_FROM_MS   G_GINT64_CONSTANT (1767225630000) /* 2026-01-01T00:00:30Z: within a minute */
#define SAMPLE_UNTIL_MS  (SAMPLE_FROM_MS + G_GINT64_CONSTANT (5 * 3600000))
#define SAMPLE_METADATA  "{\"format\":\"busbar-result/1\",\"seed\":7}"
#define SAMPLE_SUMMARY   "{\"delivered_pct\":98.5}"
#define SAMPLE_SNAPSHOTS 20

/* Writes it. The bytes are the same every time. */
gboolean sample_write (const gchar *path, BbWriteFunc write, GError **error);

/* The blob of snapshot number `i` (transfer full). */
GBytes *sample_snapshot (guint i);

/* Asks everything that can be asked; FALSE when anything is an error. */
gboolean sample_read_all (const gchar *path, GError **error);
