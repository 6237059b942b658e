/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-server.c: the owner's side of a Modbus server: listening, connections, on and off. */
#include "protocols/modbus/modbus-server.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "protocols/modbus/modbus-server-private.h"

#define BACKLOG 16
/* A client that does not take its answers is given up after so long. */
#define SEND_TIMEOUT_S 5
/* A request must arrive whole within this. */
#define REQUEST_TIMEOUT_S 2

BbModbusServer *
bb_modbus_server_ref (BbModbusServer *server)
{
  g_atomic_ref_count_inc (&server->refs);
  return server;
}

void
bb_modbus_server_release (BbModbusServer *server)
{
  if (!g_atomic_ref_count_dec (&server->refs))
    return;
  g_main_context_unref (server->context);
  g_ptr_array_unref (server->connections);
  g_free (server->address);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->answered);
  g_free (server);
}

/* ---- connections ---- */

static void
wake (BbModbusConnection *connection)
{
  const guint64 one = 1;
  if (write (connection->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN)
    g_warning ("A Modbus connection cannot be woken: %s", g_strerror (errno));
}

/* Ends the thread, wherever it waits, and waits for it. */
static void
connection_close (gpointer data)
{
  BbModbusConnection *connection = data;
  BbModbusServer *server = connection->server;

  g_mutex_lock (&server->lock);
  g_atomic_int_set (&connection->closing, 1);
  g_cond_broadcast (&server->answered);
  g_mutex_unlock (&server->lock);
  wake (connection);
  if (!connection->rtu)
    shutdown (connection->fd, SHUT_RDWR);
  if (connection->thread != NULL)
    g_thread_join (connection->thread);
  modbus_close (connection->modbus);
  modbus_free (connection->modbus);
  close (connection->wake_fd);
  g_free (connection);
  bb_modbus_server_release (server);
}

static void
drop_ended (BbModbusServer *server)
{
  for (guint i = server->connections->len; i-- > 0;) {
    BbModbusConnection *connection = g_ptr_array_index (server->connections, i);
    if (g_atomic_int_get (&connection->ended))
      g_ptr_array_remove_index (server->connections, i);
  }
}

/* Takes `modbus` with an open descriptor. */
static void
start_connection (BbModbusServer *server, modbus_t *modbus, gboolean rtu)
{
  g_autoptr (GError) error = NULL;
  BbModbusConnection *connection = g_new0 (BbModbusConnection, 1);

  connection->server = bb_modbus_server_ref (server);
  connection->modbus = modbus;
  connection->fd = modbus_get_socket (modbus);
  connection->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  connection->number = ++server->n_connections;
  connection->rtu = rtu;
  connection->thread = g_thread_try_new ("modbus-server", bb_modbus_connection_run, connection, &error);
  if (connection->thread == NULL) {
    g_message ("No thread for a Modbus connection: %s", error->message);
    connection_close (connection);
    return;
  }
  g_ptr_array_add (server->connections, connection);
}

/* Connections whose client is still there; one that left may not have been noticed by its thread yet. */
static guint
count_clients (BbModbusServer *server)
{
  guint n = 0;

  for (guint i = 0; i < server->connections->len; i++) {
    BbModbusConnection *connection = g_ptr_array_index (server->connections, i);
    guint8 byte;
    gssize got = recv (connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    n += got > 0 || (got < 0 && errno == EAGAIN); /* else its peer has closed or reset it */
  }
  return n;
}

static gboolean
accept_cb (gint fd, GIOCondition condition, gpointer data)
{
  const struct timeval limit = { .tv_sec = SEND_TIMEOUT_S };
  BbModbusServer *server = data;
  gint client = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  gint on = 1;
  modbus_t *modbus;

  if (client < 0)
    return G_SOURCE_CONTINUE;
  drop_ended (server);
  /* libmodbus waits with select(). */
  if (client >= FD_SETSIZE || (server->max_clients > 0 && count_clients (server) >= server->max_clients)) {
    close (client);
    return G_SOURCE_CONTINUE;
  }
  setsockopt (client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt (client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  modbus = modbus_new_tcp (server->address, server->port);
  modbus_set_socket (modbus, client);
  modbus_set_indication_timeout (modbus, REQUEST_TIMEOUT_S, 0);
  modbus_set_byte_timeout (modbus, 0, 0);
  start_connection (server, modbus, FALSE);
  return G_SOURCE_CONTINUE;
}

/* ---- listening ---- */

static gboolean
start_listening (BbModbusServer *server, GError **error)
{
  struct sockaddr_in address = { 0 };
  socklen_t size = sizeof address;
  modbus_t *modbus = modbus_new_tcp (server->address, server->port);
  gint fd = modbus != NULL ? modbus_tcp_listen (modbus, BACKLOG) : -1;

  if (fd < 0) {
    bb_set_errno (error, errno, _ ("Could not listen on"), server->address);
    g_clear_pointer (&modbus, modbus_free);
    return FALSE;
  }
  modbus_free (modbus);
  if (getsockname (fd, (struct sockaddr *) &address, &size) == 0)
    server->port = ntohs (address.sin_port);
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  server->listen_fd = fd;
  server->listener = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (server->listener, G_SOURCE_FUNC (accept_cb), server, NULL);
  g_source_attach (server->listener, server->context);
  return TRUE;
}

static void
stop_listening (BbModbusServer *server)
{
  if (server->listener == NULL)
    return;
  g_source_destroy (server->listener);
  g_clear_pointer (&server->listener, g_source_unref);
  close (server->listen_fd);
}

/* ---- public ---- */

static BbModbusServer *
server_new (BbModbusHandler handler, gpointer data)
{
  BbModbusServer *server = g_new0 (BbModbusServer, 1);
  g_atomic_ref_count_init (&server->refs);
  server->context = g_main_context_ref_thread_default ();
  server->handler = handler;
  server->data = data;
  server->connections = g_ptr_array_new_with_free_func (connection_close);
  server->online = 1;
  g_mutex_init (&server->lock);
  g_cond_init (&server->answered);
  return server;
}

BbModbusServer *
bb_modbus_server_new_tcp (const gchar *address, guint16 port, guint max_clients, guint idle_close_ms,
                          BbModbusHandler handler, gpointer data, GError **error)
{
  BbModbusServer *server = server_new (handler, data);

  server->address = g_strdup (address != NULL ? address : "127.0.0.1");
  server->port = port;
  server->max_clients = max_clients;
  server->idle_close_ms = idle_close_ms;
  if (start_listening (server, error))
    return server;
  bb_modbus_server_release (server);
  return NULL;
}

BbModbusServer *
bb_modbus_server_new_rtu (const gchar *device, guint baud, gchar parity, guint stop_bits,
                          gboolean (*answers_unit) (guint8 unit, gpointer data), BbModbusHandler handler,
                          gpointer data, GError **error)
{
  modbus_t *modbus = modbus_new_rtu (device, (gint) baud, parity, 8, (gint) stop_bits);
  BbModbusServer *server;

  if (modbus == NULL || modbus_connect (modbus) != 0) {
    bb_set_errno (error, errno, _ ("Could not open"), device);
    g_clear_pointer (&modbus, modbus_free);
    return NULL;
  }
  modbus_flush (modbus);
  server = server_new (handler, data);
  server->answers_unit = answers_unit;
  start_connection (server, modbus, TRUE);
  return server;
}

guint16
bb_modbus_server_get_port (BbModbusServer *server)
{
  return server->port;
}

gboolean
bb_modbus_server_set_online (BbModbusServer *server, gboolean online, GError **error)
{
  if (!!online == g_atomic_int_get (&server->online))
    return TRUE;
  if (server->address != NULL) {
    if (online && !start_listening (server, error))
      return FALSE;
    if (!online) {
      stop_listening (server);
      g_ptr_array_set_size (server->connections, 0);
    }
  }
  g_atomic_int_set (&server->online, !!online);
  return TRUE;
}

void
bb_modbus_server_set_frozen (BbModbusServer *server, gboolean frozen)
{
  g_atomic_int_set (&server->frozen, !!frozen);
  for (guint i = 0; i < server->connections->len; i++)
    wake (g_ptr_array_index (server->connections, i));
}

void
bb_modbus_server_free (BbModbusServer *server)
{
  server->freed = TRUE;
  stop_listening (server);
  g_ptr_array_set_size (server->connections, 0);
  bb_modbus_server_release (server);
}
