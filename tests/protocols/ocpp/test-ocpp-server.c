/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ocpp-server.c: who gets in: paths, keys of any bytes, strangers, subprotocols, comers-back, slow and
 * rude peers. */
#include "ocpp-kit.h"

/* ---- a raw peer ---- */

typedef struct {
  GSocketConnection *connection;
  GString *got;
  gchar buffer[4096];
  gboolean ended;
} Raw;

static void raw_read (Raw *raw);

static void
raw_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Raw *raw = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  if (n <= 0) {
    raw->ended = TRUE;
    return;
  }
  g_string_append_len (raw->got, raw->buffer, n);
  raw_read (raw);
}

static void
raw_read (Raw *raw)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (raw->connection)), raw->buffer,
                             sizeof raw->buffer, G_PRIORITY_DEFAULT, NULL, raw_read_cb, raw);
}

static Raw *
raw_new (Kit *kit, const gchar *text)
{
  Raw *raw = g_new0 (Raw, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_socket_client_set_enable_proxy (client, FALSE);
  raw->got = g_string_new (NULL);
  raw->connection = g_socket_client_connect_to_host (client, "127.0.0.1",
                                                     bb_ocpp_server_get_port (kit->server), NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (raw->connection)),
                                            text, strlen (text), NULL, NULL, &error));
  raw_read (raw);
  return raw;
}

static void
raw_free (Raw *raw)
{
  GSocket *socket = g_socket_connection_get_socket (raw->connection);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
  kit_wait (raw->ended);
  g_object_unref (raw->connection);
  g_string_free (raw->got, TRUE);
  g_free (raw);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Raw, raw_free)

/* `extra`: more header lines, each with its end. */
static gchar *
handshake (const gchar *path, const gchar *protocols, const gchar *extra)
{
  g_autofree gchar *line
      = protocols != NULL ? g_strdup_printf ("Sec-WebSocket-Protocol: %s\r\n", protocols) : g_strdup ("");
  return g_strdup_printf (
      "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s\r\n",
      path, line, extra);
}

/* The status of an attempt. */
static gint
knock (Kit *kit, const gchar *path, const gchar *protocols, const gchar *extra)
{
  g_autofree gchar *text = handshake (path, protocols, extra);
  g_autoptr (Raw) raw = raw_new (kit, text);
  kit_wait (raw->got->len >= 12 || raw->ended);
  return raw->got->len >= 12 ? (gint) g_ascii_strtoll (raw->got->str + 9, NULL, 10) : 0;
}

static gchar *
basic (const gchar *user, const guint8 *key, gsize n_key)
{
  g_autoptr (GByteArray) pair = g_byte_array_new ();
  g_autofree gchar *encoded = NULL;
  g_byte_array_append (pair, (const guint8 *) user, (guint) strlen (user));
  g_byte_array_append (pair, (const guint8 *) ":", 1);
  g_byte_array_append (pair, key, (guint) n_key);
  encoded = g_base64_encode (pair->data, pair->len);
  return g_strdup_printf ("Authorization: Basic %s\r\n", encoded);
}

/* ---- tests ---- */

static void
test_paths (void)
{
  static const gchar *const good[] = { "/CP1",       "/ocpp/CP1",  "//ocpp/CP1",  "/ocpp//CP1",
                                       "/ocpp/CP1/", "/a/b/c/CP1", "/ocpp/CP%31", "/ocpp/CP1?x=y" };
  Kit kit = { 0 };
  kit_open (&kit, "CP1", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_test_message ("%s", good[i]);
    g_assert_cmpint (knock (&kit, good[i], "ocpp1.6", ""), ==, 101);
    kit_wait (kit.n_arrived == i + 1);
    g_assert_cmpstr (kit.identity, ==, "CP1");
  }
  kit_close (&kit);
}

static void
test_odd_identity (void)
{
  Kit kit = { 0 };
  kit_open (&kit, "Hall A/\xc3\xa4 1", NULL);
  g_assert_cmpint (knock (&kit, "/ocpp/Hall%20A%2F%C3%A4%201", "ocpp1.6", ""), ==, 101);
  kit_wait (kit.n_arrived == 1);
  g_assert_cmpint (knock (&kit, "/ocpp/CP%00", "ocpp1.6", ""), ==, 404);
  g_assert_cmpint (knock (&kit, "/ocpp/%ff", "ocpp1.6", ""), ==, 404);
  g_assert_cmpint (knock (&kit, "/", "ocpp1.6", ""), ==, 404);
  kit_close (&kit);
}

