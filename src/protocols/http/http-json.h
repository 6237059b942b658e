/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-json.h: requests to a device that answers JSON over HTTP, bounded in size, depth and time.
 *
 * A client speaks to one host, one request after the other. Redirects are refused, no proxy is used, nothing
 * is compressed. Tape (message level): out "GET /status" (and a body after a line feed), in "200" (and the
 * body); what a challenge for a password adds is not on it, nor is any Authorization header; passwords and
 * tokens are secrets.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "base/clock.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

#define BB_HTTP_ERROR (bb_http_error_quark ())
GQuark bb_http_error_quark (void);
/* Statuses other than 2xx are BB_HTTP_ERROR_STATUS + status (bb_http_reply_check()). */
typedef enum {
  BB_HTTP_ERROR_CONNECT,   /* refused, no route, no such name */
  BB_HTTP_ERROR_TIMED_OUT, /* no whole answer in time */
  BB_HTTP_ERROR_CLOSED,    /* the connection ended in the answer, or it is no HTTP */
  BB_HTTP_ERROR_TLS,       /* its certificate cannot be trusted */
  BB_HTTP_ERROR_TOO_LARGE, /* over BB_HTTP_MAX_BODY */
  BB_HTTP_ERROR_REDIRECT,  /* it points somewhere else */
  BB_HTTP_ERROR_DATA,      /* not JSON; message with line and column */
  BB_HTTP_ERROR_ADDRESS,   /* base or path make no http(s) address */
  BB_HTTP_ERROR_STATUS = 1000
} BbHttpError;

#define BB_HTTP_MAX_BODY (1u << 20)

typedef enum {
  BB_HTTP_AUTH_NONE
  = 0, /* digest or basic all the same when the device asks and user and password are there */
  BB_HTTP_AUTH_BASIC,
  BB_HTTP_AUTH_DIGEST,
  BB_HTTP_AUTH_BEARER /* bb_http_client_set_token() */
} BbHttpAuth;

/* As `auth` of a profile's interface; NULL: BB_HTTP_AUTH_NONE. */
BbHttpAuth bb_http_auth_from_name (const gchar *name);

typedef struct {
  const gchar *base; /* "http://127.0.0.1:8080", see bb_http_make_base() */
  BbHttpAuth auth;
  const gchar *user, *password; /* (nullable) */
  guint timeout_ms;             /* for the whole answer; 0: 5000 */
  const gchar *channel;         /* name on the tape; NULL: made from base */
} BbHttpLink;

typedef struct {
  const gchar *method;       /* NULL: "GET" */
  const gchar *path;         /* "/rpc/EM.GetStatus?id=0" */
  const gchar *body;         /* (nullable) */
  const gchar *content_type; /* NULL: "application/json" where there is a body */
} BbHttpRequest;

typedef struct {
  guint status;
  JsonNode *root; /* NULL: an empty body, or (not 2xx) one that is no JSON */
} BbHttpReply;

void bb_http_reply_free (BbHttpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbHttpReply, bb_http_reply_free)
/* FALSE with BB_HTTP_ERROR_STATUS + status unless it is 2xx. */
gboolean bb_http_reply_check (const BbHttpReply *reply, GError **error);

/* A session as the clients want it: no proxy, no cookies, no compression, many hosts (transfer full). */
SoupSession *bb_http_session_new (void);
/* "http://HOST:PORT", brackets around IPv6, port 80 left out; a host that has "://" already is taken as it
 * is, without a slash at its end (transfer full). */
gchar *bb_http_make_base (const gchar *host, guint16 port);

typedef struct _BbHttpClient BbHttpClient;

/* `link` is copied; `tape` may be NULL. */
BbHttpClient *bb_http_client_new (SoupSession *session, const BbHttpLink *link, BbClock *clock, BbTape *tape);
BbHttpClient *bb_http_client_ref (BbHttpClient *client);
void bb_http_client_unref (BbHttpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbHttpClient, bb_http_client_unref)

void bb_http_client_set_token (BbHttpClient *client, const gchar *token); /* NULL: none */
void bb_http_client_set_timeout_ms (BbHttpClient *client, guint timeout_ms);

/* Finishes on the thread-default context with a reply, whatever its status; NULL with BB_HTTP_ERROR,
 * G_IO_ERROR_CANCELLED or BB_TAPE_ERROR. */
void bb_http_client_request_async (BbHttpClient *client, const BbHttpRequest *request,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
BbHttpReply *bb_http_client_request_finish (BbHttpClient *client, GAsyncResult *result, GError **error);

G_END_DECLS
