/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault-editor.h: makes one fault: what, where, when, for how long. */
#pragma once

#include <adwaita.h>

#include "model/site.h"

G_BEGIN_DECLS

#define BB_TYPE_FAULT_EDITOR (bb_fault_editor_get_type ())
G_DECLARE_FINAL_TYPE (BbFaultEditor, bb_fault_editor, BB, FAULT_EDITOR, GtkBox)

/* Signal "made" (JsonNode *fault): a person pressed Add; a fault that cannot be says so in its own row.
 * Actions: fault.kind(u), fault.place(u), fault.phase(u), fault.day(u), fault.time(s), fault.minutes(u),
 * fault.add. */
GtkWidget *bb_fault_editor_new (BbSite *site);
/* Why the time cannot be read; NULL. */
const gchar *bb_fault_editor_get_error (BbFaultEditor *self);

G_END_DECLS
