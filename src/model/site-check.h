/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-check.h: the one checker of sites: what is wrong or unwise, where, and what to do about it.
 *
 * A site without errors is accepted by bbe_init(). The application, the command line and the device use this.
 */
#pragma once

#include "model/site.h"

G_BEGIN_DECLS

typedef enum { BB_SEVERITY_ADVICE = 0, BB_SEVERITY_WARNING, BB_SEVERITY_ERROR } BbSeverity;

typedef enum {
  BB_CHECK_DEPLOY = 0,         /* all rules */
  BB_CHECK_SIMULATION = 1 << 0 /* minima under 6 A are allowed */
} BbCheckFlags;

#define BB_TYPE_PROBLEM (bb_problem_get_type ())
G_DECLARE_FINAL_TYPE (BbProblem, bb_problem, BB, PROBLEM, GObject)

BbSeverity bb_problem_get_severity (BbProblem *self);
const gchar *bb_problem_get_pointer (BbProblem *self);  /* JSON pointer (RFC 6901) into the written site */
const gchar *bb_problem_get_rule (BbProblem *self);     /* stable id: "station-min-over-max" */
const gchar *bb_problem_get_sentence (BbProblem *self); /* what is wrong and what to do, translated */
/* "error", "warning", "advice": for files and machines */
const gchar *bb_severity_get_name (BbSeverity severity);

/* All problems, errors first, then in the order of the file. (transfer full) (element-type BbProblem) */
GListModel *bb_site_check (BbSite *site, BbCheckFlags flags);

/* TRUE when there are no errors; else BB_MODEL_ERROR_CHECK with the first one's pointer and sentence. */
gboolean bb_site_check_errors (BbSite *site, BbCheckFlags flags, GError **error);

/* Every rule id, NULL-terminated, sorted; for documentation and tests. */
const gchar *const *bb_site_check_rules (void);

G_END_DECLS
