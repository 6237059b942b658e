/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-splitter.c: whole telegrams out of a stream of bytes, whatever lies between them. */
#include "protocols/p1/p1-stream.h"

#include <string.h>

struct _BbP1Splitter {
  GByteArray *bytes; /* from a "/" on, or empty */
  gsize searched;    /* no "!" up to here */
  guint n_bad;
  gchar *last_error;
};

BbP1Splitter *
bb_p1_splitter_new (void)
{
  BbP1Splitter *splitter = g_new0 (BbP1Splitter, 1);

  splitter->bytes = g_byte_array_new ();
  return splitter;
}

void
bb_p1_splitter_free (BbP1Splitter *splitter)
{
  if (splitter == NULL)
    return;
  g_byte_array_unref (splitter->bytes);
  g_free (splitter->last_error);
  g_free (splitter);
}

void
bb_p1_splitter_reset (BbP1Splitter *splitter)
{
  g_byte_array_set_size (splitter->bytes, 0);
  splitter->searched = 0;
}

guint
bb_p1_splitter_get_n_bad (BbP1Splitter *splitter)
{
  return splitter->n_bad;
}

const gchar *
bb_p1_splitter_get_last_error (BbP1Splitter *splitter)
{
  return splitter->last_error;
}

/* Drops what is before the first "/" at or after `from`; all when there is none. */
static void
resync (BbP1Splitter *splitter, gsize from)
{
  GByteArray *bytes = splitter->bytes;
  const guint8 *found = from < bytes->len ? memchr (bytes->data + from, '/', bytes->len - from) : NULL;

  splitter->searched = 0;
  if (found == NULL)
    g_byte_array_set_size (bytes, 0);
  else if (found != bytes->data)
    g_byte_array_remove_range (bytes, 0, (guint) (found - bytes->data));
}

static void
drop (BbP1Splitter *splitter, const gchar *why)
{
  splitter->n_bad++;
  g_free (splitter->last_error);
  splitter->last_error = g_strdup (why);
  resync (splitter, 1);
}

void
bb_p1_splitter_push (BbP1Splitter *splitter, const void *bytes, gsize size)
{
  const guint8 *at = bytes, *start = size > 0 ? at : NULL;

  if (splitter->bytes->len == 0 && size > 0)
    start = memchr (at, '/', size);
  if (start != NULL)
    g_byte_array_append (splitter->bytes, start, (guint) (size - (gsize) (start - at)));
}

/* Where the telegram that starts the buffer ends: after the check sum's four digits. 0: not yet. */
static gsize
find_end (BbP1Splitter *splitter)
{
  GByteArray *bytes = splitter->bytes;

  for (gsize i = MAX (splitter->searched, 1); i < bytes->len; i++)
    if (bytes->data[i] == '!' && bytes->data[i - 1] == '\n') {
      splitter->searched = i;
      return i + 5 <= bytes->len ? i + 5 : 0;
    }
  splitter->searched = bytes->len;
  return 0;
}

BbP1Telegram *
bb_p1_splitter_take (BbP1Splitter *splitter)
{
  while (splitter->bytes->len > 0) {
    gsize end = find_end (splitter);
    g_autoptr (BbP1Telegram) telegram = NULL;
    g_autoptr (GError) error = NULL;

    if (end == 0 && splitter->bytes->len <= BB_P1_MAX_BYTES)
      return NULL;
    if (end == 0) {
      drop (splitter, "a telegram that does not end");
      continue;
    }
    telegram = bb_p1_telegram_parse ((const gchar *) splitter->bytes->data, end, &error);
    if (telegram != NULL) {
      resync (splitter, end);
      return g_steal_pointer (&telegram);
    }
    drop (splitter, error->message);
  }
  return NULL;
}
