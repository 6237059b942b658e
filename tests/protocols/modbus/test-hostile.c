/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-hostile.c: peers that do not speak Modbus: endless bytes, wrong lengths, drips, floods; from both
 * sides. */
#include <gio/gio.h>
#include <string.h>

#include "modbus-kit.h"

/* ---- a server of bytes ---- */

typedef struct {
  GSocketListener *listener;
  const guint8 *bytes;
  gsize size;
  gboolean endless;
  guint drip_ms;
  GCancellable *stop;
  GThread *thread;
} Peer;

static gpointer
peer_run (gpointer data)
{
  Peer *peer = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (peer->listener, NULL, peer->stop, NULL)) != NULL) {
    GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
    guint8 request[260];
    g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), request, sizeof request,
                         peer->stop, NULL);
    for (gsize at = 0; peer->drip_ms > 0 && at < peer->size; at++) {
      GPollFD poll = { 0 };
      if (!g_output_stream_write_all (out, peer->bytes + at, 1, NULL, peer->stop, NULL)
          || !g_cancellable_make_pollfd (peer->stop, &poll))
        break;
      g_poll (&poll, 1, (gint) peer->drip_ms);
      g_cancellable_release_fd (peer->stop);
    }
    while (peer->drip_ms == 0
           && g_output_stream_write_all (out, peer->bytes, peer->size, NULL, peer->stop, NULL)
           && peer->endless)
      ;
    if (!peer->endless)
      g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), request, sizeof request,
                           peer->stop, NULL);
    g_object_unref (connection);
  }
  return NULL;
}

static guint16
peer_start (Peer *peer)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  peer->listener = g_socket_listener_new ();
  peer->stop = g_cancellable_new ();
  g_assert_true (g_socket_listener_add_address (peer->listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &effective, NULL));
  peer->thread = g_thread_new ("peer", peer_run, peer);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

static void
peer_stop (Peer *peer)
{
  g_cancellable_cancel (peer->stop);
  g_thread_join (peer->thread);
  g_object_unref (peer->listener);
  g_object_unref (peer->stop);
}

/* The request ends within its time, with an error; so does the next; and the bus is still good. */
static void
check_peer (Peer *peer, gint code)
{
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);
  g_autoptr (BbClock) system = bb_clock_new_real ();

  kit->link.port = peer_start (peer);
  kit->link.timeout_ms = code == BB_MODBUS_ERROR_TIMED_OUT ? 150 : 3000;
  kit_connect (kit);
  for (guint i = 0; i < 2; i++) {
    gint64 start_ms = bb_clock_get_mono_ms (system);
    kit_assert_fails (kit, code);
    g_assert_cmpint (bb_clock_get_mono_ms (system) - start_ms, <, 2500);
  }
  g_clear_pointer (&kit->bus, bb_modbus_bus_unref);
  peer_stop (peer);
}

