/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.h: the one gate that a JSON text passes before any parser sees it.
 *
 * It checks, in one pass and without recursion: size, UTF-8, no zero or raw control bytes, no half of a
 * surrogate pair, brackets that match, strings that end, nesting no deeper than BB_GUARD_MAX_DEPTH
 * (json-glib 1.6 overflows its stack on deep nesting). Errors (BB_TEXT_ERROR) start with
 * "source:line:column: ".
 */
#pragma once

#include <json-glib/json-glib.h>

#include "base/error.h"

G_BEGIN_DECLS

/* Objects and arrays inside each other, at most. */
#define BB_GUARD_MAX_DEPTH 64
/* A sensible cap for files that people write: 16 MiB. */
#define BB_GUARD_MAX_BYTES (16u << 20)

/* TRUE when `text` (not necessarily terminated) may be given to a JSON parser. `length` -1: terminated.
 * `source` names it in messages, e.g. a path (nullable). */
gboolean bb_guard_json (const gchar *text, gssize length, gsize max_bytes, const gchar *source,
                        GError **error);

/* Guards and parses; the root (transfer full), never NULL without an error. A byte-order mark is skipped.
 * Keys that appear twice in an object are refused (BB_TEXT_ERROR_SYNTAX): a parser would silently keep one.
 */
JsonNode *bb_json_parse (const gchar *text, gssize length, const gchar *source, GError **error);

/* Reads, guards and parses a file of at most `max_bytes`; reads no more than that of a larger one.
 * BB_IO_ERROR and BB_TEXT_ERROR. */
JsonNode *bb_json_load_file (const gchar *path, gsize max_bytes, GError **error);

G_END_DECLS
