/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raw-server.h: a TCP server for tests that answers each request with given bytes, however wrong. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  RAW_CLOSE = 0, /* the bytes, then the connection closes */
  RAW_KEEP,      /* the bytes, then nothing */
  RAW_REPEAT,    /* the head, then the filler again and again without end */
  RAW_DRIP       /* the head, then a byte of the filler each time the test calls raw_server_drip() */
} RawMode;

typedef struct _RawServer RawServer;

RawServer *raw_server_new (RawMode mode, const gchar *head, gsize size, const gchar *filler);
guint16 raw_server_get_port (RawServer *server);
/* Further answers after the first (RAW_KEEP): one for each request, in order; the last one again and again.
 */
void raw_server_add (RawServer *server, const gchar *head);
/* All that was received, and how many requests (transfer none). */
const gchar *raw_server_get_received (RawServer *server);
guint raw_server_get_n_requests (RawServer *server);
guint64 raw_server_get_n_sent (RawServer *server);
void raw_server_drip (RawServer *server);
void raw_server_free (RawServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

G_END_DECLS
