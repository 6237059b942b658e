/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modbus-wire.c: a Modbus device whose peer is late, answers twice, lies, or hangs; written on plain
 * sockets here, so that it can do what no Modbus library would. */
#include <string.h>

#include "devices/modbus-private.h"
#include "devices/sunspec.h"
#include "rig.h"

typedef enum { HONEST, LATE, TWICE, OTHER_UNIT, OTHER_FUNCTION, SHORT, MUTE } Manner;

typedef struct {
  GSocketService *service;
  guint16 port;
  Manner manner;
  guint16 registers[65536];
  gboolean exists[65536];
  guint n_requests;
  guint n_open;    /* connections, and answers that are late */
  gboolean closed; /* none of them is left */
} WirePeer;

typedef struct {
  WirePeer *peer;
  GSocketConnection *connection;
  guint8 request[12];
} Line;

static void read_request (Line *line);

static void
one_less (WirePeer *peer)
{
  peer->closed = --peer->n_open == 0;
}

static void
line_free (Line *line)
{
  one_less (line->peer);
  g_object_unref (line->connection);
  g_free (line);
}

typedef struct {
  WirePeer *peer;
  GSocketConnection *connection;
  guint8 bytes[300];
  gsize size;
} Answer;

static void
send_bytes (GSocketConnection *connection, const guint8 *bytes, gsize size)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, size, NULL,
                             NULL, NULL);
}

static gboolean
send_late (gpointer data)
{
  Answer *answer = data;
  send_bytes (answer->connection, answer->bytes, answer->size);
  g_object_unref (answer->connection);
  one_less (answer->peer);
  g_free (answer);
  return G_SOURCE_REMOVE;
}

/* A read of `count` registers at `address`: the whole answer with its head. */
static gsize
make_answer (WirePeer *peer, const guint8 *request, guint8 *bytes)
{
  guint address = (guint) request[8] << 8 | request[9], count = (guint) request[10] << 8 | request[11];
  gboolean there = count > 0 && count <= 125;
  for (guint i = 0; there && i < count; i++)
    there = address + i < 65536 && peer->exists[address + i];
  memcpy (bytes, request, 8);
  bytes[4] = 0;
  if (!there) {
    bytes[5] = 3;
    bytes[7] = request[7] | 0x80;
    bytes[8] = 2;
    return 9;
  }
  bytes[5] = (guint8) (3 + 2 * count);
  bytes[8] = (guint8) (2 * count);
  for (guint i = 0; i < count; i++) {
    bytes[9 + 2 * i] = peer->registers[address + i] >> 8;
    bytes[10 + 2 * i] = peer->registers[address + i] & 0xff;
  }
  return 9 + 2 * count;
}

static void
answer_request (Line *line)
{
  WirePeer *peer = line->peer;
  Answer answer = { 0 };
  answer.size = make_answer (peer, line->request, answer.bytes);
  peer->n_requests++;
  switch (peer->manner) {
  case MUTE:
    return;
  case LATE:
    answer.connection = g_object_ref (line->connection);
    answer.peer = peer;
    peer->n_open++;
    g_timeout_add (300, send_late, g_memdup2 (&answer, sizeof answer));
    return;
  case TWICE:
    send_bytes (line->connection, answer.bytes, answer.size);
    break;
  case OTHER_UNIT:
    answer.bytes[6] ^= 1;
    break;
  case OTHER_FUNCTION:
    answer.bytes[7] = 4;
    break;
  case SHORT:
    answer.size /= 2;
    break;
  case HONEST:
  default:
    break;
  }
  send_bytes (line->connection, answer.bytes, answer.size);
}

static void
request_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Line *line = data;
  gsize n_read = 0;
  gboolean whole = g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n_read, NULL);
  if (!whole || n_read < sizeof line->request) {
    line_free (line);
    return;
  }
  answer_request (line);
  read_request (line);
}

static void
read_request (Line *line)
{
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (line->connection)), line->request,
                                 sizeof line->request, G_PRIORITY_DEFAULT, NULL, request_read_cb, line);
}

static gboolean
incoming_cb (GSocketService *service G_GNUC_UNUSED, GSocketConnection *connection,
             GObject *source G_GNUC_UNUSED, gpointer data)
{
  Line *line = g_new0 (Line, 1);
  line->peer = data;
  line->peer->n_open++;
  line->connection = g_object_ref (connection);
  read_request (line);
  return TRUE;
}

