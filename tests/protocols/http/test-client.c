/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-client.c: requests for JSON against servers that answer right, wrong, too much, too slowly and not at
 * all. */
#include <string.h>

#include "protocols/http/http-json.h"
#include "raw-server.h"

#define PATIENCE_S 20

typedef struct {
  BbManualClock *clock;
  SoupSession *session;
  BbTape *tape;
  RawServer *server;
  BbHttpClient *client;
  GError *error;
  BbHttpReply *reply;
  gboolean done;
} Case;

static gboolean
too_long_cb (gpointer data)
{
  g_error ("no end within %d s", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static void
wait_for (const gboolean *flag)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

static void
case_init (Case *c, RawServer *server, BbTape *tape, BbHttpAuth auth)
{
  g_autofree gchar *base = bb_http_make_base ("127.0.0.1", server != NULL ? raw_server_get_port (server) : 9);
  BbHttpLink link = { .base = base,
                      .auth = auth,
                      .user = "admin",
                      .password = "secret",
                      .timeout_ms = 1500,
                      .channel = "http meter" };

  *c = (Case){ .clock = bb_manual_clock_new (1000, G_GINT64_CONSTANT (1767225600000)),
               .session = bb_http_session_new () };
  c->tape = tape;
  c->server = server;
  c->client = bb_http_client_new (c->session, &link, BB_CLOCK (c->clock), tape);
}

static void
case_clear (Case *c)
{
  g_clear_error (&c->error);
  g_clear_pointer (&c->reply, bb_http_reply_free);
  bb_http_client_unref (c->client);
  soup_session_abort (c->session);
  g_clear_pointer (&c->server, raw_server_free);
  g_object_unref (c->session);
  g_clear_pointer (&c->tape, bb_tape_unref);
  g_object_unref (c->clock);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Case *c = data;

  c->reply = bb_http_client_request_finish (c->client, result, &c->error);
  c->done = TRUE;
}

static void
start (Case *c, const gchar *path, GCancellable *cancellable)
{
  BbHttpRequest request = { .path = path };

  g_clear_error (&c->error);
  g_clear_pointer (&c->reply, bb_http_reply_free);
  c->done = FALSE;
  bb_http_client_request_async (c->client, &request, cancellable, done_cb, c);
}

static void
get (Case *c, const gchar *path)
{
  start (c, path, NULL);
  wait_for (&c->done);
}

/* ---- what is refused ---- */

static void
test_wrong (void)
{
  g_autofree gchar *deep_open = g_strnfill (100, '['), *deep_close = g_strnfill (100, ']');
  g_autofree gchar *deep
      = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n%s%s", deep_open, deep_close);
  const struct {
    const gchar *answer;
    gint code;
  } rows[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":NaN}", BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"a\":Infinity}", BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"a\":1,}", BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"a\":1,\"a\":2}", BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
      BB_HTTP_ERROR_DATA },
    { deep, BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\"\xff\"", BB_HTTP_ERROR_DATA },
    { "HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 0\r\n\r\n",
      BB_HTTP_ERROR_REDIRECT },
    { "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\n{}", BB_HTTP_ERROR_REDIRECT },
    { "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"a\":", BB_HTTP_ERROR_CLOSED },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}", BB_HTTP_ERROR_CLOSED },
    { "\x16\x03\x01\x7f nonsense\r\n\r\n", BB_HTTP_ERROR_CLOSED },
    { "", BB_HTTP_ERROR_CLOSED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Case c;

    case_init (&c, raw_server_new (RAW_CLOSE, rows[i].answer, strlen (rows[i].answer), NULL), NULL,
               BB_HTTP_AUTH_NONE);
    get (&c, "/status");
    g_test_message ("%u: %s", i, c.error != NULL ? c.error->message : "fine");
    g_assert_error (c.error, BB_HTTP_ERROR, rows[i].code);
    g_assert_null (c.reply);
    /* No second host or path was asked. */
    g_assert_null (strstr (raw_server_get_received (c.server), "elsewhere"));
    case_clear (&c);
  }
}

static void
test_endless_body (void)
{
  g_autofree gchar *filler = g_strnfill (65536, ' ');
  Case c;

  case_init (&c, raw_server_new (RAW_REPEAT, "HTTP/1.1 200 OK\r\n\r\n{", 20, filler), NULL,
             BB_HTTP_AUTH_NONE);
  get (&c, "/status");
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_TOO_LARGE);
  case_clear (&c);
}

static void
test_endless_head (void)
{
  g_autofree gchar *letters = g_strnfill (60000, 'a');
  g_autofree gchar *filler = g_strdup_printf ("X: %s\r\n", letters);
  Case c;

  case_init (&c, raw_server_new (RAW_REPEAT, "HTTP/1.1 200 OK\r\n", 17, filler), NULL, BB_HTTP_AUTH_NONE);
  get (&c, "/status");
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_CLOSED);
  g_assert_cmpuint (raw_server_get_n_sent (c.server), <, 16 << 20);
  case_clear (&c);
}

