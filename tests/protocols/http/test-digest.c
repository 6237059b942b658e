/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-digest.c: digest answers against published vectors, challenges as devices send them, and broken ones.
 */
#include "protocols/http/http-digest.h"

/* RFC 7616, 3.9.1: MD5 and SHA-256 of the same request. */
static void
test_rfc7616 (void)
{
  static const struct {
    gboolean sha256;
    const gchar *response;
  } rows[] = { { FALSE, "8ca523f5e9506fed4657c9700eebdbec" },
               { TRUE, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *ha1
        = bb_http_digest_ha1 (rows[i].sha256, "Mufasa", "http-auth@example.org", "Circle of Life");
    g_autofree gchar *response
        = bb_http_digest_response (rows[i].sha256, ha1, "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                   "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "GET",
                                   "/dir/index.html");

    g_assert_cmpstr (response, ==, rows[i].response);
  }
}

/* Shelly: both forms of its vectors. */
static void
test_shelly (void)
{
  g_autofree gchar *ha1 = bb_http_digest_ha1 (TRUE, "admin", "shellypro3em-aabbccddeeff", "secret");
  g_autofree gchar *rpc
      = bb_http_digest_response (TRUE, ha1, "1639038205", "1", "313273957", "dummy_method", "dummy_uri");
  g_autofree gchar *header
      = bb_http_digest_response (TRUE, ha1, "60dc2b74", "00000001", "0a4f113b", "POST", "/rpc");

  g_assert_cmpstr (ha1, ==, "775aaf324b6eca79a20304cd355612bb25bebcafbfe302b6e555690d7afa130a");
  g_assert_cmpstr (rpc, ==, "db0a762ef1770b2a076988b48d8f66a34f9e6b03af9891bd83280bcf09c51b85");
  g_assert_cmpstr (header, ==, "3ee9b3303db5249b1c5e2caadfe7dec995e8c4a6b387432ebb9aefdc611740e1");
}

/* The Authorization header as a whole, and the other side's view of it. */
static void
test_header (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpChallenge) challenge = bb_http_challenge_parse (
      "Digest qop=\"auth\", realm=\"shellypro3em-aabbccddeeff\", nonce=\"60dc2b74\", algorithm=SHA-256",
      &error);
  g_autofree gchar *header = NULL;

  g_assert_no_error (error);
  g_assert_true (challenge->sha256 && challenge->qop && !challenge->stale);
  header = bb_http_digest_authorize (challenge, "admin", "secret", "POST", "/rpc", 1, "0a4f113b");
  g_assert_cmpstr (header, ==,
                   "Digest algorithm=SHA-256, username=\"admin\", realm=\"shellypro3em-aabbccddeeff\", "
                   "nonce=\"60dc2b74\", uri=\"/rpc\", "
                   "response=\"3ee9b3303db5249b1c5e2caadfe7dec995e8c4a6b387432ebb9aefdc611740e1\", qop=auth, "
                   "nc=00000001, cnonce=\"0a4f113b\"");
  g_assert_true (bb_http_digest_check (challenge, header, "admin", "secret", "POST", "/rpc"));
  g_assert_false (bb_http_digest_check (challenge, header, "admin", "Secret", "POST", "/rpc"));
  g_assert_false (bb_http_digest_check (challenge, header, "admin", "secret", "GET", "/rpc"));
  g_assert_false (bb_http_digest_check (challenge, header, "admin", "secret", "POST", "/rpc2"));
  g_assert_false (
      bb_http_digest_check (challenge, "Basic YWRtaW46c2VjcmV0", "admin", "secret", "POST", "/rpc"));
  g_assert_false (bb_http_digest_check (challenge, NULL, "admin", "secret", "POST", "/rpc"));
}

static void
test_choice (void)
{
  static const struct {
    const gchar *header;
    gboolean understood, sha256, qop;
  } rows[] = {
    { "Digest realm=\"a\", nonce=\"b\"", TRUE, FALSE, FALSE },
    { "Digest realm=\"a\", nonce=\"b\", qop=\"auth,auth-int\"", TRUE, FALSE, TRUE },
    { "Basic realm=\"x\", Digest realm=a, nonce=b, qop=auth, algorithm=MD5", TRUE, FALSE, TRUE },
    { "Digest realm=\"a\", nonce=\"b\", qop=\"auth\", algorithm=MD5, Digest realm=\"a\", nonce=\"c\", "
      "qop=\"auth\", "
      "algorithm=SHA-256",
      TRUE, TRUE, TRUE },
    { "digest REALM=\"a \\\"b\\\"\",nonce=\"b\",ALGORITHM=sha-256 , qop = \"auth\"", FALSE, FALSE, FALSE },
    { "Digest realm=\"a\", nonce=\"b\", qop=\"auth-int\"", FALSE, FALSE, FALSE },
    { "Digest realm=\"a\", nonce=\"b\", algorithm=SHA-512-256", FALSE, FALSE, FALSE },
    { "Digest realm=\"a\", nonce=\"b\", algorithm=MD5-sess", FALSE, FALSE, FALSE },
    { "Digest realm=\"a\"", FALSE, FALSE, FALSE },
    { "Digest nonce=\"a\"", FALSE, FALSE, FALSE },
    { "Basic realm=\"x\"", FALSE, FALSE, FALSE },
    { "Digest realm=\"a", FALSE, FALSE, FALSE },
    { "Digest realm=\"a\\", FALSE, FALSE, FALSE },
    { "\x01\x02", FALSE, FALSE, FALSE },
    { "", FALSE, FALSE, FALSE },
    { NULL, FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbHttpChallenge) challenge = bb_http_challenge_parse (rows[i].header, &error);

    g_test_message ("%s", rows[i].header != NULL ? rows[i].header : "(none)");
    g_assert_cmpint (challenge != NULL, ==, rows[i].understood);
    g_assert_cmpint (error == NULL, ==, rows[i].understood);
    if (challenge != NULL) {
      g_assert_cmpint (challenge->sha256, ==, rows[i].sha256);
      g_assert_cmpint (challenge->qop, ==, rows[i].qop);
    }
  }
}

static void
test_long (void)
{
  g_autofree gchar *many = g_strnfill (9000, 'a');
  g_autofree gchar *header = g_strdup_printf ("Digest realm=\"%s\", nonce=\"b\"", many);
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_http_challenge_parse (header, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_basic (void)
{
  g_autofree gchar *header = bb_http_basic_authorize ("Aladdin", "open sesame");

  g_assert_cmpstr (header, ==, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/digest/rfc-7616", test_rfc7616);
  g_test_add_func ("/http/digest/shelly", test_shelly);
  g_test_add_func ("/http/digest/header", test_header);
  g_test_add_func ("/http/digest/choice", test_choice);
  g_test_add_func ("/http/digest/long", test_long);
  g_test_add_func ("/http/basic", test_basic);
  return g_test_run ();
}
