/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tape.h: what a transport's lowest I/O call sent and got, recorded and replayed (`busbar-tape/1`).
 *
 * JSON lines: a head {"format":"busbar-tape/1"}, then {"ms":0,"channel":"modbus 1","out":"0103..."} (hex; or
 * "out_text" for UTF-8 text), {"in":...}, {"error":"timed-out"}. The bytes of a request are part of what is
 * recorded, so that a replayed conversation checks what we send as well as what we do with the answer.
 * Secrets that were announced are written as "•••" (as many bytes of 0x2a in hex) and match anything of any
 * length when replayed. Safe to use from several threads; a channel belongs to one conversation at a time.
 */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"

G_BEGIN_DECLS

#define BB_TAPE_ERROR (bb_tape_error_quark ())
GQuark bb_tape_error_quark (void);
typedef enum {
  BB_TAPE_ERROR_FORMAT,    /* not a tape; message with line */
  BB_TAPE_ERROR_DIFFERENT, /* we sent something else than was recorded; message with position and both */
  BB_TAPE_ERROR_END        /* nothing more on this channel */
} BbTapeError;

typedef enum { BB_TAPE_OUT = 0, BB_TAPE_IN, BB_TAPE_FAILED } BbTapeKind;

typedef struct _BbTape BbTape;

/* Records to a file (NULL path: to memory only). `clock` gives the times. */
BbTape *bb_tape_new_recorder (const gchar *path, BbClock *clock, GError **error);
/* Plays what a text or a file holds. */
BbTape *bb_tape_new_player (const gchar *path, GError **error);
BbTape *bb_tape_new_player_from_text (const gchar *text, GError **error);
BbTape *bb_tape_ref (BbTape *tape);
void bb_tape_unref (BbTape *tape);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbTape, bb_tape_unref)

gboolean bb_tape_is_player (BbTape *tape);
/* A value that must not appear in the recording (passwords, tokens, keys). */
void bb_tape_add_secret (BbTape *tape, const gchar *secret);
/* Records (a NULL tape takes everything and keeps nothing). `text`: bytes are UTF-8 text. */
void bb_tape_write (BbTape *tape, const gchar *channel, BbTapeKind kind, const void *bytes, gsize size,
                    gboolean text);
/* Plays: the next OUT of the channel must be these bytes. */
gboolean bb_tape_expect (BbTape *tape, const gchar *channel, const void *bytes, gsize size, GError **error);
/* Plays: the next IN of the channel (transfer full); where a failure was recorded, G_IO_ERROR of its name
 * ("timed-out", "connection-closed", ...). */
GBytes *bb_tape_next (BbTape *tape, const gchar *channel, GError **error);
/* What the channel's next event is, or -1 at its end. */
gint bb_tape_peek (BbTape *tape, const gchar *channel);
/* What was recorded so far (transfer full). */
gchar *bb_tape_to_text (BbTape *tape);

G_END_DECLS
