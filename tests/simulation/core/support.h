/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.h: small sites, sessions and runs for the tests of the simulator. */
#pragma once

#include "base/zone.h"
#include "model/site-json.h"
#include "simulation/result-reader.h"
#include "simulation/run.h"

G_BEGIN_DECLS

/* 2026-01-05 00:00 UTC, a Monday. */
#define MONDAY G_GINT64_CONSTANT (1767571200000)
#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Parses a site; aborts with the message when it is none. `format` may hold printf directives. */
BbSite *site_of (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/* `n` three-phase stations of 32 A under one metered board of `fuse_a`. */
BbSite *board_of (guint n, gint fuse_a);

/* One session: at `station` (NULL: the first free one), from and until in minutes after MONDAY. */
typedef struct {
  const gchar *station;
  gdouble from_min, until_min, kwh;
  guint8 phases;
  gint max_a;
  gdouble battery_kwh;
  gint soc_permille; /* used with battery_kwh */
} TestSession;

BbSessions *sessions_of (const TestSession *list, gsize n);

/* Options for `duration_ms` from MONDAY. */
BbSimOptions *options_of (BbSite *site, gint64 duration_ms, const TestSession *list, gsize n);

/* Constant other load on the first circuit. */
void add_load (BbSimOptions *options, gint l1_ma, gint l2_ma, gint l3_ma);
void add_pv (BbSimOptions *options, gint l1_ma, gint l2_ma, gint l3_ma);
/* Events; aborts on an error. */
void add_scenario (BbSimOptions *options, const gchar *json);

/* Runs; aborts with the message on an error. */
BbSimOutcome *run_ok (const BbSimOptions *options);

/* Both runs gave the same: hash and every line of the summary. */
void assert_same (const BbSimOutcome *a, const BbSimOutcome *b);

G_END_DECLS
