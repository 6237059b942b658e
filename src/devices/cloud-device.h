/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cloud-device.h: the driver for stations that are reached through their maker's cloud only (Zaptec).
 *
 * A slow outer limit: state is read every minute in the background, and the current is set no more often than
 * the profile's min_interval_ms, upward or downward (the engine reserves room for such a station instead).
 * Paths and numbers of states are the maker's; which state means what is the profile's.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "devices/device.h"

G_BEGIN_DECLS

/* `link` (transfer full), filled up (bb_link_fill()); `identity` is the charger's id, user and password those
 * of the portal, `host` the base address (NULL: the profile's). */
BbDevice *bb_cloud_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);

/* For tests and fuzzers: a reading from the answer of /api/chargers/ID/state. What is not told stays. FALSE
 * with BB_DEVICE_ERROR_DATA when it is no list of states. `final_stop` (nullable): charging was stopped for
 * good. */
gboolean bb_cloud_device_decode (const BbInterface *interface, JsonNode *root, BbStationReading *reading,
                                 gboolean *final_stop, GError **error);

G_END_DECLS