static WirePeer *
wire_peer_new (void)
{
  WirePeer *peer = g_new0 (WirePeer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  peer->service = g_socket_service_new ();
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (peer->service), any, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
  peer->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (peer->service, "incoming", G_CALLBACK (incoming_cb), peer);
  return peer;
}

/* After the rig, whose end closes the connections. */
static void
wire_peer_free (WirePeer *peer)
{
  g_socket_service_stop (peer->service);
  g_socket_listener_close (G_SOCKET_LISTENER (peer->service));
  peer->closed = peer->n_open == 0;
  rig_wait (&peer->closed);
  g_object_unref (peer->service);
  g_free (peer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WirePeer, wire_peer_free)

static void
put (WirePeer *peer, guint address, guint16 value)
{
  peer->registers[address] = value;
  peer->exists[address] = TRUE;
}

/* my-PV: currents at 1, 11, 21 in 0.01 A, powers at 2, 12, 22, total at 32, energy at 34. */
static void
put_meter (WirePeer *peer, guint16 centiamperes)
{
  for (guint i = 0; i < 3; i++) {
    put (peer, 1 + 10 * i, centiamperes);
    put (peer, 2 + 10 * i, 0);
    put (peer, 3 + 10 * i, 100);
  }
  put (peer, 32, 0);
  put (peer, 33, 300);
  put (peer, 34, 0);
  put (peer, 35, 1000);
}

static Rig *
meter_rig (WirePeer *peer)
{
  g_autoptr (BbProfile) hasty
      = rig_profile ("my-pv-wifi-meter",
                     (const gchar *[]){ "\"timeout_ms\": 1500", "\"timeout_ms\": 150", NULL });
  return rig_new_with_profile (hasty, TRUE, peer->port, NULL, 1);
}

/* Bad manners never show as a reading: it is the newest value or none, and all is well when they end. */
static void
test_manner (gconstpointer data)
{
  g_autoptr (WirePeer) peer = wire_peer_new ();
  put_meter (peer, 100);
  g_autoptr (Rig) rig = meter_rig (peer);
  const BbMeterReading *reading = bb_device_get_meter_reading (rig->device);
  g_assert_true (rig_start (rig));
  peer->manner = (Manner) GPOINTER_TO_UINT (data);
  for (guint16 i = 1; i <= 4; i++) {
    gint64 taken_ms = reading->taken_ms;
    put_meter (peer, 100 + i);
    rig_advance (rig, 1000);
    if (rig_poll (rig) && reading->taken_ms > taken_ms)
      g_assert_cmpint (reading->current_ma[0], ==, 10 * (100 + i));
    else
      g_assert_cmpint (reading->taken_ms, ==, taken_ms);
  }
  if (peer->manner != TWICE)
    g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  peer->manner = HONEST;
  for (guint i = 0; i < 20 && bb_device_get_state (rig->device) != BB_DEVICE_ONLINE; i++) {
    rig_advance (rig, 10000);
    rig_poll (rig);
  }
  rig_advance (rig, 1000);
  g_assert_true (rig_poll (rig));
  g_assert_cmpint (reading->current_ma[0], ==, 1040);
}

/* Registers full of rubbish: readings stay within their words, nothing crashes. */
static void
test_rubbish (void)
{
  static const guint16 fixed[][2]
      = { { 122, 3 }, { 104, 6 }, { 130, 0 }, { 131, 6 }, { 132, 30 }, { 600, 1 } };
  g_autoptr (WirePeer) peer = wire_peer_new ();
  g_autoptr (Rig) rig = rig_new ("mennekes-amtron-professional", FALSE, peer->port, NULL, 1);
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  for (guint round = 0; round < 40; round++) {
    for (guint i = 0; i < 1200; i++)
      put (peer, i, (guint16) g_test_rand_int_range (0, 65536));
    for (guint i = 0; round < 20 && i < G_N_ELEMENTS (fixed); i++)
      put (peer, fixed[i][0], fixed[i][1]);
    if (round == 0)
      g_assert_true (rig_start (rig));
    rig_advance (rig, 30000);
    rig_poll (rig);
    g_assert_cmpint (reading->status, <=, BB_STATION_NOT_IN_OPERATION);
    g_assert_cmpint (reading->vehicle, <=, 6);
    g_assert_true (bb_device_get_firmware (rig->device) == NULL
                   || g_utf8_validate (bb_device_get_firmware (rig->device), -1, NULL));
  }
}

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  *(gboolean *) data = TRUE;
}

/* One meter hangs; the other's poll is over before the first one's time-out. */
static void
test_neighbour (void)
{
  g_autoptr (WirePeer) mute = wire_peer_new ();
  g_autoptr (WirePeer) well = wire_peer_new ();
  put_meter (mute, 100);
  put_meter (well, 200);
  g_autoptr (Rig) first = meter_rig (mute);
  g_autoptr (Rig) other = meter_rig (well);
  gboolean first_done = FALSE, other_done = FALSE;
  g_assert_true (rig_start (first));
  g_assert_true (rig_start (other));
  mute->manner = MUTE;
  rig_advance (first, 1000);
  rig_advance (other, 1000);
  bb_device_poll_async (first->device, NULL, polled_cb, &first_done);
  bb_device_poll_async (other->device, NULL, polled_cb, &other_done);
  rig_wait (&other_done);
  g_assert_false (first_done);
  rig_wait (&first_done);
}

/* ---- SunSpec ---- */

typedef struct {
  gboolean done;
  BbSunspec *found;
  GError *error;
} Found;

static void
found_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  Found *found = data;
  found->found = bb_sunspec_discover_finish (result, &found->error);
  found->done = TRUE;
}

