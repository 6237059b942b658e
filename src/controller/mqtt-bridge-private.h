/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge-private.h: the bridge's parts: what a state says, when it goes out, and Home-Assistant's
 * discovery. */
#pragma once

#include "controller/mqtt-bridge.h"

G_BEGIN_DECLS

/* ---- mqtt-bridge-states.c: the members of each state, without those that change with the clock alone ----
 */

void bb_mqtt_state_meter (GString *json, const BbMeterSnapshot *meter);
void bb_mqtt_state_station (GString *json, const BbStationSnapshot *station);
void bb_mqtt_state_circuit (GString *json, const BbCircuitSnapshot *circuit);
void bb_mqtt_state_signal (GString *json, const BbControllerSnapshot *snapshot);
/* What one station may draw, as a member `id` of a decision. */
void bb_mqtt_state_decision (GString *json, const BbStationSnapshot *station);
const gchar *bb_mqtt_signal_name (guint state); /* "normal", "reduced", "locked" */

/* ---- mqtt-bridge-discovery.c ---- */

typedef struct _BbMqttDiscovery BbMqttDiscovery;

/* `topic_prefix` of the site's topics, `prefix` of Home-Assistant's; `commands`: things can be set, but for
 * the signal sources `wired` (nullable, lent). */
BbMqttDiscovery *bb_mqtt_discovery_new (BbMqttClient *client, const gchar *prefix, const gchar *topic_prefix,
                                        const gchar *site_name, gboolean commands, const gchar *const *wired);
void bb_mqtt_discovery_free (BbMqttDiscovery *self);
/* Announces what is new, takes back what belongs to parts that are gone. */
void bb_mqtt_discovery_update (BbMqttDiscovery *self, const BbControllerSnapshot *snapshot);
/* All of it goes out again with the next update. */
void bb_mqtt_discovery_forget (BbMqttDiscovery *self);
/* A message below Home-Assistant's prefix: one of an earlier run, for a part that is no longer there, is
 * cleared. FALSE: not ours. */
gboolean bb_mqtt_discovery_take (BbMqttDiscovery *self, const gchar *topic, GBytes *payload,
                                 gboolean retained);

G_END_DECLS
