/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-pointer.h: places in a JSON document by JSON pointer (RFC 6901): reading, and building a document from
 * them. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The node at `pointer` ("" is the root, "/emeters/0/power"), or NULL (transfer none). `parent` (nullable):
 * the object or array that it lies in. */
JsonNode *bb_json_pointer_get (JsonNode *root, const gchar *pointer, JsonNode **parent);

/* A finite number there: a JSON number, or a text that is nothing but one. FALSE: nothing, null, or no
 * number. */
gboolean bb_json_pointer_get_number (JsonNode *root, const gchar *pointer, gdouble *value);

/* Sets `value` (transfer full) there; members and array elements (up to index 63) on the way are made: a word
 * of digits only makes an array. FALSE (and `value` freed) where something else is in the way. */
gboolean bb_json_pointer_set (JsonNode *root, const gchar *pointer, JsonNode *value);

G_END_DECLS
