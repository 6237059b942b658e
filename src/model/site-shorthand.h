/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-shorthand.h: what a short site file leaves out, made explicit. Inside model/ only; see site-json.h. */
#pragma once

#include "model/site-read.h"
#include "model/site.h"

G_BEGIN_DECLS

/* Replaces shorthand members of the file's root by lists, and notes in the reader where they were typed. */
gboolean bb_shorthand_expand (BbReader *reader, JsonObject *root, GError **error);

/* References that are obvious once all parts are read: a group's circuit where there is one root, a station's
 * group where there is one group. */
void bb_shorthand_link (BbSite *site);

G_END_DECLS
