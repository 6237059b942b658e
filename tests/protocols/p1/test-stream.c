/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-stream.c: telegrams out of bytes that come in any pieces, and a bridge that goes and comes back. */
#include <string.h>

#include "protocols/p1/p1-stream.h"
#include "telegrams.h"

#define PATIENCE_S 20

/* ---- splitter ---- */

static guint
count (BbP1Splitter *splitter)
{
  BbP1Telegram *telegram;
  guint n = 0;

  while ((telegram = bb_p1_splitter_take (splitter)) != NULL) {
    bb_p1_telegram_free (telegram);
    n++;
  }
  return n;
}

static guint
push (BbP1Splitter *splitter, const gchar *text)
{
  bb_p1_splitter_push (splitter, text, strlen (text));
  return count (splitter);
}

static void
test_single_bytes (void)
{
  g_autoptr (BbP1Splitter) splitter = bb_p1_splitter_new ();
  const gchar *text = "noise\r\n" TELEGRAM "more !! noise\r\n" TELEGRAM;
  guint n = 0;

  for (gsize i = 0; i < strlen (text); i++) {
    bb_p1_splitter_push (splitter, text + i, 1);
    n += count (splitter);
  }
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (bb_p1_splitter_get_n_bad (splitter), ==, 0);
}

static void
test_garbage (void)
{
  g_autoptr (BbP1Splitter) splitter = bb_p1_splitter_new ();
  static const gchar binary[] = "\x00\xff/\x01\x02\r\n!0000\r\n";

  bb_p1_splitter_push (splitter, "", 0);
  g_assert_cmpuint (push (splitter, TELEGRAM TELEGRAM TELEGRAM), ==, 3);
  g_assert_cmpuint (push (splitter, "/half\r\n\r\n1-0:1.8"), ==, 0);
  /* A telegram that was cut swallows nothing of the next. */
  g_assert_cmpuint (push (splitter, TELEGRAM), ==, 1);
  g_assert_cmpuint (bb_p1_splitter_get_n_bad (splitter), ==, 1);
  g_assert_cmpuint (push (splitter, "/X\r\n\r\n!0000\r\n" TELEGRAM), ==, 1);
  g_assert_nonnull (strstr (bb_p1_splitter_get_last_error (splitter), "check sum"));
  bb_p1_splitter_push (splitter, binary, sizeof binary - 1);
  g_assert_cmpuint (push (splitter, TELEGRAM), ==, 1);
  g_assert_cmpuint (push (splitter, "////////" TELEGRAM), ==, 1);
  bb_p1_splitter_push (splitter, "/left", 5);
  bb_p1_splitter_reset (splitter);
  g_assert_cmpuint (push (splitter, TELEGRAM), ==, 1);
}

/* What never ends is dropped, and what comes after it is found. */
static void
test_endless (void)
{
  g_autoptr (BbP1Splitter) splitter = bb_p1_splitter_new ();
  g_autofree gchar *filler = g_strnfill (5000, 'x');

  for (guint i = 0; i < 100; i++) {
    g_assert_cmpuint (push (splitter, i == 0 ? "/start" : ""), ==, 0);
    g_assert_cmpuint (push (splitter, filler), ==, 0);
  }
  g_assert_cmpuint (push (splitter, "\r\n" TELEGRAM), ==, 1);
  g_assert_cmpuint (bb_p1_splitter_get_n_bad (splitter), ==, 1);
}

/* ---- stream ---- */

typedef struct {
  BbManualClock *clock;
  GSocketService *service;
  guint16 port;
  GSocketConnection *connection; /* last one that came */
  guint n_connections, n_telegrams, n_lost;
  gdouble power_kw;
  gchar *error;
} Case;

static gboolean
too_long_cb (gpointer data)
{
  g_error ("no end within %d s", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static void
wait_until (const guint *counter, guint wanted)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (*counter < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Case *c = data;

  g_set_object (&c->connection, connection);
  c->n_connections++;
  return TRUE;
}

static void
listen (Case *c)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, c->port), bound = NULL;
  g_autoptr (GError) error = NULL;

  c->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (c->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  c->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (c->service, "incoming", G_CALLBACK (incoming_cb), c);
}

static void
send_text (Case *c, const gchar *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (c->connection)), text, strlen (text),
                             NULL, NULL, NULL);
}

static void
hang_up (Case *c)
{
  g_io_stream_close (G_IO_STREAM (c->connection), NULL, NULL);
  g_clear_object (&c->connection);
}

static void
stop_listening (Case *c)
{
  g_socket_service_stop (c->service);
  g_socket_listener_close (G_SOCKET_LISTENER (c->service));
  g_clear_object (&c->service);
}

