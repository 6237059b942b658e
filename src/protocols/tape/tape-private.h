/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tape-private.h: what the two sides of a tape share: the object, its events, masking and matching. */
#pragma once

#include <stdio.h>

#include "protocols/tape/tape.h"

G_BEGIN_DECLS

#define BB_TAPE_FORMAT "busbar-tape/1"
/* Shorter secrets would mask half of all texts. */
#define BB_TAPE_SHORTEST_SECRET 4
#define BB_TAPE_MASK            "•••"
#define BB_TAPE_MASK_BYTE       0x2a
#define BB_TAPE_MAX_BYTES       (64u << 20)
#define BB_TAPE_MAX_CHANNEL     200

typedef struct {
  BbTapeKind kind;
  gboolean text;
  gint failure; /* GIOErrorEnum */
  guint line;
  GBytes *bytes; /* NULL of a failure */
} BbTapeEvent;

/* What one channel plays. */
typedef struct {
  GPtrArray *events; /* (element-type BbTapeEvent) */
  guint next;
} BbTapeChannel;

struct _BbTape {
  gatomicrefcount refs;
  gboolean is_player;
  GMutex lock; /* of what follows */
  /* recorder */
  BbClock *clock;
  gint64 start_ms;
  gchar *path; /* (nullable) */
  FILE *file;  /* (nullable) */
  GString *text;
  GPtrArray *secrets;
  /* player */
  GHashTable *channels; /* (element-type utf8 BbTapeChannel) */
};

BbTape *bb_tape_alloc (gboolean is_player);
void bb_tape_event_free (BbTapeEvent *event);

/* `bytes` with every secret masked (transfer full). */
GByteArray *bb_tape_masked (GPtrArray *secrets, const guint8 *bytes, gsize size, gboolean text);

/* Whether `sent` is what was `recorded`; a mask in that matches anything. `at`: the first byte that differs.
 */
gboolean bb_tape_matches (GBytes *recorded, gboolean text, const guint8 *sent, gsize size, gsize *at);

/* "timed-out" for G_IO_ERROR_TIMED_OUT; and back, or -1. */
gint bb_tape_failure_from_name (const gchar *name);

/* Bytes as a tape and its messages show them, at most `most` of them (transfer full). */
gchar *bb_tape_hex (const guint8 *bytes, gsize size, gsize most);

G_END_DECLS
