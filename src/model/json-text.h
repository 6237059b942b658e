/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-text.h: JSON as people like to read and compare it.
 *
 * json-glib's own generator writes 0.1 as 0.10000000000000001; here a number has the fewest digits that read
 * back as the same. Two spaces of indentation, one member a line, arrays of plain values on one line while
 * they fit.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* With a final newline. (transfer full) */
gchar *bb_json_to_text (JsonNode *root);

G_END_DECLS
