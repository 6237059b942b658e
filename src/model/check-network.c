/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-network.c: rules about addresses (C-10), the subnet and the WiFi name. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/address.h"
#include "model/check-private.h"
#include "model/wifi-rules.h"

typedef struct {
  BbCheck *check;
  GInetAddressMask *subnet; /* NULL: not stated */
  GHashTable *taken;        /* address -> what has it */
} Network;

static void
check_address (Network *net, const gchar *address, const gchar *who, gchar *pointer_text)
{
  g_autofree gchar *pointer = pointer_text;
  g_autoptr (GInetAddress) ip = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (BbAddress) parsed = { 0 };
  const gchar *other = (const gchar *) g_hash_table_lookup (net->taken, address);

  if (*address == '\0')
    return;
  if (!bb_address_parse (address, &parsed, &error)) {
    bb_check_add (net->check, BB_SEVERITY_ERROR, "address-invalid", g_strdup (pointer), "%s", error->message);
    return;
  }
  if (parsed.host != NULL)
    ip = g_inet_address_new_from_string (parsed.host);
  if (other != NULL)
    bb_check_add (net->check, BB_SEVERITY_ERROR, "address-duplicate", g_strdup (pointer),
                  _ ("%s is the address of “%s” already. Give “%s” an address of its own."), address, other,
                  who);
  else
    g_hash_table_insert (net->taken, g_strdup (address), g_strdup (who));
  if (ip != NULL && net->subnet != NULL && !g_inet_address_mask_matches (net->subnet, ip)) {
    g_autofree gchar *subnet = g_inet_address_mask_to_string (net->subnet);

    bb_check_add (
        net->check, BB_SEVERITY_ERROR, "address-subnet", g_strdup (pointer),
        _ ("%s is not in the site's network %s: the controller cannot reach it. Correct the address, in the "
           "station's own settings too."),
        parsed.host, subnet);
  }
}

static void
check_addresses (BbCheck *check, GInetAddressMask *subnet)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const BbNetworkFields *f = bb_network_peek (check->f->network);
  Network net = { check, subnet, taken };

  check_address (&net, f->gateway, _ ("the router"), g_strdup ("/network/gateway"));
  check_address (&net, f->controller, _ ("the controller"), g_strdup ("/network/controller"));
  for (guint i = 0; i < check->n_meters; i++) {
    const BbMeterFields *meter = bb_check_meter (check, i);

    check_address (&net, meter->address, bb_check_name (meter->name, meter->id),
                   bb_check_at ("meters", i, "address"));
  }
  for (guint i = 0; i < check->n_stations; i++) {
    const BbStationFields *station = bb_check_station (check, i);

    check_address (&net, station->address, bb_check_name (station->name, station->id),
                   bb_check_at ("stations", i, "address"));
  }
}

static void
check_ssid (BbCheck *check, const gchar *ssid)
{
  const BbWifiVerdict verdict = *ssid != '\0' ? bb_wifi_check_ssid (ssid, NULL) : BB_WIFI_OK;

  if (verdict != BB_WIFI_OK)
    bb_check_add (check, bb_wifi_verdict_is_usable (verdict) ? BB_SEVERITY_WARNING : BB_SEVERITY_ERROR,
                  "wifi-name", g_strdup ("/network/ssid"), "%s",
                  bb_wifi_verdict_get_sentence (verdict, FALSE));
}

void
bb_check_network (BbCheck *check)
{
  const BbNetworkFields *f = bb_network_peek (check->f->network);
  g_autoptr (GInetAddressMask) subnet = NULL;

  if (*f->subnet != '\0') {
    subnet = g_inet_address_mask_new_from_string (f->subnet, NULL);
    if (subnet == NULL || strchr (f->subnet, '/') == NULL) {
      g_clear_object (&subnet);
      bb_check_add (
          check, BB_SEVERITY_ERROR, "network-subnet", g_strdup ("/network/subnet"),
          _ ("“%s” is not a network. Write its first address and the number of its bits: 192.168.1.0/24."),
          f->subnet);
    }
  }
  check_addresses (check, subnet);
  check_ssid (check, f->ssid);
  if (!f->dhcp)
    bb_check_add (
        check, BB_SEVERITY_WARNING, "network-dhcp", g_strdup ("/network/dhcp"),
        _ ("Measurement devices need DHCP to join a network. Switch it on in the router, and pin the "
           "addresses of the stations there."));
}
