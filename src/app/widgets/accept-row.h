/* SPDX-License-Identifier: GPL-3.0-or-later */
/* accept-row.h: asks, in the row itself, who accepts that the fail-safe currents of a group are over its
 * offline limit, and why; or says who did, and takes it back. Hidden while there is no such excess, or none
 * that a person can accept.
 *
 * Actions: accept.open, accept.confirm, accept.cancel (Esc), accept.withdraw. Property "open" (gboolean, read
 * only).
 */
#pragma once

#include <adwaita.h>

#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_ACCEPT_ROW (bb_accept_row_get_type ())
G_DECLARE_FINAL_TYPE (BbAcceptRow, bb_accept_row, BB, ACCEPT_ROW, AdwPreferencesRow)

GtkWidget *bb_accept_row_new (BbEditor *editor, BbGroup *group);
/* As if a person had typed them. */
void bb_accept_row_type (BbAcceptRow *self, const gchar *name, const gchar *reason);
/* Why it cannot be accepted so; NULL: it was not tried, or done. */
const gchar *bb_accept_row_get_error (BbAcceptRow *self);

G_END_DECLS
