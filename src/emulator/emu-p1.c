/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-p1.c: an emulated P1 bridge: a DSMR telegram a second to everyone who is connected. */
#include <math.h>
#include <string.h>

#include "emulator/emu-device.h"
#include "protocols/p1/p1-telegram.h"

#define MAX_PEERS 8

typedef struct {
  BbEmuDevice *device;
  GSocketListener *listener; /* NULL: off line */
  GCancellable *accepting;
  guint16 port;
  GPtrArray *peers; /* (element-type Peer) */
  GSource *late;    /* telegram that is delayed */
  gchar *pending;   /* it */
} EmuP1;

typedef struct {
  gatomicrefcount refs;
  EmuP1 *own; /* NULL: dropped */
  GSocketConnection *connection;
  GCancellable *cancellable;
  gboolean writing;
} Peer;

/* ---- telegrams ---- */

/* "(00230.1*V)" and the like, with a DSMR 5 meter's decimals. */
static void
append_value (GString *text, BbRole role, gdouble raw)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];
  const gchar *format = "%06.3f", *unit = "kW";

  if (role >= BB_ROLE_CURRENT_L1 && role <= BB_ROLE_CURRENT_N) {
    format = "%03.0f"; /* whole amperes */
    unit = "A";
  } else if (role >= BB_ROLE_VOLTAGE_L1 && role <= BB_ROLE_VOLTAGE_L3) {
    format = "%05.1f";
    unit = "V";
  } else if (role >= BB_ROLE_ENERGY_IMPORT && role <= BB_ROLE_ENERGY_EXPORT) {
    format = "%010.3f";
    unit = "kWh";
  }
  g_string_append_printf (text, "(%s*%s)\r\n", g_ascii_formatd (number, sizeof number, format, raw), unit);
}

static void
append_point (GString *text, BbEmuDevice *device, const BbPoint *point)
{
  gint64 canonical;
  gdouble raw;

  if (!bb_emu_get_measured (device, point->role, &canonical))
    return;
  raw = ((gdouble) canonical - point->offset) / (point->scale > 0 ? point->scale : 1);
  if (point->sign_from != BB_ROLE_NONE)
    raw = fabs (raw);
  g_string_append (text, point->path);
  append_value (text, point->role, MAX (raw, 0));
  for (guint i = 0; point->plus_paths != NULL && point->plus_paths[i] != NULL; i++) {
    g_string_append (text, point->plus_paths[i]);
    append_value (text, point->role, 0);
  }
}

static void
append_points (GString *text, BbEmuDevice *device)
{
  BbConditionScope scope = { 0 };
  g_autoptr (GHashTable) roles = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < device->interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (device->interface->points, i);

    if (point->path != NULL && bb_condition_holds (point->when, &scope)
        && g_hash_table_add (roles, GINT_TO_POINTER (point->role)))
      append_point (text, device, point);
  }
}

static gchar *
make_telegram (BbEmuDevice *device)
{
  g_autoptr (GString) text = g_string_new ("/EMU5\\busbar-emulator\r\n\r\n1-3:0.2.8(50)\r\n");
  g_autoptr (GDateTime) time
      = g_date_time_new_from_unix_utc (bb_field_get_now_ms (bb_emu_get_field (device)) / 1000);
  g_autofree gchar *stamp = time != NULL ? g_date_time_format (time, "%y%m%d%H%M%SW") : NULL;

  g_string_append_printf (text, "0-0:1.0.0(%s)\r\n0-0:96.1.1(", stamp != NULL ? stamp : "000101000000W");
  for (const gchar *at = device->id; *at != '\0'; at++)
    g_string_append_printf (text, "%02X", (guchar) *at);
  g_string_append (text, ")\r\n");
  append_points (text, device);
  g_string_append_c (text, '!');
  g_string_append_printf (text, "%04X\r\n", (guint) bb_p1_crc16 (text->str, text->len));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What goes out instead while a fault is in force (transfer full). */
static gchar *
spoil (BbEmuDevice *device, gchar *telegram)
{
  gsize length = strlen (telegram);

  if (bb_emu_has_fault (device, BB_EMU_GARBAGE)) {
    g_free (telegram);
    return g_strdup ("\x7f"
                     "garbage/\r\n!!0000\r\n/\x01\r\n");
  }
  if (bb_emu_has_fault (device, BB_EMU_EXCEPTION)) /* its check sum is wrong */
    telegram[length - 3] = telegram[length - 3] == '0' ? '1' : '0';
  if (bb_emu_has_fault (device, BB_EMU_TRUNCATE))
    telegram[length / 2] = '\0';
  if (bb_emu_has_fault (device, BB_EMU_TWICE)) {
    gchar *twice = g_strconcat (telegram, telegram, NULL);

    g_free (telegram);
    return twice;
  }
  return telegram;
}

/* ---- peers ---- */

static Peer *
peer_ref (Peer *peer)
{
  g_atomic_ref_count_inc (&peer->refs);
  return peer;
}

static void
peer_unref (Peer *peer)
{
  if (!g_atomic_ref_count_dec (&peer->refs))
    return;
  g_object_unref (peer->connection);
  g_object_unref (peer->cancellable);
  g_free (peer);
}

/* It is off the list: nothing more goes to it. */
static void
peer_drop (Peer *peer)
{
  if (peer->writing && peer->own != NULL)
    bb_emu_push_end (peer->own->device);
  peer->own = NULL;
  g_cancellable_cancel (peer->cancellable);
  g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
  peer_unref (peer);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  gboolean written = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);

  if (peer->own != NULL) {
    peer->writing = FALSE;
    bb_emu_push_end (peer->own->device);
    if (!written)
      g_ptr_array_remove_fast (peer->own->peers, peer);
  }
  peer_unref (peer);
}

