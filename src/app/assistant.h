/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assistant.h: one short form from which a new site comes that can be simulated at once.
 *
 * Signals: "created" (BbSite *site), "cancelled". Actions: assistant.create (Ctrl+Enter), assistant.cancel
 * (Esc).
 */
#pragma once

#include <adwaita.h>

#include "model/site-basics.h"

G_BEGIN_DECLS

#define BB_TYPE_ASSISTANT (bb_assistant_get_type ())
G_DECLARE_FINAL_TYPE (BbAssistant, bb_assistant, BB, ASSISTANT, AdwBin)

/* All answers as they were at first. */
void bb_assistant_reset (BbAssistant *self);
/* What the form says now; clear it. */
void bb_assistant_get_basics (BbAssistant *self, BbSiteBasics *basics);
/* What will come of it, or why it cannot: the sentence below the form. (transfer none) */
const gchar *bb_assistant_get_outlook (BbAssistant *self);

G_END_DECLS
