/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-read.h: fills parts from JSON by their tables of fields. Inside model/ only. */
#pragma once

#include "model/part-private.h"

G_BEGIN_DECLS

/* Where the reader is, for messages. */
typedef struct {
  const gchar *source; /* (nullable) */
  GString *pointer;    /* JSON pointer of the value being read */
  GHashTable *aliases; /* pointer in the expanded site -> pointer that was typed */
  GPtrArray *made;     /* (element-type utf8): keys of the root that were made from shorthand; static */
} BbReader;

void bb_reader_init (BbReader *reader, const gchar *source);
void bb_reader_clear (BbReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbReader, bb_reader_clear)

/* Sets `error` to "source: /pointer: sentence"; always FALSE. */
gboolean bb_reader_fail (BbReader *reader, GError **error, BbModelError code, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);
/* Adds "/key" to a JSON pointer, escaped (RFC 6901). */
void bb_pointer_append (GString *pointer, const gchar *key);
/* Goes into a member or element; returns where to come back to with bb_reader_leave(). */
gsize bb_reader_enter (BbReader *reader, const gchar *key);
gsize bb_reader_enter_item (BbReader *reader, guint position);
void bb_reader_leave (BbReader *reader, gsize back);

/* Everything in the file, also what is kept without being known, must be such that it can be written back:
 * finite numbers. (Texts are valid: base/guard.h sees to it.) */
gboolean bb_reader_check_tree (BbReader *reader, JsonNode *node, GError **error);

/* Reads all members of `object`, which has passed bb_reader_check_tree(), into `part`; unknown ones are kept.
 */
gboolean bb_read_part (BbReader *reader, BbPart *part, JsonObject *object, GError **error);

G_END_DECLS
