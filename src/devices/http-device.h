/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-device.h: the driver for meters that answer JSON over HTTP: a profile's requests and JSON pointers. */
#pragma once

#include <json-glib/json-glib.h>

#include "devices/device.h"

G_BEGIN_DECLS

/* `link` (transfer full), filled up (bb_link_fill()). A user that is left out is "admin" (Shelly). */
BbDevice *bb_http_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link);

/* For tests and fuzzers: a meter's reading from the documents of its requests (array as long as the
 * interface's requests; NULL elements: not fetched). As bb_named_values_read_meter(). */
gboolean bb_http_device_decode (const BbInterface *interface, const gchar *variant,
                                JsonNode *const *documents, guint n_phases, BbMeterReading *reading,
                                GError **error);

G_END_DECLS
