/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tape.c: the tape object and its recording side. */
#include "protocols/tape/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "base/error.h"
#include "base/file.h"
#include "protocols/tape/tape-private.h"

G_DEFINE_QUARK (bb_tape_error, bb_tape_error)

void
bb_tape_event_free (BbTapeEvent *event)
{
  g_clear_pointer (&event->bytes, g_bytes_unref);
  g_free (event);
}

static void
channel_free (gpointer data)
{
  BbTapeChannel *channel = data;
  g_ptr_array_unref (channel->events);
  g_free (channel);
}

BbTape *
bb_tape_alloc (gboolean is_player)
{
  BbTape *tape = g_new0 (BbTape, 1);
  g_atomic_ref_count_init (&tape->refs);
  g_mutex_init (&tape->lock);
  tape->is_player = is_player;
  tape->text = g_string_new (NULL);
  tape->secrets = g_ptr_array_new_with_free_func (g_free);
  tape->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, channel_free);
  return tape;
}

BbTape *
bb_tape_ref (BbTape *tape)
{
  g_atomic_ref_count_inc (&tape->refs);
  return tape;
}

void
bb_tape_unref (BbTape *tape)
{
  if (!g_atomic_ref_count_dec (&tape->refs))
    return;
  if (tape->file != NULL)
    fclose (tape->file);
  g_clear_object (&tape->clock);
  g_free (tape->path);
  g_string_free (tape->text, TRUE);
  g_ptr_array_unref (tape->secrets);
  g_hash_table_unref (tape->channels);
  g_mutex_clear (&tape->lock);
  g_free (tape);
}

gboolean
bb_tape_is_player (BbTape *tape)
{
  return tape != NULL && tape->is_player;
}

/* Adds a line to the file or to memory; a full disk ends the recording and nothing else. */
static void
put_line (BbTape *tape, const gchar *line)
{
  if (tape->path == NULL) {
    g_string_append (tape->text, line);
    g_string_append_c (tape->text, '\n');
    return;
  }
  if (tape->file == NULL)
    return;
  if (fputs (line, tape->file) < 0 || fputc ('\n', tape->file) < 0 || fflush (tape->file) != 0) {
    fclose (tape->file);
    tape->file = NULL;
  }
}

BbTape *
bb_tape_new_recorder (const gchar *path, BbClock *clock, GError **error)
{
  g_autoptr (BbTape) tape = bb_tape_alloc (FALSE);

  if (path != NULL) {
    /* A conversation is nobody else's business. */
    gint fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    tape->file = fd >= 0 ? fdopen (fd, "w") : NULL;
    if (tape->file == NULL) {
      bb_set_errno (error, errno, _ ("Could not open"), path);
      return NULL;
    }
    tape->path = g_strdup (path);
  }
  tape->clock = g_object_ref (clock);
  tape->start_ms = bb_clock_get_mono_ms (clock);
  put_line (tape, "{\"format\":\"" BB_TAPE_FORMAT "\"}");
  return g_steal_pointer (&tape);
}

void
bb_tape_add_secret (BbTape *tape, const gchar *secret)
{
  if (tape == NULL || tape->is_player || secret == NULL || strlen (secret) < BB_TAPE_SHORTEST_SECRET)
    return;
  g_mutex_lock (&tape->lock);
  if (!g_ptr_array_find_with_equal_func (tape->secrets, secret, g_str_equal, NULL))
    g_ptr_array_add (tape->secrets, g_strdup (secret));
  g_mutex_unlock (&tape->lock);
}

static void
set_bytes (JsonObject *line, BbTapeKind kind, GByteArray *bytes, gboolean text)
{
  const gchar *data = bytes->len > 0 ? (const gchar *) bytes->data : "";
  gboolean as_text = text && g_utf8_validate (data, (gssize) bytes->len, NULL);
  g_autofree gchar *value
      = as_text ? g_strndup (data, bytes->len) : bb_tape_hex ((const guint8 *) data, bytes->len, bytes->len);

  if (kind == BB_TAPE_OUT)
    json_object_set_string_member (line, as_text ? "out_text" : "out", value);
  else
    json_object_set_string_member (line, as_text ? "in_text" : "in", value);
}

void
bb_tape_write (BbTape *tape, const gchar *channel, BbTapeKind kind, const void *bytes, gsize size,
               gboolean text)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GByteArray) masked = NULL;
  g_autofree gchar *line = NULL;
  JsonObject *object;

  if (tape == NULL || tape->is_player)
    return;
  object = json_object_new ();
  node = json_node_init_object (json_node_alloc (), object);
  json_object_unref (object);
  g_mutex_lock (&tape->lock);
  json_object_set_int_member (object, "ms", MAX (bb_clock_get_mono_ms (tape->clock) - tape->start_ms, 0));
  json_object_set_string_member (object, "channel", channel);
  if (kind == BB_TAPE_FAILED) {
    g_autofree gchar *name = g_strndup (bytes, size);
    json_object_set_string_member (object, "error", name);
  } else {
    masked = bb_tape_masked (tape->secrets, bytes, size, text);
    set_bytes (object, kind, masked, text);
  }
  line = json_to_string (node, FALSE);
  put_line (tape, line);
  g_mutex_unlock (&tape->lock);
}

gchar *
bb_tape_to_text (BbTape *tape)
{
  g_autoptr (GBytes) bytes = NULL;
  gchar *text;

  g_mutex_lock (&tape->lock);
  if (tape->path != NULL && !tape->is_player)
    bytes = bb_file_read (tape->path, BB_TAPE_MAX_BYTES, NULL);
  text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : g_strdup (tape->text->str);
  g_mutex_unlock (&tape->lock);
  return text;
}
