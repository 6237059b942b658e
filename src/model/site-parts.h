/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-parts.h: small parts of a site: its network, tariff windows, acknowledgements of known excesses. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef struct {
  gchar *subnet; /* "192.168.1.0/24"; "": not stated */
  gchar *gateway;
  gchar *controller; /* address of the controller */
  gchar *ssid;       /* WiFi of the site (2.4 GHz); passwords are never in a site file */
  gboolean dhcp;
} BbNetworkFields;

#define BB_TYPE_NETWORK (bb_network_get_type ())
G_DECLARE_FINAL_TYPE (BbNetwork, bb_network, BB, NETWORK, BbPart)
const BbNetworkFields *bb_network_peek (BbNetwork *self);

/* A price window of the tariff, local time, as BbWindow. */
typedef struct {
  gchar *name;
  gint start_min, end_min, days;
  gint price_e5; /* price of a kWh x 100,000, in the site's currency */
} BbTariffWindowFields;

#define BB_TYPE_TARIFF_WINDOW (bb_tariff_window_get_type ())
G_DECLARE_FINAL_TYPE (BbTariffWindow, bb_tariff_window, BB, TARIFF_WINDOW, BbPart)
BbTariffWindow *bb_tariff_window_new (void);
const BbTariffWindowFields *bb_tariff_window_peek (BbTariffWindow *self);

/* Someone knows of a problem and accepts it, by name and reason; it then stands in every report. */
typedef struct {
  gchar *rule;  /* id of the checker's rule: "failsafe-sum" */
  gchar *group; /* id */
  gchar *name;  /* who */
  gchar *reason;
} BbAcknowledgementFields;

#define BB_TYPE_ACKNOWLEDGEMENT (bb_acknowledgement_get_type ())
G_DECLARE_FINAL_TYPE (BbAcknowledgement, bb_acknowledgement, BB, ACKNOWLEDGEMENT, BbPart)
BbAcknowledgement *bb_acknowledgement_new (const gchar *rule, const gchar *group, const gchar *name,
                                           const gchar *reason);
const BbAcknowledgementFields *bb_acknowledgement_peek (BbAcknowledgement *self);

G_END_DECLS
