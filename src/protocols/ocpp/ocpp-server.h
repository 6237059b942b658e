/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-server.h: OCPP 1.6J server: takes the WebSockets of stations, checks who they are, hands out links.
 *
 * Path: the last element is the charge point's identity, whatever comes before; doubled slashes are cleaned.
 * Unknown identities get HTTP 404 (and are kept in a short list, so that a technician sees them), wrong
 * passwords 401, a client without a common subprotocol is closed after the handshake. A second connection of
 * the same identity replaces the first (a station that came back before its old connection was seen to be
 * dead).
 */
#pragma once

#include "protocols/ocpp/ocpp-link.h"

G_BEGIN_DECLS

typedef struct _BbOcppServer BbOcppServer;

typedef struct {
  const gchar *address;         /* "127.0.0.1" */
  guint16 port;                 /* 0: a free one */
  GTlsCertificate *certificate; /* (nullable): TLS */
} BbOcppListen;

/* Is there a station of this identity? `password` (raw bytes, (nullable): none was sent) is compared by the
 * owner; FALSE with `*wrong_password` set: 401. */
typedef gboolean (*BbOcppAdmit) (const gchar *identity, const guint8 *password, gsize n_password,
                                 gboolean *wrong_password, gpointer data);
/* A link of this identity is there (transfer none; keep a reference). */
typedef void (*BbOcppArrived) (const gchar *identity, BbOcppLink *link, gpointer data);

BbOcppServer *bb_ocpp_server_new (const BbOcppListen *listen, BbClock *clock, BbLog *log, BbTape *tape,
                                  BbOcppAdmit admit, BbOcppArrived arrived, gpointer data, GError **error);
guint16 bb_ocpp_server_get_port (BbOcppServer *server);
/* Identities that knocked and are not known, newest first, at most 16 (transfer full). */
GStrv bb_ocpp_server_get_strangers (BbOcppServer *server);
void bb_ocpp_server_free (BbOcppServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbOcppServer, bb_ocpp_server_free)

/* An AuthorizationKey as stations send it: the key's bytes, or their hex text (section 3.6 of the reference).
 */
gboolean bb_ocpp_password_matches (const gchar *key, const guint8 *sent, gsize n_sent);

G_END_DECLS
