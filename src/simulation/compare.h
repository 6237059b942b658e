/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.h: two runs side by side: figure by figure with the difference, and a sentence. */
#pragma once

#include "model/site.h"
#include "simulation/summary.h"

G_BEGIN_DECLS

/* Of B against A. */
typedef enum {
  BB_COMPARE_SAME = 0, /* no difference that its decimals show */
  BB_COMPARE_OTHER,    /* another value, neither better nor worse by itself */
  BB_COMPARE_BETTER,
  BB_COMPARE_WORSE
} BbCompareVerdict;

/* All texts are translated, with unit. */
typedef struct {
  gchar *title;      /* (owned): "Energy delivered" */
  gchar *a, *b;      /* (owned): "58.20 kWh" */
  gchar *difference; /* (owned): "+1.80 kWh", "−12 min 5 s", "0.00 kWh"; "–" where there is none */
  BbCompareVerdict verdict;
} BbCompareRow;

typedef struct {
  gchar *sentence; /* (owned): "Neither goes over a rating. B delivers 4.20 kWh more." */
  GPtrArray *rows; /* (owned) (element-type BbCompareRow) */
} BbComparison;

/* What people call the two: "A" and "B", or "today" and "with a larger fuse". (transfer full) */
BbComparison *bb_comparison_new (const BbSummary *a, const gchar *a_name, const BbSummary *b,
                                 const gchar *b_name);
void bb_comparison_free (BbComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbComparison, bb_comparison_free)

/* Beside a symbol: "better", "worse", "other", "same"; translated. */
const gchar *bb_compare_verdict_word (BbCompareVerdict verdict);

G_END_DECLS
