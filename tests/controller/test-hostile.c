/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-hostile.c: whatever comes over the wires, the controller goes on deciding, its stations follow a load
 * step, and its memory stays bounded: on the clock of the system, attackers in threads of their own. */
#include <unistd.h>

#include "../protocols/http/raw-server.h"
#include "crowd.h"

#define STATION_MA  16000
#define PATIENCE_MS 30000
/* The address sanitizer keeps what was freed for a while, and a shadow of all. */
#ifdef __SANITIZE_ADDRESS__
#define MOST_KB (16 * (24 << 10))
#else
#define MOST_KB (24 << 10)
#endif

static gint64
memory_kb (void)
{
  g_autofree gchar *text = NULL;
  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  return g_ascii_strtoll (strchr (text, ' ') + 1, NULL, 10) * sysconf (_SC_PAGESIZE) / 1024;
}

/* ---- attackers ---- */

typedef struct {
  guint16 port;
  gint stop; /* atomic */
  gint n_sent, n_attacks;
} Attack;

static GSocketConnection *
knock (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_socket_client_set_timeout (client, 2);
  return g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
}

static gboolean
say (GSocketConnection *connection, gconstpointer bytes, gsize size)
{
  return connection != NULL
         && g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, size,
                                       NULL, NULL, NULL);
}

static gssize
hear (GSocketConnection *connection, gchar *answer, gsize size)
{
  gssize n = connection != NULL
                 ? g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                                        size - 1, NULL, NULL)
                 : -1;
  answer[MAX (n, 0)] = '\0';
  return n;
}

static gchar *
handshake (const gchar *identity)
{
  return g_strdup_printf (
      "GET /ocpp/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic d3Jvbmc6d3Jvbmc=\r\n\r\n",
      identity);
}

/* As a station that is known, frames that say they are 1 TB long, and as much of them as is taken. */
static gpointer
send_oversize (gpointer data)
{
  Attack *attack = data;
  static const guint8 head[] = { 0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4 };
  g_autofree gchar *filler = g_strnfill (1 << 16, 'x'), *hello = handshake ("o3");

  while (!g_atomic_int_get (&attack->stop)) {
    g_autoptr (GSocketConnection) connection = knock (attack->port);
    gchar answer[512];

    if (!say (connection, hello, strlen (hello)) || hear (connection, answer, sizeof answer) <= 0
        || strstr (answer, " 101 ") == NULL)
      continue;
    g_atomic_int_inc (&attack->n_attacks);
    if (!say (connection, head, sizeof head))
      continue;
    while (!g_atomic_int_get (&attack->stop) && say (connection, filler, 1 << 16))
      g_atomic_int_inc (&attack->n_sent);
  }
  return NULL;
}

/* Strangers, over and over. */
static gpointer
send_strangers (gpointer data)
{
  Attack *attack = data;

  for (guint i = 0; !g_atomic_int_get (&attack->stop); i++) {
    g_autofree gchar *identity = g_strdup_printf ("stranger-%u", i), *hello = handshake (identity);
    g_autoptr (GSocketConnection) connection = knock (attack->port);
    gchar answer[512];

    if (say (connection, hello, strlen (hello)) && hear (connection, answer, sizeof answer) > 0) {
      g_assert_null (strstr (answer, " 101 "));
      g_atomic_int_inc (&attack->n_attacks);
    }
  }
  return NULL;
}

/* 64 connections that never finish their head, a byte each in turn; those that were closed come again. */
static gpointer
send_slowly (gpointer data)
{
  Attack *attack = data;
  GSocketConnection *connections[64] = { NULL };
  g_autofree gchar *hello = handshake ("o2");

  for (guint i = 0; !g_atomic_int_get (&attack->stop); i++) {
    GSocketConnection **at = &connections[i % G_N_ELEMENTS (connections)];
    if (*at == NULL)
      *at = knock (attack->port);
    if (!say (*at, &hello[i / G_N_ELEMENTS (connections) % 40], 1))
      g_clear_object (at);
    else
      g_atomic_int_inc (&attack->n_attacks);
  }
  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    g_clear_object (&connections[i]);
  return NULL;
}

/* ---- the controller meanwhile ---- */

static const Crowd crowd = { .n_tcp = 4, .n_ocpp = 3, .main_a = 150, .hold_up_s = 0, .noise_a = 0.05 };

static gboolean
is_low (Live *live)
{
  gint32 sum_ma = 0;
  for (guint s = 0; s < live->n_stations; s++)
    sum_ma += live_get_setpoint (live, s);
  return sum_ma <= 60000;
}

static gboolean
never (Live *live)
{
  return FALSE;
}

