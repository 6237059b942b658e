/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-preview.h: the figures of the instant preview, as a column with a chart or as a strip of three.
 *
 * Properties, read only: "energy", "phase", "stops" (gchar*: what the figures say, with what the change
 * does), "note" (gchar*: of which day, or why there is no preview), "compact" (gboolean).
 */
#pragma once

#include <adwaita.h>

#include "app/preview.h"

G_BEGIN_DECLS

#define BB_TYPE_GROUPS_PREVIEW (bb_groups_preview_get_type ())
G_DECLARE_FINAL_TYPE (BbGroupsPreview, bb_groups_preview, BB, GROUPS_PREVIEW, AdwBin)

GtkWidget *bb_groups_preview_new (void);
/* Both nullable. */
void bb_groups_preview_set_preview (BbGroupsPreview *self, BbPreview *preview, BbEditor *editor);
/* The chart shows the circuit of this part. */
void bb_groups_preview_set_part (BbGroupsPreview *self, BbPart *part);
void bb_groups_preview_set_compact (BbGroupsPreview *self, gboolean compact);

G_END_DECLS