/* An unpacked body of any size would hide in a few bytes: nothing is unpacked. */
static void
test_packed (void)
{
  static const gchar answer[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                                "10\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";
  Case c;

  case_init (&c, raw_server_new (RAW_CLOSE, answer, sizeof answer - 1, NULL), NULL, BB_HTTP_AUTH_NONE);
  get (&c, "/status");
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_DATA);
  g_assert_null (strstr (raw_server_get_received (c.server), "Accept-Encoding"));
  case_clear (&c);
}

/* A byte now and then keeps no request alive beyond its time. */
static void
test_slow (void)
{
  static const gchar head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
  Case c;
  gint64 now_ms = 1000;

  case_init (&c, raw_server_new (RAW_DRIP, head, sizeof head - 1, " "), NULL, BB_HTTP_AUTH_NONE);
  start (&c, "/status", NULL);
  while (raw_server_get_n_requests (c.server) == 0)
    g_main_context_iteration (NULL, TRUE);
  for (; now_ms < 2500; now_ms += 100) {
    g_assert_false (c.done);
    raw_server_drip (c.server);
    bb_manual_clock_advance_to (c.clock, now_ms + 100);
  }
  wait_for (&c.done);
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (c.error->message, "1.5 s"));
  case_clear (&c);
}

static void
test_silent_and_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Case c;

  case_init (&c, raw_server_new (RAW_KEEP, "", 0, NULL), NULL, BB_HTTP_AUTH_NONE);
  start (&c, "/status", NULL);
  while (raw_server_get_n_requests (c.server) == 0)
    g_main_context_iteration (NULL, TRUE);
  bb_manual_clock_advance_to (c.clock, 2500);
  wait_for (&c.done);
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_TIMED_OUT);
  start (&c, "/status", cancellable);
  while (raw_server_get_n_requests (c.server) == 1)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  wait_for (&c.done);
  g_assert_error (c.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  start (&c, "/status", cancellable);
  wait_for (&c.done);
  g_assert_error (c.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  case_clear (&c);
}

static void
test_addresses (void)
{
  Case c;
  g_autofree gchar *v6 = bb_http_make_base ("fe80::1", 80), *port = bb_http_make_base ("meter.lan", 8080),
                   *whole = bb_http_make_base ("https://api.example.org/", 0);

  g_assert_cmpstr (v6, ==, "http://[fe80::1]");
  g_assert_cmpstr (port, ==, "http://meter.lan:8080");
  g_assert_cmpstr (whole, ==, "https://api.example.org");
  case_init (&c, NULL, NULL, BB_HTTP_AUTH_NONE);
  get (&c, "no-slash");
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_ADDRESS);
  get (&c, "/nobody-listens");
  g_assert_error (c.error, BB_HTTP_ERROR, BB_HTTP_ERROR_CONNECT);
  case_clear (&c);
}

/* ---- what is taken ---- */

