/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-row.h: one event of the log: icon, time in the site's zone, source, sentence, kind. */
#pragma once

#include <gtk/gtk.h>

#include "app/event-log.h"
#include "base/zone.h"

G_BEGIN_DECLS

#define BB_TYPE_LOG_ROW (bb_log_row_get_type ())
G_DECLARE_FINAL_TYPE (BbLogRow, bb_log_row, BB, LOG_ROW, GtkBox)

GtkWidget *bb_log_row_new (void);
/* `zone` NULL: UTC. */
void bb_log_row_set_event (BbLogRow *self, BbEvent *event, BbZone *zone);

G_END_DECLS
