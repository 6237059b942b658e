/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-client.h: the station's side of an OCPP-J connection: connects, keeps trying, hands out links. */
#pragma once

#include "protocols/ocpp/ocpp-link.h"

G_BEGIN_DECLS

typedef struct _BbOcppClient BbOcppClient;
/* `link` NULL: the connection is gone; it tries again after `retry_ms` while it is online. */
typedef void (*BbOcppConnected) (BbOcppLink *link, gpointer data);

/* `url` without the identity: "ws://127.0.0.1:1234/ocpp". */
BbOcppClient *bb_ocpp_client_new (const gchar *url, const gchar *identity, const gchar *password,
                                  guint retry_ms, BbClock *clock, BbLog *log, BbTape *tape,
                                  BbOcppConnected connected, gpointer data);
void bb_ocpp_client_set_online (BbOcppClient *client,
                                gboolean online); /* starts, or hangs up and stays away */
void bb_ocpp_client_free (BbOcppClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbOcppClient, bb_ocpp_client_free)

G_END_DECLS
