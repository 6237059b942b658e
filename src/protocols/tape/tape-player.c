/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tape-player.c: reading a tape, strictly, and playing it. */
#include <string.h>

#include <json-glib/json-glib.h>

#include "base/file.h"
#include "base/guard.h"
#include "protocols/tape/tape-private.h"

/* Longer bytes are cut in messages. */
#define SHOWN 48

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (GError **error, guint line, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_FORMAT, "line %u: %s", line, text);
  return FALSE;
}

/* ---- reading ---- */

static GBytes *
bytes_from_hex (const gchar *hex)
{
  gsize length = strlen (hex);
  g_autofree guint8 *bytes = g_malloc (length / 2 + 1);

  if (length % 2 != 0)
    return NULL;
  for (gsize i = 0; i < length / 2; i++) {
    gint high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return NULL;
    bytes[i] = (guint8) (high << 4 | low);
  }
  return g_bytes_new_take (g_steal_pointer (&bytes), length / 2);
}

/* The member's string, or NULL when it is none. */
static const gchar *
string_of (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
read_bytes (BbTapeEvent *event, const gchar *key, const gchar *value, GError **error)
{
  event->kind = g_str_has_prefix (key, "out") ? BB_TAPE_OUT : BB_TAPE_IN;
  event->text = g_str_has_suffix (key, "_text");
  event->bytes = event->text ? g_bytes_new (value, strlen (value)) : bytes_from_hex (value);
  if (event->bytes == NULL)
    return refuse (error, event->line, "“%s” is not bytes in hexadecimal.", key);
  return TRUE;
}

static gboolean
read_failure (BbTapeEvent *event, const gchar *value, GError **error)
{
  event->kind = BB_TAPE_FAILED;
  event->failure = bb_tape_failure_from_name (value);
  if (event->failure < 0)
    return refuse (error, event->line, "“%s” is no known failure.", value);
  return TRUE;
}

static gboolean
read_member (BbTapeEvent *event, const gchar *key, JsonNode *node, const gchar **channel, guint *n_kinds,
             GError **error)
{
  const gchar *value = string_of (node);

  if (strcmp (key, "ms") == 0) {
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
        || json_node_get_int (node) < 0)
      return refuse (error, event->line, "“ms” is not a whole number from 0.");
    return TRUE;
  }
  if (value == NULL)
    return refuse (error, event->line, "“%s” is not a text.", key);
  if (strcmp (key, "channel") == 0) {
    *channel = value;
    return TRUE;
  }
  (*n_kinds)++;
  if (strcmp (key, "error") == 0)
    return read_failure (event, value, error);
  if (g_strv_contains ((const gchar *const[]){ "out", "out_text", "in", "in_text", NULL }, key))
    return event->bytes == NULL ? read_bytes (event, key, value, error) : TRUE;
  return refuse (error, event->line, "unknown key “%s”.", key);
}

static void
add_event (BbTape *tape, const gchar *name, BbTapeEvent *event)
{
  BbTapeChannel *channel = g_hash_table_lookup (tape->channels, name);

  if (channel == NULL) {
    channel = g_new0 (BbTapeChannel, 1);
    channel->events = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_tape_event_free);
    g_hash_table_insert (tape->channels, g_strdup (name), channel);
  }
  g_ptr_array_add (channel->events, event);
}

