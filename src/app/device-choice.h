/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-choice.h: choosing the profile and connection of stations and meters: which come into question, and
 * what follows from a choice. No GTK in here.
 */
#pragma once

#include "model/editor.h"
#include "profiles/profile.h"

G_BEGIN_DECLS

/* Whether `property` of the part is chosen from the catalogue: "profile" or "connection" of a station or
 * meter. */
gboolean bb_device_is_choice (BbPart *part, const gchar *property);
/* Whether texts about the part's address and identity change with this property. */
gboolean bb_device_is_decisive (const gchar *property);

/* Profiles of a kind whose vendor, name, models or id have all words of `search` in them, in the order of the
 * catalogue. (element-type BbProfile) (transfer container) */
GPtrArray *bb_device_search (BbProfileKind kind, const gchar *search);
/* The connections that a profile knows, in the order of BbConnection; with NULL all. (element-type utf8,
 * names of static lifetime) (transfer container) */
GPtrArray *bb_device_list_connections (const BbProfile *profile);

/* Sets "profile" or "connection" of parts of one class, and with it what cannot stay as it is: a connection
 * that the profile does not know is left to the profile, a step becomes one that the station can count,
 * "Shows export" goes off for a meter that does not tell it. One step. `said` (out) (optional) (transfer
 * full): a sentence for each of these, parted by new lines; NULL: nothing followed. On an error nothing is
 * changed. */
gboolean bb_device_choose (BbEditor *editor, GPtrArray *parts, const gchar *property, const gchar *text,
                           gchar **said, GError **error);

G_END_DECLS
