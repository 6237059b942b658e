/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-faults.h: the faults of a run as people see them: a list in words, made from a few choices. No GTK
 * in here.
 *
 * Faults are a JSON array as in scenario.h. They are chosen for a run and go into its result; the site's own
 * "scenario" is where the list begins, and where it is kept when a person asks for that.
 */
#pragma once

#include "model/editor.h"

G_BEGIN_DECLS

/* Where a fault happens. */
typedef enum {
  BB_FAULT_AT_SITE = 0,
  BB_FAULT_AT_METER,
  BB_FAULT_AT_STATION,
  BB_FAULT_AT_SIGNAL
} BbFaultPlace;

typedef struct {
  const gchar *what;  /* as in scenario.h */
  const gchar *title; /* untranslated: "Meter gives no readings" */
  BbFaultPlace place;
  gboolean phases;    /* may be of one phase */
  const gchar *state; /* nullable: value of "state" that goes with it */
} BbFaultKind;

const BbFaultKind *bb_fault_kinds (guint *n);
/* The list where such a fault may happen; NULL: the whole site. (transfer none) */
GListModel *bb_fault_places (BbSite *site, BbFaultPlace place);
/* Name for people and id of an item of it. (transfer full) */
gchar *bb_fault_place_name (BbPart *part);
gchar *bb_fault_place_id (BbPart *part);

/* One fault: `place` id (ignored for the site), `phase` 1..3 or 0: all, from `at_s` of the run for `for_s`
 * (0: to the end). (transfer full) */
JsonNode *bb_fault_new (const BbFaultKind *kind, const gchar *place, guint phase, gint64 at_s, gint64 for_s);
/* "Meter gives no readings: Main meter, day 1, 12:00, for 1 h 0 min". (transfer full) */
gchar *bb_fault_describe (JsonNode *fault, BbSite *site);

/* Lists; NULL is an empty one. (transfer full) */
JsonNode *bb_faults_of_site (BbSite *site);
guint bb_faults_count (JsonNode *faults);
JsonNode *bb_faults_with (JsonNode *faults, JsonNode *fault);
JsonNode *bb_faults_without (JsonNode *faults, guint position);
/* The same faults in the same order; no list and an empty one are the same. */
gboolean bb_faults_equal (JsonNode *a, JsonNode *b);
/* Makes them the site's own, as one step; an empty list leaves the site without any. */
gboolean bb_faults_keep (BbEditor *editor, JsonNode *faults, GError **error);
/* As the simulator reads them. */
gboolean bb_faults_check (JsonNode *faults, BbSite *site, GError **error);

G_END_DECLS