static gboolean
read_members (BbTapeEvent *event, JsonObject *object, const gchar **channel, guint *n_kinds, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *at = keys; at != NULL; at = at->next)
    if (!read_member (event, at->data, json_object_get_member (object, at->data), channel, n_kinds, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_event (BbTape *tape, JsonObject *object, guint line, GError **error)
{
  BbTapeEvent *event = g_new0 (BbTapeEvent, 1);
  const gchar *channel = NULL;
  guint n_kinds = 0;
  gboolean fine;

  event->line = line;
  fine = read_members (event, object, &channel, &n_kinds, error);
  if (fine && !json_object_has_member (object, "ms"))
    fine = refuse (error, line, "“ms” is missing.");
  if (fine && (channel == NULL || *channel == '\0' || strlen (channel) > BB_TAPE_MAX_CHANNEL))
    fine = refuse (error, line, "“channel” is missing, empty or too long.");
  if (fine && n_kinds != 1)
    fine = refuse (error, line,
                   "one of “out”, “out_text”, “in”, “in_text” and “error” is needed, and not two.");
  if (fine)
    add_event (tape, channel, event);
  else
    bb_tape_event_free (event);
  return fine;
}

static gboolean
read_head (JsonObject *object, GError **error)
{
  JsonNode *format = json_object_get_member (object, "format");

  if (format == NULL || g_strcmp0 (string_of (format), BB_TAPE_FORMAT) != 0)
    return refuse (error, 1, "not a tape: {\"format\":\"" BB_TAPE_FORMAT "\"} is missing.");
  if (json_object_get_size (object) != 1)
    return refuse (error, 1, "the head has unknown keys.");
  return TRUE;
}

static gboolean
read_line (BbTape *tape, const gchar *start, gsize length, guint line, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (JsonNode) node = bb_json_parse (start, (gssize) length, NULL, &reason);

  if (node == NULL)
    return refuse (error, line, "%s", reason->message);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, line, "not an object.");
  return line == 1 ? read_head (json_node_get_object (node), error)
                   : read_event (tape, json_node_get_object (node), line, error);
}

static BbTape *
read_text (const gchar *text, gsize size, GError **error)
{
  g_autoptr (BbTape) tape = bb_tape_alloc (TRUE);
  const gchar *at = text, *end = text + size;
  guint line = 1;

  if (size == 0) {
    refuse (error, 1, "the tape is empty.");
    return NULL;
  }
  for (; at < end; line++) {
    const gchar *feed = memchr (at, '\n', (gsize) (end - at));
    gsize length = (gsize) ((feed != NULL ? feed : end) - at);
    if (!read_line (tape, at, length, line, error))
      return NULL;
    at += length + 1;
  }
  g_string_append_len (tape->text, text, (gssize) size);
  return g_steal_pointer (&tape);
}

BbTape *
bb_tape_new_player (const gchar *path, GError **error)
{
  g_autoptr (GBytes) bytes = bb_file_read (path, BB_TAPE_MAX_BYTES, error);
  BbTape *tape;

  if (bytes == NULL)
    return NULL;
  tape = read_text (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (tape == NULL)
    g_prefix_error (error, "%s: ", path);
  return tape;
}

BbTape *
bb_tape_new_player_from_text (const gchar *text, GError **error)
{
  return read_text (text, strlen (text), error);
}

/* ---- playing ---- */

/* Under the lock. */
static BbTapeEvent *
next_event (BbTape *tape, const gchar *name, BbTapeChannel **channel, GError **error)
{
  *channel = g_hash_table_lookup (tape->channels, name);
  if (*channel != NULL && (*channel)->next < (*channel)->events->len)
    return g_ptr_array_index ((*channel)->events, (*channel)->next);
  g_set_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_END, "%s: nothing more is recorded on this channel.",
               name);
  return NULL;
}

static gchar *
shown (gboolean text, const guint8 *bytes, gsize size)
{
  if (!text)
    return bb_tape_hex (bytes, size, SHOWN);
  return g_utf8_make_valid ((const gchar *) bytes, (gssize) MIN (size, 4 * SHOWN));
}

static void
set_difference (GError **error, const gchar *name, const BbTapeEvent *event, const guint8 *sent, gsize size,
                gsize at)
{
  gsize n;
  const guint8 *bytes = g_bytes_get_data (event->bytes, &n);
  g_autofree gchar *recorded_text = shown (event->text, bytes, n);
  g_autofree gchar *sent_text = shown (event->text, sent, size);

  g_set_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT,
               "%s: sent “%s”, but line %u of the tape has “%s”: different from byte %" G_GSIZE_FORMAT " on.",
               name, sent_text, event->line, recorded_text, at);
}

static gboolean
expect_locked (BbTape *tape, const gchar *name, const guint8 *bytes, gsize size, GError **error)
{
  BbTapeChannel *channel;
  BbTapeEvent *event = next_event (tape, name, &channel, error);
  gsize at;

  if (event == NULL)
    return FALSE;
  if (event->kind != BB_TAPE_OUT) {
    g_set_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT,
                 "%s: something was sent, but line %u of the tape has something received.", name,
                 event->line);
    return FALSE;
  }
  if (!bb_tape_matches (event->bytes, event->text, bytes, size, &at)) {
    set_difference (error, name, event, bytes, size, at);
    return FALSE;
  }
  channel->next++;
  return TRUE;
}

gboolean
bb_tape_expect (BbTape *tape, const gchar *channel, const void *bytes, gsize size, GError **error)
{
  gboolean fine;
  g_mutex_lock (&tape->lock);
  fine = expect_locked (tape, channel, bytes, size, error);
  g_mutex_unlock (&tape->lock);
  return fine;
}

static GBytes *
next_locked (BbTape *tape, const gchar *name, GError **error)
{
  BbTapeChannel *channel;
  BbTapeEvent *event = next_event (tape, name, &channel, error);

  if (event == NULL)
    return NULL;
  if (event->kind == BB_TAPE_OUT) {
    g_set_error (error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT,
                 "%s: something is waited for, but line %u of the tape has something sent.", name,
                 event->line);
    return NULL;
  }
  channel->next++;
  if (event->kind == BB_TAPE_IN)
    return g_bytes_ref (event->bytes);
  g_set_error (error, G_IO_ERROR, event->failure, "%s: failed when it was recorded (line %u).", name,
               event->line);
  return NULL;
}

GBytes *
bb_tape_next (BbTape *tape, const gchar *channel, GError **error)
{
  GBytes *bytes;
  g_mutex_lock (&tape->lock);
  bytes = next_locked (tape, channel, error);
  g_mutex_unlock (&tape->lock);
  return bytes;
}

gint
bb_tape_peek (BbTape *tape, const gchar *channel)
{
  BbTapeChannel *played;
  BbTapeEvent *event;
  gint kind;

  g_mutex_lock (&tape->lock);
  event = next_event (tape, channel, &played, NULL);
  kind = event != NULL ? (gint) event->kind : -1;
  g_mutex_unlock (&tape->lock);
  return kind;
}
