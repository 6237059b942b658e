/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phase-toggle.h: some linked buttons that stand for bits: L1 L2 L3, or the days of the week.
 *
 * Properties: "mask" (gint; -1: not stated, no button is down), "mixed" (gboolean: several values; no button
 * is down until one is pressed). Signal "toggled" when a person pressed one: `mask` is the new value.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BB_TYPE_PHASE_TOGGLE (bb_phase_toggle_get_type ())
G_DECLARE_FINAL_TYPE (BbPhaseToggle, bb_phase_toggle, BB, PHASE_TOGGLE, GtkWidget)

/* `labels`: what stands on the buttons; `names`: what a screen reader says (nullable: the labels);
 * NULL-terminated. */
GtkWidget *bb_phase_toggle_new (const gchar *const *labels, const gchar *const *names);
GtkWidget *bb_phase_toggle_new_phases (void);
/* Monday first. */
GtkWidget *bb_phase_toggle_new_days (void);
/* "Mo Tu", "every day": days as a text of their bits. (transfer full) */
gchar *bb_days_text (gint days);
void bb_phase_toggle_set_mask (BbPhaseToggle *self, gint mask);
gint bb_phase_toggle_get_mask (BbPhaseToggle *self);
/* Presses a button as a person does. */
void bb_phase_toggle_press (BbPhaseToggle *self, guint bit);

G_END_DECLS
