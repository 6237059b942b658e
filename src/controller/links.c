/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links.c: how each device is reached: the site's words, or an endpoints file in their place, and the
 * secrets. */
#include <glib/gi18n.h>
#include <string.h>

#include "controller/controller-private.h"
#include "model/address.h"

/* The text of a member, or NULL. */
static const gchar *
text_of (JsonObject *object, const gchar *key)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, key) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
}

static gint64
number_of (JsonObject *object, const gchar *key, gint64 most)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, key) : NULL;
  gint64 value
      = node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;

  return value >= 0 && value <= most ? value : 0;
}

static JsonObject *
object_of (JsonObject *all, const gchar *id)
{
  JsonNode *node = all != NULL ? json_object_get_member (all, id) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* The connection that the site names; where it names none the profile's first. -1 with an error. */
static gint
choose_connection (const gchar *named, const BbProfile *profile, const gchar *id, GError **error)
{
  gint connection = *named != '\0' ? bb_connection_from_name (named) : -1;

  if (*named == '\0' && profile->interfaces->len > 0) {
    const BbInterface *first = g_ptr_array_index (profile->interfaces, 0);
    return first->connections != 0 ? (gint) __builtin_ctz (first->connections) : -1;
  }
  if (connection < 0 || bb_profile_find_interface (profile, (BbConnection) connection) == NULL) {
    g_set_error (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_SITE,
                 _ ("connection: “%s” is to be reached over “%s”, which its profile %s does not know; "
                    "“busbar-cli profile show "
                    "%s” lists what it does."),
                 id, named, profile->id, profile->id);
    return -1;
  }
  return connection;
}

static void
take_endpoint (BbLink *link, JsonObject *endpoint)
{
  const gchar *parity = text_of (endpoint, "parity");

  g_free (link->host);
  g_free (link->device);
  link->host = g_strdup (text_of (endpoint, "host"));
  link->device = g_strdup (text_of (endpoint, "device"));
  link->port = (guint16) number_of (endpoint, "port", G_MAXUINT16);
  link->unit = (guint8) number_of (endpoint, "unit", 255);
  link->baud = (guint) number_of (endpoint, "baud", 921600);
  link->parity = parity != NULL && *parity != '\0' ? g_ascii_toupper (*parity) : 0;
  link->stop_bits = (guint) number_of (endpoint, "stop_bits", 2);
  link->connector = MAX ((guint) number_of (endpoint, "connector", 9), 1);
  if (text_of (endpoint, "identity") != NULL) {
    g_free (link->identity);
    link->identity = g_strdup (text_of (endpoint, "identity"));
  }
}

static gboolean
take_address (BbLink *link, const gchar *text, GError **error)
{
  g_auto (BbAddress) address = { 0 };

  if (!bb_address_parse (text, &address, error)) {
    g_prefix_error (error, "address: ");
    return FALSE;
  }
  link->host = g_steal_pointer (&address.host);
  link->device = g_steal_pointer (&address.device);
  link->port = address.port;
  link->unit = address.unit;
  link->baud = address.baud;
  link->parity = address.parity;
  link->stop_bits = address.stop_bits;
  return TRUE;
}

/* What meters and stations have in common. `identity` is what the site says, or the serial, or the id. */
static BbLink *
make_link (const gchar *id, gboolean is_meter, const gchar *named, const gchar *address,
           const gchar *identity, const BbProfile *profile, JsonObject *endpoints, JsonObject *secrets,
           GError **error)
{
  JsonObject *endpoint = object_of (endpoints, id), *secret = object_of (secrets, id);
  const gchar *told = text_of (endpoint, "connection");
  gint connection = choose_connection (told != NULL ? told : named, profile, id, error);

  if (connection < 0)
    return NULL;
  g_autoptr (BbLink) link = bb_link_new (id, is_meter, (BbConnection) connection);
  link->identity = g_strdup (identity);
  /* An emulator's endpoints tell the logins of its devices. */
  link->user = g_strdup (text_of (secret != NULL ? secret : endpoint, "user"));
  link->password = g_strdup (text_of (secret != NULL ? secret : endpoint, "password"));
  if (endpoint != NULL)
    take_endpoint (link, endpoint);
  else if (!take_address (link, address, error))
    return NULL;
  return g_steal_pointer (&link);
}

/* The first that says something. */
static const gchar *
first_of (const gchar *a, const gchar *b, const gchar *c)
{
  return *a != '\0' ? a : *b != '\0' ? b : c;
}

BbLink *
bb_controller_meter_link (BbMeter *meter, BbProfile *profile, JsonObject *endpoints, JsonObject *secrets,
                          GError **error)
{
  const BbMeterFields *f = bb_meter_peek (meter);
  BbLink *link = make_link (f->id, TRUE, f->connection, f->address, first_of (f->identity, f->serial, f->id),
                            profile, endpoints, secrets, error);

  if (link == NULL)
    return NULL;
  link->range_ma = f->range_ma > 0 ? f->range_ma : profile->range_ma;
  link->interval_ms = f->interval_ms;
  link->n_phases = f->phases != BB_UNSTATED ? (guint) __builtin_popcount ((guint) f->phases) : 3;
  return link;
}

BbLink *
bb_controller_station_link (BbStation *station, const bbe_station_config *config, BbProfile *profile,
                            JsonObject *endpoints, JsonObject *secrets, GError **error)
{
  const BbStationFields *f = bb_station_peek (station);
  BbLink *link = make_link (f->id, FALSE, f->connection, f->address, first_of (f->identity, f->serial, f->id),
                            profile, endpoints, secrets, error);

  if (link == NULL)
    return NULL;
  if (object_of (endpoints, f->id) == NULL)
    link->connector = (guint) f->connector;
  /* What the site does not state, or the maker fixed, is not written either. */
  link->failsafe_ma = f->failsafe_ma != BB_UNSTATED && !f->failsafe_fixed ? f->failsafe_ma : -1;
  link->max_ma = config->max_ma;
  link->min_ma = config->min_1p_ma;
  link->n_phases = config->n_phases;
  link->can_switch = config->can_switch;
  return link;
}
