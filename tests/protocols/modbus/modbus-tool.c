/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-tool.c: our server and our bus for other programs to talk to (peers.py).
 *
 * modbus-tool serve            serves registers on a free port, prints it, ends with standard input
 * modbus-tool serve-line BAUD  the same on a serial line, prints the name of its other end
 * modbus-tool line BAUD        joins two serial ports, prints both names
 * modbus-tool ask HOST:PORT|DEVICE@BAUD UNIT,FUNCTION,ADDRESS,COUNT[,VALUE...] ...   prints values or errors
 */
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocols/modbus/modbus-bus.h"
#include "protocols/modbus/modbus-pdu.h"
#include "protocols/modbus/modbus-server.h"

/* Addresses from here on are refused; unit 9 is silent. */
#define END 60000

static guint16 registers[65536];

static void
handle (BbModbusIncoming *request, guint connection, gpointer data)
{
  if (request->unit == 9) {
    request->kind = BB_MODBUS_SILENT;
    return;
  }
  if (request->address + request->count > END) {
    request->kind = BB_MODBUS_REFUSE;
    request->exception = 2;
    return;
  }
  for (guint i = 0; i < request->count; i++)
    if (bb_modbus_function_is_write (request->function))
      registers[request->address + i] = request->values[i];
    else
      request->values[i] = (guint16) (registers[request->address + i] + (request->function == 4) * 1000);
}

static gboolean
answers_unit (guint8 unit, gpointer data)
{
  return unit == 5 || unit == 6;
}

static gboolean
stdin_cb (gint fd, GIOCondition condition, gpointer data)
{
  gchar byte;
  if (read (fd, &byte, 1) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* Until standard input ends. */
static void
run (void)
{
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, stdin_cb, loop);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
}

static int
serve (const gchar *baud)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbPtyLine) line = NULL;
  g_autoptr (BbModbusServer) server = NULL;

  for (guint i = 0; i < END; i++)
    registers[i] = (guint16) (i * 3 + 1);
  if (baud == NULL) {
    server = bb_modbus_server_new_tcp (NULL, 0, 0, 0, handle, NULL, &error);
  } else {
    guint rate = (guint) atoi (baud);
    line = bb_pty_line_new (rate, &error);
    if (line != NULL)
      server = bb_modbus_server_new_rtu (bb_pty_line_get_device_name (line), rate, 'N', 1, answers_unit,
                                         handle, NULL, &error);
  }
  if (server == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  if (line != NULL)
    g_print ("%s\n", bb_pty_line_get_master_name (line));
  else
    g_print ("%u\n", bb_modbus_server_get_port (server));
  run ();
  return 0;
}

static int
join (const gchar *baud)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbPtyLine) line = bb_pty_line_new ((guint) atoi (baud), &error);

  if (line == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_print ("%s %s\n", bb_pty_line_get_master_name (line), bb_pty_line_get_device_name (line));
  run ();
  return 0;
}

/* ---- asking ---- */

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  guint n;
  g_autoptr (GError) error = NULL;
  g_autofree guint16 *values = bb_modbus_bus_request_finish (NULL, result, &n, &error);
  gint *left = data;

  (*left)--;
  if (error != NULL) {
    g_print ("error %d\n", error->code);
    return;
  }
  for (guint i = 0; i < n; i++)
    g_print ("%u%c", values[i], i + 1 < n ? ' ' : '\n');
}

static void
ask_one (BbModbusBus *bus, const gchar *text, gint *left)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  guint16 values[2000] = { 0 };
  BbModbusRequest request = { .values = values, .priority = BB_MODBUS_STATUS };

  g_assert (g_strv_length (parts) >= 4 && g_strv_length (parts) < 2004);
  request.unit = (guint8) atoi (parts[0]);
  request.function = (guint8) atoi (parts[1]);
  request.address = (guint16) atoi (parts[2]);
  request.count = (guint16) atoi (parts[3]);
  for (guint i = 0; parts[4 + i] != NULL; i++)
    values[i] = (guint16) atoi (parts[4 + i]);
  bb_modbus_bus_request_async (bus, &request, NULL, done_cb, left);
}

static int
ask (const gchar *where, gchar **requests)
{
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  g_autoptr (BbLog) log = bb_log_new_stderr (clock, BB_LOG_DEBUG);
  g_autoptr (BbModbusBus) bus = NULL;
  g_auto (GStrv) parts = g_strsplit_set (where, strchr (where, '@') != NULL ? "@" : ":", 2);
  gboolean rtu = strchr (where, '@') != NULL;
  BbModbusLink link = { .timeout_ms = 1000 };
  gint left = (gint) g_strv_length (requests);

  g_assert (g_strv_length (parts) == 2);
  link.host = rtu ? NULL : parts[0];
  link.device = rtu ? parts[0] : NULL;
  link.port = (guint16) (rtu ? 0 : atoi (parts[1]));
  link.baud = (guint) (rtu ? atoi (parts[1]) : 0);
  bus = bb_modbus_bus_new (&link, clock, log, NULL);
  for (guint i = 0; requests[i] != NULL; i++)
    ask_one (bus, requests[i], &left);
  while (left > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}

int
main (int argc, char *argv[])
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc == 2 && strcmp (argv[1], "serve") == 0)
    return serve (NULL);
  if (argc == 3 && strcmp (argv[1], "serve-line") == 0)
    return serve (argv[2]);
  if (argc == 3 && strcmp (argv[1], "line") == 0)
    return join (argv[2]);
  if (argc > 3 && strcmp (argv[1], "ask") == 0)
    return ask (argv[2], argv + 3);
  g_printerr ("modbus-tool serve | serve-line BAUD | line BAUD | ask WHERE REQUEST...\n");
  return 2;
}