static void
case_clear (Case *c)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&c->connection);
  if (c->service != NULL)
    stop_listening (c);
  g_object_unref (c->clock);
  g_free (c->error);
}

static void
handle (BbP1Stream *stream, const BbP1Telegram *telegram, const GError *error, gpointer data)
{
  Case *c = data;

  if (telegram != NULL) {
    c->n_telegrams++;
    g_assert_true (bb_p1_telegram_get_number (telegram, "1-0:1.7.0", &c->power_kw));
    return;
  }
  c->n_lost++;
  g_free (c->error);
  c->error = g_strdup (error->message);
}

static void
test_reconnect (void)
{
  Case c = { .clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000)) };
  BbP1Stream *stream;

  listen (&c);
  stream = bb_p1_stream_new ("127.0.0.1", c.port, 10000, BB_CLOCK (c.clock), NULL, NULL, handle, &c);
  bb_p1_stream_start (stream);
  wait_until (&c.n_connections, 1);
  send_text (&c, "rubbish" TELEGRAM "/ha");
  wait_until (&c.n_telegrams, 1);
  g_assert_cmpfloat (c.power_kw, ==, 1.193);
  hang_up (&c);
  wait_until (&c.n_lost, 1);
  /* Again after a second; what was half is forgotten. */
  bb_manual_clock_advance_to (c.clock, 1000);
  wait_until (&c.n_connections, 2);
  send_text (&c, TELEGRAM);
  wait_until (&c.n_telegrams, 2);
  /* Nothing more comes: after its silence time it connects anew. */
  bb_manual_clock_advance_to (c.clock, 11000);
  bb_manual_clock_advance_to (c.clock, 14000);
  wait_until (&c.n_lost, 2);
  g_assert_nonnull (strstr (c.error, "10 s"));
  bb_manual_clock_advance_to (c.clock, 15000);
  wait_until (&c.n_connections, 3);
  /* Nobody listens: longer and longer waits. */
  stop_listening (&c);
  hang_up (&c);
  wait_until (&c.n_lost, 3);
  bb_manual_clock_advance_to (c.clock, 18000);
  wait_until (&c.n_lost, 4);
  listen (&c);
  bb_manual_clock_advance_to (c.clock, 30000);
  wait_until (&c.n_connections, 4);
  bb_p1_stream_free (stream);
  case_clear (&c);
}

static void
test_tape (void)
{
  Case c = { .clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000)) };
  g_autoptr (BbTape) recorder = bb_tape_new_recorder (NULL, BB_CLOCK (c.clock), NULL), player = NULL;
  g_autofree gchar *text = NULL;
  BbP1Stream *stream;

  listen (&c);
  stream = bb_p1_stream_new ("127.0.0.1", c.port, 0, BB_CLOCK (c.clock), recorder, "p1 meter", handle, &c);
  bb_p1_stream_start (stream);
  wait_until (&c.n_connections, 1);
  send_text (&c, "\xff\xfe" TELEGRAM TELEGRAM);
  wait_until (&c.n_telegrams, 2);
  hang_up (&c);
  wait_until (&c.n_lost, 1);
  bb_p1_stream_free (stream);
  text = bb_tape_to_text (recorder);

  player = bb_tape_new_player_from_text (text, NULL);
  stream = bb_p1_stream_new ("192.0.2.1", 1, 0, BB_CLOCK (c.clock), player, "p1 meter", handle, &c);
  bb_p1_stream_start (stream);
  wait_until (&c.n_lost, 2);
  g_assert_cmpuint (c.n_telegrams, ==, 4);
  bb_p1_stream_free (stream);
  case_clear (&c);
}

/* Freed while it connects and while it reads. */
static void
test_free (void)
{
  Case c = { .clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000)) };
  BbP1Stream *stream;

  listen (&c);
  for (guint i = 0; i < 2; i++) {
    stream = bb_p1_stream_new ("127.0.0.1", c.port, 0, BB_CLOCK (c.clock), NULL, NULL, handle, &c);
    bb_p1_stream_start (stream);
    if (i == 1)
      wait_until (&c.n_connections, 1);
    bb_p1_stream_free (stream);
  }
  g_assert_cmpuint (c.n_telegrams + c.n_lost, ==, 0);
  case_clear (&c);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/p1/splitter/single-bytes", test_single_bytes);
  g_test_add_func ("/p1/splitter/garbage", test_garbage);
  g_test_add_func ("/p1/splitter/endless", test_endless);
  g_test_add_func ("/p1/stream/reconnect", test_reconnect);
  g_test_add_func ("/p1/stream/tape", test_tape);
  g_test_add_func ("/p1/stream/free", test_free);
  return g_test_run ();
}
