/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-digest.c: answers to HTTP authentication challenges (RFC 7616, RFC 2617), without any I/O. */
#include "protocols/http/http-digest.h"

#include <string.h>

/* Longest header that is looked at. */
#define MAX_HEADER 8192

void
bb_http_challenge_free (BbHttpChallenge *challenge)
{
  if (challenge == NULL)
    return;
  g_free (challenge->realm);
  g_free (challenge->nonce);
  g_free (challenge->opaque);
  g_free (challenge);
}

/* ---- reading headers ---- */

static gboolean
is_token (gchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~/", c) != NULL);
}

static void
skip_blanks (const gchar **at)
{
  while (**at == ' ' || **at == '\t' || **at == ',')
    (*at)++;
}

static gchar *
take_token (const gchar **at)
{
  const gchar *from = *at;

  while (is_token (**at))
    (*at)++;
  return g_strndup (from, (gsize) (*at - from));
}

/* A quoted string; NULL when it does not end. */
static gchar *
take_quoted (const gchar **at)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for ((*at)++; **at != '"'; (*at)++) {
    if (**at == '\\' && (*at)[1] != '\0')
      (*at)++;
    if (**at == '\0')
      return NULL;
    g_string_append_c (text, **at);
  }
  (*at)++;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What comes next: a scheme (`value` NULL) or NAME=VALUE. FALSE at the end or at what is neither. */
static gboolean
take_item (const gchar **at, gchar **name, gchar **value)
{
  skip_blanks (at);
  g_clear_pointer (name, g_free);
  g_clear_pointer (value, g_free);
  *name = take_token (at);
  if ((*name)[0] == '\0')
    return FALSE;
  if (**at != '=')
    return TRUE;
  (*at)++;
  *value = **at == '"' ? take_quoted (at) : take_token (at);
  return *value != NULL;
}

static void
set_text (gchar **target, gchar **value)
{
  g_free (*target);
  *target = g_steal_pointer (value);
}

static gboolean
lists_auth (const gchar *qop)
{
  g_auto (GStrv) words = g_strsplit_set (qop, ", ", -1);

  return g_strv_contains ((const gchar *const *) words, "auth");
}

typedef struct {
  BbHttpChallenge *challenge;
  gboolean known; /* an algorithm and protection that we can do */
} Candidate;

static void
apply_parameter (Candidate *candidate, const gchar *name, gchar **value)
{
  BbHttpChallenge *challenge = candidate->challenge;

  if (g_ascii_strcasecmp (name, "realm") == 0)
    set_text (&challenge->realm, value);
  else if (g_ascii_strcasecmp (name, "nonce") == 0)
    set_text (&challenge->nonce, value);
  else if (g_ascii_strcasecmp (name, "opaque") == 0)
    set_text (&challenge->opaque, value);
  else if (g_ascii_strcasecmp (name, "stale") == 0)
    challenge->stale = g_ascii_strcasecmp (*value, "true") == 0;
  else if (g_ascii_strcasecmp (name, "qop") == 0) {
    challenge->qop = lists_auth (*value);
    candidate->known &= challenge->qop;
  } else if (g_ascii_strcasecmp (name, "algorithm") == 0) {
    challenge->sha256 = g_ascii_strcasecmp (*value, "SHA-256") == 0;
    candidate->known &= challenge->sha256 || g_ascii_strcasecmp (*value, "MD5") == 0;
  }
}

/* Keeps the better one of the best so far and a finished candidate. */
static void
settle (Candidate *candidate, BbHttpChallenge **best)
{
  BbHttpChallenge *challenge = g_steal_pointer (&candidate->challenge);

  if (challenge != NULL && candidate->known && challenge->realm != NULL && challenge->nonce != NULL
      && (*best == NULL || (challenge->sha256 && !(*best)->sha256))) {
    bb_http_challenge_free (*best);
    *best = challenge;
    return;
  }
  bb_http_challenge_free (challenge);
}

BbHttpChallenge *
bb_http_challenge_parse (const gchar *header, GError **error)
{
  g_autoptr (BbHttpChallenge) best = NULL;
  g_autofree gchar *name = NULL, *value = NULL;
  Candidate candidate = { 0 };
  const gchar *at = header;

  if (header == NULL || strlen (header) > MAX_HEADER) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "No header, or one that is too long");
    return NULL;
  }
  while (take_item (&at, &name, &value)) {
    if (value == NULL) {
      settle (&candidate, &best);
      if (g_ascii_strcasecmp (name, "Digest") == 0)
        candidate = (Candidate){ g_new0 (BbHttpChallenge, 1), TRUE };
    } else if (candidate.challenge != NULL)
      apply_parameter (&candidate, name, &value);
  }
  settle (&candidate, &best);
  if (*at != '\0') {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "WWW-Authenticate: not understood from byte %" G_GSIZE_FORMAT " on", (gsize) (at - header));
    return NULL;
  }
  if (best == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "No digest with MD5 or SHA-256 is offered");
  return g_steal_pointer (&best);
}

/* ---- computing ---- */

