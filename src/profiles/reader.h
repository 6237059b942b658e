/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.h: reads checked values out of JSON, keeps the first error with its place. Inside profiles/ only.
 *
 * After the first error every call is without effect and gives its fallback, so that callers need not look
 * after each value; what they build is thrown away in the end.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "profiles/words.h"

G_BEGIN_DECLS

typedef struct {
  const gchar *text;
  gsize length;
  const gchar *source;
  GString *pointer; /* of the object or array being read */
  GError *error;
} BbProfileReader;

typedef enum {
  BB_KEY_NEEDED = 1 << 0,
  /* a key without any of these goes with all */
  BB_KEY_MODBUS = 1 << 1,
  BB_KEY_RTU = 1 << 2,
  BB_KEY_OCPP = 1 << 3,
  BB_KEY_HTTP = 1 << 4,
  BB_KEY_P1 = 1 << 5,
  BB_KEY_CLOUD = 1 << 6,
  BB_KEY_STATION = 1 << 7,
  BB_KEY_METER = 1 << 8,
  BB_KEY_MQTT = 1 << 9,
} BbKeyFlags;

/* Those of one sort, of which one must be there when the key names any. */
#define BB_KEY_CONNECTIONS (BB_KEY_MODBUS | BB_KEY_RTU | BB_KEY_OCPP | BB_KEY_JSON | BB_KEY_P1 | BB_KEY_CLOUD)
#define BB_KEY_KINDS       (BB_KEY_STATION | BB_KEY_METER)
/* Values at JSON pointers of an answer (HTTP) or a message (MQTT). */
#define BB_KEY_JSON (BB_KEY_HTTP | BB_KEY_MQTT)

/* A table ends with a NULL name. */
typedef struct {
  const gchar *name;
  guint flags; /* BbKeyFlags */
} BbKey;

gboolean bb_pr_ok (const BbProfileReader *reader);
/* Sets the error at member `key` of where the reader is (NULL: there itself), unless there is one. */
void bb_pr_fail (BbProfileReader *reader, BbProfileError code, const gchar *key, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Goes to a member or item and comes back. */
gsize bb_pr_enter (BbProfileReader *reader, const gchar *key);
gsize bb_pr_enter_item (BbProfileReader *reader, guint position);
void bb_pr_leave (BbProfileReader *reader, gsize back);

/* The object that `node` is, with no other keys than these, and all that are needed; NULL after an error.
 * `have`: flags of the kind and connections, to sort out keys that belong to others. */
JsonObject *bb_pr_object (BbProfileReader *reader, JsonNode *node, const BbKey *keys, guint have);

/* The object at `key`, entered (leave with `back`), or NULL where there is none. */
JsonObject *bb_pr_enter_object (BbProfileReader *reader, JsonObject *object, const gchar *key,
                                const BbKey *keys, guint have, gsize *back);
/* FALSE too when there is an error already. */
gboolean bb_pr_has (const BbProfileReader *reader, JsonObject *object, const gchar *key);

/* An error where the list is empty. */
void bb_pr_need_items (BbProfileReader *reader, JsonObject *object, const gchar *key);

/* Members; all may be missing, so may the object (NULL). Texts are not empty. */
gchar *bb_pr_text (BbProfileReader *reader, JsonObject *object,
                   const gchar *key); /* (transfer full) (nullable) */
gboolean bb_pr_bool (BbProfileReader *reader, JsonObject *object, const gchar *key, gboolean fallback);
gint64 bb_pr_int (BbProfileReader *reader, JsonObject *object, const gchar *key, gint64 least, gint64 most,
                  gint64 fallback);
/* Any 64 bits. */
gint64 bb_pr_raw (BbProfileReader *reader, JsonObject *object, const gchar *key, gint64 fallback);
gdouble bb_pr_number (BbProfileReader *reader, JsonObject *object, const gchar *key, gdouble least,
                      gdouble most, gdouble fallback);
gint bb_pr_word (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words,
                 gint fallback);
/* A word, kept as text. (transfer full) (nullable) */
gchar *bb_pr_word_text (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words);

/* Lists; `words` NULL: any texts. (transfer full), NULL where there are none. */
GStrv bb_pr_texts (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words);
/* (element-type guint) (transfer full), empty where it is missing. */
GArray *bb_pr_ints (BbProfileReader *reader, JsonObject *object, const gchar *key, guint least, guint most);
/* (element-type gint64) (transfer full), empty where it is missing. */
GArray *bb_pr_raws (BbProfileReader *reader, JsonObject *object, const gchar *key);

/* Reads an item, at which the reader is. */
typedef void (*BbReadItem) (BbProfileReader *reader, JsonNode *node, gpointer data);
/* Goes through a list. */
void bb_pr_each (BbProfileReader *reader, JsonObject *object, const gchar *key, BbReadItem read,
                 gpointer data);

G_END_DECLS