static void
test_strangers (void)
{
  Kit kit = { 0 };
  g_auto (GStrv) strangers = NULL;
  kit_open (&kit, "CP1", NULL);
  for (guint i = 0; i < 20; i++) {
    g_autofree gchar *path = g_strdup_printf ("/ocpp/S%u", i);
    g_assert_cmpint (knock (&kit, path, "ocpp1.6", ""), ==, 404);
  }
  g_assert_cmpint (knock (&kit, "/ocpp/S10", "ocpp1.6", ""), ==, 404);
  strangers = bb_ocpp_server_get_strangers (kit.server);
  g_assert_cmpuint (g_strv_length (strangers), ==, 16);
  g_assert_cmpstr (strangers[0], ==, "S10");
  g_assert_cmpstr (strangers[1], ==, "S19");
  g_assert_cmpuint (kit.n_arrived, ==, 0);
  kit_close (&kit);
}

static void
test_no_websocket (void)
{
  Kit kit = { 0 };
  kit_open (&kit, "CP1", NULL);
  {
    g_autoptr (Raw) raw = raw_new (&kit, "GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\n\r\n");
    kit_wait (strstr (raw->got->str, "426") != NULL);
  }
  {
    g_autoptr (Raw) raw = raw_new (&kit, "POST /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    kit_wait (strstr (raw->got->str, "426") != NULL);
  }
  {
    g_autoptr (Raw) raw = raw_new (&kit, "\x16\x03\x01\x02 rubbish\r\n\r\n");
    kit_wait (raw->ended || raw->got->len > 0);
  }
  kit_close (&kit);
}

/* ---- subprotocols ---- */

static void
test_subprotocols (void)
{
  Kit kit = { 0 };
  g_autofree gchar *both = handshake ("/ocpp/CP1", "ocpp2.0.1, ocpp1.6", "");
  g_autofree gchar *none = handshake ("/ocpp/CP1", NULL, "");
  kit_open (&kit, "CP1", NULL);
  {
    g_autoptr (Raw) raw = raw_new (&kit, both);
    kit_wait (strstr (raw->got->str, "\r\n\r\n") != NULL);
    g_assert_nonnull (strstr (raw->got->str, "Sec-WebSocket-Protocol: ocpp1.6\r\n"));
    kit_wait (kit.n_arrived == 1);
  }
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp2.0.1", ""), ==, 400);
  {
    g_autoptr (Raw) raw = raw_new (&kit, none);
    kit_wait (strstr (raw->got->str, "the subprotocol ocpp1.6 is required") != NULL);
    g_assert_nonnull (strstr (raw->got->str, "101"));
    g_assert_null (strstr (raw->got->str, "Sec-WebSocket-Protocol"));
  }
  g_assert_cmpuint (kit.n_arrived, ==, 1);
  kit_close (&kit);
}

/* ---- keys ---- */

static void
test_password (void)
{
  Kit kit = { 0 };
  g_autofree gchar *good = basic ("CP1", (const guint8 *) "secret-key", 10);
  g_autofree gchar *bad = basic ("CP1", (const guint8 *) "secret-kez", 10);
  g_autofree gchar *empty = basic ("CP1", (const guint8 *) "", 0);
  kit_open (&kit, "CP1", "secret-key");
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", good), ==, 101);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", bad), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", empty), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", ""), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", "Authorization: Basic !!!\r\n"), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", "Authorization: Basic Q1Ax\r\n"), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", "Authorization: Bearer x\r\n"), ==, 401);
  g_assert_cmpint (knock (&kit, "/ocpp/CP2", "ocpp1.6", good), ==, 404);
  kit_close (&kit);
}

/* 20 bytes with a zero and no UTF-8 among them; the site has them as hex. */
static void
test_binary_password (void)
{
  static const guint8 key[20] = { 0x00, 0xff, 0x3a, 0x80, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
                                  0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0xfe, 0x00 };
  static const gchar hex[] = "00FF3A800102030405060708090A0B0C0D0EFE00";
  Kit kit = { 0 };
  g_autofree gchar *bytes = basic ("CP1", key, sizeof key);
  g_autofree gchar *as_hex = basic ("CP1", (const guint8 *) "00ff3a800102030405060708090a0b0c0d0efe00", 40);
  g_autofree gchar *shorter = basic ("CP1", key, sizeof key - 1);
  kit_open (&kit, "CP1", hex);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", bytes), ==, 101);
  g_assert_cmpmem (g_bytes_get_data (kit.sent_password, NULL), g_bytes_get_size (kit.sent_password), key,
                   sizeof key);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", as_hex), ==, 101);
  g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", shorter), ==, 401);
  kit_close (&kit);
}

