/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview-day.h: the representative day of a site with its inputs in memory, so that a preview reads no file.
 *
 * The day is the 24 hours, from midnight or from noon of a local day, in which cars want most and also leave:
 * from noon where they stay overnight. Without sessions it is the first day of the site's simulation. No GTK
 * in here. A day never changes once made and may be shared by threads.
 */
#pragma once

#include "simulation/run.h"

G_BEGIN_DECLS

typedef struct _BbPreviewDay BbPreviewDay;

/* Reads the inputs of the site (takes some 10 ms); errors of the readers. Blocks; the day keeps no reference
 * to the site. (transfer full) */
BbPreviewDay *bb_preview_day_new (BbSite *site, GError **error);
BbPreviewDay *bb_preview_day_ref (BbPreviewDay *self);
void bb_preview_day_unref (BbPreviewDay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbPreviewDay, bb_preview_day_unref)

/* Would a new day of this site be the same one? Files that changed meanwhile are not looked at. */
gboolean bb_preview_day_fits (BbPreviewDay *self, BbSite *site);
gint64 bb_preview_day_get_from_ms (BbPreviewDay *self);
gint64 bb_preview_day_get_until_ms (BbPreviewDay *self);
/* "Wednesday 6 March 2019 from 12:00, when cars want most: 41.20 kWh by 5 cars". */
const gchar *bb_preview_day_get_words (BbPreviewDay *self);
/* The run of this site over the day: options with the inputs of memory, its own scenario, and the step of
 * previews. Takes a reference to `site`. (transfer full) */
BbSimOptions *bb_preview_day_options (BbPreviewDay *self, BbSite *site, GError **error);
/* Steps of a preview: 1 s; with more than 4 stations 5 s, 16 30 s, 64 60 s, so that an answer takes some 10
 * ms; or what the site says when that is longer. */
gint64 bb_preview_day_step_ms (BbSite *site);

G_END_DECLS
