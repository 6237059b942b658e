/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window-editor-strip.h: a week with its off-peak windows, drawn small. */
#pragma once

#include <gtk/gtk.h>

#include "model/group.h"

G_BEGIN_DECLS

#define BB_TYPE_WEEK_STRIP (bb_week_strip_get_type ())
G_DECLARE_FINAL_TYPE (BbWeekStrip, bb_week_strip, BB, WEEK_STRIP, GtkWidget)

GtkWidget *bb_week_strip_new (BbGroup *group);
/* The windows are others. */
void bb_week_strip_follow (BbWeekStrip *self);

G_END_DECLS
