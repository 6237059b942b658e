/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notify.c: a datagram to the service manager. */
#include "controller/notify.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

void
bb_notify (const gchar *state)
{
  const gchar *path = g_getenv ("NOTIFY_SOCKET");
  gboolean is_abstract = path != NULL && *path == '@';

  if (path == NULL || (*path != '/' && !is_abstract))
    return;
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GSocketAddress) address
      = g_unix_socket_address_new_with_type (path + is_abstract, -1,
                                             is_abstract ? G_UNIX_SOCKET_ADDRESS_ABSTRACT
                                                         : G_UNIX_SOCKET_ADDRESS_PATH);
  if (socket == NULL)
    return;
  g_socket_set_blocking (socket, FALSE);
  g_socket_send_to (socket, address, state, strlen (state), NULL, NULL);
}

gint64
bb_notify_get_watchdog_ms (void)
{
  const gchar *text = g_getenv ("WATCHDOG_USEC");

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) / 1000 : 0;
}
