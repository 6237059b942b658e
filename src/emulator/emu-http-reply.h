/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-http-reply.h: HTTP servers of emulated devices: how an answer goes out, with the device's faults on its
 * wire. */
#pragma once

#include <libsoup/soup.h>

#include "emulator/emu-device.h"

G_BEGIN_DECLS

/* A server and its answers that wait: for a delay, or for a fault to end. */
typedef struct {
  SoupServer *server;      /* (owned); NULL: off line */
  GSocketService *service; /* (owned): takes its connections */
  guint16 port;            /* 0: not listening yet */
  SoupServerCallback callback;
  gpointer data;
  GPtrArray *waiting; /* (element-type gpointer) of emu-http-reply.c */
} BbEmuHttpServer;

/* Listens on a free port of 127.0.0.1; the callback as of soup_server_add_handler() for every path. */
BbEmuHttpServer *bb_emu_http_server_new (SoupServerCallback callback, gpointer data, GError **error);
void bb_emu_http_server_free (BbEmuHttpServer *server);
/* Connections go; listens again on the same port when `online`. */
void bb_emu_http_server_set_online (BbEmuHttpServer *server, gboolean online, BbLog *log);

/* Answers `message` with `status` and a JSON text, as the faults of `device` have it: late, never, half,
 * twice, refused, or as bytes that are no answer. */
void bb_emu_http_reply (BbEmuHttpServer *server, BbEmuDevice *device, SoupServerMessage *message,
                        guint status, const gchar *json);
/* The faults of `device` changed: what waits for one that is over goes out. */
void bb_emu_http_release (BbEmuHttpServer *server, BbEmuDevice *device);
/* The request's path with its query (transfer full). */
gchar *bb_emu_http_get_target (SoupServerMessage *message);

G_END_DECLS
