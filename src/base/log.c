/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.c: the one log: entries to standard error or to memory, with secrets masked on the way in. */
#include "base/log.h"

#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/zone.h"

#define MASK "•••"
/* Shorter values would mask half of all texts. */
#define SHORTEST_SECRET 4

struct _BbLog {
  gatomicrefcount refs;
  BbClock *clock;
  BbLogLevel level;
  guint capacity;   /* 0: standard error */
  GMutex lock;      /* of what follows */
  guint n_left_out; /* lines that standard error did not take */
  GQueue entries;   /* (element-type BbLogEntry) */
  GPtrArray *secrets;
};

static BbLog *
log_new (BbClock *clock, BbLogLevel level, guint capacity)
{
  BbLog *log = g_new0 (BbLog, 1);
  g_atomic_ref_count_init (&log->refs);
  g_mutex_init (&log->lock);
  g_queue_init (&log->entries);
  log->clock = g_object_ref (clock);
  log->level = level;
  log->capacity = capacity;
  log->secrets = g_ptr_array_new_with_free_func (g_free);
  return log;
}

BbLog *
bb_log_new_stderr (BbClock *clock, BbLogLevel level)
{
  return log_new (clock, level, 0);
}

BbLog *
bb_log_new_memory (BbClock *clock, BbLogLevel level, guint capacity)
{
  return log_new (clock, level, MAX (capacity, 1));
}

BbLog *
bb_log_ref (BbLog *log)
{
  g_atomic_ref_count_inc (&log->refs);
  return log;
}

static void
entry_free (gpointer data)
{
  bb_log_entry_free (data);
}

void
bb_log_unref (BbLog *log)
{
  if (!g_atomic_ref_count_dec (&log->refs))
    return;
  g_queue_clear_full (&log->entries, entry_free);
  g_ptr_array_unref (log->secrets);
  g_mutex_clear (&log->lock);
  g_object_unref (log->clock);
  g_free (log);
}

void
bb_log_entry_free (BbLogEntry *entry)
{
  g_free (entry->topic);
  g_free (entry->text);
  g_strfreev (entry->fields);
  g_free (entry);
}

static BbLogEntry *
entry_copy (const BbLogEntry *entry)
{
  BbLogEntry *copy = g_new0 (BbLogEntry, 1);
  *copy = *entry;
  copy->topic = g_strdup (entry->topic);
  copy->text = g_strdup (entry->text);
  copy->fields = g_strdupv (entry->fields);
  return copy;
}

const gchar *
bb_log_level_get_name (BbLogLevel level)
{
  static const gchar *const names[] = { "error", "warning", "info", "debug" };
  return level <= BB_LOG_DEBUG ? names[level] : "debug";
}

void
bb_log_add_secret (BbLog *log, const gchar *secret)
{
  if (log == NULL || strlen (secret) < SHORTEST_SECRET)
    return;
  g_mutex_lock (&log->lock);
  g_ptr_array_add (log->secrets, g_strdup (secret));
  g_mutex_unlock (&log->lock);
}

/* Does a field of this name hold a secret? */
static gboolean
is_secret_name (const gchar *name)
{
  static const gchar *const words[] = { "password", "passwd", "passphrase", "psk",    "pin",
                                        "secret",   "token",  "key",        "cookie", "authorization" };
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  g_auto (GStrv) parts = g_strsplit_set (lower, "_-. ", -1);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strv_contains ((const gchar *const *) parts, words[i]) || g_str_has_suffix (lower, words[i]))
      return TRUE;
  return FALSE;
}

/* Called with the lock held. */
static gchar *
mask (BbLog *log, const gchar *text)
{
  g_autoptr (GString) masked = g_string_new (text);
  for (guint i = 0; i < log->secrets->len; i++)
    g_string_replace (masked, g_ptr_array_index (log->secrets, i), MASK, 0);
  return g_string_free (g_steal_pointer (&masked), FALSE);
}

/* Line feeds and other control characters of a text would forge entries. */
static void
append_plain (GString *line, const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  for (const gchar *at = valid; *at != 0; at++) {
    if ((guchar) *at < 0x20 || *at == 0x7f)
      g_string_append_printf (line, "\\x%02x", (guint) (guchar) *at);
    else
      g_string_append_c (line, *at);
  }
}

