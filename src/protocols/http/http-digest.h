/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-digest.h: answers to HTTP authentication challenges (RFC 7616, RFC 2617), without any I/O.
 *
 * libsoup knows digest with MD5 only; Shelly wants SHA-256 (user "admin", qop "auth"). Both are computed
 * here.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  gchar *realm, *nonce;
  gchar *opaque;   /* (nullable) */
  gboolean sha256; /* else MD5 */
  gboolean qop;    /* qop "auth" is offered; else the old form without counter */
  gboolean stale;  /* the password was right, the nonce too old */
} BbHttpChallenge;

void bb_http_challenge_free (BbHttpChallenge *challenge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbHttpChallenge, bb_http_challenge_free)

/* The strongest digest challenge in a WWW-Authenticate header (several may stand in it), or NULL with
 * G_IO_ERROR_INVALID_DATA or, where there is none that we can answer, G_IO_ERROR_NOT_SUPPORTED. */
BbHttpChallenge *bb_http_challenge_parse (const gchar *header, GError **error);

/* H (user:realm:password) (transfer full). */
gchar *bb_http_digest_ha1 (gboolean sha256, const gchar *user, const gchar *realm, const gchar *password);
/* H (HA1:nonce:nc:cnonce:auth:H (method:uri)) (transfer full); `nc` as written, 8 digits. A NULL nc: the form
 * without qop. */
gchar *bb_http_digest_response (gboolean sha256, const gchar *ha1, const gchar *nonce, const gchar *nc,
                                const gchar *cnonce, const gchar *method, const gchar *uri);
/* The Authorization header's value (transfer full); `count` from 1, up by one for each use of a nonce. */
gchar *bb_http_digest_authorize (const BbHttpChallenge *challenge, const gchar *user, const gchar *password,
                                 const gchar *method, const gchar *uri, guint count, const gchar *cnonce);
/* "Basic ..." (transfer full). */
gchar *bb_http_basic_authorize (const gchar *user, const gchar *password);

/* The other side: TRUE when an Authorization header is the right answer to `challenge`; uri as the request
 * line has it. */
gboolean bb_http_digest_check (const BbHttpChallenge *challenge, const gchar *header, const gchar *user,
                               const gchar *password, const gchar *method, const gchar *uri);

G_END_DECLS