static void
test_statuses (void)
{
  Case c;
  g_autoptr (GError) error = NULL;

  case_init (&c, raw_server_new (RAW_KEEP, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}", 45, NULL),
             NULL, BB_HTTP_AUTH_NONE);
  raw_server_add (c.server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  raw_server_add (c.server, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
  raw_server_add (c.server, "HTTP/1.1 528 Odd\r\nContent-Length: 12\r\n\r\n{\"Code\":528}");
  get (&c, "/1");
  g_assert_no_error (c.error);
  g_assert_true (bb_http_reply_check (c.reply, NULL) && c.reply->root != NULL);
  get (&c, "/2");
  g_assert_no_error (c.error);
  g_assert_null (c.reply->root);
  get (&c, "/3");
  g_assert_no_error (c.error);
  g_assert_cmpuint (c.reply->status, ==, 404);
  g_assert_null (c.reply->root);
  g_assert_false (bb_http_reply_check (c.reply, &error));
  g_assert_error (error, BB_HTTP_ERROR, BB_HTTP_ERROR_STATUS + 404);
  get (&c, "/4");
  g_assert_cmpuint (c.reply->status, ==, 528);
  g_assert_nonnull (c.reply->root);
  case_clear (&c);
}

#define CHALLENGE                                                                                            \
  "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest qop=\"auth\", "                                     \
  "realm=\"shellypro3em-aabbccddeeff\", "                                                                    \
  "nonce=\"60dc2b74\", algorithm=SHA-256\r\nContent-Length: 2\r\n\r\n{}"

/* Asked once, then ahead of being asked; never the password in clear to a device that asks for Basic instead.
 */
static void
test_digest (void)
{
  static const gchar ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  Case c;

  case_init (&c, raw_server_new (RAW_KEEP, CHALLENGE, sizeof CHALLENGE - 1, NULL), NULL, BB_HTTP_AUTH_DIGEST);
  raw_server_add (c.server, ok);
  get (&c, "/rpc");
  g_assert_no_error (c.error);
  g_assert_cmpuint (c.reply->status, ==, 200);
  g_assert_cmpuint (raw_server_get_n_requests (c.server), ==, 2);
  get (&c, "/rpc");
  g_assert_cmpuint (raw_server_get_n_requests (c.server), ==, 3);
  g_assert_nonnull (strstr (raw_server_get_received (c.server), "nc=00000001"));
  g_assert_nonnull (strstr (raw_server_get_received (c.server), "nc=00000002"));
  case_clear (&c);

  case_init (&c, raw_server_new (RAW_KEEP, CHALLENGE, sizeof CHALLENGE - 1, NULL), NULL, BB_HTTP_AUTH_DIGEST);
  get (&c, "/rpc");
  g_assert_cmpuint (c.reply->status, ==, 401);
  g_assert_cmpuint (raw_server_get_n_requests (c.server), ==, 2);
  case_clear (&c);
}

static void
test_no_downgrade (void)
{
  static const gchar ask[]
      = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
  Case c;

  case_init (&c, raw_server_new (RAW_KEEP, ask, sizeof ask - 1, NULL), NULL, BB_HTTP_AUTH_DIGEST);
  get (&c, "/rpc");
  g_assert_cmpuint (c.reply->status, ==, 401);
  g_assert_null (strstr (raw_server_get_received (c.server), "Authorization"));
  case_clear (&c);
  /* A profile that names no way answers as it is asked. */
  case_init (&c, raw_server_new (RAW_KEEP, ask, sizeof ask - 1, NULL), NULL, BB_HTTP_AUTH_NONE);
  get (&c, "/rpc");
  g_assert_nonnull (strstr (raw_server_get_received (c.server), "Authorization: Basic YWRtaW46c2VjcmV0"));
  case_clear (&c);
}

/* ---- tape ---- */

static void
test_tape (void)
{
  static const gchar ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"access_token\":\"tok-4711\"}";
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000));
  g_autofree gchar *text = NULL;
  Case c;

  case_init (&c, raw_server_new (RAW_KEEP, CHALLENGE, sizeof CHALLENGE - 1, NULL),
             bb_tape_new_recorder (NULL, BB_CLOCK (clock), NULL), BB_HTTP_AUTH_DIGEST);
  raw_server_add (c.server, ok);
  raw_server_add (c.server, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
  get (&c, "/rpc");
  g_assert_no_error (c.error);
  get (&c, "/none");
  text = bb_tape_to_text (c.tape);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, "GET /rpc"));
  g_assert_null (strstr (text, "uthorization"));
  g_assert_null (strstr (text, "tok-4711"));
  g_assert_null (strstr (text, "secret"));
  case_clear (&c);

  case_init (&c, NULL, bb_tape_new_player_from_text (text, NULL), BB_HTTP_AUTH_DIGEST);
  get (&c, "/rpc");
  g_assert_no_error (c.error);
  g_assert_cmpuint (c.reply->status, ==, 200);
  g_assert_nonnull (c.reply->root);
  get (&c, "/other");
  g_assert_error (c.error, BB_TAPE_ERROR, BB_TAPE_ERROR_DIFFERENT);
  case_clear (&c);

  case_init (&c, NULL, bb_tape_new_player_from_text (text, NULL), BB_HTTP_AUTH_DIGEST);
  get (&c, "/rpc");
  get (&c, "/none");
  g_assert_cmpuint (c.reply->status, ==, 404);
  get (&c, "/rpc");
  g_assert_error (c.error, BB_TAPE_ERROR, BB_TAPE_ERROR_END);
  case_clear (&c);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/client/wrong", test_wrong);
  g_test_add_func ("/http/client/endless-body", test_endless_body);
  g_test_add_func ("/http/client/endless-head", test_endless_head);
  g_test_add_func ("/http/client/packed", test_packed);
  g_test_add_func ("/http/client/slow", test_slow);
  g_test_add_func ("/http/client/silent-and-cancelled", test_silent_and_cancelled);
  g_test_add_func ("/http/client/addresses", test_addresses);
  g_test_add_func ("/http/client/statuses", test_statuses);
  g_test_add_func ("/http/client/digest", test_digest);
  g_test_add_func ("/http/client/no-downgrade", test_no_downgrade);
  g_test_add_func ("/http/client/tape", test_tape);
  return g_test_run ();
}
