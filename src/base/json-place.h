/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-place.h: where in a JSON text a value is, for messages; json-glib does not remember it. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Adds "/key" to a JSON pointer, escaped (RFC 6901). */
void bb_json_pointer_append (GString *pointer, const gchar *key);

/* The byte offset at which the value that `pointer` names starts in `text`, which must have passed
 * bb_json_parse(), and that of its key (for items of arrays and the root: the value's). FALSE when there is
 * no such place. `key` and `value` may be NULL. */
gboolean bb_json_find_place (const gchar *text, gsize length, const gchar *pointer, gsize *key, gsize *value);

G_END_DECLS
