/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-kit.c: a bus and a server that holds registers, on one loop. */
#include "modbus-kit.h"

#include <string.h>

#include "protocols/modbus/modbus-pdu.h"

static gboolean
answers_unit (guint8 unit, gpointer data)
{
  Kit *kit = data;
  return kit->unit == 0 || unit == kit->unit || unit == kit->second_unit;
}

static void
take_fault (Kit *kit, BbModbusIncoming *request)
{
  if (kit->n_faults == 0)
    return;
  kit->n_faults--;
  request->kind = kit->next.kind;
  request->exception = kit->next.exception;
  request->delay_ms = kit->next.delay_ms;
  request->wrong_transaction = kit->next.wrong_transaction;
}

static void
handle (BbModbusIncoming *request, guint connection, gpointer data)
{
  Kit *kit = data;

  g_string_append_printf (kit->seen, "%u:%u ", request->function, request->address);
  kit->n_seen++;
  kit->last_connection = connection;
  for (guint i = 0; i < request->count; i++)
    if (bb_modbus_function_is_write (request->function))
      kit->registers[request->address + i] = request->values[i];
    else
      request->values[i]
          = (guint16) (kit->registers[request->address + i]
                       + (kit->second_unit != 0 && request->unit == kit->second_unit ? 1000 : 0));
  take_fault (kit, request);
}

static Kit *
kit_new (void)
{
  Kit *kit = g_new0 (Kit, 1);
  kit->clock = bb_manual_clock_new (1000, 1800000000000);
  kit->log = bb_log_new_memory (BB_CLOCK (kit->clock), BB_LOG_DEBUG, 1000);
  kit->seen = g_string_new (NULL);
  for (guint i = 0; i < 65536; i++)
    kit->registers[i] = (guint16) (i * 3 + 1);
  kit->link.timeout_ms = 3000;
  kit->link.channel = "wire";
  return kit;
}

Kit *
kit_new_tcp (guint max_clients, guint idle_close_ms)
{
  g_autoptr (GError) error = NULL;
  Kit *kit = kit_new ();
  kit->server = bb_modbus_server_new_tcp (NULL, 0, max_clients, idle_close_ms, handle, kit, &error);
  g_assert_no_error (error);
  kit->link.host = "127.0.0.1";
  kit->link.port = bb_modbus_server_get_port (kit->server);
  g_assert_cmpuint (kit->link.port, >, 0);
  return kit;
}

Kit *
kit_new_rtu (guint baud)
{
  g_autoptr (GError) error = NULL;
  Kit *kit = kit_new ();
  kit->line = bb_pty_line_new (baud, &error);
  g_assert_no_error (error);
  kit->unit = 5;
  kit->second_unit = 6;
  kit->server = bb_modbus_server_new_rtu (bb_pty_line_get_device_name (kit->line), baud > 0 ? baud : 115200,
                                          'N', 1, answers_unit, handle, kit, &error);
  g_assert_no_error (error);
  kit->link.device = bb_pty_line_get_master_name (kit->line);
  kit->link.baud = baud > 0 ? baud : 115200;
  return kit;
}

void
kit_connect (Kit *kit)
{
  kit->bus = bb_modbus_bus_new (&kit->link, BB_CLOCK (kit->clock), kit->log, kit->tape);
}

void
kit_free (Kit *kit)
{
  g_clear_pointer (&kit->bus, bb_modbus_bus_unref);
  g_clear_pointer (&kit->server, bb_modbus_server_free);
  g_clear_pointer (&kit->line, bb_pty_line_free);
  g_clear_pointer (&kit->tape, bb_tape_unref);
  bb_log_unref (kit->log);
  g_object_unref (kit->clock);
  g_string_free (kit->seen, TRUE);
  g_free (kit);
}

static void
reply_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Reply *reply = data;
  reply->values = bb_modbus_bus_request_finish (NULL, result, &reply->n, &reply->error);
  reply->done = TRUE;
}

void
kit_start (Kit *kit, const BbModbusRequest *request, GCancellable *cancellable, Reply *reply)
{
  memset (reply, 0, sizeof *reply);
  bb_modbus_bus_request_async (kit->bus, request, cancellable, reply_cb, reply);
}

void
kit_wait (Reply *reply)
{
  while (!reply->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true ((reply->values == NULL) == (reply->error != NULL));
}

void
kit_ask (Kit *kit, const BbModbusRequest *request, Reply *reply)
{
  kit_start (kit, request, NULL, reply);
  kit_wait (reply);
}

void
reply_clear (Reply *reply)
{
  g_clear_pointer (&reply->values, g_free);
  g_clear_error (&reply->error);
}

void
kit_read (Kit *kit, guint16 address, guint16 count, Reply *reply)
{
  const BbModbusRequest request
      = { .unit = 5, .function = 3, .address = address, .count = count, .priority = BB_MODBUS_STATUS };
  kit_ask (kit, &request, reply);
}

void
kit_assert_read (Kit *kit, guint16 address, guint16 expected)
{
  Reply reply;
  kit_read (kit, address, 1, &reply);
  g_assert_no_error (reply.error);
  g_assert_cmpuint (reply.n, ==, 1);
  g_assert_cmpuint (reply.values[0], ==, expected);
  reply_clear (&reply);
}

void
kit_assert_fails (Kit *kit, gint code)
{
  Reply reply;
  kit_read (kit, 77, 2, &reply);
  g_assert_error (reply.error, BB_MODBUS_ERROR, code);
  g_assert_cmpuint (reply.n, ==, 0);
  reply_clear (&reply);
}

void
kit_fault (Kit *kit, BbModbusReplyKind kind, guint n)
{
  memset (&kit->next, 0, sizeof kit->next);
  kit->next.kind = kind;
  kit->next.exception = 2;
  kit->n_faults = n;
}

guint
kit_count_log (Kit *kit, const gchar *text)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (kit->log);
  guint n = 0;
  for (guint i = 0; i < entries->len; i++)
    n += g_strcmp0 (((BbLogEntry *) g_ptr_array_index (entries, i))->text, text) == 0;
  return n;
}

GSocketConnection *
kit_attack (Kit *kit, const guint8 *bytes, gsize size)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", kit->link.port, NULL, NULL);
  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), bytes, size, NULL,
                             NULL, NULL);
  return connection;
}

static void
read_cb (GObject *stream, GAsyncResult *result, gpointer data)
{
  gssize *n = data;
  *n = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);
}

gssize
kit_read_some (GSocketConnection *connection, guint8 *bytes, gsize most)
{
  gssize n = -2;
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), bytes, most,
                             G_PRIORITY_DEFAULT, NULL, read_cb, &n);
  while (n == -2)
    g_main_context_iteration (NULL, TRUE);
  return n;
}
