/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-link.h: one OCPP-J connection, either side: calls with one outstanding at a time, answers, keep-alive,
 * tape.
 *
 * Wraps a SoupWebsocketConnection. Both the server (ocpp-server.h) and the emulator's stations
 * (ocpp-client.h) use it.
 */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "base/log.h"
#include "protocols/ocpp/ocpp-frame.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

#define BB_TYPE_OCPP_LINK (bb_ocpp_link_get_type ())
G_DECLARE_FINAL_TYPE (BbOcppLink, bb_ocpp_link, BB, OCPP_LINK, GObject)
/* Signal "closed" (gboolean clean): once. Property-less. */

/* Answers a CALL of the peer: returns the result's payload (transfer full), or NULL with `code` (static) and
 * `text` (transfer full) of a CALLERROR. Called on the main context. */
typedef JsonObject *(*BbOcppAnswer) (BbOcppLink *link, const gchar *action, JsonObject *payload,
                                     const gchar **code, gchar **text, gpointer data);

/* `channel` names it on the tape ("ocpp ID"). `connection` NULL: `tape` is a player, and what it holds is the
 * peer. */
BbOcppLink *bb_ocpp_link_new (SoupWebsocketConnection *connection, const gchar *channel, BbClock *clock,
                              BbLog *log, BbTape *tape);
void bb_ocpp_link_set_answer (BbOcppLink *self, BbOcppAnswer answer, gpointer data);
/* Sends a CALL as soon as the one before is answered or timed out. `payload` (transfer none). `timeout_ms`
 * runs from the moment it goes out, on the link's clock. */
void bb_ocpp_link_call_async (BbOcppLink *self, const gchar *action, JsonObject *payload, guint timeout_ms,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
JsonObject *bb_ocpp_link_call_finish (BbOcppLink *self, GAsyncResult *result, GError **error);
/* Not answered yet: sent, or waiting to be. */
guint bb_ocpp_link_get_n_waiting (BbOcppLink *self);
void bb_ocpp_link_close (BbOcppLink *self);
gboolean bb_ocpp_link_is_open (BbOcppLink *self);
/* For emulated faults: answers are replaced, or go out so much later; any text as a message. */
typedef gchar *(*BbOcppFilter) (const gchar *text, gpointer data);
/* What goes out in place of an answer (transfer full); NULL: nothing. */
void bb_ocpp_link_set_filter (BbOcppLink *self, BbOcppFilter filter, gpointer data);
void bb_ocpp_link_set_delay_ms (BbOcppLink *self, guint delay_ms);
void bb_ocpp_link_send_text (BbOcppLink *self, const gchar *text);

G_END_DECLS