/* A peer that has not taken the last one gets none. */
static void
send_to (Peer *peer, const gchar *text)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (peer->connection));
  gchar *copy;

  if (peer->writing)
    return;
  copy = g_strdup (text);
  g_object_set_data_full (G_OBJECT (peer->connection), "telegram", copy, g_free);
  peer->writing = TRUE;
  bb_emu_push_begin (peer->own->device);
  g_output_stream_write_all_async (output, copy, strlen (copy), G_PRIORITY_DEFAULT, peer->cancellable,
                                   written_cb, peer_ref (peer));
}

static void
send_all (EmuP1 *own, const gchar *text)
{
  for (guint i = 0; i < own->peers->len; i++)
    send_to (g_ptr_array_index (own->peers, i), text);
}

/* ---- listening ---- */

static void accept_next (EmuP1 *own);

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection
      = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, &error);
  EmuP1 *own = data; /* gone when cancelled */
  Peer *peer;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (connection != NULL && own->peers->len < MAX_PEERS) {
    peer = g_new0 (Peer, 1);
    g_atomic_ref_count_init (&peer->refs);
    peer->own = own;
    peer->connection = g_steal_pointer (&connection);
    peer->cancellable = g_cancellable_new ();
    g_ptr_array_add (own->peers, peer);
  }
  accept_next (own);
}

static void
accept_next (EmuP1 *own)
{
  g_socket_listener_accept_async (own->listener, own->accepting, accepted_cb, own);
}

static gboolean
go_online (EmuP1 *own, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, own->port), bound = NULL;

  own->listener = g_socket_listener_new ();
  if (!g_socket_listener_add_address (own->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                      NULL, &bound, error)) {
    g_clear_object (&own->listener);
    return FALSE;
  }
  own->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  own->accepting = g_cancellable_new ();
  accept_next (own);
  return TRUE;
}

static void
go_offline (EmuP1 *own)
{
  if (own->late != NULL)
    g_source_destroy (own->late);
  g_clear_pointer (&own->late, g_source_unref);
  g_ptr_array_set_size (own->peers, 0);
  if (own->accepting != NULL)
    g_cancellable_cancel (own->accepting);
  g_clear_object (&own->accepting);
  if (own->listener != NULL)
    g_socket_listener_close (own->listener);
  g_clear_object (&own->listener);
}

/* ---- the kind ---- */

static gboolean
emu_p1_start (BbEmuDevice *device, GError **error)
{
  EmuP1 *own = device->own = g_new0 (EmuP1, 1);

  own->device = device;
  own->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) peer_drop);
  return go_online (own, error);
}

static void
emu_p1_describe (BbEmuDevice *device, JsonBuilder *builder)
{
  EmuP1 *own = device->own;

  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, "127.0.0.1");
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, own->port);
}

static gboolean
late_cb (gpointer data)
{
  EmuP1 *own = data;
  g_autofree gchar *text = g_steal_pointer (&own->pending);

  g_clear_pointer (&own->late, g_source_unref);
  send_all (own, text);
  return G_SOURCE_REMOVE;
}

static void
emu_p1_begin (BbEmuDevice *device)
{
  EmuP1 *own = device->own;
  g_autofree gchar *text = NULL;

  if (own->peers->len == 0 || bb_emu_has_fault (device, BB_EMU_SILENCE)
      || bb_emu_has_fault (device, BB_EMU_HALF_OPEN))
    return;
  text = spoil (device, make_telegram (device));
  if (!bb_emu_has_fault (device, BB_EMU_DELAY)) {
    send_all (own, text);
    return;
  }
  if (own->late != NULL)
    return;
  g_free (own->pending);
  own->pending = g_steal_pointer (&text);
  own->late
      = g_source_ref (bb_clock_add_timeout (bb_emu_get_clock (device),
                                            MAX (device->faults[BB_EMU_DELAY].value, 1), late_cb, own, NULL));
}

static void
emu_p1_faults_changed (BbEmuDevice *device)
{
  EmuP1 *own = device->own;
  gboolean offline = bb_emu_has_fault (device, BB_EMU_OFFLINE);
  g_autoptr (GError) error = NULL;

  if (offline && own->listener != NULL)
    go_offline (own);
  else if (!offline && own->listener == NULL && !go_online (own, &error))
    bb_log_write (bb_emu_get_log (device), BB_LOG_ERROR, "emulator", "Port %u cannot be opened again: %s",
                  own->port, error->message);
}

static void
emu_p1_reboot (BbEmuDevice *device)
{
  go_offline (device->own);
  emu_p1_faults_changed (device);
}

static void
emu_p1_free (BbEmuDevice *device)
{
  EmuP1 *own = g_steal_pointer (&device->own);

  if (own == NULL)
    return;
  go_offline (own);
  g_ptr_array_unref (own->peers);
  g_free (own->pending);
  g_free (own);
}

const BbEmuKind bb_emu_p1 = {
  .name = "p1",
  .start = emu_p1_start,
  .describe = emu_p1_describe,
  .begin = emu_p1_begin,
  .faults_changed = emu_p1_faults_changed,
  .reboot = emu_p1_reboot,
  .free = emu_p1_free,
};