static void
discover (WirePeer *peer, Found *found)
{
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  BbModbusLink link = { .host = "127.0.0.1", .port = peer->port, .timeout_ms = 150 };
  g_autoptr (BbModbusBus) bus = bb_modbus_bus_new (&link, clock, NULL, NULL);
  bb_sunspec_discover_async (bus, 1, NULL, found_cb, found);
  rig_wait (&found->done);
}

/* A chain without end: models of no length for ever. */
static void
test_sunspec_endless (void)
{
  g_autoptr (WirePeer) peer = wire_peer_new ();
  Found found = { 0 };
  for (guint i = 40000; i < 42000; i++)
    put (peer, i, i % 2 == 0 ? 500 : 0);
  put (peer, 40000, 0x5375);
  put (peer, 40001, 0x6e53);
  discover (peer, &found);
  g_assert_no_error (found.error);
  g_assert_cmpuint (found.found->models->len, ==, BB_SUNSPEC_MAX_MODELS);
  g_assert_cmpuint (peer->n_requests, <=, BB_SUNSPEC_MAX_MODELS + 3);
  bb_sunspec_free (found.found);
}

/* A length that leads beyond the last address ends the chain. */
static void
test_sunspec_beyond (void)
{
  g_autoptr (WirePeer) peer = wire_peer_new ();
  Found found = { 0 };
  guint16 address = 0;
  guint id = 203;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (ids, id);
  put (peer, 50000, 0x5375);
  put (peer, 50001, 0x6e53);
  put (peer, 50002, 203);
  put (peer, 50003, 65535);
  discover (peer, &found);
  g_assert_no_error (found.error);
  g_assert_cmpuint (found.found->base, ==, 50000);
  g_assert_cmpuint (found.found->models->len, ==, 1);
  g_assert_true (bb_sunspec_locate (found.found, ids, 3, 1, &address));
  g_assert_cmpuint (address, ==, 50005);
  g_assert_false (bb_sunspec_locate (found.found, ids, 20000, 1, &address));
  bb_sunspec_free (found.found);
}

static void
test_sunspec_none (void)
{
  g_autoptr (WirePeer) peer = wire_peer_new ();
  Found found = { 0 };
  put (peer, 40000, 0x5375);
  put (peer, 40001, 0x6e54);
  discover (peer, &found);
  g_assert_error (found.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&found.error);
}

gint
main (gint argc, gchar **argv)
{
  static const struct {
    const gchar *path;
    Manner manner;
  } manners[] = { { "late", LATE },
                  { "twice", TWICE },
                  { "other-unit", OTHER_UNIT },
                  { "other-function", OTHER_FUNCTION },
                  { "short", SHORT },
                  { "mute", MUTE } };
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (manners); i++) {
    g_autofree gchar *path = g_strconcat ("/devices/modbus/wire/", manners[i].path, NULL);
    g_test_add_data_func (path, GUINT_TO_POINTER (manners[i].manner), test_manner);
  }
  g_test_add_func ("/devices/modbus/wire/rubbish", test_rubbish);
  g_test_add_func ("/devices/modbus/wire/neighbour", test_neighbour);
  g_test_add_func ("/devices/sunspec/endless", test_sunspec_endless);
  g_test_add_func ("/devices/sunspec/beyond", test_sunspec_beyond);
  g_test_add_func ("/devices/sunspec/none", test_sunspec_none);
  return g_test_run ();
}
