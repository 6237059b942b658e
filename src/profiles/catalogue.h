/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue.h: all device profiles: those of the user before those beside the site before the system's.
 *
 * Folders: $XDG_DATA_HOME/busbar/profiles, "profiles" beside the site file, bb_data_dir()/profiles. A file
 * that cannot be loaded hides nothing else: it is in bb_catalogue_get_errors(), and a profile of the same id
 * further down is not taken in its place (that would be another device than the one meant).
 */
#pragma once

#include "profiles/profile.h"

G_BEGIN_DECLS

typedef struct _BbCatalogue BbCatalogue;

/* `site_folder` (nullable): where the site file is. `user_folder` NULL: the standard one. */
BbCatalogue *bb_catalogue_new (const gchar *user_folder, const gchar *site_folder);
BbCatalogue *bb_catalogue_ref (BbCatalogue *self);
void bb_catalogue_unref (BbCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbCatalogue, bb_catalogue_unref)

/* The one without a site's folder: made at the first use, kept for the process (transfer none). */
BbCatalogue *bb_catalogue_get_default (void);

/* The profile (transfer none), or NULL with BB_PROFILE_ERROR (not found, or why its file was refused). */
BbProfile *bb_catalogue_find (BbCatalogue *self, const gchar *id, GError **error);
/* All, sorted by vendor and name (element-type BbProfile) (transfer none). */
GPtrArray *bb_catalogue_get_all (BbCatalogue *self);
/* Messages of files that were refused (element-type utf8) (transfer none). */
GPtrArray *bb_catalogue_get_errors (BbCatalogue *self);

G_END_DECLS