gchar *
bb_log_entry_to_line (const BbLogEntry *entry)
{
  g_autofree gchar *time = bb_time_format (entry->wall_ms, NULL);
  GString *line = g_string_new (time);
  g_string_append_printf (line, " %s ", bb_log_level_get_name (entry->level));
  append_plain (line, entry->topic);
  g_string_append (line, ": ");
  append_plain (line, entry->text);
  for (guint i = 0; entry->fields != NULL && entry->fields[i] != NULL; i += 2) {
    g_string_append_c (line, ' ');
    append_plain (line, entry->fields[i]);
    g_string_append_c (line, '=');
    append_plain (line, entry->fields[i + 1]);
  }
  return g_string_free (line, FALSE);
}

/* Whoever reads standard error may have stopped: what does not fit into the pipe is left out and counted,
 * since a log must not hold up the program. A pipe that is writable takes PIPE_BUF bytes (POSIX write()). */
static void
write_line (BbLog *log, const gchar *line)
{
  struct pollfd ready = { STDERR_FILENO, POLLOUT, 0 };
  gchar text[PIPE_BUF];
  gint n = g_snprintf (text, sizeof text, "%s\n", line);

  if (poll (&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) {
    log->n_left_out++;
    return;
  }
  if (log->n_left_out > 0) {
    gchar note[64];
    gint size = g_snprintf (note, sizeof note, "(%u lines left out: nobody read)\n", log->n_left_out);
    log->n_left_out = 0;
    if (write (STDERR_FILENO, note, (gsize) size) < 0 || poll (&ready, 1, 0) != 1)
      return;
  }
  n = MIN (n, (gint) sizeof text - 1);
  text[n - 1] = '\n';
  if (write (STDERR_FILENO, text, (gsize) n) < 0)
    log->n_left_out++;
}

static void
keep (BbLog *log, BbLogEntry *entry)
{
  g_autofree gchar *line = NULL;
  if (log->capacity > 0) {
    g_queue_push_tail (&log->entries, entry);
    if (g_queue_get_length (&log->entries) > log->capacity)
      bb_log_entry_free (g_queue_pop_head (&log->entries));
    return;
  }
  line = bb_log_entry_to_line (entry);
  write_line (log, line);
  bb_log_entry_free (entry);
}

/* `fields` (nullable): names and values by turns. */
static void
add (BbLog *log, BbLogLevel level, const gchar *topic, const gchar *text, GPtrArray *fields)
{
  BbLogEntry *entry = g_new0 (BbLogEntry, 1);
  GPtrArray *masked = g_ptr_array_new ();
  entry->wall_ms = bb_clock_get_wall_ms (log->clock, NULL);
  entry->level = level;
  entry->topic = g_strdup (topic);
  g_mutex_lock (&log->lock);
  entry->text = mask (log, text);
  for (guint i = 0; fields != NULL && i + 1 < fields->len; i += 2) {
    const gchar *name = g_ptr_array_index (fields, i);
    g_ptr_array_add (masked, g_strdup (name));
    g_ptr_array_add (masked,
                     is_secret_name (name) ? g_strdup (MASK) : mask (log, g_ptr_array_index (fields, i + 1)));
  }
  g_ptr_array_add (masked, NULL);
  entry->fields = (GStrv) g_ptr_array_free (masked, FALSE);
  keep (log, entry);
  g_mutex_unlock (&log->lock);
}

gboolean
bb_log_wants (BbLog *log, BbLogLevel level)
{
  return log != NULL && level <= log->level;
}

void
bb_log_write (BbLog *log, BbLogLevel level, const gchar *topic, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;
  if (log == NULL || level > log->level)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  add (log, level, topic, text, NULL);
}

void
bb_log_write_fields (BbLog *log, BbLogLevel level, const gchar *topic, const gchar *text, ...)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  va_list args;
  if (log == NULL || level > log->level)
    return;
  va_start (args, text);
  for (const gchar *part = va_arg (args, const gchar *); part != NULL; part = va_arg (args, const gchar *))
    g_ptr_array_add (fields, (gpointer) part);
  va_end (args);
  add (log, level, topic, text, fields);
}

GPtrArray *
bb_log_get_entries (BbLog *log)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_mutex_lock (&log->lock);
  for (GList *link = log->entries.head; link != NULL; link = link->next)
    g_ptr_array_add (entries, entry_copy (link->data));
  g_mutex_unlock (&log->lock);
  return entries;
}
