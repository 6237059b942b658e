/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-parts.c: small parts of a site: its network, tariff windows, acknowledgements of known excesses. */
#include "model/site-parts.h"

#include "model/fields.h"

BB_DEFINE_PART (BbNetwork, bb_network, "network")
BB_DEFINE_PART (BbTariffWindow, bb_tariff_window, "tariff window")
BB_DEFINE_PART (BbAcknowledgement, bb_acknowledgement, "acknowledgement")

static const BbField network_fields[] = {
  TEXT (BbNetwork, "subnet", "subnet", subnet),
  TEXT (BbNetwork, "gateway", "gateway", gateway),
  TEXT (BbNetwork, "controller", "controller", controller),
  TEXT (BbNetwork, "ssid", "ssid", ssid),
  BOOLEAN (BbNetwork, "dhcp", "dhcp", dhcp, TRUE),
};

static const BbField tariff_fields[] = {
  TEXT (BbTariffWindow, "name", "name", name),
  CLOCK (BbTariffWindow, "start-min", "start", start_min, 1439, 0),
  CLOCK (BbTariffWindow, "end-min", "end", end_min, 1440, 1440),
  DAYS (BbTariffWindow),
  NUMBER (BbTariffWindow, "price-e5", "price_per_kwh", price_e5, 0, 100000, -BB_FIELD_MOST, BB_FIELD_MOST, 0),
};

static const BbField acknowledgement_fields[] = {
  TEXT (BbAcknowledgement, "rule", "rule", rule),
  REFERENCE (BbAcknowledgement, "group", "group", group),
  TEXT (BbAcknowledgement, "name", "name", name),
  TEXT (BbAcknowledgement, "reason", "reason", reason),
};

static void
bb_network_class_init (BbNetworkClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "network", network_fields, G_N_ELEMENTS (network_fields));
}

static void
bb_tariff_window_class_init (BbTariffWindowClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "tariff window", tariff_fields,
                            G_N_ELEMENTS (tariff_fields));
}

static void
bb_acknowledgement_class_init (BbAcknowledgementClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "acknowledgement", acknowledgement_fields,
                            G_N_ELEMENTS (acknowledgement_fields));
}

BbTariffWindow *
bb_tariff_window_new (void)
{
  return (BbTariffWindow *) g_object_new (BB_TYPE_TARIFF_WINDOW, NULL);
}

BbAcknowledgement *
bb_acknowledgement_new (const gchar *rule, const gchar *group, const gchar *name, const gchar *reason)
{
  return (BbAcknowledgement *) g_object_new (BB_TYPE_ACKNOWLEDGEMENT, "rule", rule, "group", group, "name",
                                             name, "reason", reason, NULL);
}