static void
test_matches (void)
{
  g_assert_true (bb_ocpp_password_matches ("abc", (const guint8 *) "abc", 3));
  g_assert_true (bb_ocpp_password_matches ("abc", (const guint8 *) "616263", 6));
  g_assert_true (bb_ocpp_password_matches ("616263", (const guint8 *) "abc", 3));
  g_assert_false (bb_ocpp_password_matches ("abc", (const guint8 *) "abcd", 4));
  g_assert_false (bb_ocpp_password_matches ("abc", (const guint8 *) "", 0));
  g_assert_false (bb_ocpp_password_matches ("abc", NULL, 0));
  g_assert_false (bb_ocpp_password_matches ("abc", (const guint8 *) "61626", 5));
}

/* ---- coming back, being slow ---- */

static void
test_replacement (void)
{
  Kit kit = { 0 };
  BbOcppClient *first = NULL, *second = NULL;
  g_autoptr (BbOcppLink) old = NULL;
  kit_open (&kit, "CP1", NULL);
  first = kit_connect (&kit, "/ocpp", "CP1", NULL);
  kit_wait (kit.n_arrived == 1);
  old = g_object_ref (kit.link);
  second = kit_connect (&kit, "/ocpp", "CP1", NULL);
  kit_wait (kit.n_arrived == 2);
  g_assert_false (bb_ocpp_link_is_open (old));
  g_assert_true (bb_ocpp_link_is_open (kit.link));
  g_assert_true (kit.link != old);
  bb_ocpp_client_free (first);
  kit_settle ();
  g_assert_true (bb_ocpp_link_is_open (kit.link));
  bb_ocpp_client_free (second);
  kit_close (&kit);
}

/* Half a request, and none at all, stand in nobody's way. */
static void
test_slow (void)
{
  Kit kit = { 0 };
  g_autofree gchar *whole = handshake ("/ocpp/CP1", "ocpp1.6", "");
  kit_open (&kit, "CP1", NULL);
  {
    g_autoptr (Raw) mute = raw_new (&kit, "");
    g_autofree gchar *half = g_strndup (whole, 60);
    g_autoptr (Raw) slow = raw_new (&kit, half);
    kit_settle ();
    g_assert_cmpint (knock (&kit, "/ocpp/CP1", "ocpp1.6", ""), ==, 101);
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (slow->connection)), whole + 60,
                               strlen (whole) - 60, NULL, NULL, NULL);
    kit_wait (strstr (slow->got->str, "101") != NULL);
  }
  kit_close (&kit);
}

static void
test_busy_port (void)
{
  Kit kit = { 0 };
  g_autoptr (GError) error = NULL;
  BbOcppListen listen = { "127.0.0.1", 0, NULL };
  kit_open (&kit, "CP1", NULL);
  listen.port = bb_ocpp_server_get_port (kit.server);
  g_assert_null (
      bb_ocpp_server_new (&listen, BB_CLOCK (kit.clock), NULL, NULL, kit_admit, kit_arrived, &kit, &error));
  g_assert_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_LISTEN);
  g_clear_error (&error);
  listen.address = "here";
  g_assert_null (
      bb_ocpp_server_new (&listen, BB_CLOCK (kit.clock), NULL, NULL, kit_admit, kit_arrived, &kit, &error));
  g_assert_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_LISTEN);
  kit_close (&kit);
}

/* ---- TLS ---- */

