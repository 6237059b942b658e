/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.h: the one log: entries with level, topic, sentence and named fields, to standard error or to memory.
 *
 * Secrets never get in: a field whose name says that it holds one (password, pin, psk, secret, token, key,
 * authorization, cookie) is written as "•••", and so is, anywhere in a text, each value that was announced
 * with bb_log_add_secret(). A log may be used from any thread.
 */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

typedef enum { BB_LOG_ERROR = 0, BB_LOG_WARNING, BB_LOG_INFO, BB_LOG_DEBUG } BbLogLevel;

typedef struct {
  gint64 wall_ms; /* UTC */
  BbLogLevel level;
  gchar *topic; /* "engine", "ocpp", ... */
  gchar *text;  /* a sentence, secrets masked */
  GStrv fields; /* name, value, name, value, ..., NULL; secrets masked */
} BbLogEntry;

typedef struct _BbLog BbLog;

/* Writes entries up to `level` to standard error, a line each (transfer full). `clock` is kept. */
BbLog *bb_log_new_stderr (BbClock *clock, BbLogLevel level);
/* Keeps the last `capacity` entries in memory (transfer full). */
BbLog *bb_log_new_memory (BbClock *clock, BbLogLevel level, guint capacity);
BbLog *bb_log_ref (BbLog *log);
void bb_log_unref (BbLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbLog, bb_log_unref)

/* A value (of 4 bytes or more) that must not appear in any entry from now on. */
void bb_log_add_secret (BbLog *log, const gchar *secret);

/* Would an entry of this level be kept? For texts that cost something to make. */
gboolean bb_log_wants (BbLog *log, BbLogLevel level);

/* Adds an entry. A NULL log takes everything and keeps nothing. */
void bb_log_write (BbLog *log, BbLogLevel level, const gchar *topic, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Adds an entry with fields: name, value (strings), ..., NULL. */
void bb_log_write_fields (BbLog *log, BbLogLevel level, const gchar *topic, const gchar *text,
                          ...) G_GNUC_NULL_TERMINATED;

/* Copies of the entries of a memory log, oldest first (transfer full) (element-type BbLogEntry). */
GPtrArray *bb_log_get_entries (BbLog *log);
void bb_log_entry_free (BbLogEntry *entry);

/* "2026-01-01T12:00:00.000Z warning engine: Text. name=value" without a line feed (transfer full). */
gchar *bb_log_entry_to_line (const BbLogEntry *entry);
const gchar *bb_log_level_get_name (BbLogLevel level);

G_END_DECLS
