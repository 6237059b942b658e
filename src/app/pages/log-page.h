/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-page.h: what happened, the newest on top, with a filter and an export.
 *
 * Actions: log.export (asks for a file), log.show-all (no filter), page.find. Properties: "text" and "kind"
 * of the filter ("kind" -1: all, else BbEventKind).
 */
#pragma once

#include "app/page.h"

G_BEGIN_DECLS

#define BB_TYPE_LOG_PAGE (bb_log_page_get_type ())
G_DECLARE_FINAL_TYPE (BbLogPage, bb_log_page, BB, LOG_PAGE, BbPage)

/* What is shown, newest first. (transfer none) (element-type BbEvent) */
GListModel *bb_log_page_get_shown (BbLogPage *self);
/* Writes what is shown as CSV: time (ISO 8601, UTC), kind, level, source, sentence. */
gboolean bb_log_page_export (BbLogPage *self, const gchar *path, GError **error);

G_END_DECLS