static gchar *
hash (gboolean sha256, const gchar *text)
{
  return g_compute_checksum_for_string (sha256 ? G_CHECKSUM_SHA256 : G_CHECKSUM_MD5, text, -1);
}

gchar *
bb_http_digest_ha1 (gboolean sha256, const gchar *user, const gchar *realm, const gchar *password)
{
  g_autofree gchar *text = g_strdup_printf ("%s:%s:%s", user, realm, password);

  return hash (sha256, text);
}

gchar *
bb_http_digest_response (gboolean sha256, const gchar *ha1, const gchar *nonce, const gchar *nc,
                         const gchar *cnonce, const gchar *method, const gchar *uri)
{
  g_autofree gchar *request = g_strdup_printf ("%s:%s", method, uri);
  g_autofree gchar *ha2 = hash (sha256, request);
  g_autofree gchar *text = nc != NULL ? g_strdup_printf ("%s:%s:%s:%s:auth:%s", ha1, nonce, nc, cnonce, ha2)
                                      : g_strdup_printf ("%s:%s:%s", ha1, nonce, ha2);

  return hash (sha256, text);
}

/* NAME="VALUE" with quotes and backslashes escaped. */
static void
append_quoted (GString *text, const gchar *name, const gchar *value)
{
  g_string_append_printf (text, ", %s=\"", name);
  for (; *value != '\0'; value++) {
    if (*value == '"' || *value == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *value);
  }
  g_string_append_c (text, '"');
}

gchar *
bb_http_digest_authorize (const BbHttpChallenge *challenge, const gchar *user, const gchar *password,
                          const gchar *method, const gchar *uri, guint count, const gchar *cnonce)
{
  g_autoptr (GString) text = g_string_new ("Digest algorithm=");
  g_autofree gchar *ha1 = bb_http_digest_ha1 (challenge->sha256, user, challenge->realm, password);
  g_autofree gchar *nc = challenge->qop ? g_strdup_printf ("%08x", count) : NULL;
  g_autofree gchar *response
      = bb_http_digest_response (challenge->sha256, ha1, challenge->nonce, nc, cnonce, method, uri);

  g_string_append (text, challenge->sha256 ? "SHA-256" : "MD5");
  append_quoted (text, "username", user);
  append_quoted (text, "realm", challenge->realm);
  append_quoted (text, "nonce", challenge->nonce);
  append_quoted (text, "uri", uri);
  append_quoted (text, "response", response);
  if (challenge->opaque != NULL)
    append_quoted (text, "opaque", challenge->opaque);
  if (nc != NULL) {
    g_string_append_printf (text, ", qop=auth, nc=%s", nc);
    append_quoted (text, "cnonce", cnonce);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
bb_http_basic_authorize (const gchar *user, const gchar *password)
{
  g_autofree gchar *both = g_strdup_printf ("%s:%s", user, password);
  g_autofree gchar *coded = g_base64_encode ((const guchar *) both, strlen (both));

  return g_strconcat ("Basic ", coded, NULL);
}

/* ---- checking ---- */

static GHashTable *
read_parameters (const gchar *header)
{
  g_autoptr (GHashTable) parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree gchar *name = NULL, *value = NULL;
  const gchar *at = header;

  if (strlen (header) > MAX_HEADER || !take_item (&at, &name, &value) || value != NULL
      || g_ascii_strcasecmp (name, "Digest") != 0)
    return NULL;
  while (take_item (&at, &name, &value) && value != NULL)
    g_hash_table_replace (parameters, g_ascii_strdown (name, -1), g_steal_pointer (&value));
  return *at == '\0' ? g_steal_pointer (&parameters) : NULL;
}

static gboolean
parameter_is (GHashTable *parameters, const gchar *name, const gchar *wanted)
{
  return g_strcmp0 (g_hash_table_lookup (parameters, name), wanted) == 0;
}

gboolean
bb_http_digest_check (const BbHttpChallenge *challenge, const gchar *header, const gchar *user,
                      const gchar *password, const gchar *method, const gchar *uri)
{
  g_autoptr (GHashTable) parameters = header != NULL ? read_parameters (header) : NULL;
  g_autofree gchar *ha1 = NULL, *response = NULL;
  const gchar *nc, *cnonce;

  if (parameters == NULL || !parameter_is (parameters, "username", user)
      || !parameter_is (parameters, "realm", challenge->realm)
      || !parameter_is (parameters, "nonce", challenge->nonce) || !parameter_is (parameters, "uri", uri))
    return FALSE;
  nc = challenge->qop ? g_hash_table_lookup (parameters, "nc") : NULL;
  cnonce = g_hash_table_lookup (parameters, "cnonce");
  if (challenge->qop && (nc == NULL || cnonce == NULL))
    return FALSE;
  ha1 = bb_http_digest_ha1 (challenge->sha256, user, challenge->realm, password);
  response = bb_http_digest_response (challenge->sha256, ha1, challenge->nonce, nc, cnonce, method, uri);
  return parameter_is (parameters, "response", response);
}