static void
test_endless (void)
{
  static const guint8 zeros[4096], letters[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
  Peer peer = { .bytes = zeros, .size = sizeof zeros, .endless = TRUE };

  check_peer (&peer, BB_MODBUS_ERROR_DAMAGED);
  peer = (Peer){ .bytes = letters, .size = sizeof letters, .endless = TRUE };
  check_peer (&peer, BB_MODBUS_ERROR_DAMAGED);
}

static void
test_wrong_lengths (void)
{
  /* The request is for 2 registers: 4 bytes of data, 7 in the head's length. */
  static const guint8 too_long[] = { 0, 1, 0, 0, 0xff, 0xff, 5, 3, 4, 0, 1, 0, 2 };
  static const guint8 too_short[] = { 0, 1, 0, 0, 0, 3, 5, 3, 4, 0, 1, 0, 2 };
  static const guint8 more_data[] = { 0, 1, 0, 0, 0, 9, 5, 3, 6, 0, 1, 0, 2, 0, 3 };
  static const guint8 no_data[] = { 0, 1, 0, 0, 0, 3, 5, 3, 0 };
  static const guint8 other_protocol[] = { 0, 1, 0, 1, 0, 7, 5, 3, 4, 0, 1, 0, 2 };
  static const guint8 other_unit[] = { 0, 1, 0, 0, 0, 7, 6, 3, 4, 0, 1, 0, 2 };
  static const guint8 other_function[] = { 0, 1, 0, 0, 0, 7, 5, 4, 4, 0, 1, 0, 2 };
  static const guint8 odd_exception[] = { 0, 1, 0, 0, 0, 3, 5, 0x83, 0 };
  static const guint8 largest[262] = { 0, 1, 0, 0, 1, 0, 5, 3, 255 };
  const struct {
    const guint8 *bytes;
    gsize size;
  } answers[] = {
    { too_long, sizeof too_long },
    { too_short, sizeof too_short },
    { more_data, sizeof more_data },
    { no_data, sizeof no_data },
    { other_protocol, sizeof other_protocol },
    { other_unit, sizeof other_unit },
    { other_function, sizeof other_function },
    { odd_exception, sizeof odd_exception },
    { largest, sizeof largest },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    Peer peer = { .bytes = answers[i].bytes, .size = answers[i].size };
    g_autoptr (Kit) kit = kit_new_tcp (0, 0);
    kit->link.port = peer_start (&peer);
    kit_connect (kit);
    kit_assert_fails (kit, BB_MODBUS_ERROR_DAMAGED);
    g_clear_pointer (&kit->bus, bb_modbus_bus_unref);
    peer_stop (&peer);
  }
}

/* A byte every 40 ms is always "some progress", and still the whole answer is late. */
static void
test_drip (void)
{
  static const guint8 answer[] = { 0, 1, 0, 0, 0, 7, 5, 3, 4, 0, 1, 0, 2 };
  Peer peer = { .bytes = answer, .size = sizeof answer, .drip_ms = 40 };
  check_peer (&peer, BB_MODBUS_ERROR_TIMED_OUT);
}

/* ---- a client of bytes ---- */

/* What has no sense closes the connection, what has some gets an exception; others go on. */
static void
test_bad_requests (void)
{
  static const struct {
    guint8 bytes[20];
    gsize size;
    guint8 exception; /* 0: closed */
  } rows[] = {
    { { 0, 1, 0, 9, 0, 6, 1, 3, 0, 0, 0, 1 }, 12, 0 },           /* protocol */
    { { 0, 1, 0, 0, 0xff, 6, 1, 3, 0, 0, 0, 1 }, 12, 0 },        /* length */
    { { 0, 1, 0, 0, 0, 2, 1, 3, 0, 0, 0, 1 }, 12, 0 },           /* length */
    { { 0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 126 }, 12, 3 },         /* count */
    { { 0, 1, 0, 0, 0, 6, 1, 3, 0xff, 0xff, 0, 2 }, 12, 2 },     /* past the end */
    { { 0, 1, 0, 0, 0, 6, 1, 5, 0, 0, 1, 0 }, 12, 3 },           /* no value of a coil */
    { { 0, 1, 0, 0, 0, 9, 1, 16, 0, 0, 0, 2, 2, 0, 0 }, 15, 3 }, /* byte count */
    { { 0, 1, 0, 0, 0, 5, 1, 0x2b, 0x0e, 1, 0 }, 11, 1 },        /* function */
    { { 0, 1, 0, 0, 0, 2, 1, 7 }, 8, 1 },                        /* function */
  };
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  kit_connect (kit);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GSocketConnection) connection = kit_attack (kit, rows[i].bytes, rows[i].size);
    guint8 answer[64];
    gssize n = kit_read_some (connection, answer, sizeof answer);
    if (rows[i].exception == 0) {
      g_assert_cmpint (n, <=, 0);
    } else {
      g_assert_cmpint (n, ==, 9);
      g_assert_cmpuint (answer[7], ==, rows[i].bytes[7] | 0x80);
      g_assert_cmpuint (answer[8], ==, rows[i].exception);
    }
    kit_assert_read (kit, 8, 25);
  }
}

static void
test_flood (void)
{
  g_autofree guint8 *noise = g_malloc (1 << 16);
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (Kit) kit = kit_new_tcp (0, 0);

  for (guint i = 0; i < 1 << 16; i++)
    noise[i] = (guint8) g_rand_int (random);
  kit_connect (kit);
  for (guint i = 0; i < 20; i++) {
    g_ptr_array_add (connections, kit_attack (kit, noise + 1000 * i, i % 2 == 0 ? 60000 - 1000 * i : 5));
    kit_assert_read (kit, 8, 25);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modbus/hostile/endless", test_endless);
  g_test_add_func ("/modbus/hostile/wrong-lengths", test_wrong_lengths);
  g_test_add_func ("/modbus/hostile/drip", test_drip);
  g_test_add_func ("/modbus/hostile/bad-requests", test_bad_requests);
  g_test_add_func ("/modbus/hostile/flood", test_flood);
  return g_test_run ();
}