static Live *
make_charging (void)
{
  Live *live = live_new (&crowd);

  live_plug_all (live);
  if (!live_wait (live, live_is_online, PATIENCE_MS)) {
    live_print_log (live);
    g_error ("the devices do not come online");
  }
  live_wait (live, live_is_full, PATIENCE_MS);
  return live;
}

/* For some seconds under attack: it decides, what a load step asks for arrives, memory stays. */
static void
check_goes_on (Live *live, gint64 before_kb)
{
  static const gint32 step_ma[3] = { 90000, 90000, 90000 };
  BbControllerCounts before, after;

  bb_controller_get_counts (live->controller, &before);
  live_wait (live, never, 2500);
  bb_field_set_extra_load (bb_emulator_get_field (live->emulator), 0, step_ma);
  g_assert_true (live_wait (live, is_low, PATIENCE_MS));
  bb_controller_get_counts (live->controller, &after);
  g_test_message ("%u periods, %u missed, longest way to a decision %u ms, memory %+d kB",
                  (guint) (after.n_periods - before.n_periods), (guint) (after.n_missed - before.n_missed),
                  (guint) after.worst_ms, (gint) (memory_kb () - before_kb));
  g_assert_cmpuint (after.n_periods - before.n_periods, >=, 2);
  g_assert_cmpint (memory_kb () - before_kb, <, MOST_KB);
}

static void
test_ocpp (gconstpointer data)
{
  g_autoptr (Live) live = make_charging ();
  gint64 before_kb = memory_kb ();
  Attack attack = { .port = bb_controller_get_ocpp_port (live->controller) };
  GThread *thread = g_thread_new ("attacker", (GThreadFunc) data, &attack);

  check_goes_on (live, before_kb);
  g_atomic_int_set (&attack.stop, 1);
  /* The main loop goes on, so that the attacker is not left waiting for an answer. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_thread_join (thread);
  g_test_message ("%d attacks, %d blocks of 64 KiB taken", attack.n_attacks, attack.n_sent);
  g_assert_cmpint (attack.n_attacks, >, 0);
}

static void
test_modbus (gconstpointer data)
{
  static const gchar *const faults[] = { "garbage", "silence", "half-open" };
  g_autoptr (Live) live = make_charging ();
  gint64 before_kb = memory_kb ();

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree gchar *command
        = g_strdup_printf ("{\"command\":\"fault\",\"device\":\"t%u\",\"fault\":\"%s\",\"for_s\":60}", i + 1,
                           faults[i]);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *answer = bb_emulator_command (live->emulator, command, -1, &error);
    g_assert_no_error (error);
  }
  BbControllerCounts before, after;
  bb_controller_get_counts (live->controller, &before);
  live_wait (live, never, 6000);
  bb_controller_get_counts (live->controller, &after);
  g_assert_cmpuint (after.n_periods - before.n_periods, >=, 3);
  g_assert_cmpint (memory_kb () - before_kb, <, MOST_KB);
  g_assert_cmpint (after.worst_ms, <, 5000);
}

/* The meter answers with a body that has no end: it counts as lost, and the controller decides on. */
static void
test_http (gconstpointer data)
{
  g_autofree gchar *filler = g_strnfill (1 << 14, 'x');
  static const gchar head[]
      = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{\"a\":\"";
  g_autoptr (RawServer) server = raw_server_new (RAW_REPEAT, head, sizeof head - 1, filler);
  Crowd endless = crowd;
  gint64 before_kb = memory_kb ();
  BbControllerCounts counts;

  endless.http_meter = TRUE;
  endless.meter_port = raw_server_get_port (server);
  g_autoptr (Live) live = live_new (&endless);
  live_wait (live, never, 5000);
  bb_controller_get_counts (live->controller, &counts);
  g_test_message ("%u periods, memory %+d kB, %u requests, %u kB sent", (guint) counts.n_periods,
                  (gint) (memory_kb () - before_kb), raw_server_get_n_requests (server),
                  (guint) (raw_server_get_n_sent (server) >> 10));
  g_assert_cmpuint (raw_server_get_n_requests (server), >, 0);
  g_assert_cmpuint (counts.n_periods, >=, 2);
  g_assert_cmpint (memory_kb () - before_kb, <, MOST_KB);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/hostile/ocpp/oversize", (gconstpointer) send_oversize, test_ocpp);
  g_test_add_data_func ("/hostile/ocpp/strangers", (gconstpointer) send_strangers, test_ocpp);
  g_test_add_data_func ("/hostile/ocpp/slow", (gconstpointer) send_slowly, test_ocpp);
  g_test_add_data_func ("/hostile/modbus", NULL, test_modbus);
  g_test_add_data_func ("/hostile/http", NULL, test_http);
  return g_test_run ();
}
