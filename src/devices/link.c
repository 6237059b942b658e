/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link.c: how a device is reached: the site's words, filled up from its profile. */
#include "devices/context.h"

BbLink *
bb_link_new (const gchar *id, gboolean is_meter, BbConnection connection)
{
  BbLink *link = g_new0 (BbLink, 1);
  link->id = g_strdup (id);
  link->is_meter = is_meter;
  link->connection = connection;
  link->connector = 1;
  link->failsafe_ma = -1;
  return link;
}

static gchar
parity_letter (const gchar *word)
{
  if (g_strcmp0 (word, "even") == 0)
    return 'E';
  return g_strcmp0 (word, "odd") == 0 ? 'O' : 'N';
}

void
bb_link_fill (BbLink *link, const BbInterface *interface)
{
  if (link->connector == 0)
    link->connector = 1;
  if (link->port == 0 && interface->port != 0)
    link->port = (guint16) (interface->port + (link->connector - 1) * interface->connector_port_step);
  if (link->unit == 0)
    link->unit = interface->unit != 0 ? interface->unit : 1;
  if (link->baud == 0)
    link->baud = interface->bauds != NULL && interface->bauds->len > 0
                     ? g_array_index (interface->bauds, guint, 0)
                     : 9600;
  if (link->parity == 0)
    link->parity = parity_letter (interface->parity);
  if (link->stop_bits == 0)
    link->stop_bits = interface->stop_bits != 0 ? interface->stop_bits : 1;
}

void
bb_link_free (BbLink *link)
{
  if (link == NULL)
    return;
  g_free (link->id);
  g_free (link->host);
  g_free (link->device);
  g_free (link->identity);
  g_free (link->user);
  g_free (link->password);
  g_free (link);
}
