/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-stream.h: telegrams out of the bytes of a P1 port, and the TCP connection to a bridge that brings them.
 *
 * Garbage between telegrams, half ones and those with a wrong check sum are passed over and counted. The
 * stream connects again after 1 s, 2 s, ... 30 s when the bridge goes, and when nothing came for its silence
 * time. Tape: in, the bytes of each read.
 */
#pragma once

#include "base/clock.h"
#include "protocols/p1/p1-telegram.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

/* ---- bytes to telegrams ---- */

typedef struct _BbP1Splitter BbP1Splitter;

BbP1Splitter *bb_p1_splitter_new (void);
void bb_p1_splitter_free (BbP1Splitter *splitter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbP1Splitter, bb_p1_splitter_free)
/* Adds bytes; at most BB_P1_MAX_BYTES of what is unfinished are kept. */
void bb_p1_splitter_push (BbP1Splitter *splitter, const void *bytes, gsize size);
/* The next whole and right telegram (transfer full), or NULL until more bytes come. */
BbP1Telegram *bb_p1_splitter_take (BbP1Splitter *splitter);
/* Forgets what is unfinished. */
void bb_p1_splitter_reset (BbP1Splitter *splitter);
guint bb_p1_splitter_get_n_bad (BbP1Splitter *splitter); /* telegrams that were dropped */
/* Why the last one was dropped; NULL: none was. */
const gchar *bb_p1_splitter_get_last_error (BbP1Splitter *splitter);

/* ---- a bridge ---- */

typedef struct _BbP1Stream BbP1Stream;

/* A telegram came in (borrowed), or (NULL) the connection went with `error`, which is lent too. Called from
 * the main context that made the stream; it may free the stream. */
typedef void (*BbP1Handler) (BbP1Stream *stream, const BbP1Telegram *telegram, const GError *error,
                             gpointer data);

/* `tape` and `channel` may be NULL. `silence_ms`: without a byte for so long it connects again; 0: 30 s. */
BbP1Stream *bb_p1_stream_new (const gchar *host, guint16 port, guint silence_ms, BbClock *clock, BbTape *tape,
                              const gchar *channel, BbP1Handler handler, gpointer data);
void bb_p1_stream_start (BbP1Stream *stream);
void bb_p1_stream_free (BbP1Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbP1Stream, bb_p1_stream_free)
BbP1Splitter *bb_p1_stream_get_splitter (BbP1Stream *stream);

G_END_DECLS