/* Made for this test, by nobody for nobody. */
static const gchar test_pem[] = "-----BEGIN CERTIFICATE-----\n"
                                "MIIBfjCCASWgAwIBAgIUSKU+/X93JY4qgYSnys4+sYuPrQ0wCgYIKoZIzj0EAwIw\n"
                                "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE0MzU0OFoYDzIxMjYxMDI4\n"
                                "MTQzNTQ4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
                                "PQMBBwNCAAT7zcj5zSVxcRy1nKZ4mkGJ/IeY7Jiyp1bPfVaMK1dSszjOXw0gg9IV\n"
                                "yfO+kC2BUPjXrKYJr5XSFPDsiy9AA3V8o1MwUTAdBgNVHQ4EFgQUzfn7IA2VxUzB\n"
                                "hQJDURKfNcAaRg0wHwYDVR0jBBgwFoAUzfn7IA2VxUzBhQJDURKfNcAaRg0wDwYD\n"
                                "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBXA6J70QxR6MRZWo0DfnBD\n"
                                "RvYq/YBMa/KLt4CuLEy1uAIgOs3vH7Peo+18TIvcnyTqhBNsrlyHWHRdquNQ74kn\n"
                                "S84=\n"
                                "-----END CERTIFICATE-----\n"
                                "-----BEGIN PRIVATE KEY-----\n"
                                "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgknVQdgyu41Mr5bRg\n"
                                "TKuJwRoO3aWqwra01o3JYTWOBYWhRANCAAT7zcj5zSVxcRy1nKZ4mkGJ/IeY7Jiy\n"
                                "p1bPfVaMK1dSszjOXw0gg9IVyfO+kC2BUPjXrKYJr5XSFPDsiy9AA3V8\n"
                                "-----END PRIVATE KEY-----\n";

static gboolean
accept_any_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors,
               gpointer data)
{
  return TRUE;
}

static void
client_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
                 GIOStream *stream, gpointer data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  *(GSocketConnection **) data
      = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  g_assert_no_error (error);
}

static void
test_tls (void)
{
  Kit kit = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree gchar *text = handshake ("/ocpp/CP1", "ocpp1.6", "");
  BbOcppListen listen = { "127.0.0.1", 0, NULL };
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ())) {
    g_test_skip ("no TLS here");
    return;
  }
  kit_open (&kit, "CP1", NULL);
  bb_ocpp_server_free (kit.server);
  listen.certificate = certificate = g_tls_certificate_new_from_pem (test_pem, -1, &error);
  g_assert_no_error (error);
  kit.server = bb_ocpp_server_new (&listen, BB_CLOCK (kit.clock), kit.log, NULL, kit_admit, kit_arrived, &kit,
                                   &error);
  g_assert_no_error (error);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, TRUE);
  g_signal_connect (client, "event", G_CALLBACK (client_event_cb), NULL);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", bb_ocpp_server_get_port (kit.server), NULL,
                                         connected_cb, &connection);
  kit_wait (connection != NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text),
                             NULL, NULL, &error);
  g_assert_no_error (error);
  kit_wait (kit.n_arrived == 1);
  g_assert_true (bb_ocpp_link_is_open (kit.link));
  kit_close (&kit);
}

static guint
count_strangers (Kit *kit)
{
  g_auto (GStrv) strangers = bb_ocpp_server_get_strangers (kit->server);
  return g_strv_length (strangers);
}

/* A client whose server is away tries again by its clock. */
static void
test_retry (void)
{
  Kit kit = { 0 };
  BbOcppClient *client = NULL;
  kit_open (&kit, "CP2", NULL);
  client = kit_connect (&kit, "/ocpp", "CP1", NULL);
  kit_wait (count_strangers (&kit) == 1);
  kit.known = "CP1";
  kit_wait (bb_manual_clock_get_next_due_ms (kit.clock) < G_MAXINT64);
  bb_manual_clock_advance_to (kit.clock, 2000);
  kit_wait (kit.n_arrived == 1);
  bb_ocpp_client_free (client);
  kit_close (&kit);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocols/ocpp/server/paths", test_paths);
  g_test_add_func ("/protocols/ocpp/server/odd-identity", test_odd_identity);
  g_test_add_func ("/protocols/ocpp/server/strangers", test_strangers);
  g_test_add_func ("/protocols/ocpp/server/no-websocket", test_no_websocket);
  g_test_add_func ("/protocols/ocpp/server/subprotocols", test_subprotocols);
  g_test_add_func ("/protocols/ocpp/server/password", test_password);
  g_test_add_func ("/protocols/ocpp/server/binary-password", test_binary_password);
  g_test_add_func ("/protocols/ocpp/server/matches", test_matches);
  g_test_add_func ("/protocols/ocpp/server/replacement", test_replacement);
  g_test_add_func ("/protocols/ocpp/server/slow", test_slow);
  g_test_add_func ("/protocols/ocpp/server/busy-port", test_busy_port);
  g_test_add_func ("/protocols/ocpp/server/tls", test_tls);
  g_test_add_func ("/protocols/ocpp/server/retry", test_retry);
  return g_test_run ();
}
